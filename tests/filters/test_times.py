"""Times and durations."""

from __future__ import annotations

import datetime as dt

import pytest

from siptrace.filters.filter import parse
from siptrace.filters.times import Ago, Duration, Time
from siptrace.filters.types import Interval
from siptrace.ingest.datagram import NO_TIME
from siptrace.trace import Trace, open_trace
from tests.cli.running import CALL, ROOT

SECOND = 1_000_000_000

DURATIONS = {
    "5": 5 * SECOND,
    "0.25": SECOND // 4,
    "5s": 5 * SECOND,
    "200ms": SECOND // 5,
    "1.5s": 3 * SECOND // 2,
    "2m": 120 * SECOND,
    "2min": 120 * SECOND,
    "1m30s": 90 * SECOND,
    "1h": 3600 * SECOND,
    "1d": 86_400 * SECOND,
    "20us": 20_000,
    "20µs": 20_000,
    "7ns": 7,
}


@pytest.mark.parametrize(("text", "duration"), DURATIONS.items())
def test_durations(text: str, duration: int) -> None:
    assert Duration().read(text) == Interval(duration, duration)


@pytest.mark.parametrize("text", ["", "s", "5 s", "5x", "-5s", "1:30", "5s!", "five", "٣s", "9" * 400 + "s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        Duration().read(text)


TIMES = {
    "2026-01-05": "2026-01-05T00:00:00+00:00",
    "2026-01-05 10:00": "2026-01-05T10:00:00+00:00",
    "2026-01-05T10:00:05": "2026-01-05T10:00:05+00:00",
    "2026-01-05T10:00:05.25Z": "2026-01-05T10:00:05.250000+00:00",
    "2026-01-05 10:00:05.25-05:00": "2026-01-05T15:00:05.250000+00:00",
    "2026-01-05 10:00+05:45": "2026-01-05T04:15:00+00:00",
    "1767607205.25": "2026-01-05T10:00:05.250000+00:00",
    "0001-01-01": "0001-01-01T00:00:00+00:00",
}


@pytest.mark.parametrize(("text", "meant"), TIMES.items())
def test_times(text: str, meant: str) -> None:
    since = dt.datetime.fromisoformat(meant) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert Time().read(text) == Interval(*[since // dt.timedelta(microseconds=1) * 1000] * 2)


def test_nanoseconds_are_kept() -> None:
    assert Time().read("2026-01-05 10:00:05.123456789").low % SECOND == 123_456_789


@pytest.mark.parametrize(
    "text", ["", "now", "2026", "2026-13-01", "2026-02-30", "2026-01-05 24:01", "25:00", "10:60", "10:00:61",
     "12345678",             "0001-01-01 00:00+05:00" * 2, "2026-01-05Z"]
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        Time().read(text)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return open_trace(CALL)


def test_a_time_of_day_is_of_the_first_day(trace: Trace) -> None:
    kind = Time()
    assert kind.settle(kind.read("10:00:05.5"), trace.subject) == kind.read("2026-01-05 10:00:05.5")
    both = kind.between(kind.read("10:00"), kind.read("2026-01-06"))
    assert kind.settle(both, trace.subject) == Interval(kind.read("2026-01-05 10:00").low, kind.read("2026-01-06").low)


def test_ago_counts_from_the_last_message(trace: Trace) -> None:
    assert Time().settle(Ago(5 * SECOND), trace.subject).low == trace.table.time[-1] - 5 * SECOND


def test_messages_without_a_time_are_at_no_time() -> None:
    timeless = open_trace(ROOT / "fixtures" / "logs" / "plain.txt")
    assert set(timeless.table.time) == {NO_TIME}
    for expression in ("last 5m", "after 1970-01-01", "before 10:00", "time", "time != 10:00", "start", "duration"):
        assert parse(expression).messages(timeless.subject) == parse(expression).calls(timeless.subject) == []
