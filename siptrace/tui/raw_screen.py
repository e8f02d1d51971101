"""All messages of a call as they are, one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from siptrace.render.cells import visible
from siptrace.render.times import clock
from siptrace.tui.actions import bindings

if TYPE_CHECKING:
    from textual.binding import BindingType

    from siptrace.reconstruct.model import Call

__all__ = ["RawScreen"]

_MOST = 500
"""Messages that are shown; a call of more is a matter for `siptrace messages`."""


class RawScreen(Screen[None]):
    """The messages of a call."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("any"))

    def __init__(self, call: Call) -> None:
        """Take the call."""
        super().__init__()
        self._call = call

    def compose(self) -> ComposeResult:
        """Make the text."""
        text = Text()
        for message in self._call.messages[:_MOST]:
            where = f"{message.transport.name} {message.src} → {message.dst}"
            text.append(f"{message.n}  {clock(message.time_ns)}  {visible(where)}\n", "bold reverse")
            lines = message.raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n").split("\n")
            text.append("\n".join(map(visible, lines)) + "\n\n")
        if len(self._call.messages) > _MOST:
            text.append(f"... and {len(self._call.messages) - _MOST} more", "italic")
        with VerticalScroll():
            yield Static(text)
        yield Footer()

    def action_help(self) -> None:
        """Show the keys."""
        from siptrace.tui.help_screen import HelpScreen  # noqa: PLC0415

        self.app.push_screen(HelpScreen("any"))

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss()
