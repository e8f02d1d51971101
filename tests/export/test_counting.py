"""Counting and looking up over columns."""

from __future__ import annotations

from array import array

from siptrace.export.counting import at, counts, last_rows, resent, times
from siptrace.ingest.datagram import NO_TIME
from tests.messages import SECOND, START, invite, response_to, trace_of


def test_values_in_some_rows_keep_their_type() -> None:
    assert at(array("h", (5, 6, 7)), (2, 0, 2)) == array("h", (7, 5, 7))


def test_numbers_that_are_not_there_count_nothing() -> None:
    assert counts((2, -1, 0, 2), 4) == [1, 0, 2, 0]
    assert counts((), 2) == [0, 0]


def test_the_last_row_of_each() -> None:
    assert last_rows(array("i", (0, 1, 0, -1, 2, 1)), 3) == [2, 5, 4]


def test_times_of_rows_and_of_no_row() -> None:
    trace = trace_of([invite(at=0), invite(at=3)])
    assert list(times(trace, (1, -1, 0))) == [START + 3 * SECOND, NO_TIME, START]


def test_retransmissions_of_each() -> None:
    call = invite()
    trace = trace_of([call, call, response_to(call, 100), call, invite(call_id="two")])
    assert resent(trace, trace.overview.calls.of_row, 2) == [2, 0]
