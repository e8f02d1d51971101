"""Things under each other with a cursor on one of them: keys and mouse move it, and it stays in sight.

A thing takes one line or more; `firsts` are the lines where things begin. Lines are drawn by whoever derives from this.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from siptrace.tui.actions import bindings
from siptrace.tui.steady import steady_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

__all__ = ["CURSOR", "CursorView"]

CURSOR = Style(reverse=True, bold=True)
"""What sets the line under the cursor apart: no colour, so that it is seen without any."""


class CursorView(ScrollView, can_focus=True):
    """Things with a cursor; what derives from it calls `lay`, and draws in `render_line`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("move"),
        Binding("left", "scroll_left", "Left", show=False),
        Binding("right,l", "scroll_right", "Right", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another thing, or on none."""

    class Chosen(Message):
        """The thing under the cursor was clicked once more."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        """Make a view of nothing."""
        super().__init__(id=id)
        self.cursor = 0
        self.heads = 0
        self._firsts: Sequence[int] = ()
        self._lines = 0

    def on_mount(self) -> None:
        """Have the bar to scroll with laid out once."""
        steady_bar(self)

    def lay(self, firsts: Sequence[int], *, lines: int, width: int, heads: int) -> None:
        """Take where things begin among so many lines, under heads that stay; the cursor stays in sight."""
        self._firsts, self._lines, self.heads = firsts, lines, heads
        self.virtual_size = Size(width, heads + lines)
        self._follow()
        self.refresh()

    def go(self, place: int) -> None:
        """Put the cursor on the thing at a place, or on the first or last one."""
        place = max(0, min(place, len(self._firsts) - 1))
        if place != self.cursor:
            self._refresh_cursor()
            self.cursor = place
            self._refresh_cursor()
            self.post_message(self.Moved())
        self._follow()

    # -- actions

    def action_move(self, by: int) -> None:
        """Go so many things down."""
        self.go(self.cursor + by)

    def action_page(self, pages: float) -> None:
        """Go so many pages down, by one thing at least."""
        if not self._firsts:
            return
        by = round(self._room * pages)
        place = bisect_right(self._firsts, self._firsts[self.cursor] + by) - 1
        self.go(min(place, self.cursor - 1) if by <= 0 else max(place, self.cursor + 1))

    # -- the screen

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on what was clicked; a double click chooses it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.heads:
            return
        place = self.thing_at(offset.y - self.heads + round(self.scroll_y))
        if place is None:
            return
        self.go(place)
        if event.chain > 1:
            self.post_message(self.Chosen())

    def thing_at(self, line: int) -> int | None:
        """Return the thing that a line belongs to, None for none."""
        return bisect_right(self._firsts, line) - 1 if line < self._lines and self._firsts else None

    @property
    def _room(self) -> int:
        """The lines that are on the screen under the heads."""
        return max(1, self.scrollable_content_region.height - self.heads)

    def _follow(self) -> None:
        """Scroll so that the thing under the cursor is on the screen, with its lines."""
        if not self._firsts or not self.is_mounted:
            return
        begin = self._firsts[self.cursor]
        last = self.cursor + 1 == len(self._firsts)
        end = self._lines if last else self._firsts[self.cursor + 1]
        top = round(self.scroll_y)
        if end > top + self._room:
            top = end - self._room
        top = min(top, begin)
        self.scroll_to(y=top if self.cursor else 0, animate=False, immediate=True)

    def _refresh_cursor(self) -> None:
        """Draw the line under the cursor anew."""
        if self.cursor < len(self._firsts):
            y = self._firsts[self.cursor] - round(self.scroll_y) + self.heads
            self.refresh(Region(0, y, self.size.width, 1))
