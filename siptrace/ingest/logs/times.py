"""When: the time stamps of text logs as nanoseconds since 1970 in UTC.

Logs rarely name their zone. A stamp without one is taken as UTC: differences inside one log are right, and nothing
depends on the zone of the machine that reads it. A stamp without a date begins at 1970-01-01 and goes on past
midnight; one without a year begins in 1972, the first year after 1970 that has a 29 February.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import NO_TIME

__all__ = ["Clock"]

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")

_TIME = rb"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
# 1795221686.593409: seconds since 1970, as SIPp prints them behind the date.
_EPOCH = re.compile(rb"(?<![\d.:])(?P<seconds>\d{9,10})(?:\.(?P<fraction>\d{1,9}))?(?![\d.:])")
# 2026-01-05 10:00:00.123, 2026/01/05T10:00:00+01:00
_DATED = re.compile(
    rb"(?<!\d)(?P<year>\d{4})[-/](?P<month>\d\d)[-/](?P<day>\d\d)[ \tT]{1,4}" + _TIME + rb"(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
# Jan  5 10:00:00, Jan 5 2026 10:00:00
_NAMED = re.compile(
    rb"\b(?P<name>" + rb"|".join(_MONTHS) + rb") {1,2}(?P<day>\d{1,2}) (?:(?P<year>\d{4}) )?" + _TIME, re.IGNORECASE
)
_TIME_OF_DAY = re.compile(rb"(?<![\d:])" + _TIME + rb"(?![\d:]*\d)")


class Clock:
    """Reads the stamps of one log in its order, and says once when they lack their date."""

    def __init__(self, anomalies: AnomalyLog, source: int) -> None:
        """Start before the first stamp of a log; `anomalies` gets at most one TIME_UNKNOWN."""
        self._anomalies = anomalies
        self._source = source
        self._said = False
        self._base = 0
        self._year = 1972
        self._last: int | None = None

    def at(self, stamp: bytes, frame: int) -> int:
        """Return the time that stands in `stamp`, in nanoseconds since 1970, or NO_TIME where there is none."""
        stamp = stamp[:512]
        dated = _dated(stamp)
        if dated is not None:
            return dated
        named = _NAMED.search(stamp)
        if named:
            time_ns = self._named(named)
            if not named["year"]:
                self._say(frame, "the year is missing")
            return time_ns
        time_of_day = _time_of_day(stamp)
        if time_of_day is None:
            self._say(frame, "there is no time")
            return NO_TIME
        self._say(frame, "the date is missing")
        return self._onwards(time_of_day)

    def at_day_of(self, stamp: bytes, time: bytes, frame: int) -> int:
        """Return the time of day `time` on the day that lies nearest to the date in `stamp` (another zone's, maybe)."""
        dated = _dated(stamp[:512])
        time_of_day = _time_of_day(time[:64])
        if dated is None or time_of_day is None:
            return self.at(time, frame)
        return (dated - time_of_day + _DAY // 2) // _DAY * _DAY + time_of_day

    def _onwards(self, time_of_day: int) -> int:
        """Return the time on the log's current day: a jump back of more than 12 h means that midnight has passed."""
        time_ns = self._base + time_of_day
        if self._last is not None:
            if time_ns < self._last - _DAY // 2:
                self._base += _DAY
                time_ns += _DAY
            elif self._base and time_ns > self._last + _DAY // 2:
                return time_ns - _DAY  # a line from before midnight that was written late
        self._last = time_ns
        return time_ns

    def _named(self, found: re.Match[bytes]) -> int:
        """Return the time of a date with a month's name; without a year, a jump back by half a year is New Year."""
        month = _MONTHS.index(found["name"].lower()) + 1
        if found["year"]:
            return _instant(found, int(found["year"]), month)
        time_ns = _instant(found, self._year, month)
        if self._last is not None and time_ns != NO_TIME and time_ns < self._last - 183 * _DAY:
            self._year += 1
            time_ns = _instant(found, self._year, month)
        if time_ns != NO_TIME:
            self._last = time_ns
        return time_ns

    def _say(self, frame: int, detail: str) -> None:
        if not self._said:
            self._said = True
            self._anomalies.add(Anomaly(AnomalyCode.TIME_UNKNOWN, frame, detail, source=self._source))


def _dated(stamp: bytes) -> int | None:
    """Return the time of a stamp that names its day: seconds since 1970 go before the date, which lacks the zone."""
    dated = _DATED.search(stamp)
    epoch = _EPOCH.search(stamp)
    if epoch and (dated is None or epoch.start() >= dated.end()):
        return int(epoch["seconds"]) * _SECOND + _fraction(epoch)
    if dated is None:
        return None
    time_ns = _instant(dated, int(dated["year"]), int(dated["month"]))
    if time_ns == NO_TIME:
        return None
    return time_ns - _zone(dated["zone"])


def _instant(found: re.Match[bytes], year: int, month: int) -> int:
    """Return the matched date and time as if in UTC, or NO_TIME for a 30 February and the like."""
    try:
        moment = datetime(
            year, month, int(found["day"]), int(found["hour"]), int(found["minute"]), int(found["second"]), tzinfo=UTC
        )
    except ValueError:
        return NO_TIME
    return int(moment.timestamp()) * _SECOND + _fraction(found)


def _time_of_day(stamp: bytes) -> int | None:
    """Return the nanoseconds since midnight that the stamp gives."""
    found = _TIME_OF_DAY.search(stamp)
    if found is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"])
    if hour > 23 or minute > 59 or second > 60:
        return None
    return ((hour * 60 + minute) * 60 + second) * _SECOND + _fraction(found)


def _fraction(found: re.Match[bytes]) -> int:
    """Return the fraction of the second in nanoseconds."""
    return int((found["fraction"] or b"0").ljust(9, b"0"))


def _zone(text: bytes | None) -> int:
    """Return how far the zone is ahead of UTC, in nanoseconds."""
    if text is None or text == b"Z":
        return 0
    digits = text[1:].replace(b":", b"")
    ahead = (int(digits[:2]) * 60 + int(digits[2:])) * 60 * _SECOND
    return -ahead if text.startswith(b"-") else ahead
