from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.links.make_links import START_NS, captures, fragments4, fragments6, message
from fixtures.wire import pcap
from siptrace.errors import AnomalyCode
from siptrace.ingest.limits import MAX_FRAGMENTED
from tests.ingest.reading import codes, decode, ethernet, numbers, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = message(1, body=b"b" * 3000)
SECOND = 1_000_000_000
BOTH = pytest.mark.parametrize("cut", [fragments4, fragments6], ids=["IPv4", "IPv6"])


@BOTH
def test_fragments_in_any_order_make_the_datagram(cut: Callable[[bytes, int], list[bytes]]) -> None:
    for order in itertools.permutations(cut(LONG, 1200)):
        found, anomalies = decode([*order], 101)
        assert [(one.payload, one.frame) for one in found] == [(LONG, 3)]
        assert not anomalies


def test_the_fixture_is_read(tmp_path: Path) -> None:
    found, anomalies = read_bytes(captures()["fragments.pcap"], tmp_path)
    assert [(number, one.frame) for number, one in zip(numbers(found), found, strict=True)] == [(1, 3), (2, 6)]
    assert not anomalies


@BOTH
def test_fragments_that_are_captured_twice_are_no_overlap(cut: Callable[[bytes, int], list[bytes]]) -> None:
    first, second, third = cut(LONG, 1200)
    found, anomalies = decode([first, first, second, second, third, third], 101)
    assert [one.payload for one in found] == [LONG]
    assert not anomalies


def test_a_datagram_that_is_captured_twice_is_told_twice() -> None:
    assert len(decode(fragments4(LONG, 1200) * 2, 101)[0]) == 2


def test_overlapping_fragments_are_reported_and_the_first_bytes_stand() -> None:
    first, second, third = fragments4(LONG, 1200)
    other = bytearray(fragments4(LONG.replace(b"b", b"X"), 1200)[1])
    found, anomalies = decode([first, second, bytes(other), third], 101)
    assert [one.payload for one in found] == [LONG]
    assert codes(anomalies) == {AnomalyCode.FRAGMENT_OVERLAP: 1}


def test_a_datagram_whose_end_is_missing_is_handed_on_as_far_as_it_goes(tmp_path: Path) -> None:
    pieces = fragments4(LONG, 1200)[:2]
    late = ethernet(fragments4(message(2), 1200)[0])
    packets = [(START_NS, ethernet(pieces[0])), (START_NS + 1, ethernet(pieces[1])), (START_NS + 2 * SECOND, late)]
    found, anomalies = read_bytes(pcap(packets), tmp_path)
    assert sorted(numbers(found)) == [1, 2]
    assert LONG.startswith(found[-1].payload)
    assert len(found[-1].payload) == 2392
    assert codes(anomalies) == {AnomalyCode.FRAGMENT_MISSING: 1}


@BOTH
def test_a_datagram_that_the_end_of_the_capture_cuts_is_reported(cut: Callable[[bytes, int], list[bytes]]) -> None:
    found, anomalies = decode(cut(LONG, 1200)[:2], 101)
    assert not found
    assert codes(anomalies) == {AnomalyCode.FRAGMENT_MISSING: 1}


def test_a_datagram_without_its_beginning_is_reported() -> None:
    found, anomalies = decode(fragments4(LONG, 1200)[1:], 101)
    assert not found
    assert codes(anomalies) == {AnomalyCode.FRAGMENT_MISSING: 1}


def test_what_is_no_sip_is_not_reported() -> None:
    assert decode(fragments4(b"\x80" * 3000, 1200)[:2], 101)[1].counts.total() == 0


def test_fragments_are_given_up_after_a_minute_of_capture(tmp_path: Path) -> None:
    first, second, third = map(ethernet, fragments4(LONG, 1200))
    packets = [(START_NS, first), (START_NS + 1, second), (START_NS + 61 * SECOND, third)]
    found, anomalies = read_bytes(pcap(packets), tmp_path)
    assert [len(one.payload) for one in found] == [2392]
    assert codes(anomalies) == {AnomalyCode.FRAGMENT_MISSING: 2}


def test_the_number_of_unfinished_datagrams_is_bounded() -> None:
    packets = [fragments4(LONG, 1200, ident)[1] for ident in range(MAX_FRAGMENTED + 3)]
    anomalies = decode(packets, 101)[1]
    assert codes(anomalies)[AnomalyCode.TOO_MANY_FRAGMENTS] == 3


def test_a_fragment_that_ends_behind_the_largest_datagram_is_a_bad_packet() -> None:
    packet = bytearray(fragments4(LONG, 1200)[2])
    packet[6:8] = b"\x1f\xff"
    assert codes(decode([bytes(packet)], 101)[1])[AnomalyCode.BAD_PACKET] == 1


@given(st.permutations(list(range(9))), st.lists(st.integers(0, 8), max_size=5), st.sampled_from([4, 6]))
def test_any_order_with_any_copies_before_the_last_piece(order: list[int], copies: list[int], version: int) -> None:
    pieces = (fragments4 if version == 4 else fragments6)(LONG, 400)
    assert len(pieces) == 9
    *before, last = order
    mixed = before + [copy for copy in copies if copy != last] + [last]
    found, anomalies = decode([pieces[number] for number in mixed], 101)
    assert [one.payload for one in found] == [LONG]
    assert not anomalies
