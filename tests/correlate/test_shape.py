"""Sequences made ready: hops, what travels on them, challenge rounds."""

from __future__ import annotations

import pytest

from siptrace.correlate.shape import Item, Shape
from siptrace.correlate.tokens import Trait
from tests.correlate.sequences import DIRECT, PROXIED, sequence, shape

CHALLENGED = """
    ab INVITE sdp
    ba 407 challenge
    ab ACK
    ab INVITE sdp credentials
    ba 180
    ba 200 sdp
"""


def rounds(text: str) -> list[int]:
    """Return the round of each token, 0 for none."""
    made = shape(text)
    return [made.rounds.get(index, 0) for index in range(len(made.tokens))]


def test_a_hop_goes_the_way_of_its_first_message() -> None:
    assert shape(DIRECT).hops == ((0, 1),)
    assert shape(PROXIED).hops == ((0, 1), (1, 2))
    assert shape("ba INVITE\nab 200\nbc BYE").hops == ((0, 1), (0, 2))


def test_a_hop_on_which_nothing_is_matched_is_none() -> None:
    assert Shape(sequence("ab INVITE\nba 100")[1:]).hops == ()


def test_100_and_retransmissions_are_left_aside() -> None:
    assert shape("ab INVITE\nab INVITE again\nba 100\nba 180\nba 180 again\nba 200").essential == (0, 3, 5)


def test_a_strand_is_seen_from_its_first_party() -> None:
    items, places = shape(PROXIED).strand((1, 2))
    assert places == (1, 3, 5, 8, 10, 11)
    assert [(item.out, item.method, item.status) for item in items] == [
        (True, "INVITE", 0),
        (False, "INVITE", 180),
        (False, "INVITE", 200),
        (True, "ACK", 0),
        (True, "BYE", 0),
        (False, "BYE", 200),
    ]
    turned = shape(PROXIED).strand((2, 1))
    assert turned.places == places
    assert [item.out for item in turned.items] == [not item.out for item in items]


def test_an_item_has_vias_of_requests_traits_and_whether_it_may_be_missing() -> None:
    made = Shape(sequence("ap INVITE sdp\npb INVITE sdp copy\nbp 180"), optional=frozenset({2}))
    assert made.strand((1, 2)).items == (
        Item(True, "INVITE", 0, Trait.SDP, 2, 0, False),
        Item(False, "INVITE", 180, 0, 0, 0, True),
    )


def test_strands_that_say_the_same_are_equal_values() -> None:
    twice = shape(f"cb INVITE\nbc 401\ncb ACK\ncb INVITE\n{CHALLENGED}")
    assert set(twice.rounds.values()) == {1, 2}
    assert twice.strand((2, 1)).items == shape(CHALLENGED).strand((0, 1)).items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHALLENGED, [1, 1, 1, 0, 0, 0]),
        ("ab REGISTER\nba 401\nab REGISTER\nba 200", [1, 1, 0, 0]),
        ("ab REGISTER\nba 401\nab REGISTER\nba 401\nab REGISTER\nba 200", [1, 1, 2, 2, 0, 0]),
        ("ab REGISTER\nba 401\nab REGISTER\nba 401", [1, 1, 0, 0]),  # the last refusal is final
        ("ab INVITE\nba 407\nab ACK", [0, 0, 0]),  # nobody tried again
        ("ab INVITE\nba 407\nab INVITE\nba 200", [0, 0, 0, 0]),  # nobody acknowledged
        ("ab INVITE\nba 486\nab ACK\nab INVITE\nba 200", [0, 0, 0, 0, 0]),  # no challenge
        ("ab INVITE\nba 407\nab ACK\nab BYE\nba 200", [0, 0, 0, 0, 0]),  # something else follows
        ("ab INVITE\nba 407\nab ACK\ncb INVITE", [0, 0, 0, 0]),  # somebody else tries
    ],
)
def test_a_round_is_a_refusal_for_credentials_and_another_try(text: str, expected: list[int]) -> None:
    assert rounds(text) == expected


def test_a_request_of_which_only_a_repetition_is_there_starts_no_round() -> None:
    first, refusal = sequence("ab BYE\nba 401")
    assert Shape((first._replace(resent=True), refusal)).rounds == {}


def test_a_round_has_all_copies() -> None:
    text = """
        ap INVITE
        pb INVITE copy
        bp 407
        pb ACK
        pa 407 copy
        ap ACK
        ap INVITE
        pb INVITE copy
    """
    assert rounds(text) == [1, 1, 1, 1, 1, 1, 0, 0]


def test_a_refusal_that_asks_for_nothing_is_in_no_round() -> None:
    assert rounds("ap INVITE\npb INVITE copy\nbp 500\npb ACK\npa 407\nap ACK\nap INVITE") == [1, 1, 0, 1, 1, 1, 0]


def test_what_is_early_is_known() -> None:
    first, second, *rest = sequence(DIRECT)
    assert Shape((second, first, *rest)).early == {0}
    assert shape(DIRECT).early == frozenset()


def test_places_tell_where_the_tokens_stood() -> None:
    assert list(shape(DIRECT).numbers) == [0, 1, 2, 3, 4, 5]
    assert list(Shape(sequence("ab BYE\nba 200"), places=(4, 7)).numbers) == [4, 7]
