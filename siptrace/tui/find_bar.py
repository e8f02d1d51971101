"""The line that asks for a text to find."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from siptrace.tui.steady import SteadyLine, SteadyText

__all__ = ["FindBar"]


class FindBar(SteadyLine):
    """A line that is there when it is asked for; what was typed comes as `Wanted`."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        display: none;
        & > Static { width: auto; padding: 0 1; text-style: bold; }
        & > Input, & > Input:focus { border: none; height: 1; padding: 0; width: 1fr; background: $surface; }
    }
    """

    class Wanted(Message):
        """A text is to be found."""

        def __init__(self, text: str) -> None:
            """Carry it."""
            super().__init__()
            self.text = text

    def compose(self) -> ComposeResult:
        """Make the line."""
        yield SteadyText("Find:", markup=False)
        yield Input(placeholder="text in the messages      (Enter: find, Esc: leave)")

    def ask(self) -> None:
        """Show the line and take the keys."""
        self.display = True
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the text over."""
        event.stop()
        self.post_message(self.Wanted(event.value))
