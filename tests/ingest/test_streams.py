from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.links.make_links import ALICE4, BOB4, captures, message
from fixtures.wire import ACK, FIN, RST, SYN
from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest import streams
from siptrace.ingest.datagram import NO_OFFSET, Datagram, Transport, endpoint_text
from siptrace.ingest.limits import MAX_HELD_SEGMENTS, MAX_SEARCH
from siptrace.ingest.pieces import Place
from siptrace.ingest.streams import Streams
from siptrace.sip.grammar import looks_like_sip
from tests.ingest.reading import codes, decode, numbers, read_bytes, segment

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from siptrace.ingest.datagram import Datagram as Found

FIRST, SECOND, THIRD = message(1), message(2, body=b"v=0\r\n"), message(3)
STREAM = FIRST + SECOND + THIRD
LENGTH = len(STREAM)


def play(*frames: bytes) -> tuple[list[Found], AnomalyLog]:
    """Return what comes out of a connection that begins with sequence number 1000."""
    return decode([segment(999, flags=SYN), *frames])


def parts(*ends: int, begin: int = 1000) -> list[bytes]:
    """Return STREAM in segments that end at these positions."""
    bounds = [0, *ends, LENGTH]
    return [segment(begin + low, STREAM[low:high]) for low, high in pairwise(bounds)]


def test_a_message_is_that_of_its_segment_and_lies_in_the_file(tmp_path: Path) -> None:
    data = captures()["stream.pcap"]
    found, anomalies = read_bytes(data, tmp_path)
    assert numbers(found) == [1, 2, 3, 4, 5]
    assert not anomalies
    assert {one.transport for one in found} == {Transport.TCP}
    assert [one.frame for one in found] == [4, 4, 4, 14, 18]
    assert (endpoint_text(found[0].src), endpoint_text(found[0].dst)) == (f"{ALICE4[0]}:5060", f"{BOB4[0]}:5070")
    placed = [one for one in found if one.offset != NO_OFFSET]
    assert numbers(placed) == [1, 2, 3, 5]  # 4 lies in three segments
    assert all(data[one.offset : one.offset + len(one.payload)] == one.payload for one in placed)


@pytest.mark.parametrize("size", [1, 2, 7, 100, 1460])
def test_a_message_belongs_to_the_segment_that_completes_it(size: int) -> None:
    found, anomalies = play(*parts(*range(size, LENGTH, size)))
    assert [one.payload for one in found] == [FIRST, SECOND, THIRD]
    ends = [len(FIRST), len(FIRST + SECOND), LENGTH]
    assert [one.frame for one in found] == [1 + -(-end // size) for end in ends]
    assert not anomalies


def test_a_message_in_swapped_segments_belongs_to_the_later_captured_one() -> None:
    frames = parts(50, LENGTH - 50)
    found, anomalies = play(frames[1], frames[0], frames[2])
    assert numbers(found) == [1, 2, 3]
    assert [one.frame for one in found] == [3, 2, 4]
    assert not anomalies


def test_sequence_numbers_wrap_around() -> None:
    begin = 2**32 - 100
    frames = parts(50, 150, 300, begin=begin)
    frames = frames[::-1]
    found, anomalies = decode([segment(begin - 1, flags=SYN), *frames])
    assert sorted(numbers(found)) == [1, 2, 3]
    assert not anomalies


SPANS = st.lists(st.tuples(st.integers(0, LENGTH), st.integers(1, 200)), max_size=10)


@given(st.lists(st.integers(1, LENGTH - 1), max_size=10, unique=True), st.randoms(), SPANS, st.integers(0, 2**32 - 1))
def test_any_division_order_and_repetition_gives_the_same_messages(
    ends: list[int], shuffled: random.Random, again: list[tuple[int, int]], begin: int
) -> None:
    frames = parts(*sorted(ends), begin=begin)
    frames += [segment(begin + start, STREAM[start : start + size]) for start, size in again]
    shuffled.shuffle(frames)
    found, anomalies = decode([segment(begin - 1, flags=SYN), *frames, segment(begin + LENGTH, flags=FIN | ACK)])
    assert sorted(one.payload for one in found) == sorted([FIRST, SECOND, THIRD])
    assert not anomalies


def test_a_gap_is_reported_and_the_next_message_is_found() -> None:
    frames = parts(len(FIRST), len(FIRST) + 100, len(FIRST) + 150)
    found, anomalies = play(frames[0], frames[1], frames[3])
    assert numbers(found) == [1, 3]
    assert codes(anomalies) == {AnomalyCode.TCP_GAP: 1, AnomalyCode.STREAM_CUT: 1}
    assert "50 bytes" in next(one.detail for one in anomalies.kept if one.code is AnomalyCode.TCP_GAP)


def test_a_message_with_a_gap_in_its_body_is_handed_on_as_far_as_it_goes() -> None:
    long = message(1, body=b"x" * 400)
    end = len(long)
    found, anomalies = play(segment(1000, long[:-100]), segment(1000 + end, SECOND))
    assert [one.payload for one in found] == [long[:-100], SECOND]
    assert [one.frame for one in found] == [2, 3]
    assert codes(anomalies) == {AnomalyCode.TCP_GAP: 1, AnomalyCode.STREAM_CUT: 1}


def test_a_gap_is_final_when_too_much_waits_behind_it() -> None:
    small = [segment(1000 + at, bytes(STREAM[at : at + 1])) for at in range(LENGTH)]
    later = [segment(1000 + LENGTH + number, b"\r") for number in range(MAX_HELD_SEGMENTS)]
    found, anomalies = play(segment(1000, FIRST), *small[len(FIRST) + 10 :], *later)
    assert numbers(found) == [1, 3]
    assert codes(anomalies) == {AnomalyCode.TCP_GAP: 1}


def test_a_capture_that_begins_in_mid_stream_goes_on_at_the_next_message() -> None:
    found, anomalies = decode(parts(100, 200)[1:])
    assert numbers(found) == [2, 3]
    assert codes(anomalies) == {AnomalyCode.TCP_MIDSTREAM: 1}


def test_a_capture_that_begins_between_messages_lost_nothing() -> None:
    found, anomalies = decode(parts(len(FIRST))[1:])
    assert numbers(found) == [2, 3]
    assert not anomalies


@pytest.mark.parametrize("cut", range(1, LENGTH))
def test_a_stream_cut_anywhere_says_so(cut: int) -> None:
    found, anomalies = play(segment(1000, STREAM[:cut]))
    ends = [len(FIRST), len(FIRST + SECOND), LENGTH]
    assert numbers(found) == [number for number, end in enumerate(ends, 1) if end <= cut]
    shown = cut > len(FIRST) or looks_like_sip(STREAM[:cut])
    expected = {AnomalyCode.STREAM_CUT: 1} if cut not in ends and shown else {}
    assert codes(anomalies) == expected


def test_different_bytes_in_a_retransmission_are_reported_and_the_first_stand() -> None:
    other = FIRST.replace(b"alice", b"clara")
    found, anomalies = play(segment(1000, FIRST), segment(1000, other), segment(1000 + len(FIRST), SECOND))
    assert [one.payload for one in found] == [FIRST, SECOND]
    assert codes(anomalies) == {AnomalyCode.TCP_OVERLAP: 1}


def test_a_tcp_keep_alive_is_no_overlap() -> None:
    found, anomalies = play(segment(1000, FIRST), segment(999 + len(FIRST), b"\0"))
    assert numbers(found) == [1]
    assert not anomalies


def test_a_new_connection_on_the_same_ports_begins_anew() -> None:
    first = [segment(1000, FIRST), segment(1000 + len(FIRST), flags=RST)]
    found, anomalies = play(*first, segment(77, flags=SYN), segment(78, SECOND))
    assert numbers(found) == [1, 2]
    assert not anomalies
    assert numbers(play(*first, segment(0x90000000, SECOND))[0]) == [1, 2]  # its SYN is not in the capture


def test_a_syn_that_is_sent_again_changes_nothing() -> None:
    found, anomalies = play(segment(1000, STREAM[:100]), segment(999, flags=SYN), segment(1100, STREAM[100:]))
    assert numbers(found) == [1, 2, 3]
    assert not anomalies


def test_what_is_sent_again_behind_a_fin_is_not_told_twice() -> None:
    last = segment(1000, FIRST, FIN | ACK)
    assert numbers(play(last, last, segment(1000, FIRST))[0]) == [1]


OTHERS = {
    "http": b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n" + b"<p>SIP/2.0 is a protocol</p>\r\n" * 5000,
    "tls": b"\x16\x03\x01\x02\x00" + bytes(200_000),
    "ssh": b"SSH-2.0-OpenSSH\r\n" + bytes(1000),
    "binary": bytes(range(256)) * 2000,
    "text": b"HELO example.com\r\n" * 10_000,
    "nothing": b"",
}


@pytest.mark.parametrize("syn", [True, False], ids=["whole", "from its middle on"])
@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS.keys())
def test_a_stream_that_is_no_sip_is_dropped_without_a_word(data: bytes, *, syn: bool) -> None:
    frames = [segment(1000 + at, data[at : at + 1400]) for at in range(0, len(data), 1400)]
    gaps = [frame for number, frame in enumerate(frames) if number % 7 != 3]
    for some in (frames, gaps):
        found, anomalies = play(*some) if syn else decode(some)
        assert not found
        assert not anomalies


def test_of_a_stream_that_is_no_sip_nothing_is_kept() -> None:
    kept = Streams(AnomalyLog(), lambda _source, _found: None)
    data, key = OTHERS["text"], bytes(12)
    for at in range(0, len(data), 1000):
        kept.segment(Place(0, at, 0), key, 1 + at, ACK, data[at : at + 1000], NO_OFFSET, 0)
        if at > MAX_SEARCH + 10_000:
            assert key in kept.ignored
    assert not kept._streams
    assert kept._cost == 0


def test_the_number_of_streams_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_STREAMS", 3)
    half = [segment(1000, FIRST + SECOND[:50], port=6000 + number) for number in range(5)]
    found, anomalies = decode(half)
    assert len(found) == 5
    assert codes(anomalies) == {AnomalyCode.TCP_TOO_MANY_STREAMS: 2, AnomalyCode.STREAM_CUT: 5}


def test_the_bytes_of_all_streams_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_STREAM_BYTES", 1000)
    emitted: list[Datagram] = []
    kept = Streams(AnomalyLog(), lambda _source, found: emitted.append(found))
    for number in range(20):
        kept.segment(Place(0, number, 0), bytes([number]) * 12, 1, ACK, FIRST + SECOND[:100], NO_OFFSET, 0)
        assert kept._cost <= 1000
    kept.finish()
    assert len(emitted) == 20
    assert kept._cost == 0


def test_a_stream_of_which_the_capture_kept_only_the_beginnings() -> None:
    frames = [segment(1000 + at, STREAM[at : at + 200]) for at in range(0, LENGTH, 200)]
    found, anomalies = decode([segment(999, flags=SYN), *(frame[:-100] for frame in frames)], on_wire=254)
    assert found[0].payload == FIRST[:100]
    assert codes(anomalies)[AnomalyCode.SNAPPED] == len(frames)
