"""The line between two panes, which the mouse can drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from siptrace.tui.steady import Steady

if TYPE_CHECKING:
    from textual import events

__all__ = ["Divider"]


class Divider(Steady):
    """A line of one cell, across (`wide`) or along; while it is dragged it tells where the mouse is."""

    DEFAULT_CSS = """
    Divider {
        width: 100%;
        height: 1;
        border-top: solid $primary;
        &.wide { width: 1; height: 100%; border-top: none; border-left: solid $primary; }
        &:hover { border-top: heavy $accent; }
        &.wide:hover { border-top: none; border-left: heavy $accent; }
    }
    """

    class Dragged(Message):
        """The mouse has taken the line to a place on the screen."""

        def __init__(self, x: int, y: int) -> None:
            """Carry the place."""
            super().__init__()
            self.x, self.y = x, y

    def on_mouse_down(self) -> None:
        """Begin."""
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go where the mouse goes."""
        if self.app.mouse_captured is self:
            self.post_message(self.Dragged(round(event.screen_x), round(event.screen_y)))

    def on_mouse_up(self) -> None:
        """End."""
        self.release_mouse()
