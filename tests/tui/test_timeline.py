"""The strip of calls over time: what is marked with keys or the mouse is what is asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult

from siptrace.tui.timeline import Timeline
from siptrace.tui.timespan import Span

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

SECOND = 1_000_000_000
NOON = 1_767_614_400 * SECOND
HALF = SECOND // 2
COUNTS = (1, 8, 0, 2, 4, 4, 4, 4, 4, 1) * 2
"""Calls in each of twenty half seconds."""


class _Only(App[None]):
    """An application with a strip that takes all of its width."""

    CSS = "Timeline { padding: 0; }"

    def __init__(self) -> None:
        super().__init__()
        self.picked: list[Span] = []
        self.left = 0

    def compose(self) -> ComposeResult:
        yield Timeline()

    def on_timeline_picked(self, event: Timeline.Picked) -> None:
        self.picked.append(event.window)

    def on_timeline_left(self) -> None:
        self.left += 1

    @property
    def strip(self) -> Timeline:
        return self.query_one(Timeline)

    def line(self, y: int) -> str:
        return self.screen._compositor.render_strips()[y].text

    def marked(self) -> str:
        """Return the bars that have marks below them."""
        bars, marks = self.line(0), self.line(1)
        return "".join(bar for bar, mark in zip(bars, marks, strict=True) if mark == "▲")


def run(script: Callable[[Pilot[None], _Only], Awaitable[None]], *, width: int = 40) -> None:
    app = _Only()

    async def main() -> None:
        async with app.run_test(size=(width, 6)) as pilot:
            begins = [NOON + half * HALF + call for half, count in enumerate(COUNTS) for call in range(count)]
            app.strip.show(begins, Span(NOON, NOON + 10 * SECOND))
            await pilot.pause()
            await script(pilot, app)

    asyncio.run(main())


def between(first: int, last: int) -> Span:
    return Span(NOON + first * HALF, NOON + last * HALF)


def test_keys_mark_and_pick() -> None:
    async def script(pilot: Pilot[None], app: _Only) -> None:
        app.set_focus(None)
        await pilot.pause()
        assert app.line(0) == "".join(bar * 2 for bar in "▁█ ▂▄▄▄▄▄▁" * 2)
        assert app.line(1).split()[0] == "12:00:00"
        assert app.line(1).split()[-1] == "12:00:10"
        assert "a bar is 500 ms" in app.line(1)
        assert not app.marked()
        app.strip.focus()
        await pilot.press("right")
        assert app.marked() == "██"
        assert "12:00:00.500 to 12:00:01.000: 8 calls" in app.line(2)
        await pilot.press("enter")
        await pilot.press("space", "right", "right", "space", "end", "enter")
        await pilot.press("shift+left", "l", "left", "shift+left", "enter")
        await pilot.press("space", "space", "home", "enter")
        app.set_focus(None)
        app.strip.focus()
        await pilot.press("pagedown", "pageup", "enter", "escape")
        assert app.left == 1
        assert app.picked == [between(1, 2), between(1, 4), between(17, 20), between(0, 18), between(0, 1)]

    run(script)


def test_the_mouse_drags_and_a_click_alone_picks_nothing() -> None:
    async def script(pilot: Pilot[None], app: _Only) -> None:
        await pilot.click(Timeline, offset=(7, 0))
        assert (app.picked, app.strip.cursor) == ([], 3)
        await pilot.mouse_down(Timeline, offset=(15, 0))
        await pilot.hover(Timeline, offset=(11, 0))
        assert app.marked() == "▄" * 6
        await pilot.mouse_up(Timeline, offset=(11, 0))
        assert app.picked == [between(5, 8)]

    run(script)


@pytest.mark.parametrize("width", [10, 33, 41, 200])
def test_every_cell_belongs_to_the_bin_that_is_drawn_there(width: int) -> None:
    async def script(_: Pilot[None], app: _Only) -> None:
        strip, bins = app.strip, app.strip._bins
        assert bins is not None
        assert sum(bins.counts) == sum(COUNTS)
        for x in range(width):
            place = strip._bin_at(x)
            assert strip._left_of(place) <= x < strip._left_of(place + 1)
        assert len(app.line(0)) == len(app.line(1)) == width

    run(script, width=width)


def test_without_times_it_is_empty_and_takes_every_key() -> None:
    async def script(pilot: Pilot[None], app: _Only) -> None:
        app.strip.show([], None)
        app.strip.focus()
        await pilot.press("right", "space", "shift+right", "enter")
        await pilot.click(Timeline)
        assert not app.picked
        assert not app.line(0).strip()

    run(script)
