"""A trace as a filter sees it."""

from __future__ import annotations

from siptrace.filters.subject import Subject
from siptrace.trace import open_trace
from tests.cli.running import TWO_CALLS


def test_calls_and_their_messages() -> None:
    subject = open_trace(TWO_CALLS).subject
    assert list(subject.rows_of([0, 1])) == list(range(26))
    assert list(subject.rows_of([1])) == [*range(9, 18), *range(22, 26)]
    assert subject.calls_of([0, 9, 10]) == {0, 1}
    assert subject.message(0).method == "INVITE"


def test_flows_are_only_looked_for_when_somebody_asks() -> None:
    trace, asked = open_trace(TWO_CALLS), []

    def survey() -> object:
        asked.append(1)
        return trace.survey

    subject = Subject(trace.overview, survey)  # type: ignore[arg-type]
    assert subject.end == trace.table.time[-1]
    assert subject.midnight % 86_400_000_000_000 == 0
    assert asked == []
    assert subject.survey is subject.survey
    assert asked == [1]
