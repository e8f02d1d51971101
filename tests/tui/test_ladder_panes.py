"""How ladder and message share the room: what fits, what somebody chose, and never nothing for one of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App, ComposeResult

from siptrace.tui.divider import Divider
from siptrace.tui.ladder_panes import Panes
from siptrace.tui.ladder_view import LadderView
from siptrace.tui.message_view import MessageView

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.geometry import Size
    from textual.pilot import Pilot


class Shared(App[None]):
    """The panes alone."""

    def compose(self) -> ComposeResult:
        yield Panes(self.size)

    def on_resize(self) -> None:
        self.query_one(Panes).fit(self.size)


def on(size: tuple[int, int], script: Callable[[Pilot[None], Panes], Awaitable[None]]) -> None:
    async def run() -> None:
        app = Shared()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await script(pilot, app.query_one(Panes))

    asyncio.run(run())


def room(panes: Panes) -> tuple[Size, Size]:
    """Return the room of ladder and message."""
    return panes.query_one(LadderView).outer_size, panes.query_one(MessageView).outer_size


def test_beside_each_other_and_dragged() -> None:
    async def script(pilot: Pilot[None], panes: Panes) -> None:
        ladder, message = room(panes)
        assert ladder.width + message.width == 119
        assert ladder.height == message.height == 30
        for x, expected in ((30, 30), (100, 100), (1, 24), (118, 102)):
            await pilot.mouse_down(Divider)
            await pilot.hover(offset=(x, 5))
            await pilot.mouse_up(offset=(x, 5))
            await pilot.pause()
            assert abs(panes.query_one(Divider).region.x - expected) <= 1
        panes.reset()
        await pilot.pause()
        assert room(panes) == (ladder, message)

    on((120, 30), script)


def test_below_each_other_and_dragged() -> None:
    async def script(pilot: Pilot[None], panes: Panes) -> None:
        ladder, message = room(panes)
        assert ladder.height + message.height == 23
        await pilot.mouse_down(Divider)
        await pilot.hover(offset=(40, 8))
        await pilot.mouse_up(offset=(40, 8))
        await pilot.pause()
        assert abs(panes.query_one(Divider).region.y - 8) <= 1
        panes.toggle()
        await pilot.pause()
        assert panes.query_one(LadderView).outer_size.height == 24
        assert not panes.query_one(Divider).display

    on((80, 24), script)
