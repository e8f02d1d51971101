"""The line between two panes tells where it is dragged to, and nothing else."""

from __future__ import annotations

import asyncio

from textual.app import App, ComposeResult
from textual.widgets import Static

from siptrace.tui.divider import Divider


class Two(App[None]):
    """Two panes with a divider between them."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        yield Static("above")
        yield Divider()
        yield Static("below")

    def on_divider_dragged(self, message: Divider.Dragged) -> None:
        self.places.append((message.x, message.y))


def test_it_tells_where_it_is_dragged_to_while_it_is_held() -> None:
    app = Two()

    async def run() -> None:
        async with app.run_test(size=(40, 10)) as pilot:
            await pilot.hover(Divider)
            await pilot.hover(offset=(5, 6))
            assert app.places == []
            await pilot.mouse_down(Divider)
            for place in ((5, 6), (7, 3)):
                await pilot.hover(offset=place)
            await pilot.mouse_up(offset=(7, 3))
            await pilot.hover(offset=(9, 9))
            assert list(dict.fromkeys(app.places)) == [(5, 6), (7, 3)]

    asyncio.run(run())
