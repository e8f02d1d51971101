from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from fixtures.links.make_links import START_NS, captures, message, packet, pcap, stream
from siptrace.errors import AnomalyCode, EmptyInput, UnreadableInput
from siptrace.ingest.limits import MAX_PACKET
from siptrace.ingest.pcap import is_pcap, link_name
from tests.ingest.reading import codes, ethernet, numbers, read_bytes, timed

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = [ethernet(packet(message(number))) for number in range(1, 6)]
FIVE = pcap(timed(FRAMES))
RECORD = 16 + len(FRAMES[0])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [True, False])
def test_both_byte_orders_and_resolutions(order: str, tmp_path: Path, *, nanoseconds: bool) -> None:
    found, anomalies = read_bytes(pcap(timed(FRAMES), order=order, nanoseconds=nanoseconds), tmp_path)
    assert numbers(found) == [1, 2, 3, 4, 5]
    assert [one.frame for one in found] == [1, 2, 3, 4, 5]
    assert found[0].time_ns == (START_NS if nanoseconds else START_NS // 1000 * 1000)
    assert not anomalies


def test_the_records_of_the_patched_libpcap_have_longer_headers(tmp_path: Path) -> None:
    head = struct.pack("<IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1)
    records = [struct.pack("<IIIIIHBB", 1, 2, len(data), len(data), 3, 8, 0, 0) + data for data in FRAMES]
    assert numbers(read_bytes(head + b"".join(records), tmp_path)[0]) == [1, 2, 3, 4, 5]


def test_the_upper_bits_of_the_link_type_are_not_part_of_it(tmp_path: Path) -> None:
    data = bytearray(FIVE)
    data[20:24] = (0x54000001).to_bytes(4, "little")  # a frame check sequence of 4 bytes
    assert len(read_bytes(bytes(data), tmp_path)[0]) == 5


@pytest.mark.parametrize("length", range(len(FIVE)))
def test_a_file_cut_anywhere_keeps_what_was_before(length: int, tmp_path: Path) -> None:
    if length < 24:
        with pytest.raises(UnreadableInput if length else EmptyInput, match="trace"):
            read_bytes(FIVE[:length], tmp_path)
        return
    found, anomalies = read_bytes(FIVE[:length], tmp_path)
    whole, rest = divmod(length - 24, RECORD)
    assert numbers(found) == [1, 2, 3, 4, 5][:whole]
    assert codes(anomalies) == ({AnomalyCode.CUT_TAIL: 1} if rest else {})


def test_a_capture_of_a_stream_cut_anywhere_keeps_what_was_before(tmp_path: Path) -> None:
    data = pcap(stream())
    whole = read_bytes(data, tmp_path)[0]
    for length in range(24, len(data), 7):
        found, anomalies = read_bytes(data[:length], tmp_path)
        assert found == whole[: len(found)]
        assert anomalies.counts[AnomalyCode.CUT_TAIL] <= 1


def with_length(record: int, length: int) -> bytes:
    """Return FIVE with another captured length in one of its records."""
    data = bytearray(FIVE)
    at = 24 + record * RECORD + 8
    data[at : at + 4] = length.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("length", [MAX_PACKET + 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize("record", [1, 2])
def test_behind_a_damaged_record_the_next_one_is_found(record: int, length: int, tmp_path: Path) -> None:
    found, anomalies = read_bytes(with_length(record, length), tmp_path)
    assert numbers(found) == [number for number in (1, 2, 3, 4, 5) if number != record + 1]
    assert codes(anomalies) == {AnomalyCode.BAD_RECORD: 1}


def test_reading_stops_where_no_record_is_plausible(tmp_path: Path) -> None:
    found, anomalies = read_bytes(FIVE + b"\xff" * 3_000_000, tmp_path)
    assert len(found) == 5
    assert codes(anomalies) == {AnomalyCode.BAD_RECORD: 1}
    assert "stopped" in anomalies.kept[0].detail


def test_empty_packets_are_counted(tmp_path: Path) -> None:
    frames = [FRAMES[0], b"", FRAMES[1]]
    found, _ = read_bytes(pcap(timed(frames)), tmp_path)
    assert [one.frame for one in found] == [1, 3]


def test_captures_that_were_joined_with_cat_are_read_on(tmp_path: Path) -> None:
    other = pcap(timed([packet(message(6))]), link=101, nanoseconds=True, order=">")
    found, anomalies = read_bytes(FIVE + other + FIVE, tmp_path)
    assert numbers(found) == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5]
    assert not anomalies


def test_an_unknown_link_type_is_reported_once_with_its_number(tmp_path: Path) -> None:
    found, anomalies = read_bytes(pcap(timed(FRAMES), link=147), tmp_path)
    assert not found
    (told,) = anomalies.kept
    assert (told.code, told.frame) == (AnomalyCode.UNKNOWN_LINK, 1)
    assert "147" in told.detail
    assert "5 packets" in told.detail


def test_link_types_have_names() -> None:
    assert link_name(105) == "105 (IEEE802_11)"
    assert link_name(65000) == "65000"


@pytest.mark.parametrize("name", ["big-endian-nanoseconds.pcap", "fragments.pcap", "stream.pcap"])
def test_the_fixtures_are_recognised(name: str) -> None:
    assert is_pcap(captures()[name])


def test_payloads_lie_where_the_offset_says(tmp_path: Path) -> None:
    found, _ = read_bytes(FIVE, tmp_path)
    assert all(FIVE[one.offset : one.offset + len(one.payload)] == one.payload for one in found)
