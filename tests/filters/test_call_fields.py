"""The fields of calls, on calls made for them."""

from __future__ import annotations

import pytest

from siptrace.correlate.standard import standard_flows
from siptrace.correlate.survey import survey
from siptrace.filters.call_fields import CALL_FIELDS
from siptrace.filters.filter import parse
from siptrace.trace import open_trace
from tests.cli.running import CALL, RESENT, TWO_CALLS
from tests.messages import Sent, ack_2xx, in_dialog, invite, relayed, request, response_to, trace_of


def answered() -> list[Sent]:
    """Return a call: challenged at 0.1 s, called again at 0.2 s, ringing at 2 s, answered at 5 s, over at 65 s."""
    first = invite(at=0)
    again = invite(cseq=2, at=0.2)
    return [
        first,
        response_to(first, 407, at=0.1),
        again,
        response_to(again, 100, at=0.3),
        response_to(again, 180, at=2),
        response_to(again, 200, at=5),
        ack_2xx(again, at=5.1),
        in_dialog(again, "BYE", at=65),
        response_to(in_dialog(again, "BYE"), 200, at=65.5),
    ]


def unanswered() -> list[Sent]:
    """Return a call that is never answered, of other users."""
    return [invite(call_id="two@example.com", at=66, users=("carol", "dave"))]


SELECTED = {
    "setup == 2s": [1],
    "setup < 2s": [],
    "talk == 60s": [1],
    "duration == 65.5s": [1],
    "duration == 0": [2],
    "answered": [1],
    "not answered": [2],
    "end": [1],
    "start > 22:14": [2],
    "final == 200": [1],
    "not final": [2],
    "state == completed": [1],
    "state == incomplete": [2],
    "phase == trying": [2],
    "messages == 1": [2],
    "transactions == 4": [1],
    "dialogs == 1": [1],
    "dialogs == 0": [2],
    "from == carol": [2],
    "from == carol@example.com": [2],
    "from == sip:carol@example.com": [2],
    "to == dave": [2],
    "user == dave": [2],
    "user === dave": [],
    "user in {alice, dave}": [1, 2],
    "host === example.com": [1, 2],
    "flow": [1, 2],
    "score > 0.5": [1, 2],
}


@pytest.mark.parametrize(("expression", "calls"), SELECTED.items())
def test_what_calls_have(expression: str, calls: list[int]) -> None:
    trace = trace_of([*answered(), *unanswered()])
    assert [call.n for call in trace.select_calls(expression)] == calls


def test_values_are_those_of_the_calls() -> None:
    for path in (CALL, RESENT, TWO_CALLS):
        trace = open_trace(path)
        values = {field.name: field.source.values(trace.subject) for field in CALL_FIELDS}
        for number, call in enumerate(trace.calls):
            got = {name: tuple(read(number)) for name, read in values.items()}
            assert got["call"] == (call.n,)
            assert (got["kind"], got["state"], got["phase"]) == ((call.kind,), (call.state,), (call.phase,))
            assert (got["start"], got["answered"], got["end"]) == tuple(
                () if time is None else (time,) for time in (call.start_ns, call.answered_ns, call.end_ns)
            )
            assert got["from"][0] == call.from_uri
            assert got["to"][0] == call.to_uri
            assert got["messages"] == (call.message_count,)
            assert got["retransmissions"] == (call.retransmissions,)
            assert got["transactions"] == (call.transaction_count,)
            assert got["dialogs"] == (call.dialog_count,)


def test_setup_is_what_the_caller_saw() -> None:
    first = invite(at=0)
    further = relayed(first, "bc")
    slow = response_to(further, 180, at=1)
    messages = [first, further, slow, response_to(first, 180, at=1.5)]
    assert [call.n for call in trace_of(messages).select_calls("setup == 1.5s")] == [1]


def test_what_is_no_call_has_no_setup() -> None:
    ask = request("REGISTER")
    assert len(trace_of([ask, response_to(ask, 200)]).select_calls("setup or talk")) == 0


def test_a_call_that_began_before_the_trace_has_no_setup() -> None:
    assert len(trace_of([response_to(invite(), 180)]).select_calls("setup")) == 0


def test_flows_may_be_others() -> None:
    trace = trace_of(answered())
    flows = [flow for flow in standard_flows() if flow.id == "rfc3665-2.1"]
    assert survey(trace.overview, flows).match(0) is None
    assert len(trace.select_calls("flow", flows)) == 0
    assert len(trace.select_calls(parse("flow"))) == 1
