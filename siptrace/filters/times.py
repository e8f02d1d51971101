"""Times and durations, as people write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.filters.types import Interval, Ordered
from siptrace.ingest.datagram import NO_TIME

if TYPE_CHECKING:
    from siptrace.filters.subject import Subject

__all__ = ["Ago", "Duration", "Time"]

_SECOND = 1_000_000_000
_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": _SECOND, "m": 60 * _SECOND, "min": 60 * _SECOND,
          "h": 3600 * _SECOND, "d": 86_400 * _SECOND}  # fmt: skip
_PIECE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?(ns|us|µs|ms|min|s|m|h|d)")
_SECONDS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
"""Date, time, fraction of a second, offset."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _nanoseconds(whole: str, fraction: str | None, unit: int) -> int:
    """Return a decimal number of some unit in nanoseconds."""
    digits = fraction or ""
    scale: int = 10 ** len(digits)
    return int(whole + digits) * unit // scale


class Duration(Ordered):
    """How long something took: `5s`, `200ms`, `1m30s`; a plain number is in seconds."""

    name, example = "duration", "1m30s"

    def read(self, text: str) -> Interval:
        """Return the duration in nanoseconds."""
        plain = _SECONDS.fullmatch(text)
        pieces = [plain] if plain else list(_PIECE.finditer(text))
        if not pieces or "".join(piece[0] for piece in pieces) != text:
            raise ValueError(f'"{text}" is no duration such as 5s, 200ms or 1m30s.')
        whole = sum(_nanoseconds(piece[1], piece[2], _SECOND if plain else _UNITS[piece[3]]) for piece in pieces)
        return Interval(whole, whole)


class Clock(NamedTuple):
    """A time of day: on the day, in UTC, of the first message of the trace."""

    since_midnight: int


class Ago(NamedTuple):
    """A time before the last message of the trace: nothing here reads a clock."""

    duration: int


class Time(Ordered):
    """When something was, in UTC unless an offset says otherwise: a date and time, a time of day, or a Unix time."""

    name, example = "time", '"2026-01-05 10:00"'

    def read(self, text: str) -> Any:
        """Return the time in nanoseconds since 1970, or a time of day."""
        clock = _CLOCK.fullmatch(text)
        if clock and int(clock[1]) < 24 and int(clock[2]) < 60 and int(clock[3] or 0) < 60:
            minutes = int(clock[1]) * 60 + int(clock[2])
            return Clock(minutes * 60 * _SECOND + _nanoseconds(clock[3] or "0", clock[4], _SECOND))
        unix = _SECONDS.fullmatch(text)
        found = _nanoseconds(unix[1], unix[2], _SECOND) if unix and len(unix[1]) > 8 else _date(text)
        if found is None:
            raise ValueError(f'"{text}" is no time such as "2026-01-05 10:00", 10:00:05 or 1767607200.5.')
        return Interval(found, found)

    def between(self, low: Any, high: Any) -> Any:
        """Return the range, which ends are put on a day only when the trace is known."""
        if isinstance(low, Interval) and isinstance(high, Interval):
            return super().between(low, high)
        return low, high

    def settle(self, wanted: Any, subject: Subject) -> Any:
        """Return the time as it is in a trace; where no message has a time, nothing is ever that late."""
        if isinstance(wanted, Interval):
            return wanted
        if isinstance(wanted, Clock):
            found = subject.midnight + wanted.since_midnight
        elif isinstance(wanted, Ago):
            found = NO_TIME if subject.end == NO_TIME else subject.end - wanted.duration
        else:
            return Interval(self.settle(wanted[0], subject).low, self.settle(wanted[1], subject).high)
        return Interval(found, found)


def _date(text: str) -> int | None:
    """Return an ISO 8601 date or date and time in nanoseconds since 1970, None for another text."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    date, clock, fraction, offset = found.groups()
    try:
        since = dt.datetime.fromisoformat(f"{date}T{clock or '00:00'}{offset or '+00:00'}") - _EPOCH
    except (ValueError, OverflowError):
        return None
    return (since.days * 86_400 + since.seconds) * _SECOND + _nanoseconds("0", fraction, _SECOND)
