"""Times as text, in UTC whatever the time zone, to the last digit."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.times import clock, date, delta, elapsed, iso, seconds

SECOND = 1_000_000_000
NEW_YEAR = 1_767_225_600 * SECOND  # 2026-01-01 00:00:00 UTC

ISO = {
    0: "1970-01-01T00:00:00.000000Z",
    NEW_YEAR: "2026-01-01T00:00:00.000000Z",
    NEW_YEAR + 123_456_000: "2026-01-01T00:00:00.123456Z",
    NEW_YEAR + 123_456_789: "2026-01-01T00:00:00.123456789Z",
    NEW_YEAR - 1: "2025-12-31T23:59:59.999999999Z",
    -1: "1969-12-31T23:59:59.999999999Z",
    None: None,
    2**63 - 1: "2262-04-11T23:47:16.854775807Z",
    10**30: None,
    -(10**30): None,
}

DELTAS = {
    None: "",
    0: "+0.000",
    12_000_000: "+0.012",
    499_600: "+0.000",
    -3_000_000: "-0.003",
    99 * SECOND: "+99.000",
    100 * SECOND: "+100s",
    86_400 * SECOND: "+86400s",
}

DURATIONS = {
    None: "",
    0: "0:00",
    8 * SECOND: "0:08",
    59_999_999_999: "0:59",
    60 * SECOND: "1:00",
    3_723 * SECOND: "1:02:03",
}


@pytest.mark.parametrize(("time", "text"), ISO.items())
def test_iso(time: int | None, text: str | None) -> None:
    assert iso(time) == text


@pytest.mark.parametrize(("duration", "text"), DELTAS.items())
def test_delta(duration: int | None, text: str) -> None:
    assert delta(duration) == text


@pytest.mark.parametrize(("duration", "text"), DURATIONS.items())
def test_seconds(duration: int | None, text: str) -> None:
    assert seconds(duration) == text


def test_clock_and_date() -> None:
    assert clock(NEW_YEAR - 1) == "23:59:59.999"
    assert date(NEW_YEAR - 1) == "2025-12-31"
    assert (clock(None), date(None)) == ("", "")
    assert (clock(10**30), date(10**30)) == ("", "")


@given(st.integers(-(2**63), 2**63 - 1))
def test_iso_reads_back_as_the_same_time(time: int) -> None:
    text = iso(time)
    assert text is not None
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = dt.datetime.fromisoformat(whole).replace(tzinfo=dt.UTC)
    elapsed = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert (elapsed.days * 86_400 + elapsed.seconds) * SECOND + int(fraction.ljust(9, "0")) == time


def test_the_time_since_a_start_keeps_its_milliseconds() -> None:
    assert elapsed(NEW_YEAR + 90_061_234_567_890, NEW_YEAR) == "90061.235"
    assert elapsed(NEW_YEAR - SECOND, NEW_YEAR) == "-1.000"
    assert elapsed(None, NEW_YEAR) == ""
