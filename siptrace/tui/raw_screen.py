"""All messages of a call as they are, one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from siptrace.render.explain import raw_text
from siptrace.tui.actions import bindings
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.message_view import MessageView, coloured, place_of
from siptrace.tui.settings import settings_in

if TYPE_CHECKING:
    from textual.binding import BindingType

    from siptrace.trace import Trace

__all__ = ["RawScreen"]

_MOST = 500
"""Messages that are shown; a call of more is a matter for `siptrace messages`."""


class RawScreen(Screen[None]):
    """The messages of a call."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("raw"))

    def __init__(self, trace: Trace, call: int) -> None:
        """Take the call by its number from 1; raises UsageError when there is no such call."""
        super().__init__()
        self.trace = trace
        self._call = trace.call(call)

    def open(self, trace: Trace, call: int) -> None:
        """Show the messages of another call, as if the screen was new."""
        self.trace, self._call = trace, trace.call(call)
        self._show()

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield MessageView()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the messages."""
        self._show()

    def _show(self) -> None:
        """Show the messages."""
        view = self.query_one(MessageView)
        messages, more = self._call.messages[:_MOST], len(self._call.messages) - _MOST
        texts = [
            Content.styled(f"{place_of(one)}\n", "bold reverse").append(coloured(raw_text(one.raw))) for one in messages
        ]
        view.say("", [], Content("\n").join([*texts, *([Content(f"... and {more} more")] if more > 0 else [])]))
        view.focus()

    def action_save(self) -> None:
        """Save the messages."""
        from siptrace.tui.save_screen import SaveScreen  # noqa: PLC0415
        from siptrace.tui.saving import RAW, calls_offers  # noqa: PLC0415

        offers = calls_offers(self.trace, [self._call.n], settings_in(self.app).aliases)
        self.app.push_screen(SaveScreen(self.trace, offers, RAW))

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()
        self.query_one(MessageView).say("")  # the screen stays, and messages take room
