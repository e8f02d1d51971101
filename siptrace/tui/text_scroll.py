"""A long text to scroll in, with the keys that move everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from siptrace.tui.actions import bindings
from siptrace.tui.steady import SteadyScroll

if TYPE_CHECKING:
    from textual.binding import BindingType

__all__ = ["TextScroll"]


class TextScroll(SteadyScroll, inherit_bindings=False):
    """What is in it is scrolled by lines and pages."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("move"))

    def action_move(self, by: int) -> None:
        """Scroll by some lines."""
        self.scroll_relative(y=by, animate=False)

    def action_page(self, pages: float) -> None:
        """Scroll by pages."""
        self.scroll_relative(y=int(pages * self.scrollable_content_region.height), animate=False)
