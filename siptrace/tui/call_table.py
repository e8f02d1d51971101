"""The list of calls on the screen: virtual rows, so that a hundred thousand calls scroll like ten.

A row is made when it comes into sight and kept until the list changes. The head stays on top.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from siptrace.render.cells import pad
from siptrace.tui.actions import bindings
from siptrace.tui.columns import COLUMNS, DEFAULT, GIVES_WAY, WIDE_ONLY, cell
from siptrace.tui.settings import keys_of
from siptrace.tui.steady import steady_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from siptrace.tui.columns import CallRows

__all__ = ["CallTable"]

_GAP = "  "
_MARK, _NO_MARK = "*", " "
_HINT = 2
"""The line of an empty list that says why."""

_MUCH = 8
"""Cells that every elastic column has left over before another one gets all that it would like."""

_LEAST = 6
"""Cells that an elastic column keeps."""


class CallTable(ScrollView, can_focus=True):
    """Rows of calls with a cursor and marks; `shown` are the calls (from 0) in their order, `columns` what of them."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("move")]

    COMPONENT_CLASSES: ClassVar = {
        "calltable--head",
        "calltable--cursor",
        "calltable--marked",
        "calltable--unsuccessful",
    }

    DEFAULT_CSS = """
    CallTable { height: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    CallTable > .calltable--head { text-style: bold underline; }
    CallTable > .calltable--cursor { text-style: reverse; }
    CallTable > .calltable--marked { text-style: bold; color: $warning; }
    CallTable > .calltable--unsuccessful { color: $error; }
    """

    cursor: reactive[int] = reactive(0)

    class Chosen(Message):
        """A call was clicked twice."""

    class HeadClicked(Message):
        """The head of a column was clicked."""

        def __init__(self, column: str) -> None:
            """Carry its name."""
            super().__init__()
            self.column = column

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.rows: CallRows | None = None
        self.shown: Sequence[int] = range(0)
        self.columns: tuple[str, ...] = ()
        self.marked: set[int] = set()
        self.sorted_by: tuple[str, bool] = ("index", False)
        self._strips: dict[tuple[int, int, bool, bool], Strip] = {}
        self._widths: dict[str, int] = {}
        self._drawn = 0  # the cells of a line that the widths are for

    def on_mount(self) -> None:
        """Have the bar to scroll with laid out once."""
        steady_bar(self)

    @property
    def current(self) -> int | None:
        """The call under the cursor, None in an empty list."""
        return self.shown[self.cursor] if 0 <= self.cursor < len(self.shown) else None

    @property
    def seen(self) -> list[str]:
        """The columns that have room on the screen."""
        return list(self._widths)

    def show(self, rows: CallRows, shown: Sequence[int], columns: Sequence[str], current: int | None = None) -> None:
        """Show calls; the cursor goes to the current one, or stays on its call, or on the next that is still there."""
        place = self._place_in(shown, self.current if current is None else current)
        above = self.cursor - self.scroll_offset.y
        self.rows, self.shown, self.columns = rows, shown, tuple(columns)
        self.renew()
        self.virtual_size = Size(self._wide, len(shown) + 1)
        self.cursor = max(0, min(place, len(shown) - 1))
        if current is not None:
            self.call_after_refresh(self.scroll_to, y=self.cursor - above, animate=False, force=True)
        self.call_after_refresh(self._reveal)

    def _place_in(self, shown: Sequence[int], call: int | None) -> int:
        """Return where a call is among others; where it is not, the next one of this list that is, or the last one."""
        place = self.cursor
        if call is None or (place < len(shown) and shown[place] == call):
            return place
        if call not in shown:
            there = set(shown)
            near = chain(self.shown[place:], reversed(self.shown[:place]))
            call = next((other for other in near if other in there), None)
        return place if call is None else shown.index(call)

    def renew(self) -> None:
        """Draw everything anew."""
        self._strips.clear()
        self._drawn = self._wide
        self._widths = self._fitted()
        self.refresh()

    def toggle_mark(self) -> None:
        """Mark the call under the cursor, or no longer."""
        if self.current is not None:
            self.marked ^= {self.current}
            self.refresh()

    def watch_cursor(self) -> None:
        """Keep the cursor in sight."""
        self._reveal()
        self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(self.cursor + rows, len(self.shown) - 1))

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self.action_move(int(pages * max(self.size.height - 2, 1)))

    def on_resize(self) -> None:
        """Share the new room among the columns."""
        self.virtual_size = Size(self._wide, len(self.shown) + 1)
        if self._wide != self._drawn:
            self.renew()
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to what was clicked, twice opens it; the head of a column is for whoever sorts."""
        row = event.y - 1 + self.scroll_offset.y
        if event.y == 0 and (column := self._column_at(event.x)):
            self.post_message(self.HeadClicked(column))
        elif event.y > 0 and 0 <= row < len(self.shown):
            self.cursor = row
            if event.chain >= 2:
                self.post_message(self.Chosen())

    @property
    def _wide(self) -> int:
        """The cells of a line."""
        return self.scrollable_content_region.width

    def _reveal(self) -> None:
        """Scroll until the cursor is in sight, below the head."""
        top, room = self.scroll_offset.y, max(self.size.height - 1, 1)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + room:
            self.scroll_to(y=self.cursor - room + 1, animate=False, force=True)

    def _column_at(self, x: int) -> str:
        """Return the column at a cell of a line, "" where there is none."""
        end = 2
        for name, width in self._widths.items():
            end += width + len(_GAP)
            if x < end:
                return name
        return ""

    def _fitted(self) -> dict[str, int]:
        """Return the width of each column: elastic ones share what is left over, or what is missing."""
        if self.rows is None:
            return {}
        widths = {name: self.rows.width(name) for name in self.columns}
        if (by := self.sorted_by[0]) in widths:  # the sign beside its head needs room
            widths[by] = max(widths[by], len(COLUMNS[by].head) + 1)
        few = self._left(widths) < _MUCH * sum(COLUMNS[name].elastic for name in widths)
        for name in WIDE_ONLY if few and self.columns == DEFAULT else ():
            widths.pop(name, None)
        for name in GIVES_WAY:
            if len(widths) > 1 and self._left(widths) < 0:
                widths.pop(name, None)
        room = self._left(widths)
        elastic = [name for name in widths if COLUMNS[name].elastic]
        for name, width in widths.items():
            more = max(COLUMNS[name].most - width, 0)
            if room - more >= _MUCH * len(elastic):
                widths[name] = width + more
                room -= more
        for index, name in enumerate(elastic):
            share = room // (len(elastic) - index)
            wide = max(widths[name] + share, _LEAST)
            room -= wide - widths[name]
            widths[name] = wide
        return widths

    def _left(self, widths: dict[str, int]) -> int:
        """Return how many cells are left over by columns of these widths."""
        return self._wide - 2 - len(_GAP) * (len(widths) - 1) - sum(widths.values())

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        if y == 0:
            return self._head()
        if y == _HINT and self.rows and not self.shown:
            drops = keys_of(self.app, "list")["clear"]
            return self._line(f"  No call passes the filter; {drops} drops it.", self.rich_style)
        place = y - 1 + self.scroll_offset.y
        if self.rows is None or place >= len(self.shown):
            return Strip.blank(self._wide, self.rich_style)
        call = self.shown[place]
        marked, current = call in self.marked, place == self.cursor
        key = call, place, marked, current
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > 2000:
                self._strips.clear()
            strip = self._strips[key] = self._row(call, marked=marked, current=current)
        return strip

    def _row(self, call: int, *, marked: bool, current: bool) -> Strip:
        """Return the line of a call."""
        assert self.rows is not None  # noqa: S101  (a row was asked for)
        cells = [self._cell(name, cell(self.rows, name, call)) for name in self._widths]
        text = f"{_MARK if marked else _NO_MARK} {_GAP.join(cells)}"
        style = self.rich_style
        if self.rows.is_unsuccessful(call):
            style += self.get_component_rich_style("calltable--unsuccessful", partial=True)
        if marked:
            style += self.get_component_rich_style("calltable--marked", partial=True)
        if current:
            style += self.get_component_rich_style("calltable--cursor", partial=True)
        return self._line(text, style)

    def _head(self) -> Strip:
        """Return the heads of the columns, with a sign at the one that the list is sorted by."""
        heads = []
        name_sorted, down = self.sorted_by
        for name in self._widths:
            head = COLUMNS[name].head
            heads.append(self._cell(name, f"{head}{'▼' if down else '▲'}" if name == name_sorted else head))
        return self._line(f"  {_GAP.join(heads)}", self.get_component_rich_style("calltable--head"))

    def _cell(self, name: str, text: str) -> str:
        """Return a text as wide as its column."""
        padded = pad(text, self._widths[name])
        return padded if not COLUMNS[name].right else padded[len(padded.rstrip()) :] + padded.rstrip()

    def _line(self, text: str, style: Style) -> Strip:
        """Return a text as a line of the screen."""
        return Strip([Segment(text, style)]).adjust_cell_length(self._wide, style)
