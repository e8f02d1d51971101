"""IP fragments back to datagrams: RFC 791 3.2, RFC 8200 4.5, with the overlaps of RFC 5722 reported.

Owns the unfinished datagrams; time is the capture's own. A datagram that lacks fragments is given up when it is too
old, when there are too many, and at the end; it is reported when it may have been SIP: its beginning looks like it, or
its beginning is what is missing. Where the beginning is SIP, that much is handed on, except for a datagram that the
end of the capture cuts in two: its other fragments may have come after it.
"""

from __future__ import annotations

from typing import NamedTuple

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import NO_TIME
from siptrace.ingest.limits import FRAGMENT_SECONDS, FRAGMENTS_TOGETHER_NS, MAX_FRAGMENTED
from siptrace.ingest.pieces import Pieces, Place
from siptrace.sip.grammar import looks_like_sip

__all__ = ["Fragment", "Reassembler", "Whole"]

_MAX_LENGTH = 65535
_UDP, _UDP_HEADER = 17, 8


class Fragment(NamedTuple):
    """One fragment: `start` in bytes, `last` where no more follow, `snapped` where the capture kept only a part."""

    protocol: int
    src: bytes
    dst: bytes
    ident: int
    start: int
    last: bool
    data: bytes
    place: Place
    snapped: bool


class Whole(NamedTuple):
    """A datagram: `place` is that of the fragment that completed it, `cut` that its end is missing."""

    protocol: int
    src: bytes
    dst: bytes
    data: bytes
    place: Place
    cut: bool


_Key = tuple[bytes, bytes, int, int]


class _Unfinished:
    """The fragments of one datagram that arrived so far."""

    __slots__ = ("done", "length", "pieces", "place", "snapped")

    def __init__(self, place: Place) -> None:
        self.pieces = Pieces()
        self.length = -1  # unknown until the last fragment arrives
        self.place = place
        self.snapped = False
        self.done = False


class Reassembler:
    """Puts fragments together; `given_up` collects the beginnings of datagrams that will never be whole."""

    def __init__(self, anomalies: AnomalyLog) -> None:
        """Start without fragments; what is wrong is added to `anomalies`."""
        self._anomalies = anomalies
        self._unfinished: dict[_Key, _Unfinished] = {}  # oldest first
        self.given_up: list[Whole] = []

    def add(self, fragment: Fragment) -> Whole | None:
        """Take a fragment; return the datagram when this completes it."""
        self._expire(fragment.place)
        key = (fragment.src, fragment.dst, fragment.protocol, fragment.ident)
        entry = self._unfinished.get(key)
        if entry is not None and entry.done:
            if fragment.start:
                return None  # the same fragment captured once more
            del self._unfinished[key]
            entry = None
        if entry is None:
            if len(self._unfinished) >= MAX_FRAGMENTED:
                self._give_up_oldest(fragment.place)
            entry = self._unfinished[key] = _Unfinished(fragment.place)
        return self._join(entry, fragment)

    def _join(self, entry: _Unfinished, fragment: Fragment) -> Whole | None:
        end = fragment.start + len(fragment.data)
        if end > _MAX_LENGTH:
            self._complain(AnomalyCode.BAD_PACKET, fragment.place, f"a fragment ends at byte {end} of its datagram")
            return None
        if fragment.last and entry.length < 0:
            entry.length = end
        kept = entry.pieces.size
        overlapped, differed = entry.pieces.add(fragment.start, fragment.data, fragment.place)
        if differed or (overlapped and entry.pieces.size > kept):  # an exact copy is a capture that saw it twice
            self._complain(AnomalyCode.FRAGMENT_OVERLAP, fragment.place, f"at byte {fragment.start}")
        entry.place = max(entry.place, fragment.place)
        entry.snapped |= fragment.snapped
        if entry.length < 0 or entry.pieces.size < entry.length:
            return None
        data = entry.pieces.leading()
        if len(data) < entry.length:
            return None  # fragments behind the last one: the hole is still there
        entry.done, entry.pieces = True, Pieces()
        return Whole(fragment.protocol, fragment.src, fragment.dst, data[: entry.length], entry.place, cut=False)

    def _expire(self, now: Place) -> None:
        """Give up what is older than the limit; entries are in the order in which they began."""
        while self._unfinished:
            key = next(iter(self._unfinished))
            began = self._unfinished[key].place
            if NO_TIME in (now.time_ns, began.time_ns) or now.time_ns - began.time_ns <= FRAGMENT_SECONDS * 10**9:
                return
            self._give_up(key)

    def _give_up_oldest(self, now: Place) -> None:
        key = next(iter(self._unfinished))
        if not self._unfinished[key].done:
            self._complain(AnomalyCode.TOO_MANY_FRAGMENTS, now, f"{MAX_FRAGMENTED} datagrams")
        self._give_up(key)

    def _give_up(self, key: _Key) -> None:
        """Drop a datagram; hand on its beginning when that is SIP."""
        src, dst, protocol, _ = key
        entry = self._unfinished.pop(key)
        if entry.done:
            return
        data = entry.pieces.leading()
        sip = protocol == _UDP and looks_like_sip(data, _UDP_HEADER)
        if sip or not data:
            have, want = entry.pieces.size, entry.length if entry.length >= 0 else "an unknown number"
            code = AnomalyCode.SNAPPED if entry.snapped and sip else AnomalyCode.FRAGMENT_MISSING
            self._complain(code, entry.place, f"{have} of {want} bytes")
        if sip:
            self.given_up.append(Whole(protocol, src, dst, data, entry.place, cut=True))

    def finish(self, now_ns: int) -> None:
        """Give up everything: the capture ends at `now_ns`."""
        for key, entry in list(self._unfinished.items()):
            self._give_up(key)
            if self.given_up and NO_TIME < now_ns < entry.place.time_ns + FRAGMENTS_TOGETHER_NS:
                self.given_up = [whole for whole in self.given_up if whole.place != entry.place]

    def _complain(self, code: AnomalyCode, place: Place, detail: str) -> None:
        self._anomalies.add(Anomaly(code, place.frame, detail, source=place.source))
