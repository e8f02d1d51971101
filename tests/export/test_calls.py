"""The table of calls says what `siptrace calls --json` says, and how long people talked."""

from __future__ import annotations

import pytest

from siptrace.export.calls import CALLS
from siptrace.render.json import call_object
from tests.export.traces import NAMES, opened
from tests.messages import SECOND, START, ack_2xx, in_dialog, invite, response_to, trace_of
from tests.render.test_json import CALL as CONTRACT


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_the_objects_of_json(name: str) -> None:
    trace = opened(name)
    rows = [dict(zip(CALLS.names(), row, strict=True)) for row in CALLS.rows(trace)]
    assert [row.pop("talk") is None for row in rows] == [
        None in (call.answered_ns, call.end_ns) for call in trace.calls
    ]
    assert rows == [call_object(call, trace.survey.match(at)) for at, call in enumerate(trace.calls)]


def test_the_names_are_those_of_the_contract() -> None:
    assert CALLS.names() == [*CONTRACT, "talk"]


def test_talk_is_the_time_from_answer_to_end_in_seconds() -> None:
    call = invite(at=0)
    bye = in_dialog(call, "BYE", at=12.25)
    trace = trace_of([call, response_to(call, 200, at=2), ack_2xx(call, at=2.1), bye, response_to(bye, 200, at=12.3)])
    (row,) = CALLS.rows(trace)
    assert row[-1] == 10.25
    assert trace.calls[0].answered_ns == START + 2 * SECOND
