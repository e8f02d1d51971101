"""Lists to choose from, with the keys that move everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import OptionList, SelectionList

from siptrace.tui.actions import bindings

if TYPE_CHECKING:
    from textual.binding import BindingType

__all__ = ["Choices", "Ticks"]


class Choices(OptionList, inherit_bindings=False):
    """Texts with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("move"))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.highlighted = max(0, min((self.highlighted or 0) + by, self.option_count - 1))

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self.action_move(int(pages * self.size.height))


class Ticks(SelectionList[str], Choices, inherit_bindings=False):
    """Texts to tick; a cross stands only where something is ticked, so that no colour is needed to see it."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("move"))

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen: the box (its left, what is in it, its right), and the text."""
        strip = super().render_line(y)
        place = self.scroll_offset.y + y
        if place >= self.option_count or self.get_option_at_index(place).value in self.selected:
            return strip
        left, cross, *rest = strip
        return Strip([left, Segment(" ", cross.style), *rest], strip.cell_length)
