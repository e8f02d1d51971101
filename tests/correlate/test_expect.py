"""The assertion that a call follows a flow, as people put it into their own tests."""

from __future__ import annotations

import pytest

import siptrace
from siptrace.correlate.expect import FlowNotFollowed, expect_flow, kind_of_flow, outcome
from siptrace.correlate.judge import judge
from siptrace.correlate.model import FlowError, flow, flow_ids, load_flow
from siptrace.reconstruct.call import Kind
from tests.correlate.deviating import Played, judged, trace_of


def call_of(played: Played) -> siptrace.Call:
    return trace_of(played.messages).calls[0]


def test_a_call_that_follows_is_returned_with_its_match() -> None:
    judgement = siptrace.expect_flow(call_of(Played("rfc3665-3.2")), "rfc3665-3.2", min_score=1.0)
    assert judgement.match is not None
    assert judgement.match.flow.id == "rfc3665-3.2"


def test_a_tie_follows_as_well() -> None:
    call = call_of(Played("rfc3665-3.1"))
    (tie, *_) = [match.flow.id for match in judge(call).verdict.ties]
    assert expect_flow(call, tie).verdict.ties


def test_a_call_that_does_not_follow_raises_an_assertion_error_with_every_reason() -> None:
    call = call_of(Played("rfc3665-3.1", (4,)))
    with pytest.raises(FlowNotFollowed) as caught:
        expect_flow(call, "rfc3665-3.1")
    assert isinstance(caught.value, AssertionError)
    first, *rest = str(caught.value).splitlines()
    assert first == "call 1 does not follow rfc3665-3.1: its score is 0.802, 0.95 is asked for"
    assert len(rest) == 1
    assert rest[0].startswith("- missing: F4 ACK from Alice to Bob. Bob cannot know that its 200 arrived.")
    assert rest[0].endswith("(RFC 3261 13.2.2.4, 13.3.1.4)")


def test_it_names_the_flow_that_the_call_follows_instead() -> None:
    with pytest.raises(FlowNotFollowed) as caught:
        expect_flow(call_of(Played("rfc3665-3.9")), "rfc3665-3.8")
    assert "it follows rfc3665-3.9 (Unsuccessful Busy), score 1.000" in str(caught.value)


def test_a_call_without_anything_in_common_has_no_deviations_to_tell() -> None:
    with pytest.raises(FlowNotFollowed, match="it has too little in common with it"):
        expect_flow(call_of(Played("rfc3665-2.1")), "rfc3665-3.9")


def test_the_least_score_is_the_callers_choice() -> None:
    call = call_of(Played("rfc3665-3.1", (4,)))
    assert expect_flow(call, "rfc3665-3.1", 0.8)
    with pytest.raises(FlowNotFollowed):
        expect_flow(call, "rfc3665-3.1", 0.81)


def test_text_of_the_trace_cannot_harm_a_terminal() -> None:
    call = call_of(Played("rfc3665-3.9", says={6: "SIP/2.0 603 No\x1b[2J"}))
    with pytest.raises(FlowNotFollowed) as caught:
        expect_flow(call, "rfc3665-3.9")
    assert "\x1b" not in str(caught.value)
    assert "\\x1b[2J" in str(caught.value)


def test_no_such_flow() -> None:
    with pytest.raises(FlowError, match="rfc3665-9"):
        expect_flow(call_of(Played("rfc3665-3.1")), "rfc3665-9.9")


def test_flows_of_ones_own() -> None:
    own = load_flow(
        'id = "own"\ntitle = "Busy"\nactors.a = ["A", "UA"]\nactors.b = ["B", "UA"]\n'
        "steps = '''\nF1 a -> b INVITE | offer\nF2 a <- b 486 Busy Here\nF3 a -> b ACK\n'''\n",
        "own.toml",
    )
    assert expect_flow(call_of(Played(own)), "own", flows=[own]).flows == (own,)


def test_an_outcome_against_another_flow_has_its_deviations() -> None:
    found = outcome(judged(Played("rfc3665-3.9", says={6: "SIP/2.0 603 Decline"})), "rfc3665-3.9")
    assert not found.follows
    assert [d.step for d in found.deviations] == [6]


def test_what_flows_are_about() -> None:
    kinds = {flow_id: kind_of_flow(flow(flow_id)) for flow_id in flow_ids()}
    assert kinds["rfc3665-2.1"] is Kind.REGISTRATION
    assert kinds["rfc3665-3.1"] is Kind.CALL
    assert {kind for flow_id, kind in kinds.items() if not flow_id.startswith("rfc3665-2.")} == {Kind.CALL}
