"""Logs that print a *mark* above each message: direction, peer, byte count, time.

A dialect of this kind is a `Finder`: it knows a mark when it sees one and, where the dialect has any, the line that
ends a message. `read_records` does the rest: it looks for the start line below the mark, takes off what stands on the
left of the lines, restores the bytes and finds the addresses. At most one message is held at a time.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import NO_OFFSET, Datagram, EndpointKey, Transport
from siptrace.ingest.logs.assembly import Assembly, is_fence
from siptrace.ingest.logs.margin import Margin, find_margin
from siptrace.ingest.logs.peers import Peers, scan
from siptrace.ingest.logs.times import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["HEAD_SIZE", "Emitter", "Finder", "Mark", "holds_record", "read_records", "uncoloured"]

HEAD_SIZE = 64 * 1024
"""How many bytes of a file should decide on its dialect, at least: enough to get past a server's start-up lines."""

PATIENCE = 4
"""How many lines may stand between a mark and its message: separators and empty lines."""

_COLOUR = re.compile(rb"\x1b\[[\d;]{0,16}[mK]")


class Mark(NamedTuple):
    """What a log says above a message.

    `sent` is None where the direction is unknown, `size` the byte count of the message, `stamp` the text that holds
    its time, `day` a text that holds its date where `stamp` has only the time of day, `prefix` what stands left of
    the mark. `hop` are source and destination where the log names both. `restore` makes of a line what it was in the
    message, where the log shows it otherwise.
    """

    sent: bool | None
    transport: Transport | None = None
    peer: EndpointKey | None = None
    size: int | None = None
    stamp: bytes = b""
    day: bytes = b""
    prefix: bytes = b""
    hop: tuple[EndpointKey, EndpointKey] | None = None
    restore: Callable[[bytes], bytes] | None = None


class Finder(Protocol):
    """Knows the marks of one dialect; it is made anew for each log and may remember lines."""

    bounded: bool
    """Whether nothing but the message stands between a mark and the next mark or end."""

    def mark(self, line: bytes) -> Mark | None:
        """Return the mark on this line, or None."""
        ...

    def ends(self, line: bytes) -> bool:
        """Return whether the line (without its margin) ends the message before it."""
        ...


def uncoloured(line: bytes) -> bytes:
    """Return the line without the escape sequences by which a terminal colours it."""
    return _COLOUR.sub(b"", line) if b"\x1b" in line else line


class Emitter:
    """Makes datagrams of finished messages, and anomalies of what is wrong with them."""

    def __init__(self, anomalies: AnomalyLog, source: int) -> None:
        """Start with a log's first message."""
        self._anomalies = anomalies
        self._source = source
        self._clock = Clock(anomalies, source)
        self._peers = Peers()

    def emit(self, message: Assembly, mark: Mark, *, bounded: bool) -> Datagram:
        """Return the finished message with its time and addresses."""
        payload, is_cut = message.finish(bounded=bounded)
        frame = message.frame
        if message.too_large:
            self._add(AnomalyCode.MESSAGE_TOO_LARGE, frame, payload)
        elif is_cut:
            self._add(AnomalyCode.LOG_CUT, frame, payload)
        time_ns = self._clock.at_day_of(mark.day, mark.stamp, frame) if mark.day else self._clock.at(mark.stamp, frame)
        addresses = scan(payload)
        src, dst = mark.hop or self._peers.resolve(addresses, sent=mark.sent, peer=mark.peer)
        transport = mark.transport
        if transport is None:
            transport = addresses.transport if addresses.transport is not None else Transport.UDP
        return Datagram(time_ns, frame, transport, src, dst, payload, NO_OFFSET)

    def _add(self, code: AnomalyCode, frame: int, payload: bytes) -> None:
        self._anomalies.add(Anomaly(code, frame, data=payload[-64:], source=self._source))


class _Reader:
    """The state between two lines: nothing, a mark that waits for its message, or a message that grows."""

    def __init__(self, finder: Finder, emitter: Emitter) -> None:
        self._finder = finder
        self._emitter = emitter
        self._mark: Mark | None = None
        self._waited = 0
        self._message: Assembly | None = None
        self._margin: Margin | None = None
        self._is_coloured = False
        self._is_fenced = False

    def feed(self, number: int, line: bytes) -> Datagram | None:
        """Take one line; return the message that it ends, if it does."""
        mark = self._finder.mark(line)
        if mark is not None:
            done = self.close()
            self._mark, self._waited = mark, 0
            self._is_coloured = b"\x1b" in line
            return done
        if self._message is None and is_fence(line):
            self._is_fenced = not self._is_fenced
        if self._mark is None:
            return None
        if self._is_coloured:
            line = uncoloured(line)
        if self._mark.restore is not None:
            line = self._mark.restore(line)
        if self._message is None:
            self._await(number, line)
            return None
        return self._grow(line)

    def close(self) -> Datagram | None:
        """Return the message that is under way, as far as it has come."""
        message, mark, self._message, self._mark = self._message, self._mark, None, None
        if message is None or mark is None:
            return None
        return self._emitter.emit(message, mark, bounded=self._finder.bounded)

    def _await(self, number: int, line: bytes) -> None:
        """Start a message if this is its first line; forget the mark when too many others came before."""
        if self._mark is None:
            return
        self._margin = find_margin(line, self._mark.prefix)
        if self._margin is not None:
            self._message = Assembly(number, self._mark.size)
            self._grow(line)
            return
        self._waited += 1
        if self._waited > PATIENCE:
            self._mark = None

    def _grow(self, line: bytes) -> Datagram | None:
        if self._message is None or self._margin is None:
            return None
        stripped = self._margin.strip(line)
        if stripped is None:  # the start line had the prefix, so every line of the message has it
            return self.close()
        if self._is_fenced and is_fence(stripped):
            self._is_fenced = False
            return self.close()
        if self._finder.ends(stripped) or self._message.overran_before(stripped):
            return self.close()
        return self.close() if self._message.add(stripped) else None

    @property
    def has_message(self) -> bool:
        """Whether a message is under way."""
        return self._message is not None

    @property
    def awaits_message(self) -> bool:
        """Whether a mark waits for its message."""
        return self._mark is not None and self._message is None


def read_records(lines: Iterable[bytes], finder: Finder, anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
    """Yield the messages below the marks that `finder` knows; never raises on what the lines hold."""
    reader = _Reader(finder, Emitter(anomalies, source))
    for number, line in enumerate(lines, 1):
        done = reader.feed(number, line)
        if done is not None:
            yield done
    done = reader.close()
    if done is not None:
        yield done


def holds_record(head: bytes, finder: Finder) -> bool:
    """Return whether the first bytes of a log hold a mark with a message below it, or end just behind a mark."""
    reader = _Reader(finder, Emitter(AnomalyLog(), 0))
    for number, line in enumerate(io.BytesIO(head), 1):
        if reader.feed(number, line) is not None or reader.has_message:
            return True
    return reader.awaits_message and len(head) >= HEAD_SIZE
