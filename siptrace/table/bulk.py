"""Large captures into a MessageTable, window by window, with the compiled indexer.

`Bulk` stands between the walker of a capture and its decoder. It shows each window to the kernel, keeps the rows that
come back, and hands the records that the kernel does not know on to the decoder. What the decoder makes of those comes
back as datagrams, and when a window is done both kinds of rows go into the table in the order of their records.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from siptrace.ingest.datagram import NO_TIME, Datagram, Transport
from siptrace.ingest.pcap import PcapWalker
from siptrace.table import layout
from siptrace.table.columns import COLUMNS, Flag, packed
from siptrace.table.interner import KERNEL, Interner
from siptrace.table.layout import LINKS, MEMO, ROW
from siptrace.table.native import bound_memory
from siptrace.table.scan import scan

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from siptrace.ingest.open import Feed, Walker
    from siptrace.ingest.pcap import Record
    from siptrace.ingest.sources import Buffer
    from siptrace.table.columns import MessageTable
    from siptrace.table.scan import Memo

    Ints = NDArray[np.int64]

_Arrived = tuple[int, int, Datagram]
"""The number of the record that a datagram came with, the index of its file, and the datagram."""

__all__ = ["KERNEL", "Bulk"]

_THREADS = 2
"""Parts of a window that are indexed at once: the kernel holds no lock, and two saturate most memory buses."""

_WORTH_A_THREAD = 1000
"""Records that take longer to index than handing them to a thread."""

_ENOUGH = 10_000
"""Datagrams that are put into the table without waiting for the end of a window: a log has no windows."""

_RECORD = 6
"""Integers of a record: time, frame, link, position, captured and wire length."""


class _Part:
    """A part of the records of a window: where its rows begin, and how many rows and handed-over records it has."""

    def __init__(self, begin: int) -> None:
        """Begin at a record."""
        self.begin = begin
        self.counts = np.zeros(2, np.int64)
        self.job: Future[int] | None = None

    def wait(self) -> tuple[int, int]:
        """Wait until the part is indexed; return how many rows and handed-over records it has."""
        if self.job is not None:
            self.job.result()
        rows, handed = self.counts.tolist()
        return rows, handed


class _Window:
    """What was found in a window.

    Its arrays serve one window after the other, because fresh memory costs more than filling it.
    """

    def __init__(self) -> None:
        """Start without any room."""
        self.rows, self.handed = np.empty(0, np.int64), np.empty(0, np.int64)
        self.plain: list[_Arrived] = []
        self.clear()

    def clear(self) -> None:
        """Forget what was found."""
        self.show(b"", None)
        self.plain = []
        self.source = 0

    def show(self, buf: Buffer, base: int | None) -> None:
        """Take the bytes, and where they begin in their file: None where they cannot be read again."""
        self.buf, self.base = buf, base
        self.parts: list[_Part] = []

    def make_room(self, records: int) -> None:
        """Make room for as many rows as there are records; untouched room costs nothing."""
        if len(self.rows) < records * ROW:
            self.rows, self.handed = np.empty(records * ROW, np.int64), np.empty(records * _RECORD, np.int64)


class Bulk:
    """Fills a table from the windows of captures; `add` takes what the plain path found meanwhile."""

    def __init__(self, table: MessageTable, memo: Memo) -> None:
        """Go on with a table, which may hold rows already; the kernel must be loaded."""
        bound_memory()
        self._table, self._memo = table, memo
        self._interner = Interner(table)
        self._pool = ThreadPoolExecutor(_THREADS + 1)
        self._window, self._other = _Window(), _Window()  # the one that is read, and the one before it
        self._records = np.empty(0, np.int64)
        self._rest: Iterator[Record] = iter(())
        self._arrival = 0
        self._putting: Future[None] | None = None
        self.last_time = NO_TIME
        """The time of the last packet of the last window."""

    def begin(self, walker: Walker, feed: Feed, start: int) -> int | None:
        """Index the window of a feed from `start` on; return the time of its first packet, None without one."""
        self._rest = iter(())
        self._window.show(feed.buf, feed.base)
        # What came in since the last window (from a log, or at the end of a capture) stands before all of this one.
        self._window.plain = [(0, source, datagram) for _, source, datagram in self._window.plain]
        self._arrival, self.last_time = 0, NO_TIME
        if not isinstance(walker, PcapWalker):
            return self._index_listed(walker, feed, start)
        first = self._index_pcap(walker, feed, start) if walker.link in LINKS else None
        records = walker.walk(feed.buf, start if first is None else walker.position, feed.end, last=feed.last)
        if first is not None:
            self._rest = records
            return first
        odd = next(records, None)
        if odd is None:
            return None
        self._rest = chain((odd,), records)
        self.last_time = max(self.last_time, odd[0])
        return odd[0]

    def _index_pcap(self, walker: PcapWalker, feed: Feed, start: int) -> int | None:
        """Index the records of a pcap window that are whole and sane; return the time of the first, if any."""
        data, place = np.frombuffer(feed.buf, np.uint8), np.zeros(2, np.int64)
        header, frame = walker.record_bytes, walker.frame
        most = (feed.end - start) // (header + 1) * _RECORD
        if len(self._records) < most:
            self._records = np.empty(most, np.int64)
        records = self._records
        numbers = (walker.swapped, header, walker.scale, walker.link, frame + 1)
        KERNEL("walk_window", data, start, feed.end, *numbers, records, place)
        stop, count = place.tolist()
        if not count:
            return None
        records = records[: count * _RECORD]
        self._index(data, records)
        walker.skip(stop, frame + count, int(records[-_RECORD]) // 1_000_000_000)
        return int(records[0])

    def _index_listed(self, walker: Walker, feed: Feed, start: int) -> int | None:
        """Index the records of a window that the walker finds one by one."""
        numbers = (number for record in walker.walk(feed.buf, start, feed.end, last=feed.last) for number in record)
        records = np.fromiter(numbers, np.int64)
        if not len(records):
            return None
        self._index(np.frombuffer(feed.buf, np.uint8), records)
        return int(records[0])

    def _index(self, data: NDArray[np.uint8], records: Ints) -> None:
        """Index records in parts side by side; a few of them at once, because a thread costs more than that."""
        count = len(records) // _RECORD
        window = self._window
        window.make_room(count)
        step = -(-count // _THREADS) if count > _WORTH_A_THREAD else count
        for begin in range(0, count, step):
            part, end = _Part(begin), min(begin + step, count)
            part.job = self._pool.submit(
                KERNEL, "index_records", data, records[begin * _RECORD : end * _RECORD], *self._interner.secret,
                window.rows[begin * ROW : end * ROW], window.handed[begin * _RECORD : end * _RECORD],
                np.zeros(MEMO, np.int64), part.counts,
            )  # fmt: skip
            window.parts.append(part)
        self.last_time = max(self.last_time, int(records[-_RECORD]))

    def records(self) -> Iterator[Record]:
        """Yield the records of the window that go the plain way, in their order."""
        for part in self._window.parts:
            _, count = part.wait()
            handed = self._window.handed[part.begin * _RECORD : (part.begin + count) * _RECORD]
            listed: list[Any] = handed.reshape(count, _RECORD).tolist()
            for record in listed:
                self._arrival = record[1]
                yield record
        for record in self._rest:
            self._arrival = record[1]
            yield record

    def add(self, source: int, datagram: Datagram) -> None:
        """Take what the plain path made of the latest record."""
        self._window.plain.append((self._arrival, source, datagram))
        if len(self._window.plain) >= _ENOUGH and not self._window.parts:
            self.flush(source)

    def flush(self, source: int) -> None:
        """Have the rows of the window, which is one of the file with the index `source`, put into the table.

        That goes on in the background while the next window is indexed; one window waits for the one before it.
        """
        self.wait()
        window = self._window
        window.source = source
        self._window, self._other = self._other, window
        self._putting = self._pool.submit(self._put_window, window)

    def wait(self) -> None:
        """Wait until what was flushed is in the table."""
        if self._putting is not None:
            self._putting.result()
            self._putting = None

    def finish(self) -> None:
        """Put what the end of the input brought into the table, and let go of everything else."""
        self.flush(0)
        self.wait()
        self._pool.shutdown()
        del self._interner, self._window, self._other, self._records

    def _put_window(self, window: _Window) -> None:
        """Put the rows of a window into the table."""
        counts = [part.wait()[0] for part in window.parts]
        columns = self._columns(window, counts) if any(counts) else {}
        order = None
        if window.plain:
            plain = self._plain_columns(window.plain)
            columns = {n: np.concatenate((columns[n], plain[n])) if columns else plain[n] for n in COLUMNS}
            arrivals = np.array([arrival for arrival, _, _ in window.plain], np.int64)
            order = np.argsort(np.concatenate((_frames(window, counts), arrivals)), kind="stable")
        for name, column in columns.items():
            values = np.ascontiguousarray(column if order is None else column[order], np.dtype(COLUMNS[name]))
            target: array[int] = getattr(self._table, name)
            target.frombytes(values.view(np.uint8).data)
        window.clear()

    def _columns(self, window: _Window, counts: list[int]) -> dict[str, NDArray[Any]]:
        """Return the columns of the kernel's rows, their texts numbered."""
        begins = [part.begin for part in window.parts]
        columns = self._interner.columns(
            np.frombuffer(window.buf, np.uint8), window.rows, list(zip(begins, counts, strict=True))
        )
        columns["source"] = np.full(sum(counts), window.source, np.int32)
        columns["transport"] = np.full(sum(counts), Transport.UDP, np.int8)
        if window.base is None:
            self._keep(window.buf, columns)
        else:
            columns["offset"] += window.base
        return columns

    def _keep(self, buf: Buffer, columns: dict[str, NDArray[Any]]) -> None:
        """Put the bytes of messages aside whose file cannot be read again."""
        put_aside = self._table.put_aside
        spans = zip(columns["offset"].tolist(), columns["length"].tolist(), strict=True)
        columns["offset"] = np.array([put_aside(buf[start : start + size]) for start, size in spans], np.int64)
        columns["flags"] = columns["flags"] | int(Flag.ASIDE)

    def _plain_columns(self, found: list[_Arrived]) -> dict[str, Ints]:
        """Return the columns of the rows that the plain path found."""
        rows = [self._plain_row(source, datagram) for _, source, datagram in found]
        return {name: np.array(values, np.int64) for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True)}

    def _plain_row(self, source: int, datagram: Datagram) -> tuple[int, ...]:
        """Return the values of one row in the order of `COLUMNS`."""
        table, number, found = self._table, self._interner.one, scan(datagram.payload, self._memo)
        offset, flags = datagram.offset, found.flags
        if offset < 0:
            offset, flags = table.put_aside(datagram.payload), flags | Flag.ASIDE
        return (
            datagram.time_ns,
            datagram.frame,
            source,
            datagram.transport,
            number("src", packed(datagram.src)),
            number("dst", packed(datagram.dst)),
            offset,
            len(datagram.payload),
            number("method", found.method),
            found.status,
            found.cseq,
            number("start", found.start),
            number("call_id", found.call_id),
            number("from_tag", found.from_tag),
            number("to_tag", found.to_tag),
            number("branch", found.branch),
            number("sent_by", found.sent_by),
            found.via_count,
            number("from_uri", found.from_uri),
            number("to_uri", found.to_uri),
            flags,
        )


def _frames(window: _Window, counts: list[int]) -> Ints:
    """Return the numbers of the packets that the rows of a window come from."""
    rows = window.rows.reshape(-1, ROW)[:, layout.FRAME]
    parts = [rows[part.begin : part.begin + count] for part, count in zip(window.parts, counts, strict=True)]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
