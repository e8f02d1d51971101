"""Taking out the parties that only pass on what they get."""

from __future__ import annotations

import pytest
from hypothesis import given

from siptrace.correlate.model import flow, flow_ids
from siptrace.correlate.relays import without_relays
from siptrace.correlate.tokens import Token, flow_tokens
from tests.correlate.random_tokens import calls
from tests.correlate.sequences import DIRECT, PROXIED, sequence


def kinds(tokens: tuple[Token, ...]) -> list[tuple[int, int, str, int]]:
    """Return who sends what to whom, the parties numbered by appearance."""
    numbers: dict[int, int] = {}
    for token in tokens:
        numbers.setdefault(token.src, len(numbers))
        numbers.setdefault(token.dst, len(numbers))
    return [(numbers[t.src], numbers[t.dst], t.method, t.status) for t in tokens]


def test_a_call_over_a_proxy_becomes_the_direct_call() -> None:
    tokens, places, gone = without_relays(sequence(PROXIED))
    assert kinds(tokens) == kinds(sequence(DIRECT))
    assert places == (0, 3, 5, 7, 9, 11)
    assert gone == (1,)


def test_two_proxies_are_taken_out_one_after_the_other() -> None:
    text = (
        "ap INVITE\npq INVITE copy\nqb INVITE copy\nbq 200\nqp 200 copy\npa 200 copy\nap ACK\npq ACK copy\nqb ACK copy"
    )
    tokens, _, gone = without_relays(sequence(text))
    assert kinds(tokens) == [(0, 1, "INVITE", 0), (1, 0, "INVITE", 200), (0, 1, "ACK", 0)]
    assert gone == (1, 2)


@pytest.mark.parametrize(
    "text",
    [
        DIRECT,
        "ap INVITE\npb INVITE\nbp 200\npa 200",  # two calls, not one that is passed on
        "ap INVITE\npb INVITE copy\nbp 200\npa 200 copy\nap ACK",  # the ACK stays with it
        "ap INVITE\npa 486\nap ACK",  # it answers itself
        "ap INVITE\npb INVITE copy\npc INVITE copy",  # a fork
        "ap INVITE\npa INVITE copy",  # back to where it came from
        "pb INVITE\nap INVITE",  # it sends only, and gets only
    ],
)
def test_who_does_more_than_pass_on_stays(text: str) -> None:
    tokens = sequence(text)
    assert without_relays(tokens) == (tokens, tuple(range(len(tokens))), ())


def test_who_passes_on_before_it_has_it_is_no_relay() -> None:
    passed = sequence("ap INVITE\npb INVITE copy\nbp 200\npa 200 copy")
    assert without_relays(passed)[2] == (1,)
    assert without_relays((passed[1], passed[0], *passed[2:]))[2] == ()


def test_a_cancel_and_the_ack_of_a_failure_may_be_sent_at_once() -> None:
    text = "ap INVITE\npb INVITE copy\nbp 487\npb ACK\npa 487 copy\nap ACK"
    assert without_relays(sequence(text))[2] == (1,)


@pytest.mark.parametrize("name", flow_ids())
def test_flows_keep_their_order(name: str) -> None:
    tokens = flow_tokens(flow(name))
    left, places, gone = without_relays(tokens)
    assert list(places) == sorted(set(places))
    assert all(flow(name).actors[party].role != "UA" for party in gone)
    assert [(token.method, token.status) for token in left] == [
        (tokens[place].method, tokens[place].status) for place in places
    ]


@given(calls())
def test_whatever_the_tokens_order_is_kept_and_once_is_enough(tokens: tuple[Token, ...]) -> None:
    left, places, gone = without_relays(tokens)
    assert list(places) == sorted(set(places))
    assert not {party for token in left for party in (token.src, token.dst)} & set(gone)
    assert without_relays(left) == (left, tuple(range(len(left))), ())
