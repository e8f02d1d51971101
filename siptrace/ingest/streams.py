"""TCP segments back to streams, and streams to SIP messages: RFC 9293 3.4, 3.10.

Owns the directions of connections: each is followed on its own, because a capture may hold only one. Segments are put
in order by sequence number; what is missing is waited for until MAX_HELD_BYTES or MAX_HELD_SEGMENTS lie behind the gap,
the connection ends, or the capture does. Then the gap is final and the next start line is looked for.

A message that has a gap in its body is handed on as far as it goes. One that the end of the connection or the capture
cuts off is not, only reported: it never arrived, or it arrived after the capture.

Invariants: nothing is reported of a stream that never shows SIP, and such a stream costs one dictionary entry once
MAX_SEARCH bytes of it, or its first bytes, tell what it is. A message's place is that of the last captured of the
segments it lies in, whatever the order in which gaps were filled.

Weak spot: bytes that were handed on are not kept, so that a retransmission with different bytes is noticed only while
its first version is the latest segment or waits behind a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import NO_OFFSET, Datagram, Transport
from siptrace.ingest.limits import (
    MAX_HELD_BYTES,
    MAX_HELD_SEGMENTS,
    MAX_IGNORED,
    MAX_JUMP,
    MAX_MARKS,
    MAX_SEARCH,
    MAX_STREAM_BYTES,
    MAX_STREAMS,
)
from siptrace.ingest.pieces import Piece, Pieces, Place
from siptrace.patterns import pattern
from siptrace.sip.framing import Cut, CutKind, Framer
from siptrace.sip.grammar import looks_like_sip

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FIN", "RST", "SYN", "Streams"]

FIN, SYN, RST = 1, 2, 4

# How other protocols begin: TLS records (RFC 8446 5.1), SSH (RFC 4253 4.2), HTTP and RTSP requests and responses.
_OTHER = pattern(
    rb"[\x14-\x17]\x03[\x00-\x04]|SSH-|HTTP/|RTSP/"
    rb"|(?:GET|POST|PUT|HEAD|DELETE|CONNECT|OPTIONS) [^\r\n]{1,4096} (?:HTTP|RTSP)/"
)


class _Mark(NamedTuple):
    """Where the bytes `start` to `end` of a stream were captured."""

    start: int
    end: int
    place: Place
    offset: int


class _Stream:
    """One direction of a connection: `first` is the position of sequence number `origin`."""

    __slots__ = (
        "cost",
        "excused",
        "framer",
        "gap",
        "held",
        "key",
        "last",
        "marks",
        "next_seq",
        "origin",
        "searched",
        "shown",
        "syn",
    )

    def __init__(self, key: bytes, next_seq: int, *, syn: bool) -> None:
        self.key = key
        self.origin = next_seq
        self.next_seq = next_seq
        self.syn = syn  # whether its beginning was captured
        self.cost = 0  # how many bytes are kept of it
        self.searched = 0  # how many bytes were passed over before the latest gap, while no message was found
        self.shown = False  # whether a SIP message was found in it
        self.framer = Framer()
        self.held: Pieces | None = None
        self.gap = False  # whether something of it is missing
        self.excused = False  # whether bytes that are passed over now are explained by something reported
        self.marks: list[_Mark] = []  # the segments that the framer's buffer came from
        self.last: Piece | None = None  # the latest segment that was handed on


class Streams:
    """Follows all TCP streams of a capture; whole messages are passed to `emit(source, datagram)`."""

    def __init__(self, anomalies: AnomalyLog, emit: Callable[[int, Datagram], None]) -> None:
        """Start without streams; what is wrong is added to `anomalies`."""
        self._anomalies = anomalies
        self._emit = emit
        self._streams: dict[bytes, _Stream] = {}  # least recently used first
        self._cost = 0
        self.ignored: dict[bytes, None] = {}  # the directions that carry no SIP, oldest first

    def segment(self, place: Place, key: bytes, seq: int, flags: int, data: bytes, offset: int, lost: int) -> None:
        """Take a segment of the direction `key` (addresses, then ports), of which `lost` bytes were not captured."""
        stream = self._streams.pop(key, None)
        if flags & SYN:
            self.ignored.pop(key, None)
            seq = seq + 1 & 0xFFFFFFFF
            if stream is not None and not (stream.syn and stream.origin == seq):
                self._end(stream)
                stream = None
        if stream is None:
            if key in self.ignored or not (data or lost or flags & SYN):
                return
            stream = _Stream(key, seq, syn=bool(flags & SYN))
            if len(self._streams) >= MAX_STREAMS:
                self._evict(place)
        distance = (seq - stream.next_seq + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        if (data or lost) and abs(distance) > MAX_JUMP:
            self._end(stream)
            stream, distance = _Stream(key, seq, syn=False), 0
        self._streams[key] = stream
        if data or lost:
            self._place(stream, distance, Piece(stream.framer.position + distance, data, place, offset), lost)
        if flags & (FIN | RST) and not stream.held and distance <= 0:
            self._end(stream)  # it stays known, so that a retransmission of its end is taken for one
        self._account(stream)
        while self._cost > MAX_STREAM_BYTES:
            self._evict(place)

    def _account(self, stream: _Stream) -> None:
        """Keep the sum of what is kept of all streams right."""
        cost = stream.framer.buffered + (stream.held.size if stream.held else 0)
        self._cost += cost - stream.cost
        stream.cost = cost

    def _place(self, stream: _Stream, distance: int, piece: Piece, lost: int) -> None:
        """Hand a segment on when it is the next one, else hold it."""
        if distance > 0:
            self._hold(stream, piece)
        elif distance == 0 and not stream.held:
            self._hand_on(stream, piece)
        else:
            self._compare(stream, piece)
            if piece.end > stream.framer.position:
                self._hold(stream, piece)
                self._drain(stream)
        if lost and piece.end == stream.framer.position:
            self._lose(stream, lost, piece.place, snapped=True)
            self._drain(stream)
        if stream.held and (stream.held.size > MAX_HELD_BYTES or len(stream.held.kept) > MAX_HELD_SEGMENTS):
            self._skip_gap(stream)

    def _compare(self, stream: _Stream, piece: Piece) -> None:
        """Report a retransmission whose bytes differ from those of the latest segment."""
        last = stream.last
        if last is None or not stream.shown or len(piece.data) <= 1:  # one old byte is a keep-alive: RFC 9293 3.8.4
            return
        low, high = max(last.start, piece.start), min(last.end, piece.end)
        old = last.data[low - last.start : high - last.start]
        if low < high and old != piece.data[low - piece.start : high - piece.start]:
            self._complain(AnomalyCode.TCP_OVERLAP, piece.place, f"{high - low} bytes", old)

    def _hold(self, stream: _Stream, piece: Piece) -> None:
        """Keep a segment, or what is new of it, until what lies before it arrives."""
        if stream.held is None:
            stream.held = Pieces()
        cut = max(stream.framer.position - piece.start, 0)
        offset = piece.offset + cut if piece.offset >= 0 else piece.offset
        _, differed = stream.held.add(piece.start + cut, piece.data[cut:], piece.place, offset)
        if differed and stream.shown:
            self._complain(AnomalyCode.TCP_OVERLAP, piece.place, f"{len(piece.data)} bytes behind a gap")

    def _drain(self, stream: _Stream) -> None:
        """Hand on the held segments that are no longer behind a gap."""
        while stream.held and stream.held.kept and stream.held.kept[0].start <= stream.framer.position:
            self._hand_on(stream, stream.held.pop_first())
        if stream.held and not stream.held.kept:
            stream.held = None

    def _skip_gap(self, stream: _Stream) -> None:
        """Take the first gap as final and go on behind it."""
        if stream.held and stream.held.kept:
            first = stream.held.kept[0]
            self._lose(stream, first.start - stream.framer.position, first.place, snapped=False)
            self._drain(stream)

    def _lose(self, stream: _Stream, lost: int, place: Place, *, snapped: bool) -> None:
        """Tell the framer of a gap, and report it when the stream has shown SIP."""
        stream.next_seq = stream.next_seq + lost & 0xFFFFFFFF
        self._take(stream, stream.framer.gap(lost), snapped=snapped)
        stream.marks.clear()
        stream.excused = stream.gap = True
        if stream.shown:
            code = AnomalyCode.SNAPPED if snapped else AnomalyCode.TCP_GAP
            self._complain(code, place, f"{lost} bytes of the stream are not in the capture")

    def _hand_on(self, stream: _Stream, piece: Piece) -> None:
        """Feed a segment to the framer, and emit the messages that it completes."""
        stream.next_seq = stream.next_seq + len(piece.data) & 0xFFFFFFFF
        stream.last = piece
        if not stream.shown and piece.start == 0 and _OTHER.match(piece.data):
            self._ignore(stream)
            return
        framer, marks = stream.framer, stream.marks
        marks.append(_Mark(piece.start, piece.end, piece.place, piece.offset))
        self._take(stream, framer.feed(piece.data))
        begin = framer.position - framer.buffered
        while marks and marks[0].end <= begin:
            del marks[0]
        if len(marks) > MAX_MARKS:
            first, second = marks[0], marks[1]
            marks[:2] = [_Mark(first.start, second.end, max(first.place, second.place), NO_OFFSET)]
        if not stream.shown and stream.searched + framer.skipped > MAX_SEARCH:
            self._ignore(stream)

    def _take(self, stream: _Stream, cuts: list[Cut], *, snapped: bool = False, final: bool = False) -> None:
        """Do what the cuts ask for: emit messages, report what is wrong."""
        for number, cut in enumerate(cuts):
            place, offset = _where(stream, cut)
            if cut.kind is CutKind.SKIPPED:
                # without a message before it or behind it, the stream has not shown that it is SIP
                stream.searched += cut.end - cut.start
                if stream.shown or number + 1 < len(cuts):
                    self._report_skipped(stream, cut, place)
                continue
            if cut.kind is CutKind.FRAGMENT and not (stream.shown or looks_like_sip(cut.data)):
                stream.searched += cut.end - cut.start
                continue
            stream.shown = True
            stream.excused = cut.kind is CutKind.TOO_LARGE
            if cut.kind is CutKind.TOO_LARGE:
                self._complain(AnomalyCode.MESSAGE_TOO_LARGE, place, f"{len(cut.data)} bytes were kept", cut.data)
            elif cut.kind is not CutKind.MESSAGE and not snapped:
                self._complain(AnomalyCode.STREAM_CUT, place, f"after {len(cut.data)} bytes", cut.data)
            whole = cut.kind in {CutKind.MESSAGE, CutKind.TOO_LARGE}
            if whole or snapped or (cut.kind is CutKind.PARTIAL and not final):
                src, dst = _endpoints(stream.key)
                datagram = Datagram(place.time_ns, place.frame, Transport.TCP, src, dst, cut.data, offset)
                self._emit(place.source, datagram)

    def _report_skipped(self, stream: _Stream, cut: Cut, place: Place) -> None:
        """Report bytes that belong to no message, unless a gap that is reported explains them."""
        if stream.shown:
            code = None if stream.excused else AnomalyCode.STREAM_GARBAGE
        elif not stream.syn:
            code = AnomalyCode.TCP_MIDSTREAM
        else:
            code = AnomalyCode.TCP_GAP if stream.gap else AnomalyCode.STREAM_GARBAGE
        if code:
            self._complain(code, place, f"{cut.end - cut.start} bytes passed over", cut.data)

    def _ignore(self, stream: _Stream) -> None:
        """Remember that the direction carries no SIP, and forget what was kept of it."""
        if len(self.ignored) >= MAX_IGNORED:
            del self.ignored[next(iter(self.ignored))]
        self.ignored[stream.key] = None
        stream.held = None
        stream.framer = Framer()
        stream.marks.clear()
        self._account(stream)
        self._streams.pop(stream.key, None)

    def _end(self, stream: _Stream) -> None:
        """Take all gaps as final, and cut off what is not whole: the connection or the capture ends."""
        while stream.held:
            self._skip_gap(stream)
        self._take(stream, stream.framer.finish(), final=True)
        stream.marks.clear()
        self._account(stream)

    def _evict(self, place: Place) -> None:
        """Give up the stream that was silent for longest, because there are too many."""
        stream = self._streams.pop(next(iter(self._streams)))
        if stream.shown and (stream.held or stream.framer.buffered):
            self._complain(AnomalyCode.TCP_TOO_MANY_STREAMS, place, f"{len(self._streams) + 1} are open")
        self._end(stream)

    def finish(self) -> None:
        """End all streams: the capture ends."""
        while self._streams:
            self._end(self._streams.pop(next(iter(self._streams))))

    def _complain(self, code: AnomalyCode, place: Place, detail: str, data: bytes = b"") -> None:
        self._anomalies.add(Anomaly(code, place.frame, detail, data[:64], place.source))


def _endpoints(key: bytes) -> tuple[bytes, bytes]:
    """Return the endpoint keys of source and destination from a direction's key."""
    size = (len(key) - 4) // 2
    return key[:size] + key[-4:-2], key[size : 2 * size] + key[-2:]


def _where(stream: _Stream, cut: Cut) -> tuple[Place, int]:
    """Return the place of a cut, and its offset in the file where it lies in one piece."""
    touched = [mark for mark in stream.marks if mark.start < cut.end and mark.end > cut.start]
    if not touched:
        return (stream.last.place if stream.last else Place(0, 0, 0)), NO_OFFSET
    first = touched[0]
    if len(touched) == 1 and first.start <= cut.start and first.offset >= 0:
        return first.place, first.offset + cut.start - first.start
    return max(mark.place for mark in touched), NO_OFFSET
