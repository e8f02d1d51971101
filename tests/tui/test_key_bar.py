"""The keys of a screen in its last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.tui.key_bar import KeyBar
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.message_screen import MessageScreen
from tests.tui.showing import flow, lines, see, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

CALL = flow("rfc3665-3.1")


def test_keys_with_a_label_stand_there_and_those_that_lead_away_come_first() -> None:
    (*_, bar) = see(LadderScreen(CALL, [1]), size=(160, 24))
    assert bar.startswith("F1 Help  Esc Back  Enter Message  Space Compare  F2 SDP  F3 Flow")
    (*_, bar) = see(LadderScreen(CALL, [1]), "slash", size=(160, 24))
    assert bar.startswith("F1 Help  Esc Back")


def test_a_click_presses_the_key() -> None:
    async def script(pilot: Pilot[None]) -> None:
        ladder = pilot.app.screen
        await pilot.click(KeyBar, offset=(21, 0))
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)
        await pilot.click(KeyBar, offset=(10, 0))
        await pilot.pause()
        assert pilot.app.screen is ladder
        await pilot.click(KeyBar, offset=(8, 0))
        await pilot.click(KeyBar, offset=(158, 0))
        await pilot.pause()
        assert pilot.app.screen is ladder
        assert lines(pilot)[-1].startswith("F1 Help")

    show(LadderScreen(CALL, [1]), script, (160, 24))
