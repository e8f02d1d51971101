"""A long text: the keys that move everywhere scroll it."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from siptrace.tui.text_scroll import TextScroll


class Long(App[None]):
    """A text of a hundred lines."""

    def compose(self) -> ComposeResult:
        with TextScroll():
            yield Static("\n".join(map(str, range(100))))


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        ("down j j k", 2),
        ("end", 80),
        ("ctrl+e up", 79),
        ("end home down", 1),
        ("up", 0),
        ("pagedown ctrl+f", 40),
        ("pagedown ctrl+b", 0),
        ("ctrl+d", 10),
        ("end ctrl+u", 70),
    ],
)
def test_the_keys_that_move(keys: str, top: int) -> None:
    async def run() -> float:
        app = Long()
        async with app.run_test(size=(40, 20)) as pilot:
            app.query_one(TextScroll).focus()
            await pilot.press(*keys.split())
            await pilot.pause()
            return app.query_one(TextScroll).scroll_y

    assert asyncio.run(run()) == top
