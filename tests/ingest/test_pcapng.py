from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from fixtures.links.make_links import (
    START_NS,
    captures,
    enhanced,
    interface,
    message,
    old_packet,
    option,
    packet,
    section,
    simple,
)
from siptrace.errors import AnomalyCode, EmptyInput, UnreadableInput
from siptrace.ingest.datagram import NO_TIME
from siptrace.ingest.pcapng import is_pcapng
from tests.ingest.reading import codes, ethernet, numbers, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

TSRESOL, TSOFFSET = 9, 14
RAW = 101
MICROSECONDS = START_NS // 1000


def raw(number: int) -> bytes:
    """Return an IP packet with a message."""
    return packet(message(number))


def test_interfaces_have_their_own_link_type_and_time(tmp_path: Path) -> None:
    seconds = START_NS // 1_000_000_000
    blocks = [
        section(),
        interface(1),
        interface(RAW, options=option(TSRESOL, b"\x09")),
        interface(RAW, options=option(TSRESOL, b"\x8a") + option(TSOFFSET, struct.pack("<q", seconds))),
        interface(RAW, options=option(2, b"eth0") + option(TSRESOL, b"\x00")),
        enhanced(2, 512, raw(1)),
        enhanced(0, MICROSECONDS, ethernet(raw(2))),
        enhanced(1, START_NS, raw(3)),
        enhanced(3, seconds, raw(4)),
    ]
    found, anomalies = read_bytes(b"".join(blocks), tmp_path)
    assert numbers(found) == [1, 2, 3, 4]
    assert [one.frame for one in found] == [1, 2, 3, 4]
    whole = seconds * 1_000_000_000
    assert [one.time_ns for one in found] == [whole + 500_000_000, MICROSECONDS * 1000, START_NS, whole]
    assert not anomalies


@pytest.mark.parametrize("order", ["<", ">"])
def test_all_packet_blocks_in_both_byte_orders(order: str, tmp_path: Path) -> None:
    blocks = [
        section(order),
        interface(RAW, order, options=option(TSRESOL, b"\x09", order)),
        enhanced(0, START_NS, raw(1), order),
        old_packet(0, START_NS + 1, raw(2), order),
        simple(raw(3), order),
    ]
    found, anomalies = read_bytes(b"".join(blocks), tmp_path)
    assert [one.time_ns for one in found] == [START_NS, START_NS + 1, NO_TIME]
    assert numbers(found) == [1, 2, 3]
    assert codes(anomalies) == {AnomalyCode.TIME_UNKNOWN: 1}


def test_sections_begin_anew_in_their_own_byte_order(tmp_path: Path) -> None:
    first = [section("<"), interface(1), enhanced(0, MICROSECONDS, ethernet(raw(1)))]
    second = [section(">"), interface(RAW, ">"), enhanced(0, MICROSECONDS, raw(2), ">")]
    found, anomalies = read_bytes(b"".join(first + second + first), tmp_path)
    assert numbers(found) == [1, 2, 1]
    assert [one.frame for one in found] == [1, 2, 3]
    assert not anomalies


def test_a_simple_packet_is_cut_at_the_snap_length(tmp_path: Path) -> None:
    data = raw(1)
    blocks = [section(), interface(RAW, snaplen=200), simple(data[:200], on_wire=len(data))]
    found, anomalies = read_bytes(b"".join(blocks), tmp_path)
    assert len(found[0].payload) == 200 - 28
    assert anomalies.counts[AnomalyCode.SNAPPED] == 1


FIVE = b"".join([section(), interface(RAW), *(enhanced(0, MICROSECONDS + n, raw(n)) for n in range(1, 6))])
BLOCK = len(enhanced(0, 0, raw(1)))
BEFORE = len(section() + interface(RAW))


@pytest.mark.parametrize("length", range(len(FIVE)))
def test_a_file_cut_anywhere_keeps_what_was_before(length: int, tmp_path: Path) -> None:
    if length < 28:
        with pytest.raises(UnreadableInput if length else EmptyInput, match="trace"):
            read_bytes(FIVE[:length], tmp_path)
        return
    found, anomalies = read_bytes(FIVE[:length], tmp_path)
    assert numbers(found) == [1, 2, 3, 4, 5][: max(length - BEFORE, 0) // BLOCK]
    between = length == 28 or (length >= BEFORE and (length - BEFORE) % BLOCK == 0)
    assert codes(anomalies) == ({} if between else {AnomalyCode.CUT_TAIL: 1})


@pytest.mark.parametrize("length", [0, 11, 2**24 + 4, 2**32 - 4])
def test_a_block_length_that_cannot_be_ends_the_reading(length: int, tmp_path: Path) -> None:
    data = bytearray(FIVE)
    at = BEFORE + 2 * BLOCK + 4
    data[at : at + 4] = length.to_bytes(4, "little")
    found, anomalies = read_bytes(bytes(data), tmp_path)
    assert numbers(found) == [1, 2]
    assert codes(anomalies) == {AnomalyCode.BAD_RECORD: 1}


BAD_BLOCKS = {
    "an interface that is not described": enhanced(7, MICROSECONDS, raw(9)),
    "more captured bytes than the block holds": enhanced(0, 0, raw(9)).replace(
        struct.pack("<II", len(raw(9)), len(raw(9))), struct.pack("<II", 5000, 5000)
    ),
    "a packet block without room for its fields": struct.pack("<IIIII", 6, 20, 0, 0, 20),
}


@pytest.mark.parametrize("block", BAD_BLOCKS.values(), ids=BAD_BLOCKS.keys())
def test_a_bad_block_is_passed_over(block: bytes, tmp_path: Path) -> None:
    found, anomalies = read_bytes(FIVE[: BEFORE + BLOCK] + block + FIVE[BEFORE + BLOCK :], tmp_path)
    assert numbers(found) == [1, 2, 3, 4, 5]
    assert codes(anomalies) == {AnomalyCode.BAD_RECORD: 1}


def test_other_blocks_and_odd_lengths_are_passed_over(tmp_path: Path) -> None:
    unknown = struct.pack("<II", 0xBAD, 17) + b"hello\0\0\0" + struct.pack("<I", 17)
    assert numbers(read_bytes(FIVE[:BEFORE] + unknown + FIVE[BEFORE:], tmp_path)[0]) == [1, 2, 3, 4, 5]


def test_a_time_beyond_64_bits_is_no_time(tmp_path: Path) -> None:
    found, anomalies = read_bytes(section() + interface(RAW) + enhanced(0, 2**64 - 1, raw(1)), tmp_path)
    assert found[0].time_ns == NO_TIME
    assert codes(anomalies) == {AnomalyCode.TIME_UNKNOWN: 1}


def test_unknown_link_types_are_counted_for_each_interface(tmp_path: Path) -> None:
    blocks = [section(), interface(147), interface(RAW), interface(195)]
    blocks += [enhanced(number, MICROSECONDS, raw(1)) for number in (0, 1, 2, 2)]
    found, anomalies = read_bytes(b"".join(blocks), tmp_path)
    assert [one.frame for one in found] == [2]
    assert [(one.frame, one.detail.split(": ")[1]) for one in anomalies.kept] == [(1, "1 packets"), (3, "2 packets")]


def test_a_header_without_a_byte_order_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="byte order"):
        read_bytes(FIVE[:8] + b"what" + FIVE[12:], tmp_path)


@pytest.mark.parametrize("name", ["every-link.pcapng", "old-blocks.pcapng"])
def test_the_fixtures_are_recognised(name: str) -> None:
    assert is_pcapng(captures()[name])
