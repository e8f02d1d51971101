"""pcapng files: the packet blocks of one, in order, as places in a buffer.

Owns sections, interfaces and blocks (draft-ietf-opsawg-pcapng); a walker works as in pcap.py. Enhanced, simple and the
obsolete packet blocks are read, with the resolution and offset of time of each interface; other blocks are passed over.

dpkt has a reader for this format. It is not used: it takes the link type and the resolution of the first interface for
all of them, knows no simple packet blocks and no second section, raises on a section without an interface, on blocks
that are cut and on lengths that are not multiples of four, and turns times into floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog, UnreadableInput
from siptrace.ingest.datagram import NO_TIME
from siptrace.ingest.limits import MAX_BLOCK, MAX_PACKET
from siptrace.ingest.pcap import Interface, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ingest.sources import Buffer

__all__ = ["PcapngWalker", "is_pcapng"]

_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_SECTION_BYTES = _SECTION.to_bytes(4, "big")  # reads the same in both byte orders
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_SMALLEST_SECTION = 28
_SMALLEST_BLOCK = 12
_TSRESOL, _TSOFFSET = 9, 14
_LATEST = 2**63 - 1
"""Times are kept in 64 bits; a later one is a damaged time stamp."""


def is_pcapng(head: bytes) -> bool:
    """Return whether a file that begins like this is a pcapng file (or would be, were it not cut inside its magic)."""
    return head[:4] == _SECTION_BYTES or (0 < len(head) < 4 and _SECTION_BYTES.startswith(head))


@dataclass(slots=True)
class _NgInterface(Interface):
    """An interface block: a unit of time is `numerator / denominator` ns, counted from `offset_ns`."""

    snaplen: int = 0
    numerator: int = 1000
    denominator: int = 1
    offset_ns: int = 0
    timeless: int = 0

    def report(self, anomalies: AnomalyLog, source: int) -> None:
        """Say, once, which packets could not be decoded, and how many had no usable time."""
        Interface.report(self, anomalies, source)
        if self.timeless:
            detail = f"packets without a usable time on {self.name}: {self.timeless}"
            anomalies.add(Anomaly(AnomalyCode.TIME_UNKNOWN, 0, detail, source=source))


class PcapngWalker:
    """Walks the packet blocks of one pcapng file over the windows it is shown."""

    def __init__(self, header: bytes, path: str, anomalies: AnomalyLog, source: int) -> None:
        """Look at the first block; raises UnreadableInput where the file ends inside it or gives no byte order."""
        if len(header) < _SMALLEST_SECTION:
            raise UnreadableInput(f"{path}: the file ends inside the header of a pcapng file")
        if header[8:12] not in _ORDERS:
            raise UnreadableInput(f"{path}: the header of the pcapng file is damaged (no byte order)")
        self.frame = 0
        self.position = 0
        self.stopped = False
        self._anomalies = anomalies
        self._source = source
        self._interfaces: list[_NgInterface] = []  # of the section
        self._seen: list[_NgInterface] = []  # of the file
        self._use_order(_ORDERS[header[8:12]])

    def _use_order(self, order: str) -> None:
        self._order = order
        self._unpack = Struct(order + "IIIIIII").unpack_from
        self._unpack_head = Struct(order + "II").unpack_from
        self._unpack_short = Struct(order + "HH").unpack_from

    def walk(self, buf: Buffer, start: int, end: int, *, last: bool) -> Iterator[Record]:  # noqa: ARG002 -- as in pcap
        """Yield the packets whose blocks lie whole in the window; afterwards `position` is the next block's."""
        while start + _SMALLEST_BLOCK <= end:
            kind, length = self._unpack_head(buf, start)
            if kind == _SECTION:
                order = _ORDERS.get(bytes(buf[start + 8 : start + 12]))
                if order and order != self._order:
                    self._use_order(order)
                length = self._unpack_head(buf, start)[1] if order else 0
            if not _SMALLEST_BLOCK <= length <= MAX_BLOCK:
                self._stop(buf, start, f"a block of {length} bytes is not believed")
                break
            after = start + (length + 3 & ~3)
            if after > end:
                break
            if kind == _ENHANCED and length >= 32:
                record = self._enhanced(buf, start, length)
            else:
                record = self._other(buf, kind, start, length)
            if record:
                yield record
            start = after
        self.position = start

    def _enhanced(self, buf: Buffer, start: int, length: int) -> Record | None:
        """Read an enhanced packet block (4.3): interface, time, lengths, data."""
        _, _, number, high, low, captured, wire = self._unpack(buf, start)
        return self._packet(buf, number, high << 32 | low, (start + 28, captured, wire, length - 32))

    def _other(self, buf: Buffer, kind: int, start: int, length: int) -> Record | None:
        """Read the rarer blocks; return the packet of a packet block."""
        if kind == _SECTION:
            self._interfaces = []
        elif kind == _INTERFACE and length >= 20:
            self._add_interface(buf, start, length)
        elif kind == _OLD_PACKET and length >= 32:
            # A.: a 16-bit interface and a count of drops where the enhanced block has one field
            _, _, _, high, low, captured, wire = self._unpack(buf, start)
            number = self._unpack_short(buf, start + 8)[0]
            return self._packet(buf, number, high << 32 | low, (start + 28, captured, wire, length - 32))
        elif kind == _SIMPLE and length >= 16:
            # 4.4: no time, always the first interface, and cut at its snap length without a word
            (wire, _) = self._unpack_head(buf, start + 8)
            limit = self._interfaces[0].snaplen if self._interfaces else 0
            captured = min(wire, length - 16, limit or wire)
            return self._packet(buf, 0, None, (start + 12, captured, wire, length - 16))
        elif kind in (_ENHANCED, _OLD_PACKET, _SIMPLE, _INTERFACE):
            self._complain(buf, start, f"a block of type {kind} with {length} bytes is too short")
        return None

    def _packet(self, buf: Buffer, number: int, units: int | None, place: tuple[int, int, int, int]) -> Record | None:
        """Count the frame and return its record; None where the block makes no sense or the link is not decoded."""
        position, captured, wire, room = place
        self.frame += 1
        if number >= len(self._interfaces):
            self._complain(buf, position - 28, f"a packet of interface {number}, which is not described")
            return None
        if captured > room or captured > MAX_PACKET:
            self._complain(buf, position - 28, f"a packet of {captured} bytes in a block with room for {room}")
            return None
        interface = self._interfaces[number]
        if not interface.known:
            interface.pass_over(self.frame)
            return None
        if units is None:
            time_ns = NO_TIME
        else:
            time_ns = units * interface.numerator // interface.denominator + interface.offset_ns
        if not NO_TIME < time_ns <= _LATEST:
            interface.timeless += 1
            time_ns = NO_TIME
        return time_ns, self.frame, interface.link, position, captured, wire

    def _add_interface(self, buf: Buffer, start: int, length: int) -> None:
        """Read an interface description block (4.2) and those of its options that bear on time."""
        link = self._unpack_short(buf, start + 8)[0]
        snaplen = self._unpack_head(buf, start + 8)[1]
        interface = _NgInterface(link, f"interface {len(self._seen)}", snaplen=snaplen)
        self._interfaces.append(interface)
        self._seen.append(interface)
        at, stop = start + 16, start + length - 4
        while at + 4 <= stop:
            code, size = self._unpack_short(buf, at)
            value = bytes(buf[at + 4 : at + 4 + size])
            if code == 0 or at + 4 + size > stop:
                break
            if code == _TSRESOL and size >= 1:
                _set_resolution(interface, value[0])
            elif code == _TSOFFSET and size >= 8:
                (seconds,) = Struct(self._order + "q").unpack_from(value)
                interface.offset_ns = seconds * 1_000_000_000
            at += 4 + (size + 3 & ~3)

    def _complain(self, buf: Buffer, start: int, detail: str) -> None:
        data = bytes(buf[max(start, 0) : max(start, 0) + 32])
        self._anomalies.add(Anomaly(AnomalyCode.BAD_RECORD, self.frame, detail, data, self._source))

    def _stop(self, buf: Buffer, start: int, detail: str) -> None:
        self.stopped = True
        self._complain(buf, start, f"{detail}; stopped there")

    def finish(self, rest: int) -> None:
        """Report what is left over: `rest` bytes at the end that are no whole block, undecoded packets, lost times."""
        if rest and not self.stopped:
            detail = f"{rest} bytes of a block at the end"
            self._anomalies.add(Anomaly(AnomalyCode.CUT_TAIL, self.frame + 1, detail, source=self._source))
        for interface in self._seen:
            interface.report(self._anomalies, self._source)


def _set_resolution(interface: _NgInterface, value: int) -> None:
    """Set the unit of time from `if_tsresol`: a negative power of ten, or of two where the top bit is set."""
    units = 2 ** (value & 0x7F) if value & 0x80 else 10**value
    if 1_000_000_000 % units == 0:  # the usual ones, made cheap
        interface.numerator, interface.denominator = 1_000_000_000 // units, 1
    else:
        interface.numerator, interface.denominator = 1_000_000_000, units
