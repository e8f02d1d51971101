"""From the list of calls to other screens and back, also while the trace is read, and when its file is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from siptrace.trace import open_trace
from siptrace.tui.calls_screen import CallsScreen
from siptrace.tui.columns_screen import ColumnsScreen
from siptrace.tui.help_screen import HelpScreen
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.quick_screen import QuickScreen
from siptrace.tui.raw_screen import RawScreen
from siptrace.tui.save_screen import SaveScreen
from siptrace.tui.statistics_screen import StatisticsScreen
from tests.long import CALLS, long_capture
from tests.messages import in_dialog, invite, response_to, trace_of
from tests.tui.driving import drive, lines
from tests.tui.showing import lines as shown
from tests.tui.showing import show

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen

    from siptrace.errors import SiptraceError

SCREENS: dict[type[Screen[Any]], tuple[str, ...]] = {
    LadderScreen: ("enter", "f4", "x"),
    RawScreen: ("f6", "r", "R"),
    QuickScreen: ("f7", "f", "F"),
    ColumnsScreen: ("f10", "t", "T"),
    StatisticsScreen: ("i",),
    HelpScreen: ("f1", "h", "H", "question_mark"),
    SaveScreen: ("f2", "s", "S"),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_keys_that_open_a_screen_which_escape_leaves(screen: type[Screen[Any]]) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        for key in SCREENS[screen]:
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(pilot.app.screen, screen), key
            await pilot.press("escape")
            await pilot.pause()
            assert lines(pilot)[0].startswith(" siptrace")

    drive(script)


def test_a_ladder_of_the_first_calls_gets_all_of_its_messages() -> None:
    call, other = invite(), invite(call_id="two", from_tag="z")
    sent = [call, other, response_to(call, 200), in_dialog(call, "BYE")]
    screen = CallsScreen(["call.pcap"])

    async def script(pilot: Pilot[None]) -> None:
        screen.begin(trace_of(sent[:2]))
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)
        pilot.app.clear_notifications()
        screen.open_trace(trace_of(sent))
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)
        assert "1 of 3" in shown(pilot)[0]
        assert "BYE" in "\n".join(shown(pilot))
        assert not pilot.app._notifications

    show(screen, script)


def test_a_trace_that_is_cut_while_it_is_open_is_said(tmp_path: Path) -> None:
    path = long_capture(tmp_path / "long.pcap")
    screen = CallsScreen(["long.pcap"])
    said: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        screen.open_trace(open_trace(path))
        await pilot.press("end")
        screen.choose_columns(["index", "contact", "warning", "sipfrom"])
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        await pilot.pause()
        assert str(CALLS) in shown(pilot)[-4]
        for key in ("enter", "r", "x", "slash"):
            await pilot.press(key)
            if key == "slash":
                pilot.app.screen.query_one("#filter", Input).value = "body contains y"
                await pilot.press("enter")
            await pilot.pause()
            assert type(pilot.app.screen) is CallsScreen
            said.append("".join(note.message for note in pilot.app._notifications))
            pilot.app.clear_notifications()
        await pilot.press("f5", "home", "enter")
        await pilot.pause()
        assert type(pilot.app.screen) is LadderScreen

    show(screen, script)
    assert all("shorter than it was when it was read" in text for text in said), said
