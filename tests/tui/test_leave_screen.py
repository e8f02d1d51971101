"""Whether to leave: asked once, answered with the keys that sngrep has for it."""

from __future__ import annotations

import asyncio

import pytest

from siptrace.tui.base import SettledApp
from siptrace.tui.leave_screen import LeaveScreen
from tests.tui.showing import lines


class Asking(SettledApp[None]):
    """An application that asks at once."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[bool | None] = []

    def on_mount(self) -> None:
        self.push_screen(LeaveScreen(), self.answers.append)


@pytest.mark.parametrize(("key", "leave"), [("enter", True), ("y", True), ("q", True), ("escape", False), ("n", False)])
def test_answers(key: str, leave: bool) -> None:
    app = Asking()

    async def run() -> None:
        async with app.run_test(size=(60, 20)) as pilot:
            assert "Leave siptrace?  Enter: yes   Esc: no" in "\n".join(lines(pilot))
            await pilot.press(key)

    asyncio.run(run())
    assert app.answers == [leave]
