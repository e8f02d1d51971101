"""A key that changes the size of something lays the screen out once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from siptrace.tui.steady import Steady, SteadyText
from tests.tui.driving import drive

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import Screen

    from siptrace.errors import SiptraceError

PAUSE = 0.2


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ((), "f3"),
        (("f3",), "escape"),
        (("f3",), "c"),
        ((), "W"),
        (("W",), "W"),
        (("enter",), "m"),
        (("enter", "m"), "m"),
        (("enter",), "down"),
        (("enter",), "d"),
        (("enter",), "slash"),
    ],
)
def test_keys_that_change_sizes(before: tuple[str, ...], key: str) -> None:
    laid_out: list[Screen[object]] = []

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press(*before)
        await pilot.pause(PAUSE)
        pilot.app.screen.screen_layout_refresh_signal.subscribe(pilot.app.screen, laid_out.append)
        await pilot.press(key)
        await pilot.pause(PAUSE)

    drive(script, size=(120, 40))
    assert len(laid_out) <= 1


class Box(Vertical, Steady):
    """A box that is as high as what is in it."""

    DEFAULT_CSS = "Box { height: auto; } Box > Static { height: auto; }"


class Boxed(App[None]):
    """A text in a box, and one below it."""

    def compose(self) -> ComposeResult:
        with Box():
            yield SteadyText("one", id="text")
        yield Static("below", id="below")


def test_a_steady_widget_has_the_size_that_it_needs() -> None:
    async def run() -> None:
        app = Boxed()
        async with app.run_test(size=(40, 20)) as pilot:
            below, text, box = app.query_one("#below"), app.query_one("#text", Static), app.query_one(Box)
            for lines in (1, 5, 2, 19, 1):
                text.update("\n".join("a" * lines))
                await pilot.pause()
                assert {text.size.height, box.virtual_size.height, below.region.y} == {lines}

    asyncio.run(run())
