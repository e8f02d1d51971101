"""The made-up trace of the benchmark holds what its totals say, and siptrace gives exactly that answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import dpkt
import pytest

from bench.call import Shape
from bench.make_trace import STORIES, Totals, make
from siptrace.trace import Trace, open_trace

if TYPE_CHECKING:
    from pathlib import Path

CALLS = 200


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Totals]:
    path = tmp_path_factory.mktemp("bench") / "made.pcap"
    return path, make(path, CALLS, rtp=3)


@pytest.fixture(scope="module")
def trace(made: tuple[Path, Totals]) -> Trace:
    return open_trace(made[0])


def test_every_story_is_told(made: tuple[Path, Totals]) -> None:
    assert set(made[1].stories) == {story.__name__ for story in STORIES}
    assert sum(made[1].stories.values()) == sum(made[1].states.values()) == made[1].call_ids == CALLS


def test_siptrace_gives_the_totals(made: tuple[Path, Totals], trace: Trace) -> None:
    totals = made[1]
    assert len(trace.messages) == sum(call.message_count for call in trace.calls) == totals.messages
    assert len({message.sip.call_id for message in trace.messages}) == len(trace.calls) == totals.call_ids
    assert sum(message.retransmission for message in trace.messages) == totals.retransmissions
    assert Counter(call.state.value for call in trace.calls) == totals.states


def test_nothing_is_wrong_with_the_messages(trace: Trace) -> None:
    assert not trace.anomalies.counts
    assert [anomaly for message in trace.messages for anomaly in message.sip.anomalies] == []


def test_registrations_and_options_are_no_calls(made: tuple[Path, Totals], trace: Trace) -> None:
    kinds = Counter(call.kind.value for call in trace.calls)
    stories = made[1].stories
    assert kinds["registration"] == stories["registered"]
    assert kinds["options"] == stories["asked"]
    assert kinds["call"] == CALLS - stories["registered"] - stories["asked"]


def test_the_frames_are_right(made: tuple[Path, Totals]) -> None:
    path, totals = made
    with path.open("rb") as file:
        frames = [dpkt.ethernet.Ethernet(data) for _, data in dpkt.pcap.Reader(file)]
    assert len(frames) == totals.messages + totals.rtp_packets
    assert path.stat().st_size == totals.file_bytes
    for frame in frames:
        assert dpkt.in_cksum(frame.data.pack_hdr()) == 0
        assert len(frame.data) == frame.data.len
        assert frame.data.data.ulen == len(frame.data.data)


def test_time_never_goes_back(made: tuple[Path, Totals]) -> None:
    with made[0].open("rb") as file:
        times = [time for time, _ in dpkt.pcap.Reader(file)]
    assert times == sorted(times)


def test_the_same_options_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    traces = [tmp_path / name for name in ("a.pcap", "b.pcap", "c.pcap")]
    for path, seed in zip(traces, (1, 1, 2), strict=True):
        make(path, 20, seed=seed)
    first, again, other = (path.read_bytes() for path in traces)
    assert first == again
    assert first != other


SHAPES = {
    "one port": Shape(one_port=True),
    "one prefix": Shape(call_id_prefix="x" * 150),
    "one pair": Shape(one_pair=True),
    "all": Shape(one_port=True, call_id_prefix="y", one_pair=True),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_corners_are_what_they_say_and_give_the_same_totals(
    shape: Shape, tmp_path: Path, made: tuple[Path, Totals]
) -> None:
    path = tmp_path / "corner.pcap"
    totals = make(path, CALLS, rtp=3, shape=shape)
    assert (totals.messages, totals.states) == (made[1].messages, made[1].states)
    trace = open_trace(path)
    assert len(trace.messages) == totals.messages
    assert sum(message.retransmission for message in trace.messages) == totals.retransmissions
    assert Counter(call.state.value for call in trace.calls) == totals.states
    assert all(message.sip.call_id.startswith(shape.call_id_prefix) for message in trace.messages)
    ports = {media.port for m in trace.messages if m.sip.sdp for media in m.sip.sdp.media}
    assert (len(ports) == 1) == shape.one_port
    pairs = {frozenset((message.src, message.dst)) for message in trace.messages}
    assert (len(pairs) == 1) == shape.one_pair
