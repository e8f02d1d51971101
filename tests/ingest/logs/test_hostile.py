"""Whatever a log holds: nothing raises, memory and time stay bounded, what comes out looks like SIP."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.logs import DIALECTS, Dialect, recognise
from siptrace.ingest.logs.assembly import MESSAGE_LIMIT
from siptrace.sip.grammar import looks_like_sip

if TYPE_CHECKING:
    from siptrace.ingest.datagram import Datagram

FIXTURES = Path(__file__).parents[3] / "fixtures" / "logs"
LOGS = [path.read_bytes() for path in sorted(FIXTURES.glob("*")) if path.suffix in {".log", ".txt", ".md"}]
each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)


def read(dialect: Dialect, text: bytes) -> tuple[list[Datagram], AnomalyLog]:
    anomalies = AnomalyLog()
    return list(dialect.read(io.BytesIO(text), anomalies, 0)), anomalies


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A log with some pieces cut out, doubled or replaced by noise."""
    data = draw(st.sampled_from(LOGS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 200)))
        middle = draw(
            st.sampled_from([b"", data[start:end] * 2, b"\n", b"\r", b"\x00", b"9" * 30]) | st.binary(max_size=40)
        )
        data = data[:start] + middle + data[end:]
    return data


@settings(deadline=None, max_examples=200)
@given(data=mutated())
def test_mutated_logs_never_raise(data: bytes) -> None:
    recognise(data)
    for dialect in DIALECTS:
        found, _ = read(dialect, data)
        frames = [datagram.frame for datagram in found]
        assert frames == sorted(frames)
        assert all(looks_like_sip(datagram.payload) for datagram in found)


@settings(deadline=None)
@given(data=st.binary(max_size=2000) | st.text(max_size=1000).map(str.encode))
def test_noise_never_raises(data: bytes) -> None:
    recognise(data)
    for dialect in DIALECTS:
        read(dialect, data)


def test_a_log_cut_at_every_length_gives_the_messages_before_the_cut() -> None:
    for data in LOGS:
        dialect = recognise(data)
        assert dialect is not None
        whole, _ = read(dialect, data)
        for length in range(0, len(data), 19):
            part, anomalies = read(dialect, data[:length])
            assert len(part) <= len(whole)
            assert [one.payload for one in part[:-1]] == [one.payload for one in whole[: max(0, len(part) - 1)]]
            # Where CR is restored, a body cut in its last line may have the length of the whole by chance.
            if part and len(part[-1].payload) != len(whole[len(part) - 1].payload):
                assert anomalies.counts[AnomalyCode.LOG_CUT] >= 1


@each_dialect
def test_a_message_without_an_end_stops_at_the_limit(dialect: Dialect) -> None:
    log = [data for data in LOGS if recognise(data) is dialect][-1]  # the one without a margin
    head = log[: log.index(b"Content-Length")] + b"X: y\n" * (2 * MESSAGE_LIMIT // 5)
    found, anomalies = read(dialect, head)
    assert found
    assert max(len(datagram.payload) for datagram in found) <= MESSAGE_LIMIT + 4  # the last line is closed
    assert anomalies.counts[AnomalyCode.MESSAGE_TOO_LARGE] == 1


@each_dialect
def test_long_lines_of_awkward_bytes_are_read_in_one_go(dialect: Dialect) -> None:
    # A pattern that goes back over these again and again would not come back within the time of a test run.
    for unit in (
        b" bytes ",
        b"<--- ",
        b"sip:",
        b"> ",
        b"a ",
        b"Transmitting (",
        b"-",
        b"0:0",
        b"\x1b[",
        b"SIP/2.0 ",
        b" -> ",
        b"INVITE a:SIP/",
        b"1.1 > ",
        b"U 1:1 -> ",
        b"2026/01/05 10:00:00 ",
    ):
        line = unit * (1024 * 1024 // len(unit))
        dialect.recognise(line[: 64 * 1024])
        read(dialect, line + b"\n" + line)
