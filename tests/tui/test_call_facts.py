"""What two calls do not have in common."""

from __future__ import annotations

from siptrace.correlate.judge import judge
from siptrace.tui.call_facts import Fact, facts_that_differ
from tests.messages import SDP, ack, ack_2xx, in_dialog, invite, response_to, trace_of

GOOD = invite(body=SDP)
BAD = invite(body=SDP, call_id="two@example.com", from_tag="z")
BYE = in_dialog(GOOD, "BYE")
TRACE = trace_of(
    [
        *(GOOD, response_to(GOOD, 200, body=SDP), ack_2xx(GOOD), BYE, response_to(BYE, 200)),
        *(BAD, BAD, response_to(BAD, 503), ack(BAD)),
    ]
)


def test_they_say_how_calls_ended_and_how_long_that_took() -> None:
    facts = {fact.name: fact for fact in facts_that_differ(*map(judge, TRACE.calls))}
    assert list(facts) == [
        "state",
        "final code",
        "flow",
        "setup time",
        "talk time",
        "messages",
        "sent again",
        "dialogs",
    ]
    assert facts["state"] == Fact("state", "completed", "failed")
    assert facts["final code"] == Fact("final code", "200", "503")
    assert facts["setup time"] == Fact("setup time", "0.100 s", "-")
    assert facts["sent again"] == Fact("sent again", "0", "1")


def test_a_call_differs_from_itself_in_nothing() -> None:
    assert facts_that_differ(judge(TRACE.calls[0]), judge(TRACE.calls[0])) == []
