"""One message on the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.message_view import MessageView, explained
from tests.messages import SDP, invite, response_to, trace_of
from tests.tui.showing import leaves, lines, see, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

CALL = invite(body=SDP)
TRACE = trace_of([CALL, response_to(CALL, 180), response_to(CALL, 200), b"\x1b[2J\x00", b""])


def shown(*keys: str, size: tuple[int, int] = (80, 60)) -> list[str]:
    """Return what is on the screen that begins with the second message."""
    return see(MessageScreen(TRACE, 2, [1, 2, 3]), *keys, size=size)


def test_the_message_as_it_is() -> None:
    found = shown()
    assert found[0].startswith("2  ")
    assert found[2] == "SIP/2.0 180 Because"


@pytest.mark.parametrize(
    ("keys", "number"),
    {("right",): "3", ("n", "n", "n"): "3", ("left",): "1", ("N", "N"): "1", ("left", "right"): "2"}.items(),
)
def test_its_neighbours_are_a_key_away(keys: tuple[str, ...], number: str) -> None:
    assert shown(*keys)[0].split()[0] == number


def test_e_explains_and_shows_as_it_is() -> None:
    text = explained(TRACE.message(2)).plain.splitlines()
    assert shown("e", size=(200, 60))[: len(text)] == text
    assert shown("e", "e") == shown()


def test_it_scrolls() -> None:
    async def script(pilot: Pilot[None]) -> None:
        before = lines(pilot)
        await pilot.press("j", "j", "k")
        await pilot.pause()
        assert [line[:59].rstrip() for line in lines(pilot)[:5]] == [line[:59].rstrip() for line in before[1:6]]
        assert pilot.app.screen.query_one(MessageView).scroll_y == 1

    show(MessageScreen(TRACE, 1), script, size=(60, 10))


def test_s_offers_to_save_the_message() -> None:
    found = "\n".join(shown("s"))
    assert "Save message 2 to:" in found
    assert "message-2.sip" in found


def test_escape_goes_back() -> None:
    assert leaves(MessageScreen(TRACE, 1), "escape")


def test_f1_shows_the_keys() -> None:
    assert any("Explain the message" in line for line in shown("f1"))


@pytest.mark.parametrize(("number", "size"), [(4, (20, 5)), (5, (20, 5)), (4, (1, 1)), (4, (200, 60)), (5, (200, 60))])
def test_any_message_at_any_size(number: int, size: tuple[int, int]) -> None:
    found = see(MessageScreen(TRACE, number), "e", "j", "e", size=size)
    assert all(line.isprintable() for line in found)
