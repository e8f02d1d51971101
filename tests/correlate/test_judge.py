"""From a call of a trace to the flow that it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.judge import Judgement, judge, standard_flows
from siptrace.correlate.model import flow, flow_ids
from tests.messages import SDP, ack_2xx, in_dialog, invite, request, response_to, trace_of

if TYPE_CHECKING:
    from siptrace.correlate.match import Match
    from tests.messages import Sent

CALL = invite(body=SDP)
BYE = in_dialog(CALL, "BYE", from_callee=True)
ANSWERED = [CALL, response_to(CALL, 180), response_to(CALL, 200, body=SDP), ack_2xx(CALL)]
WHOLE = [*ANSWERED, BYE, response_to(BYE, 200)]


def judgement(*messages: Sent) -> Judgement:
    """Return what the first call of a trace of these messages is."""
    return judge(trace_of(messages).calls[0])


def test_the_flows_of_the_package_are_asked_in_their_order() -> None:
    assert tuple(known.id for known in standard_flows()) == tuple(flow_ids())


def test_a_call_follows_its_flow() -> None:
    found = judgement(*WHOLE)
    assert found.match is not None
    assert found.match is found.verdict.best
    assert (found.match.flow.id, found.match.score, found.match.deviates) == ("rfc3665-3.1", 1, False)
    assert len(found.messages) == len(found.tokens) == 6
    assert found.match.steps == {n: n for n in range(6)}


def test_what_is_no_call_follows_none() -> None:
    ping = request("OPTIONS")
    found = judgement(ping, response_to(ping, 200))
    assert (found.match, found.deviations) == (None, ())


def test_other_flows_can_be_asked_for() -> None:
    call = trace_of(WHOLE).calls[0]
    found = judge(call, [flow("rfc3665-3.2")])
    assert found.match is not None
    assert (found.match.flow.id, found.flows) == ("rfc3665-3.2", (flow("rfc3665-3.2"),))


def test_a_call_is_held_against_one_flow() -> None:
    found = judgement(*WHOLE)
    against = found.against("rfc3665-3.9")
    assert found.against("rfc3665-3.1") is not None
    assert found.against("rfc3665-2.1") is None
    assert against is None or against.score < 1


def test_what_never_came_is_missing_once_nobody_waits_any_longer() -> None:
    def held(seconds: float) -> Match | None:
        other = invite(call_id="two@example.com", at=seconds)
        return judge(trace_of([*WHOLE[:-1], other]).calls[0], [flow("rfc3665-3.1")]).match

    running, over = held(30), held(40)
    assert running is not None
    assert over is not None
    assert (running.missing, running.after) == ((), (5,))
    assert (over.missing, over.after) == ((5,), ())
