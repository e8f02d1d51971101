"""Deviations: their order, what only follows from another, and what each says of itself."""

from __future__ import annotations

from siptrace.correlate.explain import Deviation, DeviationKind, explain
from tests.correlate.deviating import Played, deviations, judged


def test_a_call_that_is_as_its_flow_has_no_deviations() -> None:
    judgement = judged(Played("rfc3665-3.2"))
    assert judgement.match is not None
    assert explain(judgement.match, judgement.messages) == ()


def test_a_missing_step() -> None:
    (found,) = judged(Played("rfc3665-3.1", (4,))).deviations
    assert found.kind is DeviationKind.MISSING
    assert (found.step, found.message, found.follows) == (4, None, None)
    assert (found.expected, found.observed) == ("F4 ACK from Alice to Bob", "nothing")
    assert found.headline == "missing: F4 ACK from Alice to Bob"
    assert found.what == found.expected


def test_an_unexpected_message() -> None:
    (found,) = judged(Played("rfc3665-3.1", more={4: "INFO"})).deviations
    assert (found.kind, found.step, found.message) == (DeviationKind.UNEXPECTED, None, 5)
    assert (found.expected, found.observed) == ("nothing between F4 and F5", "message 5: INFO from Alice to Bob")
    assert found.headline == "unexpected: message 5: INFO from Alice to Bob, between F4 and F5"
    assert found.what == "INFO from Alice to Bob"


def test_another_message() -> None:
    (found,) = judged(Played("rfc3665-3.9", says={6: "SIP/2.0 603 Decline"})).deviations
    assert (found.kind, found.step, found.message) == (DeviationKind.DIFFERENT, 6, 6)
    assert (found.expected, found.observed) == ("F6 486 Busy Here from Bob to Proxy 2", "message 6: 603 Decline")
    assert found.what == "F6 486 Busy Here from Bob to Proxy 2: 603 Decline"


def test_another_place() -> None:
    (found,) = judged(Played("rfc3665-3.1", moved={4: -0.05})).deviations
    assert (found.kind, found.step, found.message) == (DeviationKind.REORDERED, 4, 3)
    assert (found.expected, found.observed) == ("F4 ACK from Alice to Bob", "message 3: ACK, before message 4")
    assert found.headline == f"reordered: {found.observed}; expected: {found.expected}"


def test_deviations_stand_in_the_order_of_the_call() -> None:
    played = Played("rfc3665-3.2", without=(3, 17), more={15: "INFO"}, says={21: "SIP/2.0 481 Gone"})
    assert [(d.kind.value, d.step) for d in deviations(played)] == [
        ("missing", 3),
        ("unexpected", None),
        ("missing", 17),
        ("different", 21),
    ]


def test_what_follows_names_the_first_cause() -> None:
    found = deviations(Played("rfc3665-3.2", without=range(18, 24)))
    assert [(d.step, d.follows) for d in found] == [(18, None), *((f, 1) for f in range(19, 24))]


def test_two_causes_are_told_apart() -> None:
    found = deviations(Played("rfc3665-3.2", without=(15, 16, 17, 20, 21, 22, 23)))
    assert [(d.step, d.follows) for d in found] == [
        (15, None),
        (16, 1),
        (17, 1),
        (20, None),
        (21, 4),
        (22, 4),
        (23, 4),
    ]


def test_the_bye_of_a_call_that_was_refused_follows_from_that() -> None:
    lines = dict.fromkeys((12, 13, 14), "SIP/2.0 486 Busy Here")
    found = deviations(Played("rfc3665-3.2", without=range(18, 24), says=lines))
    assert {d.follows for d in found[1:]} == {1}


def test_a_deviation_is_a_value() -> None:
    one, two = (Deviation(DeviationKind.MISSING, 1, None, "a", "b", "c", "d") for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
