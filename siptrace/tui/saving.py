"""What can be saved from the terminal application, in which formats, and the writing of it. Nothing here knows Textual.

Everything that the command line writes is here: tables of calls and of what belongs to them, ladders with their flows
or without, messages. Writing may take minutes, so it can be watched and stopped; what is stopped leaves no file.
"""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from siptrace.errors import UsageError
from siptrace.export.files import file_at
from siptrace.export.formats import FORMATS as TABLE_FORMATS
from siptrace.export.formats import write_table
from siptrace.export.registry import TABLES
from siptrace.ladder.build import build_ladder
from siptrace.render.explain import explain
from siptrace.render.formats import FORMATS as LADDER_FORMATS
from siptrace.render.formats import Many, Style, drawn
from siptrace.render.words import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from siptrace.ladder.model import Ladder
    from siptrace.reconstruct.model import Call, TracedMessage
    from siptrace.trace import Trace
    from siptrace.tui.aliases import Aliases

__all__ = ["RAW", "Offer", "Stopped", "Watch", "calls_offers", "ladder_offer", "message_offer", "save"]


RAW = 1
"""The place of the messages as they are among what can be saved of calls."""


class Stopped(Exception):
    """Writing was stopped by whoever watched it."""


class Watch:
    """How many bytes are written, and whether writing is to stop; a thread writes while another one looks."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.written = 0
        self.stopped = False


class Offer(NamedTuple):
    """Something that can be saved: what it is in words, a name for its file, and who writes it by the name's end."""

    what: str
    name: str
    ends: Mapping[str, Callable[[BinaryIO], None]]
    is_one: bool = False
    """Whether one says of it that it *is* in a file, rather than that they *are*."""

    def end_of(self, path: str) -> str | None:
        """Return the end of a file's name that says how to write this, None for none."""
        return next((end for end in self.ends if path.lower().endswith(end)), None)


def calls_offers(trace: Trace, calls: Sequence[int], aliases: Aliases) -> list[Offer]:
    """Return what can be saved of calls (numbers from 1): a table of them, their messages, ladders, further tables."""
    several, named = len(calls) > 1, count_of(len(calls), "call")
    ladders, name = f"the ladder{'s' if several else ''} of {named}", "ladders.txt" if several else "ladder.svg"

    def drawings(build: Callable[[Call], Ladder]) -> Mapping[str, Callable[[BinaryIO], None]]:
        return _drawings(lambda: (aliases.named(build(trace.call(call))) for call in calls), several=several)

    return [
        Offer(named, "calls.csv", _tables(trace, "calls", calls), not several),
        Offer(
            f"the messages of {named} as text",
            "messages.txt",
            {".txt": partial(_write_pieces, lambda: _raw(trace, calls))},
        ),
        Offer(ladders, name, drawings(build_ladder), not several),
        Offer(f"{ladders} with reference flows", name, drawings(_matched), not several),
        *(
            Offer(f"the {table} of {named} as a table", f"{table}.csv", _tables(trace, table, calls))
            for table in sorted(TABLES)
            if table != "calls"
        ),
    ]


def ladder_offer(ladder: Ladder) -> Offer:
    """Return how a ladder can be saved as it is shown."""
    return Offer("the ladder", "ladder.svg", _drawings(lambda: [ladder], several=False), is_one=True)


def message_offer(message: TracedMessage) -> Offer:
    """Return how a message can be saved: its bytes, or explained."""
    ends = {
        ".sip": partial(_write_pieces, lambda: [message.raw]),
        ".txt": partial(_write_pieces, lambda: [explain(message).encode()]),
    }
    return Offer(f"message {message.n}", f"message-{message.n}.sip", ends, is_one=True)


def save(offer: Offer, path: str, inputs: Sequence[str], watch: Watch, *, force: bool) -> str:
    """Write what is offered to a file; return where it is now, as a sentence.

    Raises UsageError for a name that says no format, for a file that is there unless `force`, and for one of those
    that are read; OutputError when the system refuses; MissingTool for what needs a program that is not installed;
    UnreadableInput when a file of the trace is gone; Stopped as soon as the watch says so.
    """
    end = offer.end_of(path)
    if end is None:
        raise UsageError(f"{path}: the end of the name says no format: {' '.join(offer.ends)}.")
    with file_at(path, inputs=inputs, force=force) as file:
        offer.ends[end](cast("BinaryIO", _Watched(file, watch)))
    return f"{offer.what[0].upper()}{offer.what[1:]} {'is' if offer.is_one else 'are'} in {path}."


class _Watched(io.RawIOBase):
    """A file that counts what is written to it, and takes no more once it is stopped."""

    def __init__(self, file: BinaryIO, watch: Watch) -> None:
        """Take the file and who watches it."""
        self._file, self._watch = file, watch

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write all bytes; return their number. Raises Stopped."""
        if self._watch.stopped:
            raise Stopped
        done = self._file.write(data)
        self._watch.written += done
        return done

    def tell(self) -> int:
        """Return how many bytes are written."""
        return self._file.tell()


def _tables(trace: Trace, table: str, calls: Sequence[int]) -> Mapping[str, Callable[[BinaryIO], None]]:
    """Return who writes a table of what belongs to some calls, by the ends of names."""

    def writer(form: str) -> Callable[[BinaryIO], None]:
        return lambda file: write_table(trace, table, form, file, _rows(trace, table, calls))

    return {form.suffix: writer(form.name) for form in TABLE_FORMATS.values()}


def _rows(trace: Trace, table: str, calls: Sequence[int]) -> list[int]:
    """Return the rows of a table that belong to some calls."""
    if table == "calls":
        return [call - 1 for call in calls]
    rows = sorted(row for call in calls for row in trace.overview.rows_of(call - 1))
    if table == "messages":
        return rows
    of_row = getattr(trace.overview, table).of_row
    return sorted({of_row[row] for row in rows} - {-1})


def _drawings(ladders: Callable[[], Iterable[Ladder]], *, several: bool) -> Mapping[str, Callable[[BinaryIO], None]]:
    """Return who draws one ladder or several ones, by the ends of names."""

    def writer(form: str) -> Callable[[BinaryIO], None]:
        return partial(_write_pieces, lambda: drawn(ladders(), form, Style()))

    return {
        form.suffix: writer(form.name) for form in LADDER_FORMATS.values() if not several or form.many is not Many.NEVER
    }


def _matched(call: Call) -> Ladder:
    """Return the ladder of a call with the flow that it follows."""
    from siptrace.correlate.judge import judge  # noqa: PLC0415  (a plain ladder needs no flows)
    from siptrace.ladder.matched import build_match_ladder  # noqa: PLC0415

    return build_match_ladder(judge(call))


def _raw(trace: Trace, calls: Sequence[int]) -> Iterator[bytes]:
    """Yield the messages of calls as they are, each under a line that says from where to where it went."""
    for call in calls:
        for message in trace.call(call).messages:
            yield f"{message.n} {message.src} -> {message.dst}\r\n".encode() + message.raw + b"\r\n\r\n"


def _write_pieces(pieces: Callable[[], Iterable[bytes]], file: BinaryIO) -> None:
    """Write what is made piece by piece."""
    file.writelines(pieces())
