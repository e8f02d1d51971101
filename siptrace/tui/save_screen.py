"""Saving: calls as a table or as they are, a ladder as text or picture, whatever the end of the file's name says."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from siptrace.errors import SiptraceError
from siptrace.export.files import file_at
from siptrace.export.formats import format_of as table_format
from siptrace.export.formats import write_table
from siptrace.export.registry import TABLES
from siptrace.render.explain import explain
from siptrace.render.formats import FORMATS, Style, drawn
from siptrace.render.formats import format_of as ladder_format
from siptrace.render.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.ladder.model import Ladder
    from siptrace.reconstruct.model import TracedMessage
    from siptrace.trace import Trace

__all__ = ["SaveScreen", "save", "save_message"]

_MESSAGE = ".sip (its bytes as they are), .txt (explained)"
_ENDS = ".csv .json .jsonl .parquet (a table; Tab takes another one), .txt (their messages as they are)"


def save(
    trace: Trace, calls: Sequence[int], ladder: Ladder | None, path: str, *, force: bool, what: str = "calls"
) -> str:
    """Write calls (numbers from 1), or a ladder, to a file; return what was done.

    As a table it is one of the calls, or of what belongs to them: `messages`, `transactions`, `dialogs`.
    Raises UsageError for a name that says no format, for a file that is there unless `force`, and for one that is
    read; OutputError when the system refuses; MissingTool for a picture without graphviz.
    """
    inputs = [source.path for source in trace.sources]
    if ladder is not None and (form := ladder_format(path)) is not None:
        with file_at(path, inputs=inputs, force=force) as file:
            for piece in drawn([ladder], form.name, Style()):
                file.write(piece)
        return f"The ladder is in {path}."
    table = table_format(path) if ladder is None else None
    if table is not None:
        with file_at(path, inputs=inputs, force=force) as file:
            write_table(trace, what, table.name, file, _rows(trace, what, calls))
        return _saved(what, len(calls), path)
    if ladder is None and path.lower().endswith(".txt"):
        with file_at(path, inputs=inputs, force=force) as file:
            for call in calls:
                for message in trace.call(call).messages:
                    file.write(f"{message.n} {message.src} -> {message.dst}\r\n".encode() + message.raw + b"\r\n\r\n")
        return _saved("messages", len(calls), path)
    raise SiptraceError(f"{path}: the end of the name says no format: {_ends(ladder)}.")


def _rows(trace: Trace, what: str, calls: Sequence[int]) -> list[int]:
    """Return the rows of a table that belong to calls."""
    if what == "calls":
        return [call - 1 for call in calls]
    rows = sorted(row for call in calls for row in trace.overview.rows_of(call - 1))
    if what == "messages":
        return rows
    of_row = getattr(trace.overview, what).of_row
    return sorted({of_row[row] for row in rows} - {-1})


def _named(what: str, count: int) -> str:
    """Return what a table of some calls holds, in words."""
    calls = count_of(count, "call")
    return calls if what == "calls" else f"the {what} of {calls}"


def _saved(what: str, count: int, path: str) -> str:
    """Return where what some calls hold is now, as a sentence; the path stays as it was written."""
    named = _named(what, count)
    return f"{named[0].upper()}{named[1:]} {'is' if named == '1 call' else 'are'} in {path}."


def save_message(trace: Trace, message: TracedMessage, path: str, *, force: bool) -> str:
    """Write one message to a file, as it is or explained; return what was done. Raises like `save`."""
    end = path.lower()[-4:]
    if end not in (".sip", ".txt"):
        raise SiptraceError(f"{path}: the end of the name says no format: {_MESSAGE}.")
    with file_at(path, inputs=[source.path for source in trace.sources], force=force) as file:
        file.write(message.raw if end == ".sip" else explain(message).encode())
    return f"Message {message.n} is in {path}."


def _ends(ladder: Ladder | None) -> str:
    """Return the ends of names that can be saved."""
    return _ENDS if ladder is None else " ".join(one.suffix for one in FORMATS.values())


class SaveScreen(ModalScreen[None]):
    """Asks for the name of a file; the second Enter overwrites."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss", "Leave"), ("tab", "table", "Another table")]

    CSS = """
    SaveScreen { align: center middle; }
    SaveScreen > Vertical { width: 76; max-width: 100%; height: auto; border: round $primary; background: $surface;
                            padding: 0 1; }
    SaveScreen Input { border: none; height: 1; padding: 0; background: $boost; }
    """

    def __init__(
        self,
        trace: Trace,
        calls: Sequence[int],
        ladder: Ladder | None = None,
        message: TracedMessage | None = None,
        name: str = "calls.csv",
    ) -> None:
        """Take calls (numbers from 1) and a name for them; a ladder, or a message, is saved in their place."""
        super().__init__()
        self._proposed = name
        self._trace, self._calls, self._ladder, self._message = trace, list(calls), ladder, message
        self._refused = ""  # the name that is there already; once more overwrites it
        self._what = "calls"  # the table that is saved

    def compose(self) -> ComposeResult:
        """Make the form."""
        what, name, ends = self._offer()
        with Vertical():
            yield Static(_asked(what), id="what", markup=False)
            yield Input(value=name)
            yield Static(ends, id="answer", markup=False)

    def action_table(self) -> None:
        """Take another table of the calls, and another name where none was written."""
        if self._ladder is not None or self._message is not None:
            return
        tables, before, written = sorted(TABLES, key="calls".__ne__), self._what, self.query_one(Input)
        self._what = tables[(tables.index(before) + 1) % len(tables)]
        if written.value.startswith(f"{before}."):
            written.value = self._what + written.value.removeprefix(before)
        self.query_one("#what", Static).update(_asked(self._offer()[0]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save."""
        path = event.value.strip()
        if not path:
            return
        try:
            done = self._save(path, force=path == self._refused)
        except SiptraceError as error:
            again = "--force" in str(error)
            self._refused = path if again else ""
            text = f"{path}: there is such a file; Enter once more overwrites it." if again else str(error)
            self.query_one("#answer", Static).update(text)
            return
        self.app.notify(done, markup=False)
        self.dismiss()

    def _offer(self) -> tuple[str, str, str]:
        """Return what is saved, a name for it, and which names can be given."""
        if self._message is not None:
            return f"message {self._message.n}", f"message-{self._message.n}.sip", _MESSAGE
        if self._ladder is not None:
            return "the ladder", "ladder.svg", _ends(self._ladder)
        return _named(self._what, len(self._calls)), self._proposed, _ends(None)

    def _save(self, path: str, *, force: bool) -> str:
        """Save it; return what was done. Raises like `save`."""
        if self._message is not None:
            return save_message(self._trace, self._message, path, force=force)
        return save(self._trace, self._calls, self._ladder, path, force=force, what=self._what)


def _asked(what: str) -> str:
    """Return the headline of the form."""
    return f"Save {what} as (Enter saves, Esc leaves):"
