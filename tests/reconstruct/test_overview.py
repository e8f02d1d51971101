"""The overview as a whole: it never raises, and every row is counted once, whatever the order of messages."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallState, Kind
from siptrace.reconstruct.dialog import DialogState
from siptrace.reconstruct.overview import overview
from tests.messages import Sent, ack, cancel, invite, overview_of, request, response_to, table_of, trace_of

if TYPE_CHECKING:
    from siptrace.reconstruct.overview import Overview

METHODS = ["INVITE", "ACK", "CANCEL", "BYE", "PRACK", "UPDATE", "REGISTER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "NEW", ""]
STATUSES = [None, None, None, 100, 180, 183, 200, 302, 401, 408, 481, 486, 487, 503, 603, 0, 42, 700, 99999]

anything = st.builds(
    lambda sent, branch: replace(sent, vias=tuple(f"SIP/2.0/UDP h;branch={text}" if text else "?" for text in branch)),
    st.builds(
        Sent,
        hop=st.sampled_from(["ab", "ba", "pb", "bp"]),
        method=st.sampled_from(METHODS),
        status=st.sampled_from(STATUSES),
        call_id=st.sampled_from(["one", "two", ""]),
        cseq=st.integers(0, 2),
        from_tag=st.sampled_from(["a1", "b1", ""]),
        to_tag=st.sampled_from(["a1", "b1", "c1", ""]),
        headers=st.sampled_from([(), ("Subscription-State: terminated",), ("Via: x",)]),
        at=st.sampled_from([None, 0.0, 40.0]),
    ),
    st.lists(st.sampled_from(["z9hG4bK1", "z9hG4bK2", "1", ""]), max_size=2),
)


def check_counts(found: Overview) -> None:
    """Hold that every row is in exactly one transaction and one call, and in at most one dialog."""
    rows = range(len(found.table))
    groups = (found.transactions, found.calls, found.dialogs)
    for group in groups:
        numbers = {number for number in group.of_row if number >= 0}
        assert numbers == set(range(len(group)))
        assert [group.of_row[row] for row in group.first_row] == list(range(len(group)))
        assert all(group.of_row[row] != number for number, first in enumerate(group.first_row) for row in range(first))
    assert min(found.transactions.of_row, default=0) >= 0
    assert min(found.calls.of_row, default=0) >= 0
    assert sorted(found.rows) == list(rows)
    assert all(a < b for call in range(len(found.calls)) for a, b in pairwise(found.rows_of(call)))
    assert all(found.calls.of_row[row] == call for call in range(len(found.calls)) for row in found.rows_of(call))
    for group in (found.transactions, found.dialogs):
        calls = {(group.of_row[row], found.calls.of_row[row]) for row in rows if group.of_row[row] >= 0}
        assert len(calls) == len(group)


@given(st.lists(anything, max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_sequence_of_messages_has_an_overview(messages: list[Sent]) -> None:
    found = overview_of(messages)
    check_counts(found)
    for call in range(len(found.calls)):
        assert found.state(call) in CallState
        assert found.state(call, growing=True) in CallState
        assert found.kind(call) in Kind
        for row in (found.calls.answered_row[call], found.calls.end_row[call], found.calls.request_row[call]):
            assert row == -1 or found.calls.of_row[row] == call
    assert DialogState.NONE not in found.dialogs.state


@given(st.lists(anything, max_size=12))
@settings(max_examples=100, deadline=None)
def test_the_detail_of_any_call_has_the_counts_of_the_overview(messages: list[Sent]) -> None:
    trace = trace_of(messages)
    for call in trace.calls:
        detail = call.detail
        assert len(detail.messages) == call.message_count == sum(len(t.messages) for t in detail.transactions)
        assert (len(detail.transactions), len(detail.dialogs)) == (call.transaction_count, call.dialog_count)
        assert sum(t.retransmissions for t in detail.transactions) == call.retransmissions
    assert sum(call.message_count for call in trace.calls) == len(messages)


def test_nothing_has_an_overview_too() -> None:
    found = overview_of([])
    assert (len(found.transactions), len(found.dialogs), len(found.calls), list(found.rows)) == (0, 0, 0, [])


def test_calls_that_overlap_stay_apart() -> None:
    calls = [invite(call_id=f"call-{number}") for number in range(50)]
    answers = [response_to(call, 486 if number % 2 else 200) for number, call in enumerate(calls)]
    found = overview_of([*calls, *reversed(answers)])
    check_counts(found)
    assert [found.calls.final[call] for call in range(50)] == [200, 486] * 25
    assert list(found.rows_of(3)) == [3, 96]


def test_a_log_without_any_times() -> None:
    table = table_of(
        [invite(), cancel(invite()), response_to(invite(), 487), ack(invite()), request("OPTIONS", call_id="x")]
    )
    for row in range(len(table)):
        table.time[row] = NO_TIME
    found = overview(table)
    assert [found.state(call) for call in range(2)] == [CallState.CANCELLED, CallState.INCOMPLETE]


@given(st.lists(anything, max_size=15))
@settings(max_examples=100, deadline=None)
def test_more_of_a_trace_never_regroups_what_was_there(messages: list[Sent]) -> None:
    messages = [replace(sent, at=None) for sent in messages]
    whole, part = overview_of(messages), overview_of(messages[: len(messages) // 2])
    for name in ("transactions", "calls", "dialogs"):
        assert getattr(whole, name).of_row[: len(part.table)] == getattr(part, name).of_row
    assert bytes(whole.transactions.resent).startswith(bytes(part.transactions.resent))
