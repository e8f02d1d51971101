"""One truth: what the compiled indexer reads is what `scan` reads; whatever it does not know it hands over."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.flows.make_flows import CAPTURES
from fixtures.links.make_links import fragments4, links, message, packet, pcap
from fixtures.wire import checksum, tcp_frame, udp_frame
from siptrace.errors import AnomalyLog
from siptrace.ingest import links as plain_links
from siptrace.ingest.decode import Decoder
from siptrace.ingest.limits import MAX_PACKET
from siptrace.ingest.pcap import PcapWalker
from siptrace.table import layout
from siptrace.table.bulk import KERNEL
from siptrace.table.columns import Flag
from siptrace.table.layout import LINKS, ROW
from tests.kernels import loaded
from tests.messages import SDP, invite, request, response_to
from tests.table.accidents import FRAGMENTS, LINES, TORTURE, mutated, noise, payloads
from tests.table.kernel_calls import FRAME, HEAD, TIME, A, B, check_message, index, record, text_at

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = [
    invite(body=SDP, headers=("Proxy-Authorization: Digest x",)).raw,
    response_to(invite(), 401, headers=("WWW-Authenticate: Digest x", "www-authenticate: Digest y")).raw,
    request("NOTIFY", headers=("Subscription-State: terminated;reason=timeout", "Event: dialog")).raw,
    message(7),
]


def test_messages_of_the_common_shape_are_read() -> None:
    assert all(check_message(data) for data in PLAIN)
    known = [check_message(data) for data in payloads(*CAPTURES.glob("*4.pcap"))]  # IPv6 in brackets is handed over
    assert sum(known) > 0.9 * len(known)


def test_on_the_messages_of_rfc_4475() -> None:
    assert 0 < sum(check_message(data) for data in TORTURE.values()) < 45


def test_each_of_the_odd_lines_in_a_plain_message() -> None:
    for data in PLAIN:
        start, _, rest = data.partition(b"\r\n")
        for line in LINES:
            check_message(b"\r\n".join((start, line, rest)))
            check_message(b"\r\n".join((start, line, b"", b"v=0")))


@given(mutated())
@settings(max_examples=1500, deadline=None)
def test_on_damaged_messages(data: bytes) -> None:
    check_message(data)


@st.composite
def nearly_plain(draw: Callable[..., Any]) -> bytes:
    """Make messages of the common shape with one line replaced, added or changed by a byte or two."""
    rows: list[bytes] = draw(st.sampled_from(PLAIN)).split(b"\r\n")
    row = draw(st.integers(0, rows.index(b"")))
    line: bytes = draw(st.sampled_from([*LINES, rows[row], rows[row].upper(), rows[row].lower()]))
    at, skip = draw(st.integers(0, len(line))), draw(st.integers(0, 1))
    line = line[:at] + draw(st.sampled_from([b"", *FRAGMENTS]) | st.binary(max_size=2)) + line[at + skip :]
    rows[row : row + draw(st.integers(0, 1))] = [line]
    return b"\r\n".join(rows)


@given(nearly_plain())
@settings(max_examples=2500, deadline=None)
def test_on_nearly_plain_messages(data: bytes) -> None:
    check_message(data)


@given(noise)
@settings(max_examples=500, deadline=None)
def test_on_noise(data: bytes) -> None:
    check_message(data)


@pytest.mark.parametrize("lines", [400, 499, 501, 1999, 2001])
def test_at_the_limit_of_lines(lines: int) -> None:
    start, _, rest = PLAIN[1].partition(b"\r\n")
    before = rest.count(b"\r\n") - 1
    assert check_message(start + b"\r\n" + b"X: y\r\n" * (lines - before) + rest) == (lines <= 500)


def test_a_row_says_when_where_and_between_whom() -> None:
    data = b"junk" + udp_frame(A, B, PLAIN[0])
    (row,), handed = index(data, record(len(data) - 4, start=4))
    assert handed == []
    assert (row[layout.TIME], row[layout.FRAME]) == (TIME, FRAME)
    assert (row[layout.OFFSET], row[layout.LENGTH]) == (4 + HEAD, len(PLAIN[0]))
    assert text_at(data, row, layout.SRC) == bytes([192, 0, 2, 1])
    assert text_at(data, row, layout.DST) == bytes([192, 0, 2, 2])
    ports = int(row[layout.PORTS])
    assert struct.unpack_from(">HH", data, ports) == (5060, 5070)


def test_equal_texts_have_equal_hashes_whatever_their_place() -> None:
    packets = [udp_frame(A, B, PLAIN[0]), udp_frame(B, A, PLAIN[0].replace(b"a.example", b"A.EXAMPLE")),
               udp_frame(A, (B[0], 5071), PLAIN[0])]  # fmt: skip
    data = b"".join(packets)
    starts = np.cumsum([0, *map(len, packets)]).tolist()
    rows, _ = index(data, *(record(len(p), start=s) for p, s in zip(packets, starts, strict=False)))
    hashes = [{place: int(row[place + 2]) for place in range(layout.METHOD, ROW, 3)} for row in rows]
    for place in (layout.METHOD, layout.CALL_ID, layout.FROM_TAG, layout.BRANCH, layout.SENT_BY, layout.TO_URI):
        assert len({found[place] for found in hashes}) == 1
    assert hashes[0][layout.SRC] == hashes[1][layout.DST] == hashes[2][layout.SRC]
    assert len({hashes[0][layout.DST], hashes[0][layout.SRC], hashes[2][layout.DST]}) == 3
    assert hashes[0][layout.TO_TAG] == 0
    different = [value for place, value in hashes[0].items() if place != layout.TO_TAG]
    assert len(set(different)) == len(different)


def wrong_length(place: int, change: int) -> bytes:
    """Return a packet with a 16-bit number changed."""
    data = bytearray(udp_frame(A, B, PLAIN[0]))
    (number,) = struct.unpack_from(">H", data, place)
    struct.pack_into(">H", data, place, number + change & 0xFFFF)
    return bytes(data)


HANDED_OVER = {
    "TCP": tcp_frame(A, B, PLAIN[0], seq=1, ack=1, flags=16),
    "a fragment": links()["ethernet"][1] + fragments4(PLAIN[0], 64)[0],
    "the last fragment": links()["ethernet"][1] + fragments4(PLAIN[0], 64)[-1],
    "IP says more than is there": wrong_length(16, 1),
    "IP says less": wrong_length(16, -1),
    "IP says next to nothing": wrong_length(16, 40 - 65536),
    "UDP says more": wrong_length(38, 1),
    "UDP says less": wrong_length(38, -8),
    "IP version 5": udp_frame(A, B, PLAIN[0]).replace(b"\x08\x00\x45", b"\x08\x00\x55"),
    "ARP": bytes(12) + b"\x08\x06" + bytes(46),
    "nothing": b"",
}


@pytest.mark.parametrize("name", HANDED_OVER)
def test_what_is_handed_over(name: str) -> None:
    data = HANDED_OVER[name]
    rows, handed = index(data, record(len(data)))
    assert len(rows) == 0
    assert handed == [record(len(data))]


def test_a_packet_that_the_capture_cut_is_handed_over() -> None:
    data = udp_frame(A, B, PLAIN[0])
    assert index(data, record(len(data), wire=2000))[1] == [record(len(data), wire=2000)]


def test_padding_behind_a_datagram_does_not_matter() -> None:
    data = udp_frame(A, B, PLAIN[0]) + b"padding"
    (row,), _ = index(data, record(len(data)))
    assert row[layout.LENGTH] == len(PLAIN[0])


def test_ip_options_are_passed_over() -> None:
    data = udp_frame(A, B, PLAIN[0])
    header = bytearray(data[14:34] + b"\x01\x01\x01\x00")
    header[0], header[2:4], header[10:12] = 0x46, struct.pack(">H", len(data) - 14 + 4), b"\0\0"
    header[10:12] = struct.pack(">H", checksum(bytes(header)))
    longer = data[:14] + bytes(header) + data[34:]
    (row,), _ = index(longer, record(len(longer)))
    assert row[layout.OFFSET] == HEAD + 4


def test_the_kernel_knows_only_links_that_the_plain_path_knows() -> None:
    assert set(plain_links.LINKS) >= LINKS
    other = [link for link in plain_links.LINKS if link not in LINKS]
    data = links()["ethernet"][1] + packet(message(1))
    assert all(index(data, record(len(data), link))[1] for link in [*other, 999])


@pytest.mark.parametrize("name", links())
def test_packets_cut_at_any_place_say_what_the_plain_path_says(name: str) -> None:
    link, before4, before6 = links()[name]
    for whole in (before4 + packet(message(1)), before6 + packet(message(2), 6)):
        for size in range(1, len(whole) + 1):
            check_packet(whole[:size], link)


@given(st.binary(min_size=1, max_size=120), st.sampled_from(sorted(LINKS)))
@settings(max_examples=500, deadline=None)
def test_random_bytes_as_packets(data: bytes, link: int) -> None:
    check_packet(data, link)


@given(st.sampled_from(sorted(links())), st.booleans(), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 255))))
@settings(max_examples=1000, deadline=None)
def test_packets_with_wrong_bytes(name: str, six: bool, wrong: list[tuple[int, int]]) -> None:
    link, before4, before6 = links()[name]
    data = bytearray((before6 if six else before4) + packet(message(1), 6 if six else 4))
    for place, value in wrong:
        data[place] = value
    check_packet(bytes(data), link)


def check_packet(data: bytes, link: int) -> None:
    """Hold that a packet is handed over, or that its datagram is what the plain path makes of it, without a word."""
    rows, handed = index(data, record(len(data), link))
    if handed:
        assert handed == [record(len(data), link)]
        return
    anomalies = AnomalyLog()
    decoder = Decoder(anomalies)
    found = [
        datagram for _, datagram in decoder.decode([(TIME, FRAME, link, 0, len(data), len(data))], data, 0, base=0)
    ]
    assert anomalies.kept == []
    assert list(decoder.finish()) == []
    assert len(found) == len(rows)
    for row, datagram in zip(rows, found, strict=True):
        ports = int(row[layout.PORTS])
        assert text_at(data, row, layout.SRC) + data[ports : ports + 2] == datagram.src
        assert text_at(data, row, layout.DST) + data[ports + 2 : ports + 4] == datagram.dst
        assert (row[layout.OFFSET], row[layout.LENGTH]) == (datagram.offset, len(datagram.payload))


def walk(data: bytes, walker: PcapWalker) -> tuple[list[tuple[int, ...]], int]:
    """Return the records that the kernel walks in a file, and where it stopped."""
    loaded(KERNEL)
    records, place = np.zeros(len(data) * 6, np.int64), np.zeros(2, np.int64)
    numbers = (walker.swapped, walker.record_bytes, walker.scale, walker.link, walker.frame + 1)
    KERNEL("walk_window", np.frombuffer(data, np.uint8), walker.position, len(data), *numbers, records, place)
    return [tuple(row) for row in records.reshape(-1, 6)[: place[1]].tolist()], int(place[0])


@pytest.mark.parametrize("nanoseconds", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_records_are_walked_as_the_plain_walker_does(order: str, nanoseconds: bool) -> None:
    times = [1_700_000_000_123_456_789, (2**32 - 1) * 10**9, 0, 999_999_999]
    data = pcap([(time, bytes(n + 1)) for n, time in enumerate(times)], order=order, nanoseconds=nanoseconds)
    for cut in range(24, len(data) + 1):
        walker = PcapWalker(data[:24], "x", AnomalyLog(), 0)
        found, stop = walk(data[:cut], walker)
        assert found == list(walker.walk(data[:cut], 24, cut, last=True))
        assert stop == walker.position


@pytest.mark.parametrize(("size", "walked"), [(0, 0), (1, 1), (MAX_PACKET, 1), (MAX_PACKET + 1, 0), (2**32 - 1, 0)])
def test_the_walk_stops_at_lengths_that_are_not_believed(size: int, walked: int) -> None:
    data = pcap([]) + struct.pack("<IIII", 1, 2, size, size) + bytes(MAX_PACKET + 1)
    found, stop = walk(data[: 40 + size] if walked else data, PcapWalker(data[:24], "x", AnomalyLog(), 0))
    assert len(found) == walked
    assert stop == 24 + walked * (16 + size)


def test_flags_are_those_of_the_table() -> None:
    frames = [udp_frame(A, B, data) for data in PLAIN]
    flags = [int(index(frame, record(len(frame)))[0][0][layout.FLAGS]) for frame in frames]
    assert flags == [
        Flag.SDP | Flag.CREDENTIALS | Flag.COOKIE,
        Flag.CHALLENGE | Flag.COOKIE,
        Flag.SUBSCRIPTION_ENDED | Flag.COOKIE,
        Flag.COOKIE,
    ]


def test_nothing_is_read_outside_of_packets(tmp_path: Path) -> None:
    """The same functions, compiled with a check of every index, on packets in arrays of their exact size."""
    frames = [udp_frame(A, B, data).hex() for data in (PLAIN[0], PLAIN[1], *TORTURE.values())]
    given_in = json.dumps({"frames": frames, "lines": [line.hex() for line in LINES]})
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("bounds.py"))], input=given_in, env=environment, text=True,
        capture_output=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    packets, messages = map(int, done.stdout.split())
    assert packets > 10_000
    assert messages > 90
