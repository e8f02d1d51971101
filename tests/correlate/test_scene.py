"""A match with its messages: names, places between steps, and who changed places with whom."""

from __future__ import annotations

from siptrace.correlate.scene import Scene, key_of, name_of, name_of_step, numbers
from tests.correlate.deviating import Played, match_of, trace_of


def scene_of(played: Played) -> Scene:
    messages = list(trace_of(played.messages).messages)
    return Scene(match_of(played, messages), messages)


def test_messages_and_steps_are_called_the_same() -> None:
    for flow in ("rfc3665-3.7", "rfc3665-3.8", "rfc5359-2.4", "rfc3665-2.1"):
        scene = scene_of(Played(flow))
        for step in scene.flow.steps:
            if step.text_status is None:
                assert name_of_step(step) == name_of(scene.found[step.f])


def test_an_answer_names_its_method_unless_that_is_invite() -> None:
    scene = scene_of(Played("rfc3665-3.8"))
    assert [name_of(scene.found[f]) for f in (1, 10, 15)] == ["INVITE", "200 OK (CANCEL)", "487 Request Terminated"]
    assert name_of(scene_of(Played("rfc3665-3.7")).found[9]) == "re-INVITE"


def test_a_repetition_is_called_so() -> None:
    assert name_of_step(Played("rfc3665-3.10").known.step(6)) == "INVITE again"


def test_numbers() -> None:
    messages = scene_of(Played("rfc3665-3.1")).messages
    assert numbers(messages[:1]) == "message 1"
    assert numbers(messages[:2]) == "messages 1 and 2"
    assert numbers(messages[2:5]) == "messages 3, 4 and 5"


def test_what_is_about_one_invite_shares_its_key() -> None:
    found = scene_of(Played("rfc3665-3.8")).found
    assert len({key_of(message) for message in found.values()}) == 1
    other = scene_of(Played("rfc3665-3.1")).found
    assert key_of(other[5]) == key_of(other[6]) != key_of(other[1])


def test_the_way_of_a_message_through_relays() -> None:
    scene = scene_of(Played("rfc3665-3.2"))
    assert [step.f for step in scene.same_message(scene.flow.step(16))] == [15, 16, 17]
    assert [step.f for step in scene.same_message(scene.flow.step(14))] == [12, 13, 14]


def test_where_a_message_stands() -> None:
    scene = scene_of(Played("rfc3665-3.1", without=(1, 3, 4, 6)))
    others = list(trace_of(Played("rfc3665-3.1").messages).messages)
    assert [scene.found[f].n for f in (2, 5)] == [1, 2]
    assert scene.between(others[0]) == "before F5"
    assert scene.between(others[1]) == "after F2"
    assert scene.between(others[2]) == "after F5"
    assert scene_of(Played("rfc3665-3.1")).between(others[3]) == "between F3 and F5"


def test_nothing_changed_places_in_a_call_that_is_as_it_should_be() -> None:
    scene = scene_of(Played("rfc3665-3.2"))
    assert {scene.order(step).relation for step in scene.flow.steps} == {""}


def test_which_two_changed_places() -> None:
    scene = scene_of(Played("rfc3665-3.1", moved={4: -0.05}))
    order = scene.order(scene.flow.step(4))
    assert order.early is not None
    assert order.late is not None
    assert (order.relation, order.early.n, order.late.n) == ("ack", 3, 4)
    assert scene.order(scene.flow.step(3)) == order
