"""The virtual list: the lines that are in sight are made, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.tui.calls_screen import CallsScreen
from tests.messages import invite, response_to, trace_of
from tests.tui.driving import drive, lines, table
from tests.tui.showing import show

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


def test_only_lines_in_sight_are_made() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        found = table(pilot)
        found.show(found.rows, list(range(6)) * 20_000, found.columns)  # type: ignore[arg-type]
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert found.cursor == 119_999
        assert lines(pilot)[-2].split()[0] == "6"
        assert len(found._strips) < 500

    drive(script)


def test_the_cursor_is_always_in_sight() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        found = table(pilot)
        for key in ("down", "down", "down", "down", "up", "end", "home", "pagedown"):
            await pilot.press(key)
            await pilot.pause()
            top = found.scroll_offset.y
            assert top <= found.cursor < top + found.size.height - 1

    drive(script, size=(80, 6))


def test_days_stand_where_there_are_several() -> None:
    call = invite(at=0)
    trace = trace_of([call, invite(call_id="two", from_tag="z", at=24 * 3600)])
    shown: list[list[str]] = []

    async def script(pilot: Pilot[None]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, CallsScreen)
        for found in (trace, trace_of([call])):
            screen.open_trace(found)
            screen.choose_columns(["index", "time", "msgcnt"])
            await pilot.pause()
            shown.append([strip.text.strip() for strip in screen._compositor.render_strips()[1:4]])

    show(CallsScreen(["made.pcap"]), script)
    several, one = shown
    assert [line.split() for line in several] == [
        ["#▲", "start", "msgs"],
        ["1", "11-14", "22:13:20", "1"],
        ["2", "11-15", "22:13:20", "1"],
    ]
    assert one[1].split() == ["1", "22:13:20", "1"]


@pytest.mark.parametrize(
    ("before", "shown", "after"),
    [
        (3, [0, 2, 3, 5], 3),
        (1, [3, 5], 3),  # the next one that is still there
        (5, [0, 2], 2),  # none comes behind it: the last one before it
        (2, [5, 4, 1, 0], 4),  # next in the order in which they were
        (2, [], None),
    ],
)
def test_the_cursor_stays_near_its_call(before: int, shown: list[int], after: int | None) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        found = table(pilot)
        if shown[:1] == [5]:
            found.show(found.rows, [0, 1, 2, 4, 3, 5], found.columns)  # type: ignore[arg-type]
        found.cursor = found.shown.index(before)
        found.show(found.rows, shown, found.columns)  # type: ignore[arg-type]
        assert found.current == after

    drive(script)


def test_the_head_says_how_it_is_sorted() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        assert "#▲" in lines(pilot)[1]
        await pilot.press("z")
        assert "#▼" in lines(pilot)[1]

    drive(script)


def test_an_empty_list_takes_every_key() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("slash", *"code==2", "enter")
        await pilot.pause()
        found = table(pilot)
        for key in ("down", "up", "end", "home", "pagedown", "space", "enter", "z", "greater_than_sign", "r"):
            await pilot.press(key)
            assert found.current is None
        assert "(0 shown)" in lines(pilot)[0]

    drive(script)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_cells_stand_under_their_heads(width: int) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        shown = lines(pilot)
        place = shown[1].index(" from") + 1
        assert all(line[place:].startswith(("alice", "bob", "UserA", "LittleGuy")) for line in shown[2:8]), shown

    drive(script, size=(width, 12))


@pytest.mark.parametrize(("columns", "state"), [(120, "incomplete…"), (160, "incomplete: ringing")])
def test_with_much_room_all_of_a_state_is_seen(columns: int, state: str) -> None:
    call = invite()
    found = trace_of([call, response_to(call, 180)])

    async def script(pilot: Pilot[None]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, CallsScreen)
        screen.open_trace(found)
        await pilot.pause()
        assert f" {state} " in screen._compositor.render_strips()[2].text

    show(CallsScreen(["made.pcap"]), script, (columns, 20))
