"""What no match can cost less than."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.correlate.align import FULL, OTHER_FAILURE, SLIGHT, align
from siptrace.correlate.assign import Pattern, Sighting, assign
from siptrace.correlate.bound import least, profile, profile_of_flow
from siptrace.correlate.model import flow, flow_ids
from siptrace.correlate.shape import Item, Shape
from siptrace.correlate.tokens import Token, flow_tokens
from tests.correlate.random_tokens import calls, strands
from tests.correlate.sequences import sequence

CLOSE = 1e-9
CALL = "ab INVITE\nba 180\nba 200\nab ACK\nab BYE\nba 200"
PATTERNS = {name: Pattern(flow(name)) for name in ("rfc3665-2.1", "rfc3665-3.1", "rfc3665-3.8", "rfc5359-2.7")}


def between(steps: str, seen: str) -> float:
    """Return what one hop costs at least against another."""
    return least(profile(sequence(steps), 0), profile(sequence(seen), 0))


@pytest.mark.parametrize(
    ("seen", "cost"),
    [
        (CALL, 0),
        ("ab INVITE", 0),
        (CALL.replace("ab BYE\nba 200", "ba BYE\nab 200"), 0),
        (CALL.replace("180", "183"), 0),
        (CALL.replace("ba 180", "ba 180\nba 180"), SLIGHT),
        (f"{CALL}\nab INFO", FULL),
        (CALL.replace("ba 200\nab ACK", "ba 486\nab ACK"), OTHER_FAILURE),
        ("ab INVITE inside", OTHER_FAILURE),
        ("ab INVITE\nba INVITE", FULL),
        ("ab BYE\nba 200\nba BYE\nab 200", 2 * FULL),
    ],
)
def test_what_no_step_is_like_or_equals_costs(seen: str, cost: float) -> None:
    assert between(CALL, seen) == pytest.approx(cost)


def test_without_a_side_nobody_knows_who_sends() -> None:
    (token,) = sequence("ba INVITE")
    assert profile([token]) == profile([token._replace(src=1, dst=0)])
    assert profile([token], 0) != profile([token], 1)


@pytest.mark.parametrize("name", flow_ids())
def test_a_flow_costs_nothing_against_itself(name: str) -> None:
    sighting = Sighting(Shape(flow_tokens(flow(name))), open_start=False, open_end=False)
    assert least(profile_of_flow(flow(name)), sighting.profile) == 0


def told(items: tuple[Item, ...]) -> list[Token]:
    """Return items of a hop as tokens of its first party, 0, and its second."""
    return [
        Token(int(not item.out), int(item.out), item.method, item.status, 0, 0, 0, item.vias, item.traits, False)
        for item in items
    ]


@given(strands(), strands(), st.booleans(), st.booleans())
def test_an_alignment_costs_no_less(steps: tuple[Item, ...], seen: tuple[Item, ...], start: bool, end: bool) -> None:
    seen = tuple(item._replace(optional=False) for item in seen)
    bound = least(profile(told(steps), 0), profile(told(tuple(item for item in seen if not item.round)), 0))
    found = align(steps, seen, open_start=start, open_end=end)
    assert bound <= found.cost + found.evidence + CLOSE


@settings(deadline=None)
@given(calls(20, 4), st.sampled_from(sorted(PATTERNS)))
def test_an_assignment_costs_no_less(tokens: tuple[Token, ...], name: str) -> None:
    sighting = Sighting(Shape(tokens), open_start=True, open_end=True)
    chosen = assign(PATTERNS[name], sighting, 100.0)
    assert chosen is None or least(profile_of_flow(flow(name)), sighting.profile) <= chosen.total + CLOSE
