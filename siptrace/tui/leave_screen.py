"""Whether to leave: whoever presses Esc once too often would lose filter, marks and what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from siptrace.tui.actions import bindings
from siptrace.tui.settings import keys_of

if TYPE_CHECKING:
    from textual.binding import BindingType

__all__ = ["LeaveScreen"]


class LeaveScreen(ModalScreen[bool]):
    """Asks, and returns the answer."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("leave"))

    CSS = """
    LeaveScreen { align: center middle; }
    LeaveScreen > Static { width: auto; max-width: 100%; height: auto; border: round $primary; background: $surface;
                           padding: 0 2; }
    """

    def compose(self) -> ComposeResult:
        """Make the question."""
        key = keys_of(self.app, "leave")
        yield Static(f"Leave siptrace?  {key['leave']}: yes   {key['back']}: no", markup=False)

    def action_leave(self) -> None:
        """Say yes."""
        self.dismiss(True)

    def action_back(self) -> None:
        """Say no."""
        self.dismiss(False)
