"""Which flow a call follows: the best, those that fit as well, the nearest, and when it is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.correlate.match import LEAST_SCORE, Verdict, best, rank, verdict
from siptrace.correlate.model import flow, flow_ids
from siptrace.correlate.tokens import Token, flow_tokens
from tests.correlate.random_tokens import calls
from tests.correlate.seen_calls import FLOWS, candidates
from tests.correlate.sequences import DIRECT, PROXIED, sequence

CANCELLED = "ab INVITE sdp\nba 180\nab CANCEL\nba 200 CANCEL\nba 487 INVITE\nab ACK"


def names(found: Verdict) -> list[str]:
    """Return the ids of the best match and its ties."""
    return [match.flow.id for match in candidates(found)]


def named(text: str) -> str | None:
    """Return the id of the flow that a written sequence follows."""
    found = verdict(sequence(text), FLOWS).best
    return None if found is None else found.flow.id


@pytest.mark.parametrize("name", flow_ids())
def test_a_flow_is_itself(name: str) -> None:
    found = verdict(flow_tokens(flow(name)), FLOWS)
    assert name in names(found)
    own = next(match for match in candidates(found) if match.flow.id == name)
    assert (own.score, own.deviates) == (1, False)


@pytest.mark.parametrize(
    "text",
    [
        "ab OPTIONS\nba 200",
        "ab OPTIONS\nba 404",
        "ab PUBLISH\nba 200",
        "ab INFO\nba 200",
        "ab NOTIFY\nba 200",
        "ab MESSAGE\nba 200",
        "ab SUBSCRIBE\nba 200\nba NOTIFY\nab 200",
        "ab OPTIONS\nba 200\nba OPTIONS\nab 200\nab OPTIONS\nba 200",
    ],
)
def test_what_is_no_call_follows_none(text: str) -> None:
    found = verdict(sequence(text), FLOWS)
    assert (found.best, found.ties, found.alternatives) == (None, (), ())


@pytest.mark.parametrize("text", ["ab INVITE\nba 403", "ab INVITE\nba 407", "ab BYE\nba 481", "ab REGISTER\nba 302"])
def test_refusals_alone_follow_no_flow(text: str) -> None:
    refusal = sequence(text)[1:]
    assert verdict(refusal, FLOWS).best is best(refusal, FLOWS) is None
    assert verdict(refusal * 3, FLOWS).alternatives == ()


def test_below_the_least_score_a_flow_is_only_near() -> None:
    text = "ab INVITE sdp\nba 200 sdp\nab ACK"
    for more in range(6):
        text += "\nab INFO\nba 200"
        found = verdict(sequence(text), FLOWS)
        scores = [match.score for match in (*candidates(found), *found.alternatives)]
        assert (found.best is None) == (not scores or max(scores) < LEAST_SCORE), more
        assert all(match.score >= LEAST_SCORE for match in candidates(found))
    assert found.best is None


def test_a_basic_call_is_named_before_a_service() -> None:
    assert named("ab INVITE sdp\nba 180\nba 200 sdp\nab ACK\nba BYE\nab 200") == "rfc3665-3.1"


def test_a_proxy_more_or_fewer_is_said_and_no_deviation() -> None:
    (own,) = rank(flow_tokens(flow("rfc3665-3.2")), [flow("rfc3665-3.2")])
    (longer,) = rank(sequence(PROXIED), [flow("rfc3665-3.1")])
    assert (own.surplus, longer.surplus) == (0, 1)
    assert (longer.deviates, longer.score) == (False, 1)
    (shorter,) = rank(sequence(CANCELLED), [flow("rfc3665-3.8")])
    assert (shorter.deviates, shorter.score) == (False, 1)


def test_a_call_over_a_proxy_that_leaves_is_no_alg() -> None:
    text = "ap INVITE sdp\npb INVITE sdp copy\nbp 180\npa 180 copy\nbp 200 sdp\npa 200 sdp copy\nab ACK\nba BYE\nab 200"
    assert named(text) == "rfc3665-3.1"


@pytest.mark.parametrize("status", [488, 503, 603])
def test_a_refusal_to_the_caller_is_a_busy_one_sooner_than_no_response(status: int) -> None:
    assert named(f"ab INVITE sdp\nba {status}\nab ACK") == "rfc3665-3.9"


MOVED_TWICE = """
    ab INVITE sdp
    ba 180
    ba 200 sdp
    ab ACK
    ab INVITE sdp inside hold
    ba 200 sdp inside hold
    ab ACK
    ab INVITE sdp inside
    ba 200 sdp inside
    ab ACK
    ab BYE
    ba 200
"""
"""A call that is held and taken up again, which no flow has; to an announced transfer it is like, on one hop."""


def test_a_service_that_is_mostly_hidden_is_not_named_when_the_rest_deviates() -> None:
    tokens = sequence(MOVED_TWICE)
    found = verdict(tokens, FLOWS)
    assert found.best is best(tokens, FLOWS) is None
    near = found.alternatives[0]
    assert (near.flow.id, near.deviates, len(near.hidden) > len(near.steps)) == ("service-2.4", True, True)
    assert near.score > LEAST_SCORE


def test_who_is_known_as_a_user_agent_is_no_relay() -> None:
    found = verdict(sequence(CANCELLED), [flow("rfc3665-3.8")], ends=frozenset({0, 1})).best
    assert found is not None
    assert (found.vantage, found.surplus, found.score) == (("alice", "bob"), -2, 1)


def test_an_end_that_is_known_makes_what_lacks_a_deviation() -> None:
    text = "ab INVITE sdp\nba 180\nba 200 sdp"
    open_end = verdict(sequence(text), [flow("rfc3665-3.1")]).best
    closed = verdict(sequence(text + "\nab ACK\nab BYE"), [flow("rfc3665-3.1")], open_end=False).best
    assert open_end is not None
    assert closed is not None
    assert (open_end.missing, open_end.after) == ((), (3, 4, 5))
    assert (closed.missing, closed.after) == ((5,), ())


@pytest.mark.parametrize("open_end", [True, False])
def test_a_call_in_progress_lacks_nothing(open_end: bool) -> None:
    found = verdict(sequence(DIRECT)[:4], FLOWS, open_end=open_end).best
    assert found is not None
    assert (found.flow.id, found.deviates, found.after, found.score) == ("rfc3665-3.1", False, (4, 5), 1)


def test_a_call_that_was_never_acknowledged_is_a_call_without_its_ack() -> None:
    found = verdict(sequence("ab INVITE sdp\nba 183\nba 200 sdp\nba BYE"), FLOWS).best
    assert found is not None
    assert (found.flow.id, found.missing, found.unexpected) == ("rfc3665-3.1", (3,), ())


def test_an_answer_that_nobody_acknowledges_is_not_that_of_a_hop_without_ack() -> None:
    found = verdict(sequence("ab INVITE sdp\nba 180\nba 200 sdp"), FLOWS, open_end=False).best
    assert found is not None
    assert (found.flow.id, found.missing) == ("rfc3665-3.1", (3,))


def test_a_call_that_begins_in_the_middle_is_late() -> None:
    found = verdict(sequence(DIRECT)[2:], [flow("rfc3665-3.1")]).best
    assert found is not None
    assert (found.before, found.deviates) == ((0, 1), False)


def test_a_call_that_begins_with_its_request_is_not_late() -> None:
    found = verdict(flow_tokens(flow("rfc3665-3.2"))[3:], [flow("rfc3665-3.2")]).best
    assert found is not None
    assert (found.before, found.absent) == ((), (0, 1, 2))


def test_flows_are_ranked_by_how_far_off_they_are() -> None:
    for name in ("rfc3665-3.2", "rfc5359-2.4", "service-2.8"):
        distances = [round(match.distance, 3) for match in rank(flow_tokens(flow(name)), FLOWS)]
        assert len(distances) > 1
        assert distances == sorted(distances)


def test_a_flow_is_told_from_one_with_another_ending() -> None:
    busy = "ab INVITE sdp\nba 180\nba 486\nab ACK"
    assert named(busy) == "rfc3665-3.9"
    assert named(CANCELLED) == "rfc3665-3.8"


def test_registrations_are_told_apart_by_what_they_ask() -> None:
    assert named("ab REGISTER contact\nba 401 challenge\nab REGISTER contact credentials\nba 200") == "rfc3665-2.1"
    assert named("ab REGISTER contact credentials\nba 200") == "rfc3665-2.2"
    assert named("ab REGISTER credentials\nba 200") == "rfc3665-2.3"
    assert named("ab REGISTER contact unregister credentials\nba 200") == "rfc3665-2.4"
    refused = "ab REGISTER contact\nba 401 challenge\nab REGISTER contact credentials\nba 401 challenge"
    assert named(refused) == named("ab REGISTER contact\nba 404") == "rfc3665-2.5"


@pytest.mark.parametrize("text", [DIRECT, PROXIED, "ab INVITE\nba 404\nab ACK", "ab REGISTER\nba 200", "ab OPTIONS"])
def test_best_names_what_the_verdict_names(text: str) -> None:
    tokens = sequence(text)
    full, fast = verdict(tokens, FLOWS).best, best(tokens, FLOWS)
    assert (full and full.flow.id) == (fast and fast.flow.id)


def test_best_is_the_verdict_for_a_call_that_weighs_next_to_nothing() -> None:
    tokens = sequence("ab INVITE\nbc INVITE copy\nba 181\ncb 180")[2:]
    full, fast = verdict(tokens, FLOWS).best, best(tokens, FLOWS)
    assert full is not None
    assert fast is not None
    assert full.flow.id == fast.flow.id


cut_flows = st.builds(
    lambda tokens, first, size, step: tokens[first : first + size : step],
    st.sampled_from(flow_ids()).map(lambda name: flow_tokens(flow(name))),
    st.integers(0, 3),
    st.integers(3, 30),
    st.integers(1, 2),
).filter(bool)
"""Pieces of flows, with or without every second step."""


@settings(max_examples=100, deadline=None)
@given(cut_flows, st.booleans())
def test_best_is_the_verdict_for_pieces_of_flows(tokens: tuple[Token, ...], end: bool) -> None:
    full, fast = verdict(tokens, FLOWS, open_end=end).best, best(tokens, FLOWS, open_end=end)
    assert (full and full.flow.id) == (fast and fast.flow.id)
    assert (full and full.score) == (fast and fast.score)


@settings(max_examples=100, deadline=None)
@given(calls(), st.booleans())
def test_no_call_is_too_strange(tokens: tuple[Token, ...], end: bool) -> None:
    found = verdict(tokens, FLOWS, open_end=end)
    fast = best(tokens, FLOWS, open_end=end)
    assert (fast and fast.flow.id) == (found.best and found.best.flow.id)
    for match in (*candidates(found), *found.alternatives):
        assert 0 <= match.score <= 1
        assert match.distance >= 0
        size = len(match.flow.steps)
        steps = {*match.steps, *match.missing, *match.different, *match.reordered, *match.absent, *match.hidden}
        assert steps | {*match.before, *match.after} <= set(range(size))
        assert {*match.steps.values(), *match.unexpected, *match.extra} <= set(range(len(tokens)))
        assert len(set(match.steps.values())) == len(match.steps)
