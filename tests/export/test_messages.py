"""The table of messages says what `siptrace messages --json` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.export.messages import MESSAGES
from siptrace.render.json import message_object
from tests.export.traces import NAMES, opened
from tests.messages import trace_of
from tests.render.test_json import MESSAGE as CONTRACT
from tests.table.accidents import mutated, noise

if TYPE_CHECKING:
    from siptrace.reconstruct.model import TracedMessage
    from siptrace.trace import Trace


def expected(message: TracedMessage) -> dict[str, Any]:
    """Return what the row of a message should be."""
    found, sip = message_object(message), message.sip
    del found["anomalies"]
    if found["cseq"] is not None and not 0 <= found["cseq"] < 2**31:
        found["cseq"] = None
    return found | {
        "from": sip.from_.uri.text if sip.from_ else "",
        "to": sip.to.uri.text if sip.to else "",
        "length": len(message.raw),
        "sdp": sip.sdp is not None,
    }


def check(trace: Trace) -> None:
    rows = [dict(zip(MESSAGES.names(), row, strict=True)) for row in MESSAGES.rows(trace)]
    assert rows == list(map(expected, trace.messages))


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_the_objects_of_json(name: str) -> None:
    check(opened(name))


@given(st.lists(mutated() | noise, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_so_they_are_of_damaged_messages(messages: list[bytes]) -> None:
    check(trace_of(messages))


def test_the_names_are_those_of_the_contract() -> None:
    assert [name for name in MESSAGES.names() if name in CONTRACT] == [name for name in CONTRACT if name != "anomalies"]


def test_rows_can_be_chosen() -> None:
    trace = opened("torture")
    rows = list(MESSAGES.rows(trace))
    assert list(MESSAGES.rows(trace, [5, 2, 2])) == [rows[5], rows[2], rows[2]]
    assert list(MESSAGES.rows(trace, [])) == []
