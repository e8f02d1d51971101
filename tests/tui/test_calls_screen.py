"""The list of calls: every key of it, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from siptrace.trace import beginning_of, open_trace
from siptrace.tui.call_table import CallTable
from siptrace.tui.calls_screen import CallsScreen
from siptrace.tui.columns import COLUMNS, DEFAULT
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.leave_screen import LeaveScreen
from siptrace.tui.timeline import Timeline
from tests.long import CALLS, long_capture
from tests.messages import invite, response_to, trace_of
from tests.tui.driving import drive, lines, table
from tests.tui.showing import lines as shown
from tests.tui.showing import show

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


def displayed(pilot: Pilot[SiptraceError]) -> tuple[bool, bool]:
    """Return whether the strip of time and the keys at the bottom are on the screen."""
    screen = pilot.app.screen
    return screen.query_one(Timeline).display, screen.query_one(KeyBar).display


def top(pilot: Pilot[None]) -> type:
    """Return what screen one looks at."""
    return type(pilot.app.screen)


async def write(pilot: Pilot[Any], expression: str) -> None:
    """Filter by an expression, which is pasted."""
    await pilot.press("slash")
    pilot.app.screen.query_one("#filter", Input).value = expression
    await pilot.press("enter")
    await pilot.pause()


def test_the_calls_are_there_with_their_flows_and_totals() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        screen = lines(pilot)
        assert "6 calls (6 shown)  2 unsuccessful  87 messages" in screen[0]
        assert screen[1].split()[:3] == ["#▲", "method", "from"]
        assert [line.split()[0] for line in screen[2:8]] == ["1", "2", "3", "4", "5", "6"]
        assert "rfc3665-3.9" in "\n".join(screen)

    drive(script)


def test_keys_that_move() -> None:
    moves = {"down": 1, "j": 1, "pagedown": 5, "ctrl+f": 5, "end": 5, "ctrl+e": 5, "ctrl+d": 5, "A": 5}

    async def script(pilot: Pilot[SiptraceError]) -> None:
        for key, place in moves.items():
            await pilot.press("home", key)
            assert table(pilot).cursor == place, key
        for key in ("up", "k", "pageup", "ctrl+b", "home", "ctrl+a", "ctrl+u"):
            await pilot.press("home", "down", key)
            assert table(pilot).cursor == 0, key

    drive(script)


def test_marks_are_shown_opened_together_and_cleared() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("down", "space", "down", "space")
        assert [line[0] for line in lines(pilot)[2:6]] == [" ", "*", "*", " "]
        assert "2 selected" in lines(pilot)[0]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)
        assert "2, 3" in lines(pilot)[0]
        await pilot.press("escape", "f5")
        assert not table(pilot).marked
        assert not lines(pilot)[3].startswith("*")

    drive(script)


def test_what_is_typed_stays_when_the_trace_is_read_meanwhile() -> None:
    call = invite()
    screen = CallsScreen(["made.pcap"])

    async def script(pilot: Pilot[None]) -> None:
        screen.begin(trace_of([call]))
        await pilot.press("slash", *"sta")
        screen.open_trace(trace_of([call, response_to(call, 200)]))
        await pilot.pause()
        await pilot.press(*"te")
        typed = screen.query_one("#filter", Input)
        assert (typed.value, typed.has_focus) == ("state", True)
        assert screen.expression == ""
        assert "1 call (1 shown)" in shown(pilot)[0]

    show(screen, script)


def test_only_columns_that_are_seen_are_sorted_by() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        for _ in range(12):
            await pilot.press("greater_than_sign")
            await pilot.pause()
            assert "▲" in lines(pilot)[1]

    drive(script, size=(70, 20))


def test_an_empty_list_says_why() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await write(pilot, "status == 699")
        assert "No call passes the filter; F5 drops it." in "\n".join(lines(pilot))
        await pilot.press("f5")
        await pilot.pause()
        assert "No call passes" not in "\n".join(lines(pilot))

    drive(script)


def test_a_filter_is_typed_and_dropped() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        for key, clear in (("f3", "f5"), ("slash", "ctrl+l"), ("tab", "f5")):
            await pilot.press(key)
            assert pilot.app.screen.query_one("#filter", Input).has_focus
            await pilot.press(*"code==486", "enter")
            await pilot.pause()
            assert "6 calls (1 shown)" in lines(pilot)[0]
            assert "busy" in lines(pilot)[2]
            await pilot.press(clear)
            await pilot.pause()
            assert "6 calls (6 shown)" in lines(pilot)[0]

    drive(script)


def test_what_is_not_listed_is_dropped_until_it_is_brought_back() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("end", "space")
        await write(pilot, "state == completed")
        await pilot.press("f9")
        await pilot.pause()
        assert "6 calls (4 kept, 4 shown)" in lines(pilot)[0]
        assert "selected" not in lines(pilot)[0]
        await write(pilot, "call > 1")
        assert "(4 kept, 3 shown)" in lines(pilot)[0]
        await write(pilot, "")
        assert "(4 kept, 4 shown)" in lines(pilot)[0]
        await pilot.press("f5")
        await pilot.pause()
        assert "6 calls (6 shown)" in lines(pilot)[0]

    drive(script)


def test_sorting_by_the_next_column_and_back() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        assert table(pilot).sorted_by == ("index", False)
        await pilot.press("greater_than_sign")
        assert table(pilot).sorted_by == ("method", False)
        assert [line.split()[1] for line in lines(pilot)[2:8]] == sorted(["REGISTER", *["INVITE"] * 5])
        await pilot.press("z")
        assert lines(pilot)[2].split()[1] == "REGISTER"
        await pilot.press("z", "less_than_sign", "less_than_sign")
        assert table(pilot).sorted_by == ("index", False)
        await pilot.press("end", "z")
        await pilot.pause()
        assert (table(pilot).cursor, table(pilot).current) == (0, 5)

    drive(script)


def test_columns_that_read_messages_are_shown_and_not_sorted_by() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, CallsScreen)
        screen.choose_columns(["contact", "state", "warning", "index"])
        await pilot.press("greater_than_sign")
        await pilot.pause()
        assert table(pilot).sorted_by[0] == "index"
        await pilot.press(*["less_than_sign"] * 3)
        assert table(pilot).sorted_by[0] == "state"
        assert "<sip:alice@" in lines(pilot)[3]

    drive(script)
    assert [name for name, column in COLUMNS.items() if column.reads] == ["xcallid", "contact", "warning"]


def test_quick_filters_become_an_expression() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f7", "down", "space", "enter")
        await pilot.pause()
        assert "6 calls (1 shown)" in lines(pilot)[0]
        assert "REGISTER" in lines(pilot)[2]

    assert "REGISTER" in drive(script).calls.expression


def test_columns_are_chosen_and_moved() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("t", "plus", "down", "space", "enter")
        await pilot.pause()

    columns = drive(script).calls.columns
    assert columns[:2] == ["method", "index"]
    assert set(DEFAULT) - set(columns) == {DEFAULT[2]}


def test_a_window_in_time_is_picked_shown_in_the_filter_and_dropped() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        strip = pilot.app.screen.query_one(Timeline)
        assert displayed(pilot) == (False, True)  # all calls begin at once, so there is nothing to pick
        await pilot.press("w", "end")
        assert strip.has_focus
        await pilot.press("escape")
        assert table(pilot).has_focus
        await pilot.press("w", "space", "right", "enter")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, CallsScreen)
        assert screen.expression.startswith("start >= ")
        assert screen.query_one("#filter", Input).value == screen.expression
        assert table(pilot).has_focus
        before = len(table(pilot).shown)
        assert 0 < before <= 6
        await pilot.press("W")
        assert displayed(pilot) == (False, True)
        await pilot.press("f5", "w")
        await pilot.pause()
        assert displayed(pilot) == (True, True)
        assert "6 calls (6 shown)" in lines(pilot)[0]

    drive(script)


def test_the_strip_and_the_hints_need_room_or_a_wish() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        assert displayed(pilot) == (False, True)
        await pilot.press("W", "K")
        assert displayed(pilot) == (True, False)
        await pilot.press("W", "K")
        assert displayed(pilot) == (False, True)

    drive(script, size=(80, 16))


def test_a_click_moves_the_cursor_and_two_open_the_call() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.click(table(pilot), offset=(5, 3))
        assert table(pilot).cursor == 2
        await pilot.click(table(pilot), offset=(5, 3), times=2)
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)

    drive(script)


def test_a_click_on_a_head_sorts_and_another_turns_the_order_round() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        place = lines(pilot)[1].index("msgs")
        for by in (("msgcnt", False), ("msgcnt", True), ("msgcnt", False)):
            await pilot.click(table(pilot), offset=(place + 1, 0))
            await pilot.pause()
            assert table(pilot).sorted_by == by
        assert "msgs▲" in lines(pilot)[1]
        await pilot.click(table(pilot), offset=(2, 0))
        await pilot.pause()
        assert table(pilot).sorted_by == ("index", False)
        await pilot.click(table(pilot), offset=(118, 0))
        await pilot.pause()
        assert table(pilot).sorted_by in {("index", False), ("flow", False)}

    drive(script)


@pytest.mark.parametrize("key", ["escape", "q", "Q"])
def test_it_ends_when_somebody_really_wants_to(key: str) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        for no in ("escape", "n"):
            await pilot.press(key, no)
            assert table(pilot).has_focus
        await pilot.press(key)
        assert isinstance(pilot.app.screen, LeaveScreen)
        assert not pilot.app._exit
        await pilot.press("enter")
        assert pilot.app._exit

    assert drive(script).return_value is None


def test_any_size_is_filled_and_not_overrun() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        for size in [(20, 5), (60, 10), (80, 24), (200, 60), (21, 5), (100, 30)] * 2:
            await pilot.resize_terminal(*size)
            await pilot.press("down")
            await pilot.pause()
            screen = lines(pilot)
            assert len(screen) == size[1]
            assert max(map(len, screen)) <= size[0]
            assert any("@" in line for line in screen[1:])
        assert "6 calls" in lines(pilot)[0]

    drive(script)


def test_the_first_calls_are_there_while_the_rest_is_read(tmp_path: Path) -> None:
    path = long_capture(tmp_path / "long.pcap")
    first = beginning_of(path)
    assert first is not None
    screen = CallsScreen(["long.pcap"])

    async def script(pilot: Pilot[None]) -> None:
        found = screen.query_one(CallTable)
        screen.begin(first)
        await pilot.press("down", "space", "end", "up", "z")
        await pilot.pause()
        assert f"reading ...  the first {len(first.calls)} calls" in shown(pilot)[0]
        number, row = found.current, found.cursor - found.scroll_offset.y
        for key in ("s", "i", "f9"):
            pilot.app.clear_notifications()
            await pilot.press(key)
            assert top(pilot) is CallsScreen
            assert [note.message for note in pilot.app._notifications] == [
                "The trace is still being read, and this needs all of it."
            ]
        await pilot.press("x")
        await pilot.pause()
        assert top(pilot) is LadderScreen
        pilot.app.clear_notifications()
        screen.open_trace(open_trace(path))
        await pilot.pause()
        assert not pilot.app._notifications
        assert isinstance(pilot.app.screen, LadderScreen)
        assert pilot.app.screen.trace is screen.trace is not first
        await pilot.press("escape")
        screen.begin(first)
        await pilot.pause()
        assert f"{CALLS} calls ({CALLS} shown)  1 selected" in shown(pilot)[0]
        assert (found.current, found.marked, found.sorted_by) == (number, {1}, ("index", True))
        assert found.cursor - found.scroll_offset.y == row
        await pilot.press("A")
        assert found.cursor == CALLS - 1
        screen.open_trace(first)
        assert found.cursor == len(first.calls) - 1
        await pilot.press("A", "home")
        screen.open_trace(open_trace(path))
        assert (found.cursor, found.current) == (CALLS - len(first.calls), len(first.calls) - 1)

    show(screen, script, (100, 12))
