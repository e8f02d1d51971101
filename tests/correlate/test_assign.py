"""Who plays whom: hops of a trace taken for hops of a flow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from siptrace.correlate import assign as module
from siptrace.correlate.align import TURNED
from siptrace.correlate.assign import Assignment, Pattern, Sighting, assign
from siptrace.correlate.model import Flow, flow, flow_ids
from siptrace.correlate.shape import Shape
from siptrace.correlate.tokens import Token, flow_tokens
from tests.correlate.random_tokens import calls
from tests.correlate.sequences import DIRECT, PROXIED, sequence

ENOUGH = 100.0


def cast(tokens: tuple[Token, ...], name: str, limit: float = ENOUGH) -> Assignment | None:
    """Return the cheapest assignment of a whole trace to a flow."""
    return assign(Pattern(flow(name)), Sighting(Shape(tokens), open_start=False, open_end=False), limit)


def roles(tokens: tuple[Token, ...], name: str) -> dict[int, str]:
    """Return the actor's id that each party plays."""
    found = cast(tokens, name)
    assert found is not None
    return {party: flow(name).actors[actor].id for party, actor in found.parts.items()}


def hops(chosen: Flow, *pairs: tuple[str, str]) -> tuple[Token, ...]:
    """Return what a tap sees that is on these hops of a flow."""
    ids = [actor.id for actor in chosen.actors]
    ends = [frozenset(map(ids.index, pair)) for pair in pairs]
    return tuple(token for token in flow_tokens(chosen) if frozenset((token.src, token.dst)) in ends)


def test_two_phones_are_the_two_ends() -> None:
    assert roles(sequence(DIRECT), "rfc3665-3.1") == {0: "alice", 1: "bob"}


def test_the_caller_is_found_wherever_it_is_numbered() -> None:
    tokens = tuple(t._replace(src=9 - t.src, dst=9 - t.dst) for t in sequence(DIRECT))
    assert roles(tokens, "rfc3665-3.1") == {9: "alice", 8: "bob"}


def test_every_flow_is_played_by_its_own_cast() -> None:
    for name in flow_ids():
        found = cast(flow_tokens(flow(name)), name)
        assert found is not None
        assert found.total == 0, name
        assert all(choice is not None and choice[1].cost == 0 for choice in found.hops), name


def test_a_tap_on_one_hop_sees_two_actors() -> None:
    chosen = flow("rfc3665-3.2")
    seen = hops(chosen, ("proxy2", "bob"))
    assert set(roles(seen, chosen.id).values()) <= {actor.id for actor in chosen.actors}
    assert len(roles(seen, chosen.id)) == 2


def test_a_party_plays_one_part_and_a_part_is_played_once() -> None:
    found = cast(sequence(PROXIED), "rfc3665-3.7")
    assert found is not None
    assert len(set(found.parts.values())) == len(found.parts)


def test_a_hop_that_the_flow_does_not_have_is_taken_for_none() -> None:
    found = cast(sequence(DIRECT + "bc OPTIONS\ncb 200"), "rfc3665-3.1")
    assert found is not None
    assert [choice is None for choice in found.hops] == [False, True]
    assert found.total == pytest.approx(2 + 2 * TURNED)  # the two messages, and that the caller hangs up


def test_nothing_is_found_that_costs_more_than_the_limit() -> None:
    spoilt = sequence(DIRECT + "ab INFO\nba 200 BYE")
    found = cast(spoilt, "rfc3665-3.1")
    assert found is not None
    assert cast(spoilt, "rfc3665-3.1", found.total - 0.01) is None
    again = cast(spoilt, "rfc3665-3.1", found.total + 0.01)
    assert again is not None
    assert again.total == found.total


def test_nothing_in_common_is_no_assignment() -> None:
    assert cast(sequence("ab OPTIONS\nba 200"), "rfc3665-3.1") is None


def test_a_flow_without_its_relays_has_fewer_actors_and_the_same_steps() -> None:
    pattern = Pattern(flow("rfc3665-3.2"))
    bare = pattern.bare()
    assert bare is not None
    assert [flow("rfc3665-3.2").actors[party].id for party in bare.relays] == ["proxy2"]
    assert all(step in pattern.drawn for step in bare.drawn)
    assert Pattern(flow("rfc3665-3.1")).bare() is None


def test_a_pattern_has_every_hop_both_ways() -> None:
    pattern = Pattern(flow("rfc3665-3.1"))
    strands = pattern.strands
    assert set(pattern.profiles) == {(0, 1), (1, 0)}
    assert [item.out for item in strands[0, 1].items] == [not item.out for item in strands[1, 0].items]


@settings(max_examples=15, deadline=None)
@given(calls())
def test_the_search_gives_up(tokens: tuple[Token, ...]) -> None:
    pattern = Pattern(flow("service-2.8"))
    sighting = Sighting(Shape(tokens), open_start=True, open_end=True)
    free = dict.fromkeys(pattern.profiles, 0.0)
    options = [module._options(pattern, sighting, index, free, ENOUGH) for index in range(len(sighting.strands))]
    search = module._Search(sighting, options, ENOUGH)
    search.run()
    assert search.tries <= module._MOST_TRIES + sum(map(len, options)) + 1
