"""Times as text: ISO 8601 for data, clock and delta for eyes. All in UTC."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

__all__ = ["clock", "date", "delta", "elapsed", "iso", "seconds"]

_SECOND = 1_000_000_000


def _utc(time_ns: int) -> dt.datetime | None:
    """Return the whole second of a time, None outside the years 1 to 9999."""
    try:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=time_ns // _SECOND)
    except OverflowError:
        return None


def iso(time_ns: int | None) -> str | None:
    """Return `2026-01-05T10:00:00.123456Z` (nine digits where there are nanoseconds), None for no time."""
    if time_ns is None:
        return None
    second, part = divmod(time_ns, _SECOND)
    whole = _iso_second(second)
    if whole is None:
        return None
    return f"{whole}.{part // 1000:06}Z" if part % 1000 == 0 else f"{whole}.{part:09}Z"


@lru_cache(maxsize=1024)
def _iso_second(second: int) -> str | None:
    """Return a second since 1970 in ISO 8601; those of neighbours in a trace are the same, and slow to write."""
    moment = _utc(second * _SECOND)
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}"


def date(time_ns: int | None) -> str:
    """Return `2026-01-05`, or nothing for no time."""
    moment = None if time_ns is None else _utc(time_ns)
    return f"{moment:%Y-%m-%d}" if moment else ""


def clock(time_ns: int | None) -> str:
    """Return `10:00:00.123`, or nothing for no time."""
    moment = None if time_ns is None else _utc(time_ns)
    if moment is None or time_ns is None:
        return ""
    return f"{moment:%H:%M:%S}.{time_ns % _SECOND // 1_000_000:03}"


def delta(delta_ns: int | None) -> str:
    """Return `+0.123` (seconds), with less precision from 100 s on; nothing for no delta."""
    if delta_ns is None:
        return ""
    return f"{delta_ns / _SECOND:+.3f}" if abs(delta_ns) < 100 * _SECOND else f"{delta_ns / _SECOND:+.0f}s"


def elapsed(time_ns: int | None, start_ns: int) -> str:
    """Return the seconds since a start, `12.345`; nothing for no time."""
    return "" if time_ns is None else f"{(time_ns - start_ns) / _SECOND:.3f}"


def seconds(duration_ns: int | None) -> str:
    """Return a duration as `0:08` (minutes and seconds) or `1:02:03`, nothing for none."""
    if duration_ns is None:
        return ""
    whole = duration_ns // _SECOND
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
