"""The list of calls: every key of it, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from siptrace.tui.columns import DEFAULT
from siptrace.tui.columns_screen import ColumnsScreen
from siptrace.tui.help_screen import HelpScreen
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.quick_screen import QuickScreen
from siptrace.tui.raw_screen import RawScreen
from siptrace.tui.statistics_screen import StatisticsScreen
from tests.tui.driving import drive, lines, table

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import Screen

    from siptrace.errors import SiptraceError


def test_the_calls_are_there_with_their_flows() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        shown = lines(pilot)
        assert "6 calls (6 shown)" in shown[0]
        assert shown[1].split()[:3] == ["#▲", "method", "from"]
        assert [line.split()[0] for line in shown[2:8]] == ["1", "2", "3", "4", "5", "6"]
        assert "rfc3665-3.9" in "\n".join(shown)

    drive(script)


MOVES = {
    "down": 1, "j": 1, "pagedown": 5, "ctrl+f": 5, "end": 5, "ctrl+e": 5, "ctrl+d": 5, "A": 5,
}  # fmt: skip


@pytest.mark.parametrize(("key", "place"), MOVES.items())
def test_keys_that_go_down(key: str, place: int) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press(key)
        assert table(pilot).cursor == place

    drive(script)


@pytest.mark.parametrize("key", ["up", "k", "pageup", "ctrl+b", "home", "ctrl+a", "ctrl+u"])
def test_keys_that_go_up(key: str) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("down", key)
        assert table(pilot).cursor == 0

    drive(script)


SCREENS: dict[str, type[Screen[Any]]] = {
    "enter": LadderScreen, "f4": LadderScreen, "x": LadderScreen,
    "f6": RawScreen, "r": RawScreen, "R": RawScreen,
    "f7": QuickScreen, "f": QuickScreen, "F": QuickScreen,
    "f10": ColumnsScreen, "t": ColumnsScreen, "T": ColumnsScreen,
    "i": StatisticsScreen, "f1": HelpScreen, "h": HelpScreen, "question_mark": HelpScreen,
}  # fmt: skip


@pytest.mark.parametrize(("key", "screen"), SCREENS.items())
def test_keys_that_open_a_screen_which_escape_leaves(key: str, screen: type[Screen[Any]]) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(pilot.app.screen, screen)
        await pilot.press("escape")
        await pilot.pause()
        assert lines(pilot)[0].startswith(" siptrace")

    drive(script)


def test_several_marked_calls_are_one_ladder() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("down", "space", "space", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)

    app = drive(script)
    assert app.calls.rows is not None


def test_marks_are_shown_and_cleared() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("space")
        assert lines(pilot)[2].startswith("*")
        assert "1 selected" in lines(pilot)[0]
        await pilot.press("f5")
        assert not table(pilot).marked
        assert not lines(pilot)[2].startswith("*")

    drive(script)


@pytest.mark.parametrize("key", ["f3", "slash", "tab"])
def test_a_filter_is_typed_and_dropped(key: str) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press(key)
        assert pilot.app.screen.query_one("#filter", Input).has_focus
        await pilot.press(*"status==486", "enter")
        await pilot.pause()
        assert "6 calls (1 shown)" in lines(pilot)[0]
        assert "busy" in lines(pilot)[2]
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert "6 calls (6 shown)" in lines(pilot)[0]

    drive(script)


def test_what_makes_no_sense_is_said_while_it_is_typed() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("slash", *"metod == INVITE")
        await pilot.pause()
        text = "\n".join(lines(pilot))
        assert "^^^^^" in text
        assert "method" in text
        await pilot.press("enter")
        assert "6 calls (6 shown)" in lines(pilot)[0]
        await pilot.press("escape")
        assert "^^^^^" not in "\n".join(lines(pilot))

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

    drive(script)


def test_the_cursor_stays_on_its_call() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("end", "z")
        await pilot.pause()
        assert (table(pilot).cursor, table(pilot).current) == (0, 5)

    drive(script)


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


def test_a_click_moves_the_cursor_and_two_open_the_call() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.click(table(pilot), offset=(5, 3))
        assert table(pilot).cursor == 2
        await pilot.click(table(pilot), offset=(5, 3), times=2)
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)

    drive(script)


@pytest.mark.parametrize("key", ["escape", "q", "Q"])
def test_it_ends(key: str) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press(key)

    assert drive(script).return_value is None


@pytest.mark.parametrize("size", [(20, 5), (60, 10), (80, 24), (200, 60)])
def test_any_size_is_filled_and_not_overrun(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        shown = lines(pilot)
        assert len(shown) == size[1]
        assert max(map(len, shown)) <= size[0]
        assert any("biloxi" in line or "ob@" in line or "bo" in line for line in shown[1:])

    drive(script, size=size)


def test_a_storm_of_resizes() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        for width, height in [(30, 8), (200, 50), (21, 5), (100, 30)] * 4:
            await pilot.resize_terminal(width, height)
            await pilot.press("down")
        assert "6 calls" in lines(pilot)[0]

    drive(script)
