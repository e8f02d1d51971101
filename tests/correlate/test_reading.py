"""A call held against one flow: what was found, what was not, and how much of it agrees."""

from __future__ import annotations

import pytest

from siptrace.correlate.align import FULL, HIDDEN, OTHER_FAILURE, SLIGHT, SWAPPED, UNSEEN
from siptrace.correlate.assign import Pattern, Sighting, assign
from siptrace.correlate.model import flow, flow_ids
from siptrace.correlate.reading import Match, read
from siptrace.correlate.shape import Shape
from siptrace.correlate.tokens import Token, flow_tokens

CALL, REFUSED, PROXIES = "rfc3665-3.1", "rfc3665-3.9", "rfc3665-3.2"


def held(tokens: tuple[Token, ...], name: str, *, start: bool = False, end: bool = False) -> Match:
    """Return a call held against one flow."""
    pattern, sighting = Pattern(flow(name)), Sighting(Shape(tokens), open_start=start, open_end=end)
    chosen = assign(pattern, sighting, 100.0)
    assert chosen is not None
    return read(pattern, sighting, chosen)


def numbers(match: Match, steps: tuple[int, ...]) -> list[int]:
    """Return the numbers of steps, as the flow has them."""
    return [match.flow.steps[step].f for step in steps]


def without(name: str, *numbers: int) -> tuple[Token, ...]:
    """Return the tokens of a flow but for some steps."""
    pairs = zip(flow(name).steps, flow_tokens(flow(name)), strict=True)
    return tuple(token for step, token in pairs if step.f not in numbers)


def weight_of(token: Token) -> float:
    """Return what a token counts for."""
    return 0 if token.is_trying else SLIGHT if token.is_provisional else FULL


def only(name: str, *actors: str) -> tuple[Token, ...]:
    """Return what travels between two actors of a flow."""
    pairs = zip(flow(name).steps, flow_tokens(flow(name)), strict=True)
    return tuple(token for step, token in pairs if {step.src, step.dst} == set(actors))


@pytest.mark.parametrize("name", flow_ids())
def test_a_flow_is_all_there_in_itself(name: str) -> None:
    found = held(flow_tokens(flow(name)), name)
    assert (found.score, found.distance, found.deviates, found.unseen) == (1, 0, False, 0)
    assert found.steps == {n: n for n in range(len(flow(name).steps))}
    busy = {end for step in flow(name).steps for end in (step.src, step.dst)}
    assert found.vantage == tuple(actor.id for actor in flow(name).actors if actor.id in busy)
    assert (found.before, found.after, found.hidden, found.absent, found.extra) == ((),) * 5


def test_a_missing_step_is_named_and_lowers_the_score() -> None:
    found = held(without(CALL, 4), CALL)
    assert (numbers(found, found.missing), found.deviates) == ([4], True)
    assert found.score == pytest.approx(1 - 1 / 5.05)
    assert found.steps == {0: 0, 1: 1, 2: 2, 4: 3, 5: 4}


def test_an_unexpected_message_is_named_by_its_place_in_the_call() -> None:
    tokens = flow_tokens(flow(CALL))
    info = tokens[0]._replace(method="INFO", origin=99, transaction=99)
    found = held((*tokens[:4], info, *tokens[4:]), CALL)
    assert (found.unexpected, found.missing) == ((4,), ())
    assert found.steps[4] == 5


def test_another_failure_is_a_difference() -> None:
    tokens = flow_tokens(flow(REFUSED))
    where = next(at for at, token in enumerate(tokens) if token.status == 486)
    found = held((*tokens[:where], tokens[where]._replace(status=603), *tokens[where + 1 :]), REFUSED)
    assert found.different == (where,)
    size = sum(map(weight_of, tokens))
    assert found.score == pytest.approx(1 - OTHER_FAILURE / size)


def test_two_messages_in_the_wrong_order_are_reordered() -> None:
    first, ringing, ok, ack, *rest = flow_tokens(flow(CALL))
    found = held((first, ringing, ack, ok, *rest), CALL)
    assert found.reordered
    assert (found.missing, found.unexpected) == ((), ())
    assert found.score == pytest.approx(1 - SWAPPED / 5.05)


def test_a_trace_that_ends_early_has_steps_to_come() -> None:
    found = held(flow_tokens(flow(CALL))[:3], CALL, end=True)
    assert (found.after, found.deviates, found.score) == ((3, 4, 5), False, 1)
    assert found.unseen == 3


def test_a_trace_that_begins_late_has_steps_behind_it() -> None:
    found = held(flow_tokens(flow(CALL))[3:], CALL, start=True)
    assert (found.before, found.deviates, found.score) == ((0, 1, 2), False, 1)


def test_steps_beyond_the_trace_are_evidence_one_by_one() -> None:
    cut = held(flow_tokens(flow(CALL))[:3], CALL, end=True)
    assert cut.distance == pytest.approx(UNSEEN * 3 / 2.05)
    late = held(flow_tokens(flow(CALL))[3:], CALL, start=True)
    assert late.distance == pytest.approx(UNSEEN * 3 / 3)
    hop = held(only(PROXIES, "proxy2", "bob"), PROXIES)
    assert hop.distance == pytest.approx(UNSEEN * len(hop.hidden) / 5.05)


@pytest.mark.parametrize(("open_end", "owed"), [(True, 0), (False, FULL)])
def test_an_ack_on_a_hidden_hop_is_owed_when_the_trace_goes_on(open_end: bool, owed: float) -> None:
    found = held(only("rfc3665-3.7", "alice", "proxy2"), "rfc3665-3.7", end=open_end)
    assert (found.score, found.missing) == (1, ())
    assert found.distance == pytest.approx((owed + HIDDEN + UNSEEN * len(found.hidden)) / 2.05)


@pytest.mark.parametrize(("open_end", "owed"), [(True, 0), (False, FULL)])
def test_an_ack_is_owed_for_a_copy_of_its_answer_once(open_end: bool, owed: float) -> None:
    found = held(only("rfc3665-3.5", "proxy2", "bob"), "rfc3665-3.5", end=open_end)
    assert (found.score, found.missing) == (1, ())
    assert found.distance == pytest.approx((owed + HIDDEN + UNSEEN * len(found.hidden)) / 2.05)


def test_an_ack_that_is_missing_is_not_owed_as_well() -> None:
    found = held(only(PROXIES, "proxy2", "bob")[:3], PROXIES)
    assert numbers(found, found.missing) == [17]
    beyond = len(found.hidden) + len(found.after)
    assert found.distance == pytest.approx((FULL + UNSEEN * beyond) / 3.05)


def test_repetitions_on_a_hidden_hop_are_beyond_the_trace_too() -> None:
    found = held(only("rfc3665-3.10", "alice", "proxy1"), "rfc3665-3.10")
    assert numbers(found, found.hidden) == [2, 4, 12, 13]
    assert found.distance == pytest.approx(UNSEEN * (4 + 6) / 3)


def test_one_hop_does_not_end_while_the_call_goes_on() -> None:
    tokens = without(PROXIES, 17)  # the ACK that Bob never got, though the call goes on elsewhere
    found = held(tokens, PROXIES, end=True)
    assert numbers(found, found.missing) == [17]
    cut = held(without(PROXIES, 17, 18, 23), PROXIES, end=True)
    assert set(numbers(cut, cut.missing)) >= {17, 18}


def test_a_provisional_answer_that_one_hop_never_had_is_no_deviation() -> None:
    found = held(without(PROXIES, 9), PROXIES, end=True)
    assert (numbers(found, found.absent), found.deviates) == ([9], False)


def test_what_a_tap_cannot_see_is_hidden() -> None:
    found = held(only(PROXIES, "proxy2", "bob"), PROXIES)
    assert not found.deviates
    assert len(found.vantage) == 2
    assert len(found.hidden) + len(found.steps) + len(found.absent) >= 18
    assert found.score == 1


def test_a_hop_between_two_who_were_seen_is_expected() -> None:
    tokens = tuple(t for t in flow_tokens(flow(PROXIES)) if {t.src, t.dst} != {1, 2})
    found = held(tokens, PROXIES)
    between = {step.f for step in flow(PROXIES).steps if {step.src, step.dst} == {"proxy1", "proxy2"}}
    assert set(numbers(found, found.missing)) | set(numbers(found, found.hidden)) >= between - {8, 10}


def test_a_challenge_that_did_not_come_is_absent() -> None:
    found = held(without(PROXIES, 1, 2, 3), PROXIES)
    assert (numbers(found, found.absent), found.deviates, found.score) == ([1, 2, 3], False, 1)


def test_another_challenge_is_extra() -> None:
    tokens = flow_tokens(flow("rfc3665-2.1"))
    again = tuple(t._replace(transaction=t.transaction + 50, origin=t.origin + 50) for t in tokens[:2])
    found = held((*again, *tokens), "rfc3665-2.1")
    assert (found.extra, found.deviates, found.score) == ((2, 3), False, 1)


def test_100_and_retransmissions_get_their_steps() -> None:
    found = held(flow_tokens(flow("rfc3665-3.10")), "rfc3665-3.10")
    assert {found.flow.steps[step].f for step in found.steps} >= {3, 5, 6, 7, 8, 9, 10, 11}


def test_fewer_retransmissions_than_the_flow_has_are_missing() -> None:
    found = held(without("rfc3665-3.10", 11), "rfc3665-3.10")
    assert numbers(found, found.missing) == [11]


def test_no_retransmission_at_all_is_a_reliable_transport() -> None:
    found = held(without("rfc3665-3.10", *range(6, 12)), "rfc3665-3.10")
    assert not found.deviates


def test_a_flow_without_its_relays_is_told_in_the_numbers_of_the_whole() -> None:
    bare = Pattern(flow("rfc3665-3.7")).bare()
    assert bare is None or all(bare.flow.steps[n] is step for n, step in zip(bare.numbers, bare.drawn, strict=True))


def test_the_number_of_relays_is_left_out_of_account_on_request() -> None:
    found = held(flow_tokens(flow(CALL)), CALL)
    assert (found.surplus, found.relayed_by(-2).surplus) == (0, -2)
