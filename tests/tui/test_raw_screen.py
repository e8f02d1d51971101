"""The messages of a call as they are: all of them, and nothing that disturbs a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.tui.save_screen import SaveScreen
from tests.tui.driving import drive, lines

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


def test_messages_stand_behind_each_other() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("r")
        await pilot.pause()
        shown = "\n".join(lines(pilot))
        assert "REGISTER sip:" in shown
        assert "SIP/2.0 401 Unauthorized" in shown
        assert "UDP  192.0.2.201:5060 → " in shown
        await pilot.press("S")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SaveScreen)
        assert "messages.txt" in "\n".join(lines(pilot))

    drive(script, size=(120, 60))
