"""The keys of a screen, made from the registry of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from siptrace.tui.actions import actions_of, shown_key

if TYPE_CHECKING:
    from textual.binding import BindingType

__all__ = ["HelpScreen"]

_MOVING = (
    ("Up Down  k j", "Move"),
    ("PgUp PgDn  ^B ^F", "Move by a page"),
    ("^U ^D", "Move by half a page"),
    ("Home End  ^A ^E", "Go to the first or the last"),
)


class HelpScreen(ModalScreen[None]):
    """What the keys do; any key that leaves a screen leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,Q,f1,h,question_mark,enter", "dismiss", "Back")]

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 78; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                                background: $surface; padding: 0 1; }
    """

    def __init__(self, place: str) -> None:
        """Take the screen that the help is about."""
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Make the list."""
        lines = [(" ".join(dict.fromkeys(map(shown_key, a.keys))), a.meaning) for a in actions_of(self._place)]
        text = Text()
        for keys, meaning in (*lines, *_MOVING):
            text.append(f"{keys:<20}", "bold")
            text.append(f"{meaning}\n")
        with VerticalScroll():
            yield Static(text)
