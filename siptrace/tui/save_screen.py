"""The form that saves: it asks for the name of a file, whose end says the format, and has it written beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from siptrace.errors import SiptraceError
from siptrace.tui.actions import bindings
from siptrace.tui.saving import Offer, Stopped, Watch, save
from siptrace.tui.settings import keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.trace import Trace

__all__ = ["SaveScreen"]

_TELL = 0.2
"""Seconds between two looks at how much is written."""

_MEGABYTE = 1_000_000


class SaveScreen(ModalScreen[None]):
    """Asks for the name of a file; the second Enter overwrites one that is there."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("save"))

    CSS = """
    SaveScreen { align: center middle; }
    SaveScreen > Vertical { width: 76; max-width: 100%; height: auto; border: round $primary; background: $surface;
                            padding: 0 1; }
    SaveScreen Input { border: none; height: 1; padding: 0; background: $boost; }
    """

    class Ended(Message):
        """Writing has ended: `done` says where it is, `error` why it is nowhere; neither when it was stopped."""

        def __init__(self, path: str, done: str = "", error: str = "") -> None:
            """Carry what happened to a file."""
            super().__init__()
            self.path, self.done, self.error = path, done, error

    def __init__(self, trace: Trace, offers: Sequence[Offer], first: int = 0) -> None:
        """Take what can be saved, and which of it is offered first."""
        super().__init__()
        self._inputs = [source.path for source in trace.sources]
        self._offers, self._place = list(offers), first
        self._watch: Watch | None = None  # while something is being written
        self._refused = ""  # the name that is there already; once more overwrites it

    def compose(self) -> ComposeResult:
        """Make the form."""
        with Vertical():
            yield Static(id="what", markup=False)
            yield Input(value=self._offer.name)
            yield Static(id="answer", markup=False)

    def on_mount(self) -> None:
        """Ask, and look now and then how far writing is."""
        self._ask()
        self.set_interval(_TELL, self._tell)

    def on_unmount(self) -> None:
        """Let nothing be written that nobody waits for."""
        self._stop()

    def action_back(self) -> None:
        """Stop writing, or leave the form."""
        if self._watch is None:
            self.dismiss()
        else:
            self._stop()

    def action_other(self) -> None:
        """Offer something else, under another name where none was written."""
        if self._watch is not None or len(self._offers) == 1:
            return
        before, written = self._offer, self.query_one(Input)
        self._place = (self._place + 1) % len(self._offers)
        if written.value == before.name:
            written.value = self._offer.name
            written.select_all()  # what is typed takes its place, as at first
        self._ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Begin to write."""
        path = event.value.strip()
        if not path:
            self._answer("The file needs a name.")
        elif self._watch is None:
            self._take_what_fits(path)
            self._watch = Watch()
            work = partial(self._save, self._offer, path, self._watch, force=path == self._refused)
            self.run_worker(work, thread=True)

    def on_save_screen_ended(self, message: Ended) -> None:
        """Say what came of it; what went well needs no form any more."""
        self._watch = None
        if message.done:
            self.app.notify(message.done, markup=False)
            self.dismiss()
            return
        again = "--force" in message.error
        self._refused = message.path if again else ""
        there = f"{message.path}: there is such a file; Enter once more overwrites it."
        self._answer(there if again else message.error or "Stopped; nothing was written.")

    @property
    def _offer(self) -> Offer:
        """What is offered."""
        return self._offers[self._place]

    def _take_what_fits(self, path: str) -> None:
        """Where a name does not fit what is offered, offer the first thing that it fits."""
        if self._offer.end_of(path) is None:
            fits = (place for place, offer in enumerate(self._offers) if offer.end_of(path) is not None)
            self._place = next(fits, self._place)
            self._ask()

    def _save(self, offer: Offer, path: str, watch: Watch, *, force: bool) -> None:
        """Write a file; in a thread."""
        try:
            self.post_message(self.Ended(path, done=save(offer, path, self._inputs, watch, force=force)))
        except Stopped:
            self.post_message(self.Ended(path))
        except SiptraceError as error:
            self.post_message(self.Ended(path, error=str(error)))

    def _stop(self) -> None:
        """Have writing stop."""
        if self._watch is not None:
            self._watch.stopped = True

    def _tell(self) -> None:
        """Say how far writing is."""
        if self._watch is not None:
            key = keys_of(self.app, "save")
            self._answer(f"Saving, {self._watch.written / _MEGABYTE:.1f} MB so far; {key['back']} stops it ...")

    def _ask(self) -> None:
        """Say what is offered, and how a name for it may end."""
        key = keys_of(self.app, "save")
        more = f", {key['other']} takes something else" if len(self._offers) > 1 else ""
        self.query_one("#what", Static).update(f"Save {self._offer.what} to:")
        self._answer(f"{' '.join(self._offer.ends)}\nEnter saves{more}, {key['back']} leaves")

    def _answer(self, text: str) -> None:
        """Write under the name."""
        self.query_one("#answer", Static).update(text)
