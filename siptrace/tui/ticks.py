"""A list to tick in which a cross stands only where something is ticked: no colour is needed to see it."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import SelectionList

__all__ = ["Ticks"]


class Ticks(SelectionList[str]):
    """Texts to tick; Textual's own has a cross everywhere, and a colour for those that are ticked."""

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen: the box (its left, what is in it, its right), and the text."""
        strip = super().render_line(y)
        place = self.scroll_offset.y + y
        if place >= self.option_count or self.get_option_at_index(place).value in self.selected:
            return strip
        left, cross, *rest = strip
        return Strip([left, Segment(" ", cross.style), *rest], strip.cell_length)
