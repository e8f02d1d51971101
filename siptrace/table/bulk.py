"""Large captures into a MessageTable, window by window, with the compiled indexer.

`Bulk` stands between the walker of a capture and its decoder. It shows each window to the kernel, keeps the rows that
come back, and hands the records that the kernel does not know on to the decoder. What the decoder makes of those comes
back as datagrams, and when a window is done both kinds of rows go into the table in the order of their records.
"""

from __future__ import annotations

import secrets
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from siptrace.ingest.datagram import NO_TIME, Datagram, Transport
from siptrace.ingest.pcap import PcapWalker
from siptrace.table import layout
from siptrace.table.columns import COLUMNS, Flag, packed
from siptrace.table.layout import LINKS, NUMBERS, ROW, TEXTS
from siptrace.table.native import Native, bound_memory
from siptrace.table.scan import scan

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from siptrace.ingest.open import Feed, Walker
    from siptrace.ingest.pcap import Record
    from siptrace.ingest.sources import Buffer
    from siptrace.table.columns import MessageTable, Texts
    from siptrace.table.scan import Memo

    Ints = NDArray[np.int64]

_Arrived = tuple[int, int, Datagram]
"""The number of the record that a datagram came with, the index of its file, and the datagram."""

__all__ = ["KERNEL", "Bulk"]

KERNEL = Native(
    "siptrace.table.kernel",
    {
        "walk_window": "u1 n n n n n n n i8 i8",
        "index_records": "u1 i8 n n i8 i8 i8",
        "intern": "i8 n n i8 i8 n i4 i8 n",
        "rehash": "i8 i8 i8 i8 n",
        "copy_texts": "u1 i8 i8 n n u1 i8",
        "hash_key": "u1 n n n n",
    },
    constants=(
        "siptrace.ingest.limits",
        "siptrace.table.columns",
        "siptrace.table.kernel_bytes",
        "siptrace.table.kernel_fields",
        "siptrace.table.layout",
    ),
)
"""The compiled indexer."""

_THREADS = 2
"""Parts of a window that are indexed at once: the kernel holds no lock, and two saturate most memory buses."""

_WORTH_A_THREAD = 1000
"""Records that take longer to index than handing them to a thread."""

_ENOUGH = 10_000
"""Datagrams that are put into the table without waiting for the end of a window: a log has no windows."""

_RECORD = 6
"""Integers of a record: time, frame, link, position, captured and wire length."""


class _Interner:
    """Numbers for texts by their keyed hash: the same numbers that a `Texts` gives."""

    def __init__(self, keys: tuple[int, int], texts: list[bytes], *, endpoints: bool) -> None:
        """Take over the texts (`endpoints`: packed addresses with ports) that have numbers already, from 1."""
        self._secret, self._endpoints = keys, endpoints
        self._keys = np.zeros(1 << 12, np.int64)
        self._values = np.zeros(1 << 12, np.int64)
        self._next = 1
        self._known: dict[bytes, int] = {}
        for text in texts:
            self.one(text)

    def one(self, text: bytes) -> int:
        """Return the number of one text that is not empty, a new one when it is new."""
        number = self._known.get(text)
        if number is None:
            self._make_room(1)
            key = self._hash(text)
            mask = len(self._keys) - 1
            slot = key & mask
            while self._values[slot] and self._keys[slot] != key:
                slot = slot + 1 & mask
            if not self._values[slot]:
                self._keys[slot], self._values[slot] = key, self._next
                self._next += 1
            number = self._known[text] = int(self._values[slot])
        return number

    def _hash(self, text: bytes) -> int:
        """Return the hash that the kernel gives a text; of an endpoint it hashes address and port apart."""
        size = len(text) - 2 if self._endpoints else len(text)
        more = int.from_bytes(text[size:], "big") + 1 if self._endpoints else 0
        return KERNEL("hash_key", np.frombuffer(text, np.uint8), size, more, *self._secret)

    @property
    def next(self) -> int:
        """The number that the next new text gets."""
        return self._next

    def many(self, rows: Ints, count: int, place: int) -> tuple[NDArray[np.int32], Ints]:
        """Return the numbers of the texts at a place of the rows, and the rows whose text is new."""
        self._make_room(count)
        numbers, fresh = np.empty(count, np.int32), np.empty(count, np.int64)
        mask = len(self._keys) - 1
        new = KERNEL("intern", rows, count, place, self._keys, self._values, mask, numbers, fresh, self._next)
        self._next += new
        return numbers, fresh[:new]

    def _make_room(self, more: int) -> None:
        """Keep at least half of the table free."""
        size = len(self._keys)
        if 2 * (self._next + more) <= size:
            return
        while 2 * (self._next + more) > size:
            size *= 2
        keys, values = np.zeros(size, np.int64), np.zeros(size, np.int64)
        KERNEL("rehash", self._keys, self._values, keys, values, size - 1)
        self._keys, self._values = keys, values


class _Part:
    """The rows and handed-over records of one part of a window."""

    def __init__(self, records: int) -> None:
        """Make room for as many rows and records as the part has packets; untouched room costs nothing."""
        self.rows = np.empty(records * ROW, np.int64)
        self.handed = np.empty(records * _RECORD, np.int64)
        self.counts = np.zeros(2, np.int64)
        self.job: Future[int] | None = None

    def wait(self) -> Ints:
        """Wait until the part is indexed; return its rows, one behind the other."""
        if self.job is not None:
            self.job.result()
        return self.rows[: int(self.counts[0]) * ROW]


@dataclass(frozen=True, slots=True)
class _Window:
    """A window that is ready to be put into the table: its bytes, its file, and what was found in it."""

    buf: Buffer
    base: int | None
    """Where the window begins in its file, None where it cannot be read again."""
    source: int
    parts: list[_Part]
    plain: list[_Arrived]


class Bulk:
    """Fills a table from the windows of captures; `add` takes what the plain path found meanwhile."""

    def __init__(self, table: MessageTable, memo: Memo) -> None:
        """Go on with a table, which may hold rows already; the kernel must be loaded."""
        bound_memory()
        self._table, self._memo = table, memo
        self._secret = (secrets.randbits(63), secrets.randbits(63))
        self._interners: dict[int, _Interner] = {}
        for name in TEXTS:
            texts = table.texts(name)
            if id(texts) not in self._interners:
                self._interners[id(texts)] = _Interner(
                    self._secret, texts.all()[1:], endpoints=texts is table.endpoints
                )
        self._pool = ThreadPoolExecutor(_THREADS + 1)
        self._parts: list[_Part] = []
        self._rest: Iterator[Record] = iter(())
        self._arrival = 0
        self._plain: list[_Arrived] = []
        self._putting: Future[None] | None = None
        self.last_time = NO_TIME
        """The time of the last packet of the last window."""

    def begin(self, walker: Walker, feed: Feed, start: int) -> int | None:
        """Index the window of a feed from `start` on; return the time of its first packet, None without one."""
        self._feed, self._parts, self._rest = feed, [], iter(())
        # What came in since the last window (from a log, or at the end of a capture) stands before all of this one.
        self._plain = [(0, source, datagram) for _, source, datagram in self._plain]
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
        records = np.empty((feed.end - start) // (header + 1) * _RECORD, np.int64)
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
        step = -(-count // _THREADS) if count > _WORTH_A_THREAD else count
        for begin in range(0, count, step):
            span = records[begin * _RECORD : (begin + step) * _RECORD]
            part = _Part(len(span) // _RECORD)
            part.job = self._pool.submit(
                KERNEL, "index_records", data, span, *self._secret, part.rows, part.handed, part.counts
            )
            self._parts.append(part)
        self.last_time = max(self.last_time, int(records[-_RECORD]))

    def records(self) -> Iterator[Record]:
        """Yield the records of the window that go the plain way, in their order."""
        for part in self._parts:
            part.wait()
            count = int(part.counts[1])
            handed: list[Any] = part.handed[: count * _RECORD].reshape(count, _RECORD).tolist()
            for record in handed:
                self._arrival = record[1]
                yield record
        for record in self._rest:
            self._arrival = record[1]
            yield record

    def add(self, source: int, datagram: Datagram) -> None:
        """Take what the plain path made of the latest record."""
        self._plain.append((self._arrival, source, datagram))
        if len(self._plain) >= _ENOUGH and not self._parts:
            self.flush(source)

    def flush(self, source: int) -> None:
        """Have the rows of the window, which is one of the file with the index `source`, put into the table.

        That goes on in the background while the next window is indexed; one window waits for the one before it.
        """
        self.wait()
        window = _Window(self._feed.buf, self._feed.base, source, self._parts, self._plain)
        self._parts, self._plain = [], []
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
        self._interners.clear()

    def _put_window(self, window: _Window) -> None:
        """Put the rows of a window into the table."""
        blocks = [part.wait() for part in window.parts]
        rows = blocks[0] if len(blocks) == 1 else np.concatenate(blocks) if blocks else np.empty(0, np.int64)
        count = len(rows) // ROW
        columns = self._columns(window, rows, count) if count else {}
        frames = rows.reshape(count, ROW)[:, layout.FRAME]
        order = None
        if window.plain:
            plain = self._plain_columns(window.plain)
            columns = {n: np.concatenate((columns[n], plain[n])) if columns else plain[n] for n in COLUMNS}
            arrivals = np.array([arrival for arrival, _, _ in window.plain], np.int64)
            order = np.argsort(np.concatenate((frames, arrivals)), kind="stable")
        for name, column in columns.items():
            values = np.ascontiguousarray(column if order is None else column[order], np.dtype(COLUMNS[name]))
            target: array[int] = getattr(self._table, name)
            target.frombytes(values.view(np.uint8).data)

    def _columns(self, window: _Window, rows: Ints, count: int) -> dict[str, NDArray[Any]]:
        """Return the columns of the kernel's rows, their texts numbered."""
        data, matrix = np.frombuffer(window.buf, np.uint8), rows.reshape(count, ROW)
        columns: dict[str, NDArray[Any]] = {name: matrix[:, place] for name, place in NUMBERS.items()}
        for name, place in TEXTS.items():
            texts = self._table.texts(name)
            columns[name], fresh = self._interners[id(texts)].many(rows, count, place)
            if len(fresh):
                self._learn(texts, data, rows, fresh, place)
        columns["source"] = np.full(count, window.source, np.int32)
        columns["transport"] = np.full(count, Transport.UDP, np.int8)
        if window.base is None:
            self._keep(window.buf, columns)
        else:
            columns["offset"] = columns["offset"] + window.base
        return columns

    def _learn(self, texts: Texts, data: NDArray[np.uint8], rows: Ints, fresh: Ints, place: int) -> None:
        """Copy new texts out of the window, in the order of their numbers."""
        ports = 2 if place >= layout.SRC else 0
        out = np.empty(int(rows.reshape(-1, ROW)[fresh, place + 1].sum()) + ports * len(fresh), np.uint8)
        ends = np.empty(len(fresh), np.int64)
        KERNEL("copy_texts", data, rows, fresh, len(fresh), place, out, ends)
        blob = out.tobytes()
        texts.extend(blob.lower() if place == layout.SENT_BY else blob, (ends + texts.size).tobytes())

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
        table, number, found = self._table, self._number, scan(datagram.payload, self._memo)
        offset, flags = datagram.offset, found.flags
        if offset < 0:
            offset, flags = table.put_aside(datagram.payload), flags | Flag.ASIDE
        return (
            datagram.time_ns,
            datagram.frame,
            source,
            datagram.transport,
            number(table.endpoints, packed(datagram.src)),
            number(table.endpoints, packed(datagram.dst)),
            offset,
            len(datagram.payload),
            number(table.methods, found.method),
            found.status,
            found.cseq,
            number(table.starts, found.start),
            number(table.call_ids, found.call_id),
            number(table.tags, found.from_tag),
            number(table.tags, found.to_tag),
            number(table.branches, found.branch),
            number(table.sent_bys, found.sent_by),
            found.via_count,
            number(table.uris, found.from_uri),
            number(table.uris, found.to_uri),
            flags,
        )

    def _number(self, texts: Texts, text: bytes) -> int:
        """Return the number of a text of a plain row."""
        if not text:
            return 0
        interner = self._interners[id(texts)]
        before = interner.next
        number = interner.one(text)
        if interner.next != before:
            texts.extend(text, (texts.size + len(text)).to_bytes(8, sys.byteorder))
        return number
