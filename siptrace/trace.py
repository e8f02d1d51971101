"""A trace: opened once, its stages run in order, and everything the faces and the library ask for.

    bytes --ingest--> datagrams --scan--> rows --reconstruct--> transactions > dialogs > calls

`Trace` holds the columns and the overview; objects are made from them when they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar, overload

from siptrace.beside import Beside
from siptrace.errors import AnomalyLog, UsageError
from siptrace.ingest.datagram import NO_TIME, Transport
from siptrace.ingest.open import open_beginning, open_sources
from siptrace.reconstruct.detail import take_apart
from siptrace.reconstruct.joined import joined
from siptrace.reconstruct.model import Call, Detail, Dialog, TracedMessage, Transaction
from siptrace.reconstruct.overview import Overview, overview
from siptrace.reconstruct.quick import quick_kernels, quick_overview
from siptrace.sip.parse import parse
from siptrace.table.columns import NO_NUMBER, MessageTable
from siptrace.table.loader import BulkLoader
from siptrace.table.scan import scan

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from pandas import DataFrame

    from siptrace.correlate.model import Flow
    from siptrace.correlate.survey import Survey
    from siptrace.filters.filter import Filter
    from siptrace.filters.subject import Subject
    from siptrace.ingest.open import Reader, Source
    from siptrace.table.scan import Memo

__all__ = ["Items", "Lazy", "Progress", "Trace", "beginning_of", "open_trace"]

T = TypeVar("T")


class Lazy(Sequence[T]):
    """A sequence whose items are made when they are asked for, and not kept."""

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        """Hold how many items there are and how to make the one at an index from 0."""
        self._length, self._make = length, make

    def __len__(self) -> int:
        """Return the number of items."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """Make the item at an index, or a list of the items in a slice; raises IndexError outside."""
        if isinstance(index, slice):
            return [self._make(i) for i in range(*index.indices(self._length))]
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self._make(index % self._length)

    def __iter__(self) -> Iterator[T]:
        """Make the items one by one."""
        return map(self._make, range(self._length))


class Items(Lazy[T]):
    """Everything of one kind in a trace, which can also be had as a table."""

    def __init__(self, trace: Trace, kind: str, length: int, make: Callable[[int], T]) -> None:
        """Hold what `Lazy` does, and the name of the table."""
        super().__init__(length, make)
        self._trace, self._kind = trace, kind

    def to_pandas(self) -> DataFrame:
        """Return all of them as a new frame, made column by column; docs/data.md says what its columns mean.

        Raises MissingTool where pandas or pyarrow is not installed.
        """
        # By name, because tables are made of traces and stand above them: nobody imports upwards.
        tables = import_module("siptrace.export.tables")
        frame: DataFrame = tables.frame(self._trace, self._kind)
        return frame


@dataclass(frozen=True, eq=False)
class Trace:
    """An opened trace.

    `sources` are its files, `anomalies` what was wrong with them as far as reading went; what is wrong inside a
    message is in that message (`TracedMessage.sip.anomalies`).
    """

    sources: tuple[Source, ...]
    table: MessageTable
    anomalies: AnomalyLog

    @cached_property
    def overview(self) -> Overview:
        """Transactions, dialogs and calls of the whole trace in columns."""
        return joined(quick_overview(self.table) or overview(self.table))

    @property
    def survey(self) -> Survey:
        """The reference flow that each call follows, out of those of the package."""
        return self.begun_survey()

    @cached_property
    def begun_survey(self) -> Callable[[], Survey]:
        """What returns `survey`, the compiled part of which is being made meanwhile; the overview is there then."""
        # The compiled passes hold no lock, so all that flows need can be had meanwhile.
        flows = Beside(lambda: import_module("siptrace.correlate.standard").standard_flows())
        found = self.overview
        from siptrace.correlate.survey import begin_survey  # noqa: PLC0415  (who asks for no flow pays for none)

        finish = begin_survey(found)
        return cache(lambda: finish(flows.result()))

    @cached_property
    def subject(self) -> Subject:
        """The trace as a filter sees it."""
        from siptrace.filters.subject import Subject  # noqa: PLC0415  (most traces meet no filter)

        return Subject(self.overview, lambda: self.survey, [source.path for source in self.sources])

    def select_calls(self, wanted: str | Filter, flows: Sequence[Flow] | None = None) -> Sequence[Call]:
        """Return the calls for which an expression is true; docs/filters.md explains expressions.

        What it asks about flows is about those of the standards, or about some `flows`. Raises
        `siptrace.filters.problem.FilterError`, a UsageError, for an expression that makes no sense.
        """
        from siptrace.correlate.survey import survey  # noqa: PLC0415  (most traces meet no filter)
        from siptrace.filters.filter import parse  # noqa: PLC0415

        subject = self.subject
        if flows is not None:
            subject = replace(subject, find_survey=lambda: survey(self.overview, flows))
        chosen = (parse(wanted) if isinstance(wanted, str) else wanted).calls(subject)
        return Lazy(len(chosen), lambda index: self._call(chosen[index]))

    def select_messages(self, wanted: str | Filter) -> Sequence[TracedMessage]:
        """Return the messages for which an expression is true; raises like `select_calls`."""
        from siptrace.filters.filter import parse  # noqa: PLC0415  (most traces meet no filter)

        chosen = (parse(wanted) if isinstance(wanted, str) else wanted).messages(self.subject)
        return Lazy(len(chosen), lambda index: self._message(chosen[index]))

    @property
    def messages(self) -> Items[TracedMessage]:
        """All messages in time order; message n is `messages[n - 1]`."""
        return Items(self, "messages", len(self.table), self._message)

    @property
    def calls(self) -> Items[Call]:
        """All calls in order of their first message; call n is `calls[n - 1]`."""
        return Items(self, "calls", len(self.overview.calls), self._call)

    @property
    def transactions(self) -> Items[Transaction]:
        """All transactions in order of their first message."""
        return Items(self, "transactions", len(self.overview.transactions), self._transaction)

    @property
    def dialogs(self) -> Items[Dialog]:
        """All dialogs in order of their first message."""
        return Items(self, "dialogs", len(self.overview.dialogs), self._dialog)

    def call(self, number: int) -> Call:
        """Return a call by its number from 1; raises UsageError when there is none."""
        if not 1 <= number <= len(self.calls):
            raise UsageError(f"There is no call {number}: the trace has {_count(len(self.calls), 'call')}.")
        return self.calls[number - 1]

    def call_of(self, call_id: str) -> Call:
        """Return the call with a Call-ID; raises UsageError when there is none."""
        number = self.table.call_ids.find(call_id.encode("utf-8", "surrogateescape"))
        first = None if number is None else next((r for r, c in enumerate(self.table.call_id) if c == number), None)
        if first is None:
            raise UsageError(f"No message has the Call-ID {call_id!r}.")
        return self.calls[self.overview.calls.of_row[first]]

    def message(self, number: int) -> TracedMessage:
        """Return a message by its number from 1; raises UsageError when there is none."""
        if not 1 <= number <= len(self.table):
            raise UsageError(f"There is no message {number}: the trace has {_count(len(self.table), 'message')}.")
        return self._message(number - 1)

    def _message(self, row: int) -> TracedMessage:
        """Make the message of a row."""
        table, found = self.table, self.overview
        dialog, source = found.dialogs.of_row[row], table.source[row]
        return TracedMessage(
            row + 1,
            self._time(row),
            table.frame[row],
            self.sources[source].path,
            source,
            self.sources[source].kind.startswith("log:"),
            Transport(table.transport[row]),
            table.endpoint(table.src[row]),
            table.endpoint(table.dst[row]),
            table.raw(row),
            table.methods.text(table.method[row]),
            self._status(row),
            bool(found.transactions.resent[row]),
            found.transactions.of_row[row] + 1,
            dialog + 1 if dialog >= 0 else None,
            found.calls.of_row[row] + 1,
        )

    def _status(self, row: int) -> int | None:
        """Return the status code of a row as the message has it, even when it is no valid one; None for a request."""
        status = self.table.status[row]
        return parse(self.table.raw(row)).status if status == NO_NUMBER else status or None

    def _time(self, row: int) -> int | None:
        """Return the time of a row, None for row -1 and where a log gives no time."""
        time = self.table.time[row] if row >= 0 else NO_TIME
        return None if time == NO_TIME else time

    def _call(self, call: int) -> Call:
        """Make the call at an index."""
        return Call(call + 1, self.overview, self._detail)

    def _detail(self, number: int) -> Detail:
        """Take the call with a number from 1 apart."""
        found = self.overview
        rows = found.rows_of(number - 1)
        transactions = sorted({found.transactions.of_row[row] + 1 for row in rows})
        dialogs = sorted({found.dialogs.of_row[row] + 1 for row in rows} - {0})
        return take_apart([self._message(row) for row in rows], transactions, dialogs)

    def _transaction(self, index: int) -> Transaction:
        """Make the transaction at an index, out of its call."""
        call = self.overview.calls.of_row[self.overview.transactions.first_row[index]]
        return next(t for t in self._detail(call + 1).transactions if t.n == index + 1)

    def _dialog(self, index: int) -> Dialog:
        """Make the dialog at an index, out of its call."""
        call = self.overview.calls.of_row[self.overview.dialogs.first_row[index]]
        return next(d for d in self._detail(call + 1).dialogs if d.n == index + 1)


def _count(number: int, noun: str) -> str:
    """Return `1 call`, `2 calls`, `no calls`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far opening a trace has come: bytes read, of how many (None where a pipe is read), and messages found."""

    read: int
    total: int | None
    messages: int


def open_trace(
    *paths: str | os.PathLike[str],
    progress: Callable[[Progress], None] | None = None,
    notice: Callable[[str], None] | None = None,
) -> Trace:
    """Open captures and logs (files, directories, `-` for standard input) as one trace in time order.

    `progress` is called now and then, `notice` with what a person may want to know while waiting. Raises a subclass of
    `siptrace.errors.InputError` when a path cannot be read or is no trace; a trace without SIP is no error, it has no
    messages.
    """
    anomalies, table = AnomalyLog(), MessageTable()
    memo: Memo = {}
    read, total = 0, None

    def count(size: int) -> None:
        nonlocal read
        read += size
        if progress is not None:
            progress(Progress(read, total, len(table)))

    reader = open_sources(paths, anomalies, count)  # a pipe is read, and counted, to recognise it
    total = reader.total_bytes
    loader = BulkLoader(table, memo, total, notice, quick_kernels)
    reader.bulk_for = loader.bulk_for
    for source, datagram in reader:
        if loader.bulk is None:
            table.append(source, datagram, scan(datagram.payload, memo))
        else:
            loader.bulk.add(source, datagram)
    loader.finish()
    reader.bulk = reader.bulk_for = None
    return _trace(reader, table, anomalies)


def beginning_of(*paths: str | os.PathLike[str]) -> Trace | None:
    """Open the first megabyte of a large trace, to have something to look at while `open_trace` reads all of it.

    None where there is nothing to wait for, and where the first source is a pipe, which nobody can read twice. What is
    in it is as it was up to there: calls may go on, and others may turn out to come before them. Raises like
    `open_trace`.
    """
    anomalies, table = AnomalyLog(), MessageTable()
    reader = open_beginning(paths, anomalies)
    if reader is None:
        return None
    memo: Memo = {}
    for source, datagram in reader:
        table.append(source, datagram, scan(datagram.payload, memo))
    return _trace(reader, table, anomalies)


def _trace(reader: Reader, table: MessageTable, anomalies: AnomalyLog) -> Trace:
    """Return what was read, in time order."""
    table.sources.extend(reader.sources)
    table.sort()
    return Trace(tuple(reader.sources), table, anomalies)
