"""Spans of time: calls counted over them, and how one stands in a filter. Nothing here knows Textual.

Times are in ns since 1970, and a span ends before its end. Calls are counted in bins of a round length (a second, five,
a minute ...) that begin at round times, so that what is picked can be read, and written in a filter.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from siptrace.filters.times import Time
from siptrace.ingest.datagram import NO_TIME
from siptrace.render.times import iso
from siptrace.tui.both import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siptrace.filters.subject import Subject

__all__ = ["Bins", "Span", "binned", "length_text", "span_of", "step_for", "window_in", "with_window", "written"]

_SECOND = 1_000_000_000
_UNITS = {"ns": 1, "µs": 1_000, "ms": 1_000_000, "s": _SECOND, "min": 60 * _SECOND, "h": 3600 * _SECOND,
          "d": 86_400 * _SECOND}  # fmt: skip
_ROUND = sorted(
    {digit * 10**power for power in range(10) for digit in (1, 2, 5)}
    | {count * _UNITS["s"] for count in (10, 15, 30)}
    | {count * _UNITS["min"] for count in (1, 2, 5, 10, 15, 30)}
    | {count * _UNITS["h"] for count in (1, 2, 3, 6, 12)}
    | {count * _UNITS["d"] for count in (1, 2, 7, 14, 28, 91, 364, 3640, 36400)}
)
"""The lengths that a bin may have: those of a clock and of a calendar."""


class Span(NamedTuple):
    """From `begin` to just before `end`."""

    begin: int
    end: int


class Bins(NamedTuple):
    """How many calls began when: `counts` of bins that are `step` long, the first of which begins at `begin`."""

    begin: int
    step: int
    counts: list[int]

    def span(self, first: int, last: int) -> Span:
        """Return the time from one bin to another, both included."""
        return Span(self.begin + first * self.step, self.begin + (last + 1) * self.step)


def span_of(times: Sequence[int]) -> Span | None:
    """Return the span that all of some times lie in, without those that are missing; None for none."""
    known = [time for time in times if time != NO_TIME] if NO_TIME in times else times
    return Span(min(known), max(known) + 1) if known else None


def step_for(span: Span, most: int) -> int:
    """Return the shortest round length of which at most some bins are needed for a span."""
    for step in _ROUND:
        if -(-span.end // step) - span.begin // step <= most:
            return step
    return -(-(span.end - span.begin) // most) + 1


def binned(times: Iterable[int], span: Span, most: int) -> Bins:
    """Return how many of some times lie in each of at most so many bins of a span."""
    step = step_for(span, most)
    begin = span.begin - span.begin % step
    ordered = sorted(times)  # mostly they are, and then this is fast
    edges = range(begin, begin + step * (max(-(-(span.end - begin) // step), 1) + 1), step)
    places = [bisect_left(ordered, min(max(edge, span.begin), span.end)) for edge in edges]
    return Bins(begin, step, [end - start for start, end in pairwise(places)])


def length_text(length: int) -> str:
    """Return a round length as people say it: `500 ms`, `5 s`, `15 min`."""
    name, unit = next((name, unit) for name, unit in reversed(_UNITS.items()) if length % unit == 0)
    return f"{length // unit} {name}"


def written(time_ns: int, *, day: bool) -> str:
    """Return a time as a filter reads it, with its day where others are meant than that of the trace's beginning."""
    date, _, rest = (iso(time_ns) or "").removesuffix("Z").partition("T")
    clock, _, fraction = rest.partition(".")
    fraction = fraction.rstrip("0")
    text = f"{clock}.{fraction}" if fraction else clock
    return f'"{date} {text}"' if day else text


_WINDOW = re.compile(r"(?:\s+and\s+)?\bstart >= (\"[^\"]*\"|[\d:.]+) and start < (\"[^\"]*\"|[\d:.]+)$")


def with_window(expression: str, window: Span, subject: Subject) -> str:
    """Return an expression with the condition that a call began in a window, instead of the window it ends with."""
    midnight = subject.midnight
    day = not (midnight <= window.begin and window.end < midnight + _UNITS["d"])
    condition = f"start >= {written(window.begin, day=day)} and start < {written(window.end, day=day)}"
    return both(_WINDOW.sub("", expression.strip()), condition)


def window_in(expression: str, subject: Subject) -> Span | None:
    """Return the window that an expression ends with, None for none."""
    found = _WINDOW.search(expression.strip())
    if not found:
        return None
    kind = Time()
    try:
        begin, end = (kind.settle(kind.read(text.strip('"')), subject).low for text in found.groups())
    except ValueError:
        return None
    return Span(begin, end) if begin < end else None
