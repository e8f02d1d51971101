"""Spans of time: every call is counted once, bins are round, and what is picked stands in the filter as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.filters.filter import parse
from siptrace.ingest.datagram import NO_TIME
from siptrace.tui.columns import CallRows
from siptrace.tui.timespan import Span, binned, length_text, span_of, step_for, window_in, with_window, written
from tests.tui.driving import trace

SECOND = 1_000_000_000
MINUTE, DAY = 60 * SECOND, 86_400 * SECOND
NOON = 1_767_614_400 * SECOND
"""2026-01-05 12:00:00."""

times = st.integers(0, 4_000_000_000 * SECOND)


@given(st.lists(times, min_size=1), st.integers(1, 300))
def test_every_call_is_in_one_bin_of_at_most_as_many_as_there_is_room_for(begins: list[int], most: int) -> None:
    span = span_of(begins)
    assert span is not None
    bins = binned([*begins, NO_TIME], span, most)
    assert sum(bins.counts) == len(begins)
    assert 1 <= len(bins.counts) <= most + 1
    for place, count in enumerate(bins.counts):
        begin, end = bins.span(place, place)
        assert count == sum(begin <= time < end for time in begins)


@pytest.mark.parametrize(
    ("length", "most", "step"),
    [
        (5 * SECOND, 100, "50 ms"), (75 * SECOND, 80, "1 s"), (75 * SECOND, 40, "2 s"), (5 * MINUTE, 118, "5 s"),
        (60 * MINUTE, 100, "1 min"), (DAY, 100, "15 min"), (DAY, 25, "1 h"), (40 * DAY, 20, "7 d"), (1, 100, "1 ns"),
    ],
)  # fmt: skip
def test_bins_are_of_a_round_length(length: int, most: int, step: str) -> None:
    assert length_text(step_for(Span(NOON, NOON + length), most)) == step


def test_calls_without_a_time_have_no_span() -> None:
    assert span_of([]) is None
    assert span_of([NO_TIME, NO_TIME]) is None
    assert span_of([NO_TIME, 5, 3]) == Span(3, 6)


@pytest.mark.parametrize(
    ("time", "day", "text"),
    [
        (NOON, False, "12:00:00"), (NOON + SECOND // 2, False, "12:00:00.5"), (NOON + 1, False, "12:00:00.000000001"),
        (NOON, True, '"2026-01-05 12:00:00"'),
    ],
)  # fmt: skip
def test_times_as_filters_read_them(time: int, day: bool, text: str) -> None:
    assert written(time, day=day) == text


@pytest.mark.parametrize(
    ("expression", "rest"),
    [
        ("", ""),
        ("state == busy", "state == busy and "),
        ("state == busy or call == 1", "(state == busy or call == 1) and "),
        ("(state == busy or call == 1)", "(state == busy or call == 1) and "),
        ("state == busy || call == 1", "(state == busy || call == 1) and "),
        ("start >= 10:00 and start < 10:01", ""),
        ('user == bob and start >= "2026-01-05 10:00" and start < 10:01', "user == bob and "),
    ],
)
@pytest.mark.parametrize("days", [0, 3])
def test_a_window_is_put_into_a_filter_and_found_there_again(expression: str, rest: str, days: int) -> None:
    found = trace()
    subject = found.subject
    begins = CallRows(found).begins
    window = Span(min(begins) - days * DAY, max(begins) + 1)
    made = with_window(expression, window, subject)
    assert made.startswith(rest + "start >= ")
    assert window_in(made, subject) == window
    assert with_window(made, window, subject) == made
    listed = parse(made).calls(subject)
    before = parse(expression).calls(subject) if rest else range(len(begins))
    assert listed == [call for call in before if window.begin <= begins[call] < window.end]


@pytest.mark.parametrize(
    "expression", ["", "state == busy", "start >= 10:01 and start < 10:00", "start >= 1 and start < 2"]
)
def test_a_filter_without_a_window(expression: str) -> None:
    assert window_in(expression, trace().subject) is None
