"""One message on the whole screen, as it is or explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from siptrace.tui.actions import bindings
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.message_view import MessageView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.reconstruct.model import TracedMessage
    from siptrace.trace import Trace

__all__ = ["MessageScreen"]


class MessageScreen(Screen[int]):
    """A message out of some; `numbers` are those of its neighbours, which are a key away."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("message"))

    def __init__(self, trace: Trace, number: int, numbers: Sequence[int] = (), find: str = "") -> None:
        """Take the message by its number, and its neighbours; what is looked for is highlighted."""
        super().__init__()
        self.trace, self.find = trace, find
        self.numbers = list(numbers) or [number]
        self.place = self.numbers.index(number)
        self.explaining = False

    @property
    def message(self) -> TracedMessage:
        """The message that is shown."""
        return self.trace.message(self.numbers[self.place])

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield MessageView()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the message."""
        self.query_one(MessageView).focus()
        self._show()

    def action_explain(self) -> None:
        """Explain the message, or show it as it is."""
        self.explaining = not self.explaining
        self._show()

    def action_next(self) -> None:
        """Show the next message."""
        self._turn(1)

    def action_previous(self) -> None:
        """Show the message before."""
        self._turn(-1)

    def action_save(self) -> None:
        """Save the message."""
        from siptrace.tui.save_screen import SaveScreen  # noqa: PLC0415
        from siptrace.tui.saving import message_offer  # noqa: PLC0415

        self.app.push_screen(SaveScreen(self.trace, [message_offer(self.message)]))

    def action_back(self) -> None:
        """Go back, with the number of the message that was shown last."""
        self.dismiss(self.numbers[self.place])

    def _turn(self, by: int) -> None:
        """Go to another message, if there is one."""
        place = self.place + by
        if 0 <= place < len(self.numbers):
            self.place = place
            self._show()
        else:
            self.app.clear_notifications()
            self.notify(f"This is the {'last' if by > 0 else 'first'} message.", timeout=2)

    def _show(self) -> None:
        """Show the message as is wanted."""
        view, message = self.query_one(MessageView), self.message
        if self.explaining:
            view.explain(message, self.find)
        else:
            view.show(message, find=self.find)
