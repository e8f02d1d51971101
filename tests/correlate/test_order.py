"""What comes before its cause, in sequences of any kind."""

from __future__ import annotations

import pytest

from siptrace.correlate.order import disordered
from tests.correlate.sequences import DIRECT, PROXIED, sequence


def early(text: str, *order: int) -> set[int]:
    """Return where the early messages stand once a written sequence is put into another order."""
    tokens = sequence(text)
    return set(disordered(tuple(tokens[index] for index in (order or range(len(tokens))))))


FAILED = """
    ab INVITE
    ba 486
    ab ACK
    ab INVITE
    ba 200
    ab ACK
"""


@pytest.mark.parametrize("text", [DIRECT, PROXIED, FAILED])
def test_a_call_as_it_should_be_is_in_order(text: str) -> None:
    assert early(text) == set()


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        (DIRECT, (0, 2, 1, 3, 4, 5), set()),  # provisional and final answer: both follow the request
        (DIRECT, (1, 0, 2, 3, 4, 5), {0}),  # an answer before its request
        (DIRECT, (0, 1, 3, 2, 4, 5), {2}),  # ACK before the 200
        (DIRECT, (0, 1, 2, 4, 3, 5), {3}),  # BYE overtook the ACK
        (DIRECT, (0, 1, 2, 3, 5, 4), {4}),  # the answer to BYE before it
        (FAILED, (0, 2, 1, 3, 4, 5), {1}),  # ACK before the failure that it is for
        (FAILED, (0, 1, 3, 4, 2, 5), set()),  # the ACK of a failure may be late
        (PROXIED, (1, 0, *range(2, 13)), {0}),  # a relay passes on a request before it has it
        (PROXIED, (0, 1, 2, 4, 3, *range(5, 13)), {3}),  # a relay passes on a 180 before it has it
    ],
)
def test_what_came_too_early_is_named(text: str, order: tuple[int, ...], found: set[int]) -> None:
    assert early(text, *order) == found


def test_a_request_that_a_relay_sent_before_it_got_it_is_early() -> None:
    chain = "ap INVITE\npq INVITE copy\nqb INVITE copy\nbq 200\nqp 200 copy\npa 200 copy"
    assert early(chain, 0, 2, 1, 3, 4, 5) == {1}


def test_a_request_with_one_via_is_no_copy() -> None:
    first, copy, *rest = sequence(PROXIED)
    assert disordered((copy._replace(vias=1), first, *rest)) == frozenset()


def test_a_late_start_is_not_out_of_order() -> None:
    assert early(DIRECT, 2, 3, 4, 5) == early(DIRECT, 3, 4, 5) == set()


def test_retransmissions_do_not_count() -> None:
    assert early("ab INVITE\nba 200\nab ACK\nba 200 again\nab ACK again\nab BYE") == set()


def test_a_relay_may_acknowledge_and_cancel_on_its_own() -> None:
    text = """
        ap INVITE
        pb INVITE copy
        pb CANCEL
        bp 200 CANCEL
        ap CANCEL
        bp 487 INVITE
        pb ACK
        pa 487 INVITE copy
        ap ACK
    """
    assert early(text) == set()
