"""Names for addresses: the narrowest counts, however the address is written."""

from __future__ import annotations

import pytest

from siptrace.ladder.model import Ladder, Lane
from siptrace.tui.aliases import NO_ALIASES, Aliases

NAMES = Aliases(
    {
        "10.0.0.1": "sbc",
        "10.0.0.1:5080": "sbc trunk",
        "10.1.0.0/16": "core",
        "10.1.2.0/24": "voicemail",
        "2001:db8::1": "six",
        "[2001:0db8:0::2]:5060": "six two",
        "2001:db8:1::/48": "six net",
    }
)


@pytest.mark.parametrize(
    ("endpoint", "name"),
    {
        "10.0.0.1:5060": "sbc",
        "10.0.0.1:5080": "sbc trunk",
        "10.0.0.1": "sbc",
        "10.1.9.9:5060": "core",
        "10.1.2.9:5060": "voicemail",
        "10.2.0.1:5060": "",
        "[2001:db8::1]:5060": "six",
        "[2001:db8::1]": "six",
        "[2001:db8::2]:5060": "six two",
        "[2001:db8::2]:5061": "",
        "[2001:db8:1::7]:5060": "six net",
        "proxy.example.com": "",
        "": "",
    }.items(),
)
def test_the_narrowest_name_counts(endpoint: str, name: str) -> None:
    assert NAMES.name(endpoint) == name


NO_ADDRESSES = ("", "sbc", "10.0.0", "10.0.0.1:", "10.0.0.1:port", "10.0.0.0/40", "[::1:::", "example.com:5060")


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        Aliases({text: "x"})


def test_lanes_are_called_by_their_names_and_others_as_before() -> None:
    lanes = (Lane("alice", "10.0.0.1:5060", "Alice"), Lane("bob", "10.9.9.9:5060"), Lane("", ""))
    ladder = Ladder("", (), None, lanes, ())
    assert [lane.alias for lane in NAMES.named(ladder).lanes] == ["sbc", "bob", ""]
    assert NAMES.named(ladder).lanes[0]._replace(alias="alice") == ladder.lanes[0]
    assert NO_ALIASES.named(ladder) is ladder
