from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import NO_TIME
from siptrace.ingest.logs.times import Clock

S = 1_000_000_000
HOUR = 3600 * S
JAN_5 = 1_767_607_200 * S  # 2026-01-05 10:00:00 UTC


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (b"[2026-01-05 10:00:00] VERBOSE[123] x.c: ", JAN_5),
        (b"2026-01-05 10:00:00.5", JAN_5 + S // 2),
        (b"2026/01/05T10:00:00,000000001", JAN_5 + 1),
        (b"2026-01-05T10:00:00.000+01:00", JAN_5 - HOUR),
        (b"2026-01-05T10:00:00-0530", JAN_5 + 5 * HOUR + HOUR // 2),
        (b"2026-01-05 10:00:00Z", JAN_5),
        (b"2026-01-05\t11:00:00.123456\t1767607200.123456", JAN_5 + 123_456_000),
        (b"1767607200", JAN_5),
        (b"Jan  5 2026 10:00:00", JAN_5),
    ],
)
def test_stamps_with_a_date(stamp: bytes, expected: int) -> None:
    anomalies = AnomalyLog()
    assert Clock(anomalies, 0).at(stamp, 1) == expected
    assert not len(anomalies)


def test_a_time_of_day_goes_on_past_midnight_and_is_told_once() -> None:
    anomalies = AnomalyLog()
    clock = Clock(anomalies, 4)
    stamps = [
        b"23:59:59.900000",
        b"00:00:00.100000",
        b"23:59:59.950000",
        b"12:00:00",
        b"11:59:59",
        b"23:00:00",
        b"01:00:00",
    ]
    times = [clock.at(stamp, number) for number, stamp in enumerate(stamps, 7)]
    day = 24 * HOUR
    assert times == [
        day - S // 10,
        day + S // 10,
        day - S // 20,
        day + 12 * HOUR,
        day + 12 * HOUR - S,
        day + 23 * HOUR,
        2 * day + HOUR,
    ]
    assert [(anomaly.code, anomaly.frame, anomaly.source) for anomaly in anomalies.kept] == [
        (AnomalyCode.TIME_UNKNOWN, 7, 4)
    ]


def test_a_date_without_a_year_goes_on_past_new_year() -> None:
    clock = Clock(AnomalyLog(), 0)
    before, after = clock.at(b"Dec 31 23:59:59", 1), clock.at(b"Jan  1 00:00:01", 2)
    assert after - before == 2 * S
    assert clock.at(b"Feb 29 00:00:00", 3) == NO_TIME  # 1973 has none
    assert Clock(AnomalyLog(), 0).at(b"Feb 29 00:00:00", 1) != NO_TIME


def test_the_day_of_another_zone_lends_its_date() -> None:
    clock = Clock(AnomalyLog(), 0)
    assert clock.at_day_of(b"2026-01-05 11:00:01", b"10:00:00", 1) == JAN_5
    # half past midnight in a zone one hour ahead is still the day before in UTC
    assert clock.at_day_of(b"2026-01-06 00:30:00", b"23:30:00", 1) == JAN_5 + 13 * HOUR + HOUR // 2


@pytest.mark.parametrize("stamp", [b"", b"no time", b"2026-13-45 10:00:00 x", b"99:99:99", b"1.2.3"])
def test_no_time(stamp: bytes) -> None:
    anomalies = AnomalyLog()
    time_ns = Clock(anomalies, 0).at(stamp, 1)
    assert time_ns in (NO_TIME, 10 * HOUR)  # a date that cannot be leaves its time of day
    assert anomalies.counts[AnomalyCode.TIME_UNKNOWN] == 1


@given(
    st.lists(st.from_regex(rb"(\d{4}-\d\d-\d\d |[JF][ae][nb] \d\d? )?\d\d:\d\d:\d\d(\.\d{1,12})?\S{0,6}") | st.binary())
)
def test_nothing_raises(stamps: list[bytes]) -> None:
    clock = Clock(AnomalyLog(), 0)
    for stamp in stamps:
        assert isinstance(clock.at(stamp, 1), int)
        assert isinstance(clock.at_day_of(stamp, stamp, 1), int)
