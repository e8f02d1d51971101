"""From records to datagrams: link layers, tags, IPv4 and IPv6 down to UDP and TCP.

Owns the way of a packet. Two paths lead through it: a short one for what nearly every packet is (UDP in unfragmented
IPv4 without options in Ethernet, with or without one VLAN tag), which reads a few numbers where they lie and makes no
object, and the general one. A test holds them equal.

Invariants: a packet never raises; whatever contradicts itself is an anomaly. Only payloads that look like SIP leave.
SIP quoted in an ICMP error is no SIP message: nobody sent it.

dpkt decodes what is too rare to be written here (see `_by_dpkt`). Not IP, UDP and TCP: its classes decode all layers at
once into objects, raise on packets that are cut, take a later fragment of IPv6 for a whole packet when other
extension headers stand before the fragment header, and give no positions in the file.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import NO_OFFSET, NO_TIME, Datagram, Transport
from siptrace.ingest.fragments import Fragment, Reassembler, Whole
from siptrace.ingest.limits import MAX_TUNNELS
from siptrace.ingest.links import ETHERNET, IPV4, IPV6, LINKS, gre
from siptrace.ingest.pieces import Place
from siptrace.ingest.streams import SYN, Streams
from siptrace.sip.grammar import looks_like_sip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.ingest.pcap import Record
    from siptrace.ingest.sources import Buffer

__all__ = ["Decoder", "Found"]

Found = tuple[int, Datagram]
"""The index of the source, and a payload from it."""

_IPV4_INSIDE, _TCP, _UDP, _IPV6_INSIDE, _GRE = 4, 6, 17, 41, 47
_FRAGMENT_HEADER, _AH = 44, 51
_MPLS = frozenset({0x8847, 0x8848})
_EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140})  # RFC 8200 4, RFC 6275, RFC 7401, RFC 5533: all of one shape

# From an Ethernet header on: EtherType, version and header length, total length, fragmentation, protocol, UDP length.
_HEAD = struct.Struct(">12xHBxH2xHxB14xH").unpack_from
_FIRST = bytes(chr(byte).isalnum() or byte in b".!%*_+`'~-\r\n" for byte in range(128)) + bytes(128)
"""1 for the bytes with which a SIP message may begin (RFC 3261 7.1, and line ends before it: 7.5)."""


class Decoder:
    """Decodes the packets of one capture, which may be spread over several files."""

    def __init__(self, anomalies: AnomalyLog) -> None:
        """Start without state; what is wrong is added to `anomalies`."""
        self._anomalies = anomalies
        self._out: list[Found] = []
        self._fragments = Reassembler(anomalies)
        self._streams = Streams(anomalies, lambda source, datagram: self._out.append((source, datagram)))
        self._place = Place(0, 0, NO_TIME)
        self._snapped = False
        self._base: int | None = None
        self._depth = 0
        self.last_time = NO_TIME
        """The time of the latest packet, to tell which file continues which."""

    def decode(  # noqa: C901 -- the hot path, in one piece
        self, records: Iterable[Record], buf: Buffer, source: int, *, base: int | None
    ) -> Iterator[Found]:
        """Yield what the records of one window hold; `base` is where `buf` begins in the file."""
        out, ignored = self._out, self._streams.ignored
        time_ns = NO_TIME
        for time_ns, frame, link, start, captured, wire in records:
            if link == ETHERNET and captured > 42:
                kind, version, total, fragmented, protocol, length = _HEAD(buf, start)
                at = start
                if kind == 0x8100 and captured > 46:
                    at = start + 4
                    kind, version, total, fragmented, protocol, length = _HEAD(buf, at)
                if kind == IPV4 and version == 0x45 and not fragmented & 0x3FFF:
                    if protocol == _UDP:
                        if length + 20 == total and at + 14 + total <= start + captured and length > 8:
                            if _FIRST[buf[at + 42]]:
                                payload = buf[at + 42 : at + 34 + length]
                                if looks_like_sip(payload):
                                    src = buf[at + 26 : at + 30] + buf[at + 34 : at + 36]
                                    dst = buf[at + 30 : at + 34] + buf[at + 36 : at + 38]
                                    offset = NO_OFFSET if base is None else base + at + 42
                                    yield source, Datagram(time_ns, frame, Transport.UDP, src, dst, payload, offset)
                            continue
                    elif (
                        protocol == _TCP
                        and captured >= at - start + 54
                        and buf[at + 26 : at + 38] in ignored
                        and not buf[at + 47] & SYN
                    ):
                        continue
            self._base = base
            self.packet(Place(source, frame, time_ns), link, buf, (start, captured, wire))
            if out:
                yield from out
                out.clear()
        if time_ns != NO_TIME:
            self.last_time = max(self.last_time, time_ns)

    def finish(self) -> Iterator[Found]:
        """Yield what is left when the capture is over: what waits behind gaps, and what was cut."""
        self._fragments.finish(self.last_time)
        self._take_given_up()
        self._streams.finish()
        yield from self._out
        self._out.clear()

    def packet(self, place: Place, link: int, buf: Buffer, span: tuple[int, int, int]) -> None:
        """Decode one packet in general: `span` is its start, its captured bytes and those it had on the wire."""
        start, captured, wire = span
        self._place = place
        self._snapped = captured < wire
        self._depth = 0
        end = start + captured
        found = LINKS[link](buf, start, end)
        if found is None:
            return
        self._network(found[0], buf, found[1], end)

    def _network(self, kind: int, buf: Buffer, pos: int, end: int) -> None:
        if kind == IPV4:
            self._ipv4(buf, pos, end)
        elif kind == IPV6:
            self._ipv6(buf, pos, end)
        elif kind in _MPLS or (kind <= 1500 and bytes(buf[pos : pos + 3]) == b"\xaa\xaa\x03"):
            self._by_dpkt(kind, buf, pos, end)

    def _by_dpkt(self, kind: int, buf: Buffer, pos: int, end: int) -> None:
        """Let dpkt find IP behind MPLS labels (RFC 3032) and LLC/SNAP (RFC 1042)."""
        from dpkt import dpkt, ethernet, ip, ip6  # noqa: PLC0415 -- as long as all else of the start, and rare

        data = bytes(buf[pos:end])
        try:
            layer = ethernet.Ethernet(bytes(12) + kind.to_bytes(2, "big") + data)
        except (dpkt.Error, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError):
            return
        while isinstance(layer, dpkt.Packet):
            if isinstance(layer, ip.IP | ip6.IP6):
                # dpkt tells no positions, but a header is packed as it was read
                at = data.find(layer.pack_hdr())
                if at >= 0:
                    self._network(IPV4 if isinstance(layer, ip.IP) else IPV6, buf, pos + at, end)
                return
            layer = layer.data

    # -- the network layer

    def _ipv4(self, buf: Buffer, pos: int, end: int) -> None:
        """RFC 791 3.1."""
        if pos + 20 > end:
            self._bad("an IPv4 header is cut")
            return
        header = (buf[pos] & 15) * 4
        total = buf[pos + 2] << 8 | buf[pos + 3] or end - pos  # 0: the sender's network card was to cut it up (TSO)
        if buf[pos] >> 4 != 4 or header < 20 or total < header:
            self._bad(f"IPv4: version {buf[pos] >> 4}, a header of {header} bytes, {total} in all", force=True)
            return
        stop = min(pos + total, end)
        if stop < pos + total:
            self._bad(f"IPv4: {total} bytes, of which {end - pos} are there")
        if pos + header > stop:
            return
        src, dst = bytes(buf[pos + 12 : pos + 16]), bytes(buf[pos + 16 : pos + 20])
        fragmented = buf[pos + 6] << 8 | buf[pos + 7]
        if fragmented & 0x3FFF:
            ident = buf[pos + 4] << 8 | buf[pos + 5]
            start, last = (fragmented & 0x1FFF) * 8, not fragmented & 0x2000
            data = bytes(buf[pos + header : stop])
            cut = stop < pos + total
            self._fragment(Fragment(buf[pos + 9], src, dst, ident, start, last, data, self._place, cut))
        else:
            self._transport(buf[pos + 9], src, dst, buf, (pos + header, stop, pos + total))

    def _ipv6(self, buf: Buffer, pos: int, end: int) -> None:
        """RFC 8200 3 and 4: the fixed header, then extension headers up to the transport."""
        if pos + 40 > end:
            self._bad("an IPv6 header is cut")
            return
        length = buf[pos + 4] << 8 | buf[pos + 5] or end - pos - 40  # 0: TSO, or a jumbogram (RFC 2675)
        if buf[pos] >> 4 != 6:
            self._bad(f"IPv6: version {buf[pos] >> 4}", force=True)
            return
        want = pos + 40 + length
        stop = min(want, end)
        if stop < want:
            self._bad(f"IPv6: a payload of {length} bytes, of which {end - pos - 40} are there")
        src, dst = bytes(buf[pos + 8 : pos + 24]), bytes(buf[pos + 24 : pos + 40])
        self._extensions(buf[pos + 6], src, dst, buf, (pos + 40, stop, want))

    def _extensions(self, kind: int, src: bytes, dst: bytes, buf: Buffer, span: tuple[int, int, int]) -> None:
        """Walk the extension headers; each but the fragment header tells its length in its second byte."""
        pos, stop, want = span
        while kind in _EXTENSIONS or kind in (_AH, _FRAGMENT_HEADER):
            if pos + 8 > stop:
                self._bad("an IPv6 extension header is cut")
                return
            following = buf[pos]
            if kind == _FRAGMENT_HEADER:
                word = buf[pos + 2] << 8 | buf[pos + 3]
                if word & 0xFFF9:  # else it is the only fragment (RFC 6946)
                    ident = int.from_bytes(buf[pos + 4 : pos + 8], "big")
                    data = bytes(buf[pos + 8 : stop])
                    cut, last = stop < want, not word & 1
                    self._fragment(Fragment(following, src, dst, ident, word & 0xFFF8, last, data, self._place, cut))
                    return
                pos += 8
            else:
                pos += (buf[pos + 1] + 2) * 4 if kind == _AH else (buf[pos + 1] + 1) * 8
            kind = following
        if pos > stop:
            self._bad("an IPv6 extension header is longer than its packet")
            return
        self._transport(kind, src, dst, buf, (pos, stop, want))

    def _fragment(self, fragment: Fragment) -> None:
        """Put a fragment to the others; decode the datagram when it is whole."""
        whole = self._fragments.add(fragment)
        if whole is not None:
            self._whole(whole)
        self._take_given_up()

    def _take_given_up(self) -> None:
        while self._fragments.given_up:
            self._whole(self._fragments.given_up.pop(0))

    def _whole(self, whole: Whole) -> None:
        """Decode a reassembled datagram, whose bytes lie nowhere in the file in one piece."""
        place, base, snapped = self._place, self._base, self._snapped
        self._place, self._base, self._snapped = whole.place, None, False  # what is cut has been reported
        size = len(whole.data)
        want = 65535 if whole.cut else size
        if len(whole.src) == 4:
            self._transport(whole.protocol, whole.src, whole.dst, whole.data, (0, size, want))
        else:
            self._extensions(whole.protocol, whole.src, whole.dst, whole.data, (0, size, want))
        self._place, self._base, self._snapped = place, base, snapped

    # -- the transport layer

    def _transport(self, protocol: int, src: bytes, dst: bytes, buf: Buffer, span: tuple[int, int, int]) -> None:
        """Decode what IP carries: `span` is where it begins, where it ends here, and where it ended on the wire."""
        if protocol == _UDP:
            self._udp(src, dst, buf, span)
        elif protocol == _TCP:
            self._tcp(src + dst, buf, span)
        elif protocol in (_IPV4_INSIDE, _IPV6_INSIDE, _GRE) and self._depth < MAX_TUNNELS:
            self._depth += 1
            if protocol == _IPV4_INSIDE:  # RFC 2003
                self._ipv4(buf, span[0], span[1])
            elif protocol == _IPV6_INSIDE:  # RFC 4213 3
                self._ipv6(buf, span[0], span[1])
            else:
                found = gre(buf, span[0], span[1])
                if found:
                    self._network(found[0], buf, found[1], span[1])

    def _udp(self, src: bytes, dst: bytes, buf: Buffer, span: tuple[int, int, int]) -> None:
        """RFC 768; a length of 0 stands for as much as IP holds (RFC 2675 4)."""
        pos, stop, want = span
        if pos + 8 > stop:
            self._bad("a UDP header is cut")
            return
        length = buf[pos + 4] << 8 | buf[pos + 5] or want - pos
        if length < 8 or pos + length > want:
            self._bad(f"UDP: {length} bytes in an IP datagram with room for {want - pos}")
            length = want - pos
        end = min(pos + length, stop)
        if end == pos + 8 or not _FIRST[buf[pos + 8]]:
            return
        payload = bytes(buf[pos + 8 : end])
        if not looks_like_sip(payload):
            return
        if end < pos + length and self._snapped:
            self._complain(AnomalyCode.SNAPPED, f"{len(payload)} of {length - 8} bytes")
        place = self._place
        source, dest = src + bytes(buf[pos : pos + 2]), dst + bytes(buf[pos + 2 : pos + 4])
        offset = NO_OFFSET if self._base is None else self._base + pos + 8
        datagram = Datagram(place.time_ns, place.frame, Transport.UDP, source, dest, payload, offset)
        self._out.append((place.source, datagram))

    def _tcp(self, addresses: bytes, buf: Buffer, span: tuple[int, int, int]) -> None:
        """RFC 9293 3.1."""
        pos, stop, want = span
        if pos + 20 > stop:
            self._bad("a TCP header is cut")
            return
        header = (buf[pos + 12] >> 4) * 4
        if header < 20 or pos + header > want:
            self._bad(f"TCP: a header of {header} bytes in {want - pos}", force=True)
            return
        begin = pos + header
        data = bytes(buf[begin:stop])
        lost = want - max(begin, stop) if self._snapped else 0
        seq = int.from_bytes(buf[pos + 4 : pos + 8], "big")
        key = addresses + bytes(buf[pos : pos + 4])
        offset = NO_OFFSET if self._base is None else self._base + begin
        self._streams.segment(self._place, key, seq, buf[pos + 13], data, offset, lost)

    def _bad(self, detail: str, *, force: bool = False) -> None:
        """Report a packet that contradicts its length, unless the capture itself shortened it."""
        if force or not self._snapped:
            self._complain(AnomalyCode.BAD_PACKET, detail)

    def _complain(self, code: AnomalyCode, detail: str) -> None:
        self._anomalies.add(Anomaly(code, self._place.frame, detail, source=self._place.source))
