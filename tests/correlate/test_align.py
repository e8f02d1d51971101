"""What one strand costs against another, and how the two are paired."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.correlate import align as costs
from siptrace.correlate.align import Fit, align
from tests.correlate.random_tokens import strands
from tests.correlate.sequences import DIRECT, shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.shape import Item
    from siptrace.correlate.tokens import Trait

CLOSE = 1e-9


def strand(text: str, *optional: int) -> tuple[Item, ...]:
    """Return what travels on the first hop of a written sequence."""
    items = shape(text).strand((0, 1)).items
    return tuple(item._replace(optional=index in optional) for index, item in enumerate(items))


def fit(steps: str | tuple[Item, ...], seen: str | tuple[Item, ...], *, start: bool = False, end: bool = False) -> Fit:
    """Return how two strands fit."""
    steps, seen = (strand(side) if isinstance(side, str) else side for side in (steps, seen))
    return align(steps, seen, open_start=start, open_end=end)


def without(text: str, *lines: int) -> str:
    """Return a written sequence without some of its lines."""
    return "\n".join(line for index, line in enumerate(text.strip().splitlines()) if index not in lines)


def test_equal_strands_fit_for_nothing() -> None:
    found = fit(DIRECT, DIRECT)
    assert (found.cost, found.evidence) == (0, 0)
    assert [(pair.step, pair.seen) for pair in found.pairs] == [(n, n) for n in range(6)]
    assert found[3:] == ((),) * 7


def test_a_missing_step_costs_a_step() -> None:
    found = fit(DIRECT, without(DIRECT, 3))
    assert (found.cost, found.missing) == (costs.FULL, (3,))


def test_a_message_that_nobody_expects_costs_a_step() -> None:
    found = fit(DIRECT, DIRECT + "ab INFO")
    assert (found.cost, found.unexpected) == (costs.FULL, (6,))


def test_a_provisional_or_optional_step_may_be_absent_and_is_evidence() -> None:
    optional = strand(DIRECT, 5)
    for found, step in (fit(DIRECT, without(DIRECT, 1)), 1), (fit(optional, without(DIRECT, 5)), 5):
        assert (found.cost, found.absent, found.missing) == (0, (step,), ())
        assert found.evidence == pytest.approx(costs.SLIGHT)


def test_a_provisional_answer_may_be_repeated() -> None:
    found = fit(DIRECT, DIRECT.replace("ba 180", "ba 180\n    ba 183"))
    assert (found.cost, len(found.extra), found.unexpected) == (0, 1, ())
    assert found.evidence >= costs.SLIGHT


@pytest.mark.parametrize(
    ("step", "seen", "cost"),
    [
        ("200", "200", 0.0),
        ("200", "202", 0.0),
        ("180", "183", 0.0),
        ("486", "486", 0.0),
        ("486", "603", costs.OTHER_FAILURE),
        ("487", "500", costs.OTHER_FAILURE),
        ("200", "486", costs.OTHER_CLASS),
        ("486", "200", costs.OTHER_CLASS),
        ("302", "486", costs.OTHER_CLASS),
        ("407", "403", costs.OTHER_FAILURE),
        ("603", "401", costs.OTHER_FAILURE),
        ("401", "407", costs.OTHER_FAILURE),
        ("180", "200", costs.FULL),
        ("200", "180", costs.FULL),
    ],
)
def test_another_answer_costs_what_it_changes(step: str, seen: str, cost: float) -> None:
    assert fit(f"ab INVITE\nba {step}", f"ab INVITE\nba {seen}").cost == pytest.approx(cost)


def test_another_request_is_never_taken_for_a_step() -> None:
    found = fit("ab BYE\nab INVITE", "ab INFO\nab INVITE")
    assert (found.missing, found.unexpected, found.cost) == ((0,), (0,), 2 * costs.FULL)


def test_who_hangs_up_costs_no_deviation() -> None:
    turned = "ab INVITE\nba 200\nab ACK\nba BYE\nab 200"
    found = fit("ab INVITE\nba 200\nab ACK\nab BYE\nba 200", turned)
    assert (found.cost, len(found.pairs)) == (0, 5)
    assert found.evidence == pytest.approx(2 * costs.TURNED)


def test_a_bye_of_the_other_side_may_be_refused_like_any() -> None:
    refused = fit("ab BYE\nba 200", "ab INVITE\nba 200\nba BYE\nab 404")
    assert [pair.cost for pair in refused.pairs] == [0, costs.OTHER_CLASS]


def test_who_calls_does_matter() -> None:
    turned = tuple(item._replace(out=not item.out) for item in strand("ab INVITE\nba 486"))
    found = fit("ab INVITE\nba 486", turned)
    assert (found.pairs, found.unexpected, found.cost) == ((), (0, 1), 2 * costs.FULL)


@pytest.mark.parametrize(
    ("method", "step", "seen", "evidence"),
    [
        ("INVITE", 2, 1, costs.VIA_COST + costs.ORIGINATOR),
        ("INVITE", 1, 2, costs.VIA_COST),
        ("INVITE", 3, 2, costs.VIA_COST),
        ("ACK", 2, 1, costs.VIA_COST),
        ("BYE", 2, 1, costs.VIA_COST),
    ],
)
def test_who_sends_an_invite_of_his_own_is_no_relay(method: str, step: int, seen: int, evidence: float) -> None:
    (item,) = strand(f"ab {method}")
    cost, hint = costs.compare(item._replace(vias=step), item._replace(vias=seen))
    assert cost == 0
    assert hint == pytest.approx(evidence)


def test_an_invite_inside_a_dialog_is_another_one() -> None:
    assert fit("ab INVITE", "ab INVITE inside").cost == pytest.approx(costs.OTHER_DIALOG)


@pytest.mark.parametrize("trait", costs.TRAIT_COST)
def test_another_trait_is_evidence_and_no_cost(trait: Trait) -> None:
    found = fit("ab INVITE", f"ab INVITE {trait.name}")
    assert found.cost == 0
    assert found.evidence == pytest.approx(costs.TRAIT_COST[trait])


def test_vias_are_evidence_up_to_three() -> None:
    (item,) = strand("ab INVITE")
    evidence = [fit((item,), (item._replace(vias=1 + more),)).evidence for more in range(6)]
    assert evidence == pytest.approx([costs.VIA_COST * n for n in (0, 1, 2, 3, 3, 3)])


@pytest.mark.parametrize(
    ("count", "due"),
    [
        pytest.param(1, (2,), id="the answer"),
        pytest.param(2, (2,), id="the answer after the ringing"),
        pytest.param(3, (3,), id="the ACK"),
        pytest.param(4, (), id="nothing: the call is in progress"),
        pytest.param(5, (5,), id="the answer to the BYE"),
        pytest.param(6, (), id="nothing: the call is over"),
    ],
)
def test_with_a_closed_end_only_what_was_due_is_missing(count: int, due: tuple[int, ...]) -> None:
    began = strand(DIRECT)[:count]
    closed, open_end = fit(DIRECT, began), fit(DIRECT, began, end=True)
    assert (closed.cost, closed.missing) == (len(due) * costs.FULL, due)
    assert (open_end.cost, open_end.missing) == (0, ())
    assert {*closed.missing, *closed.absent, *closed.after} == set(open_end.after) == set(range(count, 6))


def test_what_follows_from_an_answer_that_never_came_is_not_due() -> None:
    found = fit("ab INVITE\nba 486\nab ACK", "ab INVITE")
    assert (found.missing, found.after) == ((1,), (2,))


@pytest.mark.parametrize("bye", ["ab BYE\nba 200", "ba BYE\nab 200", "ab BYE", "ba BYE"])
def test_an_ack_is_missing_sooner_than_a_bye_is_unexpected(bye: str) -> None:
    found = fit(DIRECT, f"ab INVITE sdp\nba 183\nba 200 sdp\n{bye}", end=True)
    assert (found.missing, found.unexpected, found.cost) == ((3,), (), costs.FULL)


def test_what_may_be_absent_may_be_still_to_come() -> None:
    found = fit(DIRECT, "ab INVITE sdp", end=True)
    assert (found.after, found.absent, found.evidence) == ((1, 2, 3, 4, 5), (), 0)


def test_an_open_start_has_what_was_over() -> None:
    found = align(strand(DIRECT), strand(DIRECT)[3:], open_start=True, open_end=False)
    assert (found.cost, found.before, found.missing) == (0, (0, 1, 2), ())


def test_an_open_end_excuses_nothing_in_the_middle() -> None:
    assert fit(DIRECT, without(DIRECT, 3), start=True, end=True).missing == (3,)


CHALLENGED = "ab INVITE\nba 407\nab ACK\nab INVITE\nba 200\nab ACK"
PLAIN = "ab INVITE\nba 200\nab ACK"


def test_a_challenge_round_may_be_absent_or_repeated() -> None:
    absent, extra = fit(CHALLENGED, PLAIN), fit(PLAIN, CHALLENGED)
    assert (absent.cost, absent.absent, absent.missing) == (0, (0, 1, 2), ())
    assert (extra.cost, extra.extra, extra.unexpected) == (0, (0, 1, 2), ())
    assert absent.evidence > 0 < extra.evidence
    twice = fit(CHALLENGED, "ab INVITE\nba 407\nab ACK\n" + CHALLENGED)
    assert (twice.cost, len(twice.extra)) == (0, 3)


def test_a_challenge_that_gets_another_try_is_unlike_a_refusal() -> None:
    refused = strand("ab INVITE\nba 403\nab ACK")
    assert costs.compare(strand(CHALLENGED)[1], refused[1])[0] == costs.OTHER_CLASS
    assert costs.compare(refused[1], strand(CHALLENGED)[1])[0] == costs.OTHER_CLASS


def test_a_round_is_taken_or_left_as_a_whole() -> None:
    twice = "ab REGISTER\nba 401\nab REGISTER credentials\nba 401\nab REGISTER credentials\nba 200"
    once = "ab REGISTER\nba 401\nab REGISTER credentials\nba 200"
    more, fewer = fit(once, twice), fit(twice, once)
    assert (more.cost, more.extra, more.unexpected) == (0, (2, 3), ())
    assert (fewer.cost, fewer.absent, fewer.missing) == (0, (2, 3), ())


def test_of_two_refusals_alike_the_second_may_be_to_come() -> None:
    twice = "ab REGISTER\nba 401\nab REGISTER credentials\nba 401\nab REGISTER credentials\nba 401"
    found = fit(twice, without(twice, 4, 5))
    assert (found.cost, found.evidence, found.after, found.missing) == (0, 0, (4, 5), ())


@pytest.mark.parametrize("end", [True, False])
def test_a_refusal_at_the_end_is_sooner_the_last_one_than_a_challenge(end: bool) -> None:
    twice = "ab REGISTER\nba 401\nab REGISTER credentials\nba 401"
    found = fit(twice, "ab REGISTER\nba 404", end=end)
    assert (found.cost, found.absent, found.after) == (costs.OTHER_FAILURE, (0, 1), ())


def test_half_a_round_is_a_deviation() -> None:
    found = fit(CHALLENGED, "ab INVITE\nba 407\nab INVITE\nba 200\nab ACK")
    assert (found.missing, found.cost) == ((2,), costs.FULL)


def test_two_messages_in_the_other_order_are_one_deviation() -> None:
    found = fit("ab INVITE\nba 200\nab ACK\nab INFO\nab BYE", "ab INVITE\nba 200\nab INFO\nab ACK\nab BYE")
    assert (found.cost, found.missing, found.unexpected) == (costs.SWAPPED, (), ())
    assert len(found.swapped) == 1


def test_answers_may_race_a_cancel() -> None:
    steps = "ab INVITE\nba 180\nab CANCEL\nba 200 CANCEL\nba 487 INVITE\nab ACK"
    seen = "ab INVITE\nba 180\nab CANCEL\nba 487 INVITE\nba 200 CANCEL\nab ACK"
    assert fit(steps, seen).cost == 0


@pytest.mark.parametrize("rest", ["\nab BYE", ""])
def test_what_may_be_absent_may_be_anywhere(rest: str) -> None:
    steps = strand(f"ab INVITE\nba 200\nab INFO\nab ACK{rest}", 2)
    found = fit(steps, f"ab INVITE\nba 200\nab ACK\nab INFO{rest}")
    assert (found.cost, found.missing, found.unexpected) == (0, (), ())


def matched(found: Fit) -> list[tuple[int, int]]:
    """Return who is paired with whom, without what is out of order."""
    return [(pair.step, pair.seen) for pair in found.pairs]


def placed(*parts: Sequence[int]) -> list[int]:
    """Return all indices in order."""
    return sorted(index for part in parts for index in part)


@given(strands())
def test_a_strand_against_itself_costs_nothing(items: tuple[Item, ...]) -> None:
    found = align(items, items, open_start=False, open_end=False)
    assert (found.cost, found.evidence) == (0, 0)
    assert matched(found) == [(n, n) for n in range(len(items))]


@given(strands(), strands(), st.booleans(), st.booleans())
def test_everything_has_one_place(steps: tuple[Item, ...], seen: tuple[Item, ...], start: bool, end: bool) -> None:
    found = align(steps, seen, open_start=start, open_end=end)
    pairs = (*found.pairs, *found.swapped)
    of_steps = placed([p.step for p in pairs], found.missing, found.absent, found.before, found.after)
    of_seen = placed([p.seen for p in pairs], found.unexpected, found.extra)
    assert of_steps == list(range(len(steps)))
    assert of_seen == list(range(len(seen)))
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(matched(found)))


@given(strands(), strands(), st.booleans(), st.booleans())
def test_costs_have_bounds(steps: tuple[Item, ...], seen: tuple[Item, ...], start: bool, end: bool) -> None:
    found = align(steps, seen, open_start=start, open_end=end)
    assert 0 <= found.cost <= costs.FULL * (len(steps) + len(seen)) + CLOSE
    assert found.evidence >= 0


def searched(steps: tuple[Item, ...], seen: tuple[Item, ...], *, start: bool = False) -> float:
    """Return what the cheapest way costs in the search."""
    return min(row[-1] for row in costs._fill(steps, seen, open_start=start))


@given(strands(6), strands(3), strands(6), st.booleans())
def test_more_steps_at_the_end_never_cost_more(
    steps: tuple[Item, ...], more: tuple[Item, ...], seen: tuple[Item, ...], start: bool
) -> None:
    assert searched(steps + more, seen, start=start) <= searched(steps, seen, start=start) + CLOSE


@given(strands(6), strands(6), strands(1), st.booleans())
def test_one_more_message_costs_at_most_leaving_it_alone(
    steps: tuple[Item, ...], seen: tuple[Item, ...], more: tuple[Item, ...], start: bool
) -> None:
    alone = sum(costs._skip(item) + costs.HINT for item in more)
    assert searched(steps, seen + more, start=start) <= searched(steps, seen, start=start) + alone + CLOSE


@given(strands(6), strands(6))
def test_an_open_start_never_costs_more(steps: tuple[Item, ...], seen: tuple[Item, ...]) -> None:
    assert searched(steps, seen, start=True) <= searched(steps, seen) + CLOSE
