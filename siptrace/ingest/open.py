"""Open a trace: recognise each source by its content, pick its reader, and read them all.

Owns which files are read, in which order, and which of them are one capture. Errors of the request (nothing there,
nothing known, nothing allowed) are raised before the first message; afterwards everything is an anomaly.

Captures and state: the TCP streams and IP fragments that are under way when a file ends are carried over to the next
file that begins, by its first time stamp, not before that one ended: a rotated capture (`tcpdump -C`, `dumpcap -b`).
Captures that overlap in time are taps beside each other, and each has its own state. Of several captures that ended
before, the one that ended last is continued. Frame numbers count from 1 in each file. A stream's message that lies in
two files belongs to the file of its last segment.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from siptrace.errors import (
    Anomaly,
    AnomalyCode,
    AnomalyLog,
    EmptyInput,
    InputError,
    MissingInput,
    UnreadableInput,
    UnrecognisedInput,
)
from siptrace.ingest.datagram import NO_TIME
from siptrace.ingest.decode import Decoder, Found
from siptrace.ingest.limits import MAX_CHAINS, READ_BYTES, WINDOW_BYTES
from siptrace.ingest.pcap import PcapWalker, Record, is_pcap
from siptrace.ingest.pcapng import PcapngWalker, is_pcapng
from siptrace.ingest.sources import STDIN, FileFeed, Source, StreamFeed, content, is_regular, lines, peek

if TYPE_CHECKING:
    from siptrace.ingest.logs import Dialect

__all__ = ["Bulk", "Feed", "Reader", "Source", "Walker", "find_sources", "open_beginning", "open_sources"]

Progress = Callable[[int], None]
"""Called with a number of bytes of input (compressed ones, where a file is) that were read since the last call."""

_HEADER_BYTES = 64
"""How much of a file a walker wants to see to begin."""


@dataclass(slots=True)
class _Opened:
    """A recognised source: `pieces` is its content where it can be read only once."""

    source: Source
    dialect: Dialect | None
    header: bytes
    pieces: Iterator[bytes] | None


Walker = PcapWalker | PcapngWalker
Feed = FileFeed | StreamFeed


class Bulk(Protocol):
    """Somebody who reads what he knows of whole windows, and leaves the other records to be decoded one by one."""

    last_time: int
    """The time of the latest packet so far."""

    def begin(self, walker: Walker, feed: Feed, start: int) -> int | None:
        """Read a window from `start` on; return the time of its first packet, None without one."""
        ...

    def records(self) -> Iterator[Record]:
        """Yield the records that are left to be decoded, in their order."""
        ...

    def flush(self, source: int) -> None:
        """Finish the window, perhaps while the next one is read."""
        ...

    def wait(self) -> None:
        """Be done with everything that was flushed, before the file is closed."""
        ...


class Reader:
    """The sources of a trace; iterating reads them, once, and yields `(source index, Datagram)` in file order."""

    def __init__(self, opened: list[_Opened], anomalies: AnomalyLog, progress: Progress | None) -> None:
        """Take recognised sources; see `open_sources`."""
        self.sources = [item.source for item in opened]
        self._opened = opened
        self._anomalies = anomalies
        self._progress = progress
        self._decoders: list[Decoder] = []
        self._shown = 0
        self.bulk: Bulk | None = None
        self.bulk_for: Callable[[int], Bulk | None] | None = None
        """Asked before each window, with the bytes seen so far, for somebody who reads whole windows at once."""

    @property
    def total_bytes(self) -> int | None:
        """The sum of what `progress` will be told; None where a pipe is among the sources."""
        if any(item.pieces is not None for item in self._opened):
            return None
        return sum(os.stat(item.source.path).st_size for item in self._opened)

    def __iter__(self) -> Iterator[Found]:
        """Read all sources in their order; a second time yields nothing of what was a pipe."""
        for item in self._opened:
            if item.dialect:
                found = item.dialect.read(lines(self._pieces(item)), self._anomalies, item.source.index)
                for datagram in found:
                    yield item.source.index, datagram
            else:
                yield from self._capture(item)
        while self._decoders:
            yield from self._decoders.pop(0).finish()

    def _pieces(self, item: _Opened) -> Iterator[bytes]:
        """Return the decompressed content of a source."""
        if item.pieces is not None:
            pieces, item.pieces = item.pieces, iter(())
            return pieces
        return content(item.source.path, self._progress, _complainer(self._anomalies, item.source.index))[0]

    def _capture(self, item: _Opened) -> Iterator[Found]:
        """Read a capture file window by window."""
        source = item.source
        begin = PcapWalker if source.kind == "pcap" else PcapngWalker
        walker = begin(item.header, source.path, self._anomalies, source.index)
        once = source.compressed or item.pieces is not None
        with closing(StreamFeed(self._pieces(item)) if once else FileFeed(source.path, self._progress)) as feed:
            yield from self._walk(source, walker, feed)
            if self.bulk is not None:
                self.bulk.wait()
            walker.finish(feed.end - feed.start if not walker.stopped else 0)

    def _walk(self, source: Source, walker: Walker, feed: Feed) -> Iterator[Found]:
        """Show the windows of a capture to the walker, and decode what it finds."""
        decoder: Decoder | None = None
        start = walker.position
        while True:
            first, records = self._window(walker, feed, start)
            if decoder is None and first is not None:
                yield from self._make_room()
                decoder = self._decoder_for(first)
            if decoder is not None:
                yield from decoder.decode(records, feed.buf, source.index, base=feed.base)
            if self.bulk is not None:
                self.bulk.flush(source.index)
                if decoder is not None:
                    decoder.last_time = max(decoder.last_time, self.bulk.last_time)
            if walker.stopped or not feed.advance(walker.position):
                break
            start = feed.start

    def _window(self, walker: Walker, feed: Feed, start: int) -> tuple[int | None, Iterator[Record]]:
        """Return the time of the first packet of a window, None without one, and the records to decode."""
        self._shown += feed.end - start
        if self.bulk is None and self.bulk_for is not None:
            self.bulk = self.bulk_for(self._shown)
        if self.bulk is not None:
            return self.bulk.begin(walker, feed, start), self.bulk.records()
        records = walker.walk(feed.buf, start, feed.end, last=feed.last)
        first = next(records, None)
        return (None, records) if first is None else (first[0], chain((first,), records))

    def _decoder_for(self, first_ns: int) -> Decoder:
        """Return the state of the capture that ended last before `first_ns`, or a new one."""
        ended = [d for d in self._decoders if first_ns != NO_TIME and NO_TIME != d.last_time <= first_ns]
        if ended:
            return max(ended, key=lambda decoder: decoder.last_time)
        self._decoders.append(Decoder(self._anomalies))
        return self._decoders[-1]

    def _make_room(self) -> Iterator[Found]:
        """Finish the oldest capture when too many are open."""
        while len(self._decoders) >= MAX_CHAINS:
            yield from self._decoders.pop(0).finish()


def open_sources(
    paths: Sequence[str | os.PathLike[str]], anomalies: AnomalyLog, progress: Progress | None = None
) -> Reader:
    """Return a reader of the captures and logs at the paths; `-` is standard input, directories are expanded.

    Raises MissingInput, UnreadableInput, EmptyInput or UnrecognisedInput, each with a sentence that names the path.
    """
    opened = [
        _recognise(path, index, _complainer(anomalies, index), progress)
        for index, path in enumerate(find_sources(paths))
    ]
    return Reader(opened, anomalies, progress)


def open_beginning(paths: Sequence[str | os.PathLike[str]], anomalies: AnomalyLog) -> Reader | None:
    """Return a reader of the beginning of the first source; None where it is a pipe, and where all is soon read.

    It is read like a pipe, so its messages stay readable whatever becomes of the file. Raises like `open_sources`.
    """
    found = find_sources(paths)
    if not found or not is_regular(found[0]):
        return None
    opened = _recognise(found[0], 0, _nothing, None)
    size = sum(os.stat(path).st_size for path in filter(is_regular, found))
    if size < (READ_BYTES if opened.source.compressed else WINDOW_BYTES):
        return None
    opened.pieces = islice(content(found[0], None, _nothing)[0], 1)
    return Reader([opened], anomalies, None)


def _complainer(anomalies: AnomalyLog, index: int) -> Callable[[str], None]:
    """Return what decompression calls when the source with this index is damaged."""

    def complain(detail: str) -> None:
        anomalies.add(Anomaly(AnomalyCode.BAD_COMPRESSION, 0, detail, source=index))

    return complain


def find_sources(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    """Return the files to read: directories become the traces in them, in natural order (`x2` before `x10`).

    A file that is named twice is read once. What is no trace in a directory is passed over in silence; a directory
    without any raises EmptyInput, a missing path MissingInput.
    """
    found: dict[str, str] = {}  # by real path
    for given in paths:
        path = os.fspath(given)
        if path == STDIN:
            found.setdefault(STDIN, STDIN)
        elif stat.S_ISDIR(_mode(path)):
            inside = _traces_in(path)
            if not inside:
                raise EmptyInput(f"{path}: there is no capture and no log with SIP messages in this directory")
            for file in inside:
                found.setdefault(os.path.realpath(file), file)
        else:
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def _mode(path: str) -> int:
    """Return what kind of file is at the path, as in stat(2); raises MissingInput or UnreadableInput."""
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingInput(f"{path}: there is no such file") from error
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise MissingInput(f"{path!r}: there can be no such file: {error}") from error


def _traces_in(directory: str) -> list[str]:
    """Return the recognisable files under a directory, in natural order."""
    from pathlib import Path  # noqa: PLC0415 -- takes as long as a small capture

    try:
        files = [str(Path(root, name)) for root, _, names in os.walk(directory, onerror=_raise) for name in names]
    except OSError as error:
        raise UnreadableInput(f"{error.filename}: cannot be read: {error.strerror}") from error
    return [file for file in sorted(files, key=_natural) if is_regular(file) and _is_trace(file)]


def _raise(error: OSError) -> None:
    raise error


def _natural(path: str) -> list[tuple[int, str]]:
    """Return a sort key in which numbers count as numbers: `tcpdump -C` names its files x, x1, x2 ... x10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path)]


def _is_trace(path: str) -> bool:
    try:
        _recognise(path, 0, _nothing, None)
    except InputError:
        return False
    return True


def _nothing(_: str) -> None:
    """Take a complaint that will be made again when the source is read."""


def _recognise(path: str, index: int, complain: Callable[[str], None], progress: Progress | None) -> _Opened:
    """Look at the beginning of a source and say what it is; raises the errors of `open_sources`."""
    again = is_regular(path)
    pieces, compressed = content(path, None if again else progress, _nothing if again else complain)
    head, whole = peek(pieces, path)
    dialect = None
    if is_pcap(head):
        kind = "pcap"
        PcapWalker(head, path, AnomalyLog(), index)
    elif is_pcapng(head):
        kind = "pcapng"
        PcapngWalker(head, path, AnomalyLog(), index)
    else:
        from siptrace.ingest import logs  # noqa: PLC0415 -- a capture needs none of the dialects

        dialect = logs.recognise(head)
        if dialect is None:
            raise UnrecognisedInput(f"{path}: this is neither a pcap or pcapng file nor a text log with SIP messages")
        kind = f"log:{dialect.name}"
    return _Opened(Source(index, path, kind, compressed), dialect, head[:_HEADER_BYTES], None if again else whole)
