"""How tests look at one screen: in an application of its own, on a terminal of a given size."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fixtures.flows.make_flows import CAPTURES
from siptrace.trace import open_trace
from siptrace.tui.base import SettledApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot
    from textual.screen import Screen

    from siptrace.trace import Trace

__all__ = ["Shown", "flow", "leaves", "lines", "see", "show"]


class Shown(SettledApp[None]):
    """An application with one screen."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.first = screen

    def on_mount(self) -> None:
        self.push_screen(self.first)


def flow(name: str) -> Trace:
    """Return the capture of a reference flow as a trace."""
    return open_trace(str(CAPTURES / f"{name}.udp4.pcap"))


def show(
    screen: Screen[Any], script: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    """Run a script of keys on a screen."""
    app = Shown(screen)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            await script(pilot)

    asyncio.run(run())


def see(screen: Screen[Any], *keys: str, size: tuple[int, int] = (80, 24)) -> list[str]:
    """Return what is on a terminal after some keys, line by line."""
    seen: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        seen.extend(lines(pilot))

    show(screen, script, size)
    return seen


def leaves(screen: Screen[Any], *keys: str) -> bool:
    """Return whether keys lead away from a screen."""
    left: list[bool] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        left.append(screen not in pilot.app.screen_stack)

    show(screen, script)
    return left == [True]


def lines(pilot: Pilot[None]) -> list[str]:
    """Return the text of the terminal, line by line."""
    return [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]
