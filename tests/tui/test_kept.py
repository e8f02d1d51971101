"""Screens that are shown again show nothing of what they showed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from siptrace.tui.app import SiptraceApp
from siptrace.tui.kept import make_ahead, show_kept
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.ladder_work import LadderJudged, LadderMade
from siptrace.tui.message_view import MessageView
from tests.tui.driving import drive, lines, trace

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

SIZE = (120, 30)
SMALL = (80, 24)

LEFT = {
    "ladder": "down space d w c s m 9 C t slash A C K enter",
    "columns": "down space plus",
    "statistics": "down down",
}
"""What is done on each screen before it is left, so that there is something to forget."""

KEY = {"ladder": "enter", "columns": "f10", "statistics": "i"}


async def seen(pilot: Pilot[SiptraceError], *keys: str) -> list[str]:
    """Press keys, wait for all that follows, and return what is on the terminal."""
    await pilot.press(*keys)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()
    return lines(pilot)


@pytest.mark.parametrize("name", KEY)
def test_a_screen_that_is_shown_again_is_as_new(name: str) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        listed = await seen(pilot)
        new = await seen(pilot, KEY[name])
        screen = pilot.app.screen
        assert await seen(pilot, *LEFT[name].split()) != new
        assert await seen(pilot, "escape") == listed
        assert await seen(pilot, KEY[name]) == new
        assert pilot.app.screen is screen

    drive(script, size=SIZE)


@pytest.mark.parametrize("name", KEY)
def test_it_fits_a_terminal_that_changed_meanwhile(name: str) -> None:
    shown: list[list[str]] = []

    async def at_once(pilot: Pilot[SiptraceError]) -> None:
        shown.append(await seen(pilot, KEY[name]))

    async def later(pilot: Pilot[SiptraceError]) -> None:
        await seen(pilot, KEY[name])
        await seen(pilot, "escape")
        await pilot.resize_terminal(*SMALL)
        shown.append(await seen(pilot, KEY[name]))

    drive(at_once, size=SMALL)
    drive(later, size=SIZE)
    assert shown[0] == shown[1]


def test_another_call_begins_at_its_first_message() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await seen(pilot, "enter", "end", "space")
        first = await seen(pilot, "escape", "down", "enter")
        assert first[0].startswith(" Call 2:")
        assert "1 of " in first[0]
        assert "compare" not in first[0]

    drive(script, size=SIZE)


def test_a_ladder_that_is_left_keeps_no_messages() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await seen(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, LadderScreen)
        assert screen.subject.messages
        await seen(pilot, "escape")
        assert not screen.subject.messages
        assert not screen.view.arrows

    drive(script, size=SIZE)


def test_what_is_found_out_late_about_a_call_is_not_shown_at_another() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await seen(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, LadderScreen)
        before = screen.subject
        await pilot.press("escape", "down", "enter")
        shown = await seen(pilot)
        screen.post_message(LadderMade(before))
        screen.post_message(LadderJudged(before))
        assert await seen(pilot) == shown

    drive(script, size=SIZE)


@pytest.mark.parametrize("name", KEY)
def test_a_screen_that_was_made_ahead_is_as_one_that_was_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[list[str]] = []

    async def script(pilot: Pilot[SiptraceError]) -> None:
        if SiptraceApp.AHEAD:
            while len(pilot.app._installed_screens) < len(KEY):
                await pilot.pause(0.02)
        shown.append(await seen(pilot, "down"))
        shown.append(await seen(pilot, KEY[name]))
        shown.append(await seen(pilot, "escape", "up"))

    drive(script, size=SIZE)
    monkeypatch.setattr(SiptraceApp, "AHEAD", True)
    drive(script, size=SIZE)
    assert shown[:3] == shown[3:]
    assert shown[0] != shown[1]


def test_a_key_may_come_while_its_screen_is_made() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        found = trace()
        new = await seen(pilot, "enter")
        await seen(pilot, "escape")
        pilot.app.uninstall_screen("LadderScreen")
        make_ahead(pilot.app, LadderScreen, found, ())
        show_kept(pilot.app, LadderScreen, found, [1])
        assert await seen(pilot) == new

    drive(script, size=SIZE)


def test_it_is_drawn_with_everything_in_its_place() -> None:
    """A frame with the new text in the room of the old one would be seen as a flicker, and takes as long as any."""
    rooms: list[tuple[int, int]] = []

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await seen(pilot, "enter")
        screen = pilot.app.screen
        texts = screen.query(MessageView).first().query(Static)
        await seen(pilot, "escape", "down")

        def room() -> tuple[int, int]:
            return sum(text.size.height for text in texts), screen.size.height

        def drawn() -> None:
            if pilot.app.screen is screen:
                rooms.append(room())

        before = room()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pilot.app, "post_display_hook", drawn)
            await seen(pilot, "enter")
        assert rooms[-1] == room() != before
        assert set(rooms) == {rooms[-1]}

    drive(script, size=SIZE)
