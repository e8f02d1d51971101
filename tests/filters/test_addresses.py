"""Addresses, networks and names."""

from __future__ import annotations

import pytest

from siptrace.filters.addresses import Address, Endpoint
from siptrace.ingest.datagram import endpoint_key

ENDS = {
    "v4": endpoint_key("10.1.2.3", 5060),
    "other": endpoint_key("192.0.2.1", 5062),
    "v6": endpoint_key("2001:db8::1", 5060),
    "name": endpoint_key("proxy.example.com", 5060),
    "bare": endpoint_key("alice", 0),
}

EQUAL = (
    ("10.1.2.3", "v4"),
    ("10.1.2.3:5060", "v4"),
    ("10.1.2.3:5061", ""),
    ("10.0.0.0/8", "v4"),
    ("10.1.2.3/16", "v4"),
    ("0.0.0.0/0", "v4 other"),
    ("10.1.0.0/16:5060", "v4"),
    ("10.1.0.0/16:5061", ""),
    ("2001:db8::1", "v6"),
    ("[2001:db8::1]", "v6"),
    ("[2001:db8::1]:5060", "v6"),
    ("2001:db8::/32", "v6"),
    ("::/0", "v6"),
    ("proxy.example.com", "name"),
    ("proxy.example.com:5060", "name"),
    ("proxy", ""),
    ("alice", "bare"),
)


@pytest.mark.parametrize(("text", "found"), EQUAL)
def test_what_is_equal(text: str, found: str) -> None:
    kind = Endpoint()
    equal, different = kind.test("eq", kind.read(text)), kind.test("ne", kind.read(text))
    assert [name for name, end in ENDS.items() if equal(end)] == found.split()
    assert [name for name, end in ENDS.items() if not different(end)] == found.split()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [("lt", "100.0.0.0", "v4"), ("ge", "10.1.2.3", "v4 other"), ("gt", "10.0.0.0/8", "other"),
     ("le", "2001:db8::1", "v6")],
)  # fmt: skip
def test_order_is_among_addresses_of_a_kind(name: str, text: str, found: str) -> None:
    test = Address().test(name, Address().read(text))
    assert [name for name, end in ENDS.items() if test(end)] == found.split()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [("contains", "10.", "v4"), ("contains", "5060", "v4 v6 name"), ("matches", r"^\[", "v6"),
     ("matches", "EXAMPLE", "name")],
)  # fmt: skip
def test_endpoints_have_a_text(name: str, text: str, found: str) -> None:
    kind = Endpoint()
    test = kind.test(name, kind.operand(name, text))
    assert [name for name, end in ENDS.items() if test(end)] == found.split()


@pytest.mark.parametrize("text", ["alice", "10.0.0.1:5060", "10.0.0.0/33", "1.2.3", "", "[::1]:5060"])
def test_wireshark_has_addresses_only(text: str) -> None:
    with pytest.raises(ValueError, match="neither an IP address nor a network"):
        Address().read(text)
