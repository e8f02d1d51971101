"""Calls of several Call-IDs."""

from __future__ import annotations

from dataclasses import replace

from siptrace.reconstruct.call import CallState
from siptrace.reconstruct.joined import joined
from siptrace.reconstruct.legs import Reason
from tests.messages import SDP, Sent, ack_2xx, in_dialog, invite, overview_of, response_to, trace_of

TRY = invite(call_id="one@example.com", body=SDP)
AGAIN = replace(TRY, hop="ac", call_id="two@example.com")
OTHER = invite("de", call_id="three@example.com", from_tag="d1", users=("dave", "eve"))


def ended(sent: Sent) -> list[Sent]:
    """Return a call from INVITE to the end."""
    bye = in_dialog(sent, "BYE")
    return [sent, response_to(sent, 200, body=SDP), ack_2xx(sent), bye, response_to(bye, 200)]


def test_without_anything_that_ties_them_calls_stay_as_they_are() -> None:
    found = overview_of([*ended(TRY), *ended(OTHER)])
    assert joined(found) is found


def test_a_call_has_the_messages_of_all_its_call_ids() -> None:
    trace = trace_of([TRY, OTHER, *ended(AGAIN), response_to(OTHER, 486)])
    first, second = trace.calls
    assert first.call_ids == ("one@example.com", "two@example.com")
    assert second.call_ids == ("three@example.com",)
    assert [message.n for message in first.messages] == [1, 3, 4, 5, 6, 7]
    assert [message.n for message in second.messages] == [2, 8]
    assert [message.call for message in trace.messages] == [1, 2, 1, 1, 1, 1, 1, 2]
    assert (first.message_count, first.transaction_count, first.dialog_count) == (6, 4, 1)


def test_the_last_try_says_how_it_went() -> None:
    trace = trace_of([TRY, *ended(AGAIN)])
    (call,) = trace.calls
    assert (call.state, call.final_status) == (CallState.COMPLETED, 200)
    assert call.start_ns == trace.messages[0].time_ns
    assert [(join.first, join.second, join.reason) for join in call.joins] == [(0, 1, Reason.SAME_TAG)]


def test_a_call_is_found_by_each_of_its_call_ids() -> None:
    trace = trace_of([TRY, *ended(AGAIN), OTHER])
    assert trace.call_of("one@example.com").n == trace.call_of("two@example.com").n == 1
    assert trace.call_of("three@example.com").n == 2
    assert trace.calls[1].joins == ()
