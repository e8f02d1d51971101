"""A cursor on things of several lines: where keys and mouse send it, and that it stays in sight."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.strip import Strip

from siptrace.tui.cursor_view import CursorView

if TYPE_CHECKING:
    from textual.pilot import Pilot

THINGS, TALL, HEADS = 60, 3, 2
"""Sixty things of three lines each under two heads."""


class Things(CursorView):
    """Lines that say their place."""

    def on_mount(self) -> None:
        self.fill(THINGS)

    def fill(self, count: int) -> None:
        self.lay(range(0, count * TALL, TALL), lines=count * TALL, width=20, heads=HEADS)

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(f"line {y}")])


class Shown(App[None]):
    """Those things alone; it counts what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.moves = self.chosen = 0

    def compose(self) -> ComposeResult:
        yield Things()

    def on_cursor_view_moved(self) -> None:
        self.moves += 1

    def on_cursor_view_chosen(self) -> None:
        self.chosen += 1


KEYS = (
    (("up", "pageup", "ctrl+u"), 0), (("down",), 1), (("j", "j"), 3), (("k", "up"), 1), (("pagedown",), 7),
    (("ctrl+f",), 13), (("ctrl+b",), 7), (("pageup",), 1), (("ctrl+d",), 4), (("ctrl+u",), 1), (("end",), 59),
    (("pagedown", "down"), 59), (("home",), 0), (("ctrl+e",), 59), (("ctrl+a",), 0),
)  # fmt: skip
"""Keys, one after the other, and where the cursor is after them; a page is 18 lines."""


def test_keys_and_mouse_move_the_cursor_and_it_stays_in_sight() -> None:
    app = Shown()

    async def script(pilot: Pilot[None]) -> None:
        view = app.query_one(Things)
        view.focus()
        for keys, place in KEYS:
            await pilot.press(*keys)
            await pilot.pause()
            assert (keys, view.cursor) == (keys, place)
            top = round(view.scroll_y)
            assert top <= place * TALL
            assert place * TALL + TALL <= top + 20 - HEADS
        moves = app.moves
        await pilot.click(view, offset=(3, 0))
        await pilot.click(view, offset=(3, 1))
        assert view.cursor == 0
        await pilot.click(view, offset=(3, HEADS + 4))
        assert (view.cursor, app.chosen) == (1, 0)
        await pilot.click(view, offset=(3, HEADS + 7), times=2)
        await pilot.pause()
        assert (view.cursor, app.chosen, app.moves - moves) == (2, 1, 2)
        view.scroll_down(animate=False)
        await pilot.pause()
        assert view.cursor == 2
        await pilot.click(view, offset=(3, HEADS))
        assert view.cursor == round(view.scroll_y) // TALL
        view.fill(0)
        view.cursor = 0
        await pilot.press("down", "pagedown", "end", "home")
        await pilot.click(view, offset=(3, HEADS))
        assert view.cursor == 0

    async def run() -> None:
        async with app.run_test(size=(24, 20)) as pilot:
            await pilot.pause()
            await script(pilot)

    asyncio.run(run())
