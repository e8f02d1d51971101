"""The keys of a screen, made from the registry of actions: the user's own where they were bound anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from siptrace.tui.actions import bindings
from siptrace.tui.findings import LEAVES, MALFORMED
from siptrace.tui.keymap import actions_in, bound
from siptrace.tui.keys import shown_keys
from siptrace.tui.settings import settings_in
from siptrace.tui.text_scroll import TextScroll

if TYPE_CHECKING:
    from textual.binding import BindingType

__all__ = ["HelpScreen"]

_SIGNS = {
    "list": {"*": "The call is selected"},
    "ladder": {
        LEAVES: "The message leaves the reference flow; beside it stands how, and why that matters",
        MALFORMED: "Something in the message breaks the rules",
        "↺": "It was sent again",
        "a b c": "Its dialog, where an INVITE forked, or colours stand for dialogs",
    },
    "diff": {"≠": "The line differs", "~": "It differs in any two messages", "< >": "It is on that side alone"},
}
"""What signs on a screen mean, by its place."""

_KEYS = 18
"""Cells for the keys of an action."""


class HelpScreen(ModalScreen[None]):
    """What the keys do; any key that leaves a screen leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("help"))

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen TextScroll { width: 78; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                                background: $surface; padding: 0 1; }
    """

    def __init__(self, place: str) -> None:
        """Take the screen that the help is about."""
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Make the list."""
        has = bound(settings_in(self.app).keys)
        text = Table.grid(padding=(0, 2))
        text.add_column(width=_KEYS, style="bold")
        text.add_column()
        for place in (self._place, "app"):
            for name, action in actions_in(place):
                if keys := shown_keys(has[name]):
                    text.add_row(Text(keys), Text(action.meaning))
        for sign, said in _SIGNS.get(self._place, {}).items():
            text.add_row(Text(sign), Text(said))
        text.add_row("", "Other keys, colours, columns, names of addresses: F8 in the list")
        with TextScroll():
            yield Static(text)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()
