"""Two calls aligned: a case is two calls and the rows that a person would write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.ladder.lanes import find_lanes
from siptrace.tui.call_diff import MOST, Pair, Sign, Step, align, parts_of, steps_of
from tests.messages import SDP, Sent, ack, ack_2xx, cancel, in_dialog, invite, relayed, request, response_to, trace_of
from tests.tui.showing import flow

CALL = invite(body=SDP)
OTHER = invite("cd", body=SDP, call_id="two@example.com", from_tag="z", users=("carol", "dave"))
BYE = in_dialog(CALL, "BYE")
ANSWERED = [
    CALL, response_to(CALL, 100), response_to(CALL, 180), response_to(CALL, 200, body=SDP), ack_2xx(CALL), BYE,
    response_to(BYE, 200),
]  # fmt: skip


def steps(sent: list[Sent]) -> list[Step]:
    return steps_of(trace_of(sent).calls[0].messages)


def rows(left: list[Sent], right: list[Sent]) -> list[str]:
    """Return the rows of an alignment as a person writes them: the sign, and what each call has."""
    return [
        f"{pair.sign} {' | '.join(step.label.replace(' Because', '') for step in pair if step is not None)}"
        for pair in align(steps(left), steps(right))
    ]


CHALLENGED = [CALL, response_to(CALL, 407), ack(CALL)]
AGAIN = invite(body=SDP, cseq=2)
HUNG_UP = in_dialog(OTHER, "BYE", from_callee=True)

CASES = {
    "other people over other hosts": (ANSWERED[:4], [
        OTHER, response_to(OTHER, 100), response_to(OTHER, 180), response_to(OTHER, 200, body=SDP)
    ], ["  INVITE | INVITE", "  100 | 100", "  180 | 180", "  200 | 200"]),
    "refused": (ANSWERED, [OTHER, response_to(OTHER, 100), response_to(OTHER, 486), ack(OTHER)], [
        "  INVITE | INVITE", "  100 | 100", "- 180", "~ 200 | 486", "  ACK | ACK", "- BYE", "- 200 (BYE)",
    ]),
    "a provisional answer is no final one": ([CALL, response_to(CALL, 180)], [OTHER, response_to(OTHER, 503)], [
        "  INVITE | INVITE", "- 180", "+ 503",
    ]),
    "challenged first": (ANSWERED[:4], [
        *CHALLENGED, AGAIN, response_to(AGAIN, 100), response_to(AGAIN, 180), response_to(AGAIN, 200, body=SDP)
    ], ["  INVITE | INVITE", "+ 407", "+ ACK", "+ INVITE", "  100 | 100", "  180 | 180", "  200 | 200"]),
    "no session description": ([CALL, response_to(CALL, 200, body=SDP)], [OTHER, response_to(OTHER, 200)], [
        "  INVITE | INVITE", "~ 200 | 200",
    ]),
    "the other one hangs up": (ANSWERED[:1] + ANSWERED[3:], [
        OTHER, response_to(OTHER, 200, body=SDP), ack_2xx(OTHER), HUNG_UP, response_to(HUNG_UP, 200)
    ], ["  INVITE | INVITE", "  200 | 200", "  ACK | ACK", "~ BYE | BYE", "~ 200 (BYE) | 200 (BYE)"]),
    "cancelled": (ANSWERED[:4], [
        OTHER, response_to(OTHER, 100), response_to(OTHER, 180), cancel(OTHER), response_to(cancel(OTHER), 200),
        response_to(OTHER, 487), ack(OTHER),
    ], ["  INVITE | INVITE", "  100 | 100", "  180 | 180", "+ CANCEL", "+ 200 (CANCEL)", "~ 200 | 487", "+ ACK"]),
    "an answer of another transaction is another answer": ([BYE, response_to(BYE, 200)], [
        OTHER, response_to(OTHER, 200)
    ], ["- BYE", "- 200 (BYE)", "+ INVITE", "+ 200"]),
}  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), CASES.values(), ids=CASES)
def test_alignments(left: list[Sent], right: list[Sent], expected: list[str]) -> None:
    assert rows(left, right) == expected


def test_copies_are_one_step_that_knows_their_number() -> None:
    found = steps([CALL, CALL, response_to(CALL, 180), CALL, response_to(CALL, 180), response_to(CALL, 200)])
    assert [(step.label, step.copies) for step in found] == [("INVITE", 2), ("180 Because", 1), ("200 Because", 0)]
    assert {pair.sign for pair in align(found, [step._replace(copies=0) for step in found])} == {Sign.SAME}


def test_a_relayed_message_is_a_step_of_its_own() -> None:
    first = invite("ap", body=SDP)
    second = relayed(first, "pb")
    found = steps([first, second, response_to(second, 180), response_to(first, 180)])
    assert [(step.source, step.target) for step in found] == [
        ("caller", "proxy"), ("proxy", "callee"), ("callee", "proxy"), ("proxy", "caller"),
    ]  # fmt: skip


PARTS = {
    "rfc3665-3.2": ["caller", "proxy", "proxy 2", "callee"],
    "rfc3665-2.1": ["caller", "callee"],
    "rfc5359-2.4": ["caller", "callee", "other"],
    "rfc3665-3.4": ["caller", "callee 2", "proxy", "callee"],
}
"""Flows, and the parts of their lanes: two proxies, a registrar, the target of a transfer, a proxy that is down."""


@pytest.mark.parametrize(("name", "parts"), PARTS.items())
def test_parts(name: str, parts: list[str]) -> None:
    messages = flow(name).calls[0].messages
    lanes = find_lanes(messages)
    found = parts_of(messages, lanes)
    assert [found[lane] for lane in range(len(lanes.lanes))] == parts


def test_parts_without_a_request_and_of_nothing() -> None:
    (only,) = steps([response_to(CALL, 200)])
    assert (only.source, only.target) == ("callee", "caller")
    assert steps_of([]) == []


def test_what_differs_in_words() -> None:
    left, right = steps(ANSWERED)[3], steps(ANSWERED)[2]
    assert Pair(left, right).said == "200 here, 180 there, session description only on the left"
    assert Pair(left, left._replace(source=left.target, target=left.source)).said == "sent the other way round"
    assert Pair(None, right).said == "only the right call has it"
    assert Pair(left, None).said == "only the left call has it"
    assert Pair(left, left).said == ""


STEPS = st.lists(
    st.builds(
        lambda at, status, back: Step(
            at, *(("callee", "caller") if back else ("caller", "callee")), "", "INVITE", status, False, False
        ),
        st.just(0), st.sampled_from([None, 180, 200, 486]), st.booleans(),
    ),
    max_size=12,
).map(lambda made: [step._replace(n=n) for n, step in enumerate(made, 1)])  # fmt: skip


@given(STEPS, STEPS)
def test_every_step_is_there_once_and_in_order(left: list[Step], right: list[Step]) -> None:
    pairs = align(left, right)
    assert [pair.left for pair in pairs if pair.left is not None] == left
    assert [pair.right for pair in pairs if pair.right is not None] == right
    assert all(pair.left or pair.right for pair in pairs)


@given(STEPS, STEPS)
def test_what_is_taken_out_is_what_is_missing(left: list[Step], more: list[Step]) -> None:
    without = [step for step in left if step not in more]
    pairs = align(left, without)
    assert sum(pair.sign is Sign.SAME for pair in pairs) == len(without)
    assert {pair.sign for pair in pairs} <= {Sign.SAME, Sign.LEFT}


def test_long_calls_are_compared_as_far_as_the_limit() -> None:
    one = steps([request("OPTIONS")])[0]
    assert len(align([one] * (MOST + 5), [one])) == MOST
