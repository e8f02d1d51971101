"""Signatures of calls in machine code: what they tell apart. That they tell apart what tokens do: test_survey."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siptrace.reconstruct.fast import KERNEL, begin_signatures
from tests.kernels import loaded
from tests.messages import HOLD, SDP, Sent, ack_2xx, invite, response_to, trace_of

CALL = invite()
OTHER = invite("cd", call_id="two@example.com", from_tag="c1", users=("carol", "dave"))


def sequence(first: Sent) -> list[Sent]:
    """Return a call that is answered."""
    return [first, response_to(first, 180), response_to(first, 200, body=SDP), ack_2xx(first, users=first.users)]


def same(one: list[Sent], other: list[Sent]) -> bool:
    """Return whether two calls have one signature."""
    loaded(KERNEL)
    first, second = begin_signatures(trace_of([*one, *other]).overview)()
    return first == second


def test_names_addresses_and_times_make_no_difference() -> None:
    assert same(sequence(CALL), sequence(OTHER))
    later = [replace(sent, at=100.0 + n) for n, sent in enumerate(sequence(OTHER))]
    assert same(sequence(CALL), later)


@pytest.mark.parametrize(
    "other",
    [
        sequence(OTHER)[:-1],
        [*sequence(OTHER)[:-1], replace(ack_2xx(OTHER, users=OTHER.users), hop="dc")],
        [*sequence(OTHER)[:-1], replace(ack_2xx(OTHER, users=OTHER.users), hop="ce")],
        [OTHER, response_to(OTHER, 183), *sequence(OTHER)[2:]],
        [OTHER, response_to(OTHER, 180, tag="b2"), *sequence(OTHER)[2:]],
        [OTHER, OTHER, *sequence(OTHER)[2:]],
        [replace(OTHER, body=HOLD), *sequence(OTHER)[1:]],
        [replace(OTHER, headers=("Authorization: Digest x",)), *sequence(OTHER)[1:]],
        [replace(OTHER, vias=(*OTHER.vias, "SIP/2.0/UDP z")), *sequence(OTHER)[1:]],
    ],
)
def test_what_makes_a_difference(other: list[Sent]) -> None:
    assert not same(sequence(CALL), other)
