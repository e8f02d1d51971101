"""pcap files: the records of one, in order, as places in a buffer.

Owns the file header, the record headers and what is done about damaged ones. A walker is shown windows by a feed (see
sources.py) and yields a `Record` a packet, never a copy of it.

dpkt has a reader for this format. It is not used: it copies every packet, drops the length on the wire, turns
microseconds into floats, hands a packet that is cut on as if it were whole, raises on a record header that is cut, and
believes every length. dpkt serves here for the names of link types.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog, UnreadableInput
from siptrace.ingest.limits import MAX_PACKET, RESYNC_BYTES
from siptrace.ingest.links import LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ingest.sources import Buffer

__all__ = ["Interface", "PcapWalker", "Record", "is_pcap", "link_name"]

Record = tuple[int, int, int, int, int, int]
"""time in ns since 1970, frame number, link type, position in the buffer, captured bytes, bytes on the wire."""

_HEADER_BYTES = 24
_FORMATS = (  # magic, nanoseconds a unit of the fraction, bytes of a record header
    (0xA1B2C3D4, 1000, 16),
    (0xA1B23C4D, 1, 16),
    (0xA1B2CD34, 1000, 24),  # Kuznetzov's patched libpcap: interface, protocol and packet type stand behind the rest
)
_MAGICS = {magic.to_bytes(4, "little"): ("<", scale, size) for magic, scale, size in _FORMATS} | {
    magic.to_bytes(4, "big"): (">", scale, size) for magic, scale, size in _FORMATS
}
_LINK_BITS = 0x03FFFFFF
"""The link type's share of its field; the upper bits tell the length of a frame check sequence."""


def is_pcap(head: bytes) -> bool:
    """Return whether a file that begins like this is a pcap file (or would be, were it not cut inside its magic)."""
    return head[:4] in _MAGICS or (0 < len(head) < 4 and any(magic.startswith(head) for magic in _MAGICS))


def link_name(link: int) -> str:
    """Return the number of a link type with its name where there is one: `147` or `105 (IEEE802_11)`."""
    from dpkt import pcap  # noqa: PLC0415 -- takes as long as all else of the start, and only odd captures need it

    for name, value in vars(pcap).items():
        if name.startswith("DLT_") and value == link:
            return f"{link} ({name[4:]})"
    return str(link)


@dataclass(slots=True)
class Interface:
    """A link that packets were captured from, and how many of them could not be decoded for its type."""

    link: int
    name: str
    unknown: int = 0
    first_unknown: int = 0

    @property
    def known(self) -> bool:
        """Whether packets of this link type can be decoded."""
        return self.link in LINKS

    def pass_over(self, frame: int) -> None:
        """Count a packet that is not decoded."""
        self.first_unknown = self.first_unknown or frame
        self.unknown += 1

    def report(self, anomalies: AnomalyLog, source: int) -> None:
        """Say, once, how many packets of the interface were passed over."""
        if self.unknown:
            detail = f"link type {link_name(self.link)} on {self.name}: {self.unknown} packets"
            anomalies.add(Anomaly(AnomalyCode.UNKNOWN_LINK, self.first_unknown, detail, source=source))


class PcapWalker:
    """Walks the records of one pcap file over the windows it is shown."""

    def __init__(self, header: bytes, path: str, anomalies: AnomalyLog, source: int) -> None:
        """Read the file header; raises UnreadableInput where the file ends inside it."""
        if len(header) < _HEADER_BYTES:
            raise UnreadableInput(f"{path}: the file ends inside the header of a pcap file")
        self.frame = 0
        self.position = _HEADER_BYTES
        self.stopped = False
        self._anomalies = anomalies
        self._source = source
        self._interfaces: list[Interface] = []
        self._last_seconds = 0
        self._begin(header)

    def _begin(self, header: bytes) -> None:
        """Take byte order, resolution and link type from a file header."""
        self._order, self._scale, self._record_bytes = _MAGICS[header[:4]]
        self._unpack = Struct(self._order + "IIII").unpack_from
        (network,) = Struct(self._order + "I").unpack_from(header, 20)
        self._interface = Interface(network & _LINK_BITS, f"interface {len(self._interfaces)}")
        self._interfaces.append(self._interface)

    @property
    def link(self) -> int:
        """The link type of the records to come."""
        return self._interface.link

    @property
    def swapped(self) -> bool:
        """Whether numbers of the file are big endian."""
        return self._order == ">"

    @property
    def record_bytes(self) -> int:
        """The size of a record header."""
        return self._record_bytes

    @property
    def scale(self) -> int:
        """Nanoseconds in a unit of the fraction of a second."""
        return self._scale

    def skip(self, position: int, frame: int, seconds: int) -> None:
        """Go on at a position: somebody else walked the records before it, of which the last was `frame`."""
        self.position, self.frame, self._last_seconds = position, frame, seconds

    def walk(self, buf: Buffer, start: int, end: int, *, last: bool) -> Iterator[Record]:
        """Yield the records that lie whole in the window; afterwards `position` is where the next one begins.

        The first window is to be walked from `position` on, which is behind the file header. `last` says that no more
        will be shown.
        """
        unpack, scale, header, link = self._unpack, self._scale, self._record_bytes, self._interface.link
        known = self._interface.known
        frame, seconds = self.frame, self._last_seconds
        while start + header <= end:
            at, fraction, captured, wire = unpack(buf, start)
            if not 0 < captured <= MAX_PACKET:
                self.frame, self._last_seconds = frame, seconds
                following, packet = self._odd_record(buf, (start, end), captured, last=last)
                if following < 0:
                    break
                if not packet:
                    start = following
                    unpack, scale, header, link = self._unpack, self._scale, self._record_bytes, self._interface.link
                    known = self._interface.known
                    continue
            data = start + header
            if data + captured > end:
                break
            frame += 1
            seconds = at
            start = data + captured
            if known:
                yield at * 1_000_000_000 + fraction * scale, frame, link, data, captured, wire
            else:
                self._interface.pass_over(frame)
        self.frame, self._last_seconds = frame, seconds
        self.position = start

    def _odd_record(self, buf: Buffer, span: tuple[int, int], captured: int, *, last: bool) -> tuple[int, bool]:
        """Return where to go on at a record without bytes or with too many, and whether it is a packet all the same.

        -1 stands for waiting for more bytes, or with `stopped` for giving the file up.
        """
        start, end = span
        if captured == 0:
            # An empty packet is rare but right; where captures were joined with `cat`, a file header looks like one.
            if bytes(buf[start : start + 4]) not in _MAGICS:
                return start, True
            if start + _HEADER_BYTES > end:
                return -1, False
            self._begin(bytes(buf[start : start + _HEADER_BYTES]))
            return start + _HEADER_BYTES, False
        if not last and end - start < RESYNC_BYTES:
            return -1, False
        found = self._resync(buf, start, min(end, start + RESYNC_BYTES))
        rest = f"went on {found - start} bytes later" if found >= 0 else "stopped there"
        detail = f"a packet of {captured} bytes is not believed; {rest}"
        data = bytes(buf[start : start + self._record_bytes])
        self._anomalies.add(Anomaly(AnomalyCode.BAD_RECORD, self.frame + 1, detail, data, self._source))
        self.stopped = found < 0
        return found, False

    def _resync(self, buf: Buffer, start: int, end: int) -> int:
        """Return where the next plausible record begins: near in time to the last one, and followed by another."""
        little = self._order == "<"
        day = (self._last_seconds >> 16).to_bytes(2, "little" if little else "big")
        shift = 2 if little else 0  # where the upper half of the seconds lies
        at = buf.find(day, start + 1 + shift, end)
        while at >= 0:
            following = self._plausible(buf, at - shift, end)
            if following == end or (following > 0 and self._plausible(buf, following, end) > 0):
                return at - shift
            at = buf.find(day, at + 1, end)
        return -1

    def _plausible(self, buf: Buffer, start: int, end: int) -> int:
        """Return the end of the record at `start` where it may be one, else 0."""
        if start + self._record_bytes > end:
            return 0
        at, fraction, captured, wire = self._unpack(buf, start)
        after: int = start + self._record_bytes + captured
        near = at >> 16 == self._last_seconds >> 16 and fraction * self._scale < 1_000_000_000
        return after if near and 0 < captured <= min(wire, MAX_PACKET) and wire <= MAX_PACKET and after <= end else 0

    def finish(self, rest: int) -> None:
        """Report what is left over: `rest` bytes at the end that are no whole record, and undecoded packets."""
        if rest and not self.stopped:
            detail = f"{rest} bytes of a record at the end"
            self._anomalies.add(Anomaly(AnomalyCode.CUT_TAIL, self.frame + 1, detail, source=self._source))
        for interface in self._interfaces:
            interface.report(self._anomalies, self._source)
