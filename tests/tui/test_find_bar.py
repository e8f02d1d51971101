"""The line that asks for a text."""

from __future__ import annotations

import asyncio

from textual.app import App, ComposeResult

from siptrace.tui.find_bar import FindBar


class Asking(App[None]):
    """The line alone."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[str] = []

    def compose(self) -> ComposeResult:
        yield FindBar()

    def on_find_bar_wanted(self, message: FindBar.Wanted) -> None:
        self.wanted.append(message.text)


def test_it_is_there_when_it_is_asked_for_and_hands_the_text_over() -> None:
    app = Asking()

    async def run() -> None:
        async with app.run_test() as pilot:
            bar = app.query_one(FindBar)
            hidden = not bar.display
            bar.ask()
            await pilot.press("b", "y", "e", "enter")
            assert (hidden, bar.display) == (True, True)
            assert app.wanted == ["bye"]

    asyncio.run(run())
