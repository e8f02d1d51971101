"""Two messages side by side: signs between them and colours say what differs."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from siptrace.tui.actions import bindings
from siptrace.tui.compare import Part, Row, Sign, compare
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.message_view import place_of
from siptrace.tui.text_scroll import TextScroll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.binding import BindingType

    from siptrace.trace import Trace

__all__ = ["DiffScreen", "side_by_side", "summary"]

_STYLES = {
    Sign.SAME: "",
    Sign.VARIES: "dim",
    Sign.DIFFERENT: "bold $text-warning",
    Sign.LEFT: "bold $text-error",
    Sign.RIGHT: "bold $text-success",
}

_SAID = {
    Sign.DIFFERENT: "{} different",
    Sign.LEFT: "{} on the left only",
    Sign.RIGHT: "{} on the right only",
    Sign.VARIES: "{} that always differ",
}

_BETWEEN = 3
"""Cells between the messages: the sign with a blank on either side."""

_LEAST = 4
"""Cells that a message has in any case."""


def summary(rows: list[Row]) -> str:
    """Return how many lines differ, and how."""
    count = {sign: sum(row.sign is sign for row in rows) for sign in Sign}
    said = [f"{sign} {words.format(count[sign])}" for sign, words in _SAID.items() if count[sign]]
    return ", ".join(said) or "The messages are equal."


def side_by_side(rows: list[Row], width: int) -> Content:
    """Return rows as lines of two columns; long texts go on in the next line."""
    room = max((width - _BETWEEN) // 2, _LEAST)
    return Content("\n").join(line for row in rows for line in _lines(row, room))


def _lines(row: Row, room: int) -> Iterator[Content]:
    """Yield the lines of one row."""
    sides = [_text(row, side).fold(room) for side in (row.left, row.right)]
    sign = Content.styled(f" {row.sign.value} ", _STYLES[row.sign])
    for left, right in zip_longest(*sides, fillvalue=Content("")):
        yield Content.assemble(left.pad_right(max(room - left.cell_length, 0)), sign, right)


def _text(row: Row, side: tuple[Part, ...]) -> Content:
    """Return one side of a row in colours; what always differs, and all of a line that has nothing else, is dim."""
    base = "dim" if row.sign is Sign.VARIES else ""
    return Content.assemble(*((part.text, _STYLES[part.sign] or base) for part in side))


class DiffScreen(Screen[None]):
    """Two messages of a trace, compared."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("diff"))

    CSS = """
    DiffScreen #summary { height: auto; text-style: bold; background: $boost; }
    DiffScreen #places { height: auto; text-style: bold; }
    DiffScreen #rows { height: auto; }
    DiffScreen TextScroll { scrollbar-size: 1 1; scrollbar-gutter: stable; }
    """

    def __init__(self, trace: Trace, first: int, second: int) -> None:
        """Take two messages by their numbers."""
        super().__init__()
        self._take(trace, first, second)

    def _take(self, trace: Trace, first: int, second: int) -> None:
        """Take two messages, and compare them."""
        self.messages = (trace.message(first), trace.message(second))
        self.rows = compare(self.messages[0].sip, self.messages[1].sip)
        self.all = True

    def open(self, trace: Trace, first: int, second: int) -> None:
        """Show two other messages, as if the screen was new."""
        self._take(trace, first, second)
        self.query_one(TextScroll).scroll_home(animate=False)
        self._begin()
        self._show()

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield Static(id="summary", markup=False)
        with TextScroll():
            yield Static(id="places", markup=False)
            yield Static(id="rows", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the text."""
        self._begin()

    def _begin(self) -> None:
        """Go to the text."""
        self.query_one(TextScroll).focus()

    def on_resize(self, _: events.Resize) -> None:
        """Lay the lines out for the new width."""
        self.call_after_refresh(self._show)

    def action_all(self) -> None:
        """Show what always differs, or hide it."""
        self.all = not self.all
        self._show()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def _show(self) -> None:
        """Show the lines that are wanted."""
        width = self.query_one(TextScroll).scrollable_content_region.width
        shown = [row for row in self.rows if self.all or row.sign is not Sign.VARIES]
        hidden = " (hidden)" if len(shown) < len(self.rows) else ""
        self.query_one("#summary", Static).update(summary(self.rows) + hidden)
        places = [Row(Sign.SAME, *((Part(line, Sign.SAME),) for line in pair)) for pair in self._places()]
        self.query_one("#places", Static).update(side_by_side(places, width))
        self.query_one("#rows", Static).update(side_by_side(shown, width))

    def _places(self) -> Iterator[tuple[str, str]]:
        """Yield the lines that say where the messages stand."""
        left, right = (place_of(message).split("\n") for message in self.messages)
        yield from zip(left, right, strict=True)
        yield ("", "")
