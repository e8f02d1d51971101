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
