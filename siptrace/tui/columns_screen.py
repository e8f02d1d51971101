"""Which columns the list has, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.widgets.option_list import Option

from siptrace.tui.actions import bindings
from siptrace.tui.columns import COLUMNS, DEFAULT
from siptrace.tui.settings import keys_of
from siptrace.tui.steady import steady_bar
from siptrace.tui.ticks import Choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

__all__ = ["ColumnsScreen"]


class ColumnsScreen(ModalScreen[list[str] | None]):
    """A list of columns to tick and move; it returns the names in their order, None when nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("columns"))

    CSS = """
    ColumnsScreen { align: center middle; }
    ColumnsScreen > Vertical { width: 76; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                               background: $surface; padding: 0 1; }
    ColumnsScreen Choices { height: auto; max-height: 22; border: none; scrollbar-gutter: stable; }
    """

    class Kept(Message):
        """These columns are to be shown from now on, in this order."""

        def __init__(self, columns: list[str]) -> None:
            """Carry their names."""
            super().__init__()
            self.columns = columns

    def __init__(self, shown: Sequence[str]) -> None:
        """Take the columns that are shown."""
        super().__init__()
        self._take(shown)

    def open(self, shown: Sequence[str]) -> None:
        """Begin with other columns, as if the screen was new."""
        before = self.shown, self.order
        self._take(shown)
        if (self.shown, self.order) == before:
            self.query_one(Choices).highlighted = 0
        else:
            self._fill(0)

    def _take(self, shown: Sequence[str]) -> None:
        """Take the columns that are shown; the others come after them."""
        self.shown = set(shown)
        self.order = [*shown, *(name for name in COLUMNS if name not in self.shown)]

    def compose(self) -> ComposeResult:
        """Make the list."""
        with Vertical():
            key = keys_of(self.app, "columns")
            yield Static(
                f"{key['tick']} ticks, {key['earlier']} and {key['later']} move up and down, {key['default']} as at "
                f"first, {key['keep']} shows and keeps them, {key['apply']} shows, {key['back']} leaves"
            )
            yield Choices(*self._options())

    def on_mount(self) -> None:
        """Begin with the first one."""
        steady_bar(self.query_one(Choices))
        self.query_one(Choices).highlighted = 0

    def action_back(self) -> None:
        """Leave the columns as they are."""
        self.dismiss(None)

    def action_apply(self) -> None:
        """Return the columns that are ticked; at least one."""
        self.dismiss(self._ticked or None)

    def action_keep(self) -> None:
        """Return the columns that are ticked, and have them at the next start too; at least one."""
        if self._ticked:
            self.post_message(self.Kept(self._ticked))
            self.dismiss(self._ticked)

    def action_tick(self) -> None:
        """Show the column, or no longer."""
        place = self._place
        self.shown ^= {self.order[place]}
        self._fill(place)

    def action_shift(self, step: int) -> None:
        """Move the column."""
        place = self._place
        to = max(0, min(place + step, len(self.order) - 1))
        self.order.insert(to, self.order.pop(place))
        self._fill(to)

    def action_default(self) -> None:
        """Take the columns of the beginning."""
        self.open(DEFAULT)

    @property
    def _ticked(self) -> list[str]:
        return [name for name in self.order if name in self.shown]

    @property
    def _place(self) -> int:
        return self.query_one(Choices).highlighted or 0

    def _fill(self, place: int) -> None:
        """Write the list anew, with the cursor at a place."""
        shown = self.query_one(Choices)
        shown.clear_options()
        shown.add_options(self._options())
        shown.highlighted = place

    def _options(self) -> list[Option]:
        """Return a line for each column."""
        return [
            Option(f"{'☒' if name in self.shown else '☐'} {COLUMNS[name].head:<10} {COLUMNS[name].meaning}")
            for name in self.order
        ]
