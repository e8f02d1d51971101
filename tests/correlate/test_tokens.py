"""The steps of a flow as tokens: who, what, which belong together, and the evidence they carry."""

from __future__ import annotations

import pytest

from siptrace.correlate.model import flow, flow_ids
from siptrace.correlate.tokens import Token, Trait, flow_tokens


def token(flow_id: str, f: int) -> Token:
    """Return the token of a step by its number."""
    chosen = flow(flow_id)
    return flow_tokens(chosen)[chosen.steps.index(chosen.step(f))]


@pytest.mark.parametrize("name", flow_ids())
def test_every_step_is_a_token_with_its_actors(name: str) -> None:
    chosen = flow(name)
    for step, made in zip(chosen.steps, flow_tokens(chosen), strict=True):
        assert (chosen.actors[made.src].id, chosen.actors[made.dst].id) == (step.src, step.dst)
        assert (made.method, made.status, made.vias) == (step.method, step.status or 0, step.via_count)
        assert made.is_request == step.is_request
        assert made.is_trying == (step.status == 100)
        assert made.is_provisional == (100 <= (step.status or 0) < 200)


@pytest.mark.parametrize("name", flow_ids())
def test_tokens_belong_together_where_steps_do(name: str) -> None:
    chosen = flow(name)
    pairs = list(zip(chosen.steps, flow_tokens(chosen), strict=True))
    for step, made in pairs:
        for other, there in pairs:
            assert (step.txn == other.txn) == (made.transaction == there.transaction)
            assert (step.call_id == other.call_id) == (made.call == there.call)


@pytest.mark.parametrize(
    ("name", "copies"),
    [
        ("rfc3665-3.2", (4, 5, 7)),  # INVITE over three hops
        ("rfc3665-3.2", (15, 16, 17)),  # the ACK of a 200 travels through
        ("rfc3665-3.8", (15, 17, 19)),  # 487
        ("rfc3665-3.8", (9, 11, 13)),  # CANCEL: each hop makes its own, about the same INVITE
        ("rfc3665-3.8", (16, 18, 20)),  # the ACK of a 487: likewise
    ],
)
def test_copies_have_one_origin(name: str, copies: tuple[int, ...]) -> None:
    assert len({token(name, f).origin for f in copies}) == 1


def test_what_is_said_anew_has_an_origin_of_its_own() -> None:
    origins = [token("rfc3665-3.2", f).origin for f in (1, 2, 4, 6, 8, 9, 12, 15, 18, 21)]
    assert len(set(origins)) == len(origins)


def test_each_hop_has_a_100_of_its_own() -> None:
    assert len({token("rfc3665-3.2", f).origin for f in (6, 8)}) == 2


def test_what_is_sent_again_is_marked_and_belongs_to_the_first() -> None:
    first, *again = (token("rfc3665-3.4", f) for f in range(1, 8))
    assert not first.resent
    assert all(later.resent and later.origin == first.origin for later in again)


@pytest.mark.parametrize(
    ("name", "f", "traits"),
    [
        ("rfc3665-2.1", 1, Trait.CONTACT),
        ("rfc3665-2.1", 2, Trait.CHALLENGE),
        ("rfc3665-2.1", 3, Trait.CONTACT | Trait.CREDENTIALS),
        ("rfc3665-2.1", 4, Trait(0)),
        ("rfc3665-2.3", 1, Trait.CREDENTIALS),
        ("rfc3665-2.4", 1, Trait.CONTACT | Trait.UNREGISTER | Trait.CREDENTIALS),
        ("rfc3665-3.1", 1, Trait.SDP),
        ("rfc3665-3.1", 2, Trait(0)),
        ("rfc3665-3.7", 9, Trait.INSIDE | Trait.SDP),
        ("rfc3665-3.7", 10, Trait.INSIDE | Trait.SDP),
        ("rfc3665-3.7", 11, Trait(0)),
    ],
)
def test_a_token_carries_the_evidence_of_its_step(name: str, f: int, traits: Trait) -> None:
    assert Trait(token(name, f).traits) == traits


@pytest.mark.parametrize(
    ("name", "trait", "methods"),
    [
        ("rfc5359-2.1", Trait.HOLD, {"INVITE"}),
        ("rfc5359-2.4", Trait.REFERENCE, {"REFER"}),
        ("rfc5359-2.5", Trait.REPLACES, {"INVITE"}),
        ("rfc5359-2.11", Trait.REPLACES, {"INVITE"}),  # Join
        ("service-2.4", Trait.REFERENCE, {"BYE"}),  # Also
    ],
)
def test_services_carry_what_they_are_known_by(name: str, trait: Trait, methods: set[str]) -> None:
    marked = {made.method for made in flow_tokens(flow(name)) if made.traits & trait}
    assert marked >= methods
    assert all(not made.traits & trait for made in flow_tokens(flow("rfc3665-3.2")))


def test_a_flow_is_prepared_once() -> None:
    assert flow_tokens(flow("rfc3665-3.1")) is flow_tokens(flow("rfc3665-3.1"))
