"""Lists to choose from: the keys that move in them, and a cross where something is ticked, and only there."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult

from siptrace.tui.ticks import Choices, Ticks


class Some(App[None]):
    """Three texts to tick, and ten to choose from."""

    def compose(self) -> ComposeResult:
        yield Ticks(("a", "a"), ("b", "b"), ("c", "c"))
        yield Choices(*map(str, range(10)))


def test_a_cross_only_where_something_is_ticked() -> None:
    async def run() -> list[list[str]]:
        app = Some()
        async with app.run_test(size=(40, 20)) as pilot:
            app.query_one(Ticks).select("b")
            await pilot.pause()
            return [strip.text.strip("▊▎ ").split() for strip in app.screen._compositor.render_strips()[1:4]]

    assert asyncio.run(run()) == [["▐", "▌", "a"], ["▐X▌", "b"], ["▐", "▌", "c"]]


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("down j j k", 2),
        ("end", 9),
        ("ctrl+e ctrl+a", 0),
        ("up", 0),
        ("end down", 9),
        ("pagedown", 5),
        ("ctrl+d ctrl+d ctrl+u", 2),
        ("end pageup", 4),
    ],
)
def test_the_keys_that_move(keys: str, place: int) -> None:
    async def run() -> int | None:
        app = Some()
        async with app.run_test(size=(40, 20)) as pilot:
            choices = app.query_one(Choices)
            choices.styles.height = 7
            choices.focus()
            await pilot.pause()
            await pilot.press(*keys.split())
            return choices.highlighted

    assert asyncio.run(run()) == place
