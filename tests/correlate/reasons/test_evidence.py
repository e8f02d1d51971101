"""What the messages of a call add to the reason of a deviation."""

from __future__ import annotations

from tests.correlate.deviating import Played, deviations, said


def test_a_missing_ack_tells_that_the_callee_repeated_its_answer_and_hung_up() -> None:
    played = Played("rfc3665-3.1", (4,), moved={5: 24.5, 6: 24.5}, again=((3, 0.5), (3, 1.5)))
    why = deviations(played)[0].why
    assert why.endswith(
        "So it was here: the 200 came again in messages 4 and 5. Bob hung up in message 6, 32.5 s after its answer."
    )


def test_a_missing_ack_tells_that_the_answer_was_not_repeated_though_the_call_went_on() -> None:
    why, _ = said(Played("rfc3665-3.1", (4,)))
    assert why.endswith("Here it was not repeated, so the ACK may have got through where nothing was captured.")


def test_a_missing_ack_tells_nothing_more_where_the_trace_ends_at_once() -> None:
    why, _ = said(Played("rfc3665-3.1", (4, 5, 6)))
    assert why.endswith("half a minute after it was answered.")


def test_a_missing_ack_of_a_failure_tells_of_the_repetition() -> None:
    why, _ = said(Played("rfc3665-3.9", (7,), again=((6, 0.5),)), 7)
    assert why.endswith("So it was here: it came again in message 11.")


def test_an_unanswered_bye_tells_of_its_repetitions() -> None:
    why, _ = said(Played("rfc3665-3.1", (6,), again=((5, 0.5), (5, 1.5))))
    assert why.endswith("So it was here: the BYE came again in messages 6 and 7.")


def test_an_invite_without_end_tells_what_was_heard_last() -> None:
    why, _ = said(Played("rfc3665-3.1", (3, 4, 5, 6)))
    assert why.endswith("The last that was heard of it is message 2.")
