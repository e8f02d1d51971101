from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from dpkt import dpkt
from dpkt import ethernet as dpkt_ethernet
from dpkt import udp as dpkt_udp
from hypothesis import given
from hypothesis import strategies as st

from fixtures.links.make_links import ALICE4, ALICE6, BOB4, BOB6, START_NS, links, message, packet
from fixtures.wire import ip, udp
from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import Datagram, Transport, endpoint_key
from siptrace.ingest.decode import _FIRST, Decoder
from siptrace.ingest.pieces import Place
from siptrace.sip.grammar import looks_like_sip
from tests.ingest.reading import codes, decode, ethernet, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

MESSAGE = message(1)
FRAME = ethernet(packet(MESSAGE))
Result = tuple[list[Datagram], list[object]]


def by(data: bytes, on_wire: int, *, short: bool) -> Result:
    """Return what the short path, or only the general one, makes of a frame."""
    anomalies = AnomalyLog()
    decoder = Decoder(anomalies)
    found: Iterable[tuple[int, Datagram]]
    if short:
        found = decoder.decode([(START_NS, 1, 1, 0, len(data), on_wire)], data, 0, base=0)
    else:
        decoder._base = 0
        decoder.packet(Place(0, 1, START_NS), 1, data, (0, len(data), on_wire))
        found = decoder._out
    datagrams = [datagram for _, datagram in found]
    assert not decoder._out or not short
    return datagrams, [*anomalies.kept]


def by_dpkt(data: bytes) -> bytes | None:
    """Return the UDP payload that dpkt finds."""
    try:
        layer = dpkt_ethernet.Ethernet(data)
    except dpkt.Error:
        return None
    inner = layer.data.data if isinstance(layer.data, dpkt.Packet) else b""
    return bytes(inner.data) if isinstance(inner, dpkt_udp.UDP) else None


PAYLOADS = st.one_of(st.just(MESSAGE), st.binary(max_size=40), st.just(b"\r\n\r\n"), st.just(b""))


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """Return a frame that is nearly right: any bytes of its headers may be wrong, its end may be cut or padded."""
    version = draw(st.sampled_from([4, 4, 4, 6]))
    src, dst = (ALICE4, BOB4) if version == 4 else (ALICE6, BOB6)
    inside = ip(src[0], dst[0], 17, udp(src, dst, draw(PAYLOADS)))
    name = draw(st.sampled_from(["ethernet", "vlan", "vlan in vlan", "pppoe"]))
    _, before4, before6 = links()[name]
    data = bytearray((before4 if version == 4 else before6) + inside + draw(st.binary(max_size=8)))
    for at, value in draw(st.lists(st.tuples(st.integers(12, 50), st.integers(0, 255)), max_size=2)):
        data[min(at, len(data) - 1)] = value
    return bytes(data[: draw(st.integers(0, len(data)) | st.just(len(data)))])


@given(frames(), st.booleans())
def test_the_short_path_and_the_general_one_are_equal(data: bytes, snapped: bool) -> None:
    on_wire = len(data) + (200 if snapped else 0)
    assert by(data, on_wire, short=True) == by(data, on_wire, short=False)


@given(st.sampled_from(["ethernet", "vlan"]), PAYLOADS, st.binary(max_size=20))
def test_a_right_frame_is_read_as_dpkt_reads_it(name: str, payload: bytes, padding: bytes) -> None:
    data = links()[name][1] + packet(payload) + padding
    found = by(data, len(data), short=True)[0]
    assert by_dpkt(data) == payload
    assert [one.payload for one in found] == ([payload] if looks_like_sip(payload) else [])


def test_a_datagram_tells_when_who_and_where() -> None:
    (found,) = by(FRAME, len(FRAME), short=True)[0]
    assert found[:5] == (START_NS, 1, Transport.UDP, endpoint_key(*ALICE4), endpoint_key(*BOB4))
    assert FRAME[found.offset :] == found.payload == MESSAGE


@pytest.mark.parametrize("byte", range(256))
def test_no_message_begins_with_a_byte_that_is_not_looked_at(byte: int) -> None:
    start = bytes([byte])
    begins = (b"NVITE sip:a SIP/2.0\r\n", b" sip:a SIP/2.0\r\n", b"IP/2.0 200 OK\r\n", b"SIP/2.0 200 OK\r\n")
    assert _FIRST[byte] or not any(looks_like_sip(start + rest) for rest in begins)


@given(st.binary(max_size=120), st.sampled_from(sorted({link for link, _, _ in links().values()})))
def test_no_packet_raises(data: bytes, link: int) -> None:
    decode([data], link)
    decode([data], link, on_wire=200)


def test_a_frame_cut_anywhere_is_snapped_or_nothing() -> None:
    for length in range(len(FRAME)):
        found, anomalies = decode([FRAME[:length]], on_wire=len(FRAME))
        assert codes(anomalies) == ({AnomalyCode.SNAPPED: 1} if found else {})
        assert all(MESSAGE.startswith(one.payload) for one in found)
    assert found


def ipv4(**changes: int) -> bytes:
    """Return a packet whose header fields are changed: name of the field -> value."""
    data = bytearray(packet(MESSAGE))
    for name, value in changes.items():
        at, size = {"first": (0, 1), "total": (2, 2), "length": (24, 2)}[name]
        data[at : at + size] = value.to_bytes(size, "big")
    return bytes(data)


RIGHT = len(packet(MESSAGE))
CONTRADICTIONS = {
    "a header of 16 bytes": (ipv4(first=0x44), False),
    "a version that the EtherType denies": (ipv4(first=0x65), False),
    "a total below the header": (ipv4(total=19), False),
    "a total above the frame": (ipv4(total=RIGHT + 1), True),
    "a UDP length below its header": (ipv4(length=7), True),
    "a UDP length above the packet": (ipv4(length=RIGHT), True),
}


@pytest.mark.parametrize(("data", "readable"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_lengths_that_contradict_each_other_are_reported(data: bytes, *, readable: bool) -> None:
    found, anomalies = decode([ethernet(b"\x45" + data[1:])[:14] + data])
    assert codes(anomalies) == {AnomalyCode.BAD_PACKET: 1}
    assert numbers(found) == ([1] if readable else [])


@pytest.mark.parametrize("data", [ipv4(total=0), ipv4(length=0), ipv4(total=0, length=0)])
def test_a_length_of_zero_is_as_much_as_there_is(data: bytes) -> None:
    found, anomalies = decode([ethernet(data)])
    assert [one.payload for one in found] == [MESSAGE]
    assert not anomalies


def test_header_options_are_skipped() -> None:
    data = packet(MESSAGE)
    longer = b"\x47" + data[1:2] + struct.pack("!H", RIGHT + 8) + data[4:20] + b"\x94\4\0\0\1\1\1\0" + data[20:]
    assert numbers(decode([ethernet(longer)])[0]) == [1]


def test_bytes_behind_the_ip_packet_are_padding() -> None:
    assert [one.payload for one in decode([FRAME + b"\0" * 30])[0]] == [MESSAGE]
    assert [one.payload for one in decode([ethernet(packet(MESSAGE, 6)) + b"\0" * 30])[0]] == [MESSAGE]


EXTENSIONS = {
    "hop by hop": [(0, bytes(7))],
    "routing": [(43, bytes([2]) + bytes(22))],
    "destination": [(60, bytes([0]) + bytes(6))],
    "authentication": [(51, bytes([4]) + bytes(22))],
    "the only fragment": [(44, bytes(7))],
    "several": [
        (0, bytes(7)),
        (60, bytes(7)),
        (43, bytes(7)),
        (44, bytes(7)),
        (51, bytes([1]) + bytes(10)),
        (60, bytes(7)),
    ],
}


def extended(headers: list[tuple[int, bytes]]) -> bytes:
    """Return an IPv6 packet with extension headers, each given without its first byte."""
    kinds = [kind for kind, _ in headers] + [17]
    chain = b"".join(bytes([after]) + rest for (_, rest), (_, after) in zip(headers, pairwise(kinds), strict=True))
    return ip(ALICE6[0], BOB6[0], kinds[0], chain + udp(ALICE6, BOB6, MESSAGE))


@pytest.mark.parametrize("headers", EXTENSIONS.values(), ids=EXTENSIONS.keys())
def test_ipv6_extension_headers_are_walked(headers: list[tuple[int, bytes]]) -> None:
    found, anomalies = decode([ethernet(extended(headers))])
    assert numbers(found) == [1]
    assert not anomalies


def test_an_extension_header_beyond_its_packet_is_reported() -> None:
    data = extended([(60, bytes([255]) + bytes(6))])
    assert codes(decode([ethernet(data)])[1]) == {AnomalyCode.BAD_PACKET: 1}


@pytest.mark.parametrize(
    "inside",
    [ip("192.0.2.9", ALICE4[0], 1, b"\3\3\0\0\0\0\0\0" + packet(MESSAGE)), ip("192.0.2.9", ALICE4[0], 132, MESSAGE)],
)
def test_what_is_quoted_in_an_icmp_error_is_no_message(inside: bytes) -> None:
    found, anomalies = decode([ethernet(inside)])
    assert not found
    assert not anomalies


@pytest.mark.parametrize("payload", [b"\r\n\r\n", b"\0\0\0\0", b"\x80\0" + bytes(160), b"hello", b""])
def test_what_is_no_sip_is_left_out(payload: bytes) -> None:
    found, anomalies = decode([ethernet(packet(payload)), ethernet(packet(payload, 6))])
    assert not found
    assert not anomalies
