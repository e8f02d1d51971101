"""The help: every key of a screen is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.tui.actions import actions_of
from siptrace.tui.help_screen import HelpScreen
from tests.tui.driving import drive, lines

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


def test_every_action_is_explained() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = "\n".join(lines(pilot))
        assert all(action.meaning[:40] in shown for action in actions_of("list"))

    drive(script, size=(100, 50))


def test_the_signs_of_a_ladder_are_explained() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("enter", "f1", "end")
        await pilot.pause()
        found = "\n".join(lines(pilot))
        assert "≠                   The message leaves the reference flow" in found
        assert "!                   Something in the message breaks the rules" in found

    drive(script, size=(120, 60))


def test_it_is_about_the_screen_below_whatever_it_was_about_before() -> None:
    seen: list[str] = []

    async def script(pilot: Pilot[SiptraceError]) -> None:
        for keys in (("f1",), ("escape", "enter", "enter", "f1"), ("escape", "escape", "escape", "f1")):
            await pilot.press(*keys)
            await pilot.pause()
            seen.append("\n".join(lines(pilot)))

    drive(script, size=(100, 60))
    first, message, again = seen
    assert "Explain the message" in message
    assert "Filter by an expression" not in message
    assert again == first
