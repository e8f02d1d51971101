"""What is said of a message in another place than in the flow."""

from __future__ import annotations

import pytest

from tests.correlate.deviating import Played, deviations, said

CASES: dict[str, tuple[Played, int, str, str]] = {
    "answer before its request": (
        Played("rfc3665-3.1", moved={6: -0.05}),
        6,
        "Message 5 answers message 6 and stands before it. No answer comes before its request",
        "RFC 3261 8.2.6, 17.2",
    ),
    "ACK before the answer": (
        Played("rfc3665-3.1", moved={4: -0.05}),
        4,
        "Message 3 confirms message 4 and stands before it",
        "RFC 3261 13.2.2.4, 17.1.1.3",
    ),
    "ACK before the failure": (
        Played("rfc3665-3.9", moved={7: -0.05}),
        7,
        "confirms message",
        "RFC 3261 13.2.2.4, 17.1.1.3",
    ),
    "copy before its original": (
        Played("rfc3665-3.2", moved={19: -0.015}),
        19,
        "Message 18 is message 19 passed on, and stands before it. A relay cannot send what it has not got",
        "RFC 3261 16.6, 16.7",
    ),
    "BYE before the ACK": (
        Played("rfc3665-3.1", moved={5: -8.01}, without=(6,)),
        5,
        "Message 4 hangs up before message 5 confirms the answer",
        "RFC 3261 15, 13.2.2.4",
    ),
    "re-INVITE before the ACK": (
        Played("rfc3665-3.7", moved={9: -8.01}),
        9,
        "One INVITE has to be settled before the next one begins",
        "RFC 3261 14.1, 14.2",
    ),
    "others": (
        Played("rfc3665-2.1", moved={3: -0.015}),
        3,
        "The flow has message 2 behind message 3 on this hop",
        "RFC 3261 12.2.2",
    ),
    "nothing to see": (
        Played("rfc3665-3.1", moved={4: 0.001}),
        4,
        "It stands in another place than in the flow.",
        "RFC 3261 17",
    ),
}


@pytest.mark.parametrize(("played", "step", "words", "rfc"), CASES.values(), ids=CASES)
def test_the_reason_of_another_place(played: Played, step: int, words: str, rfc: str) -> None:
    why, section = said(played, step)
    assert words in why
    assert section == rfc
    assert "captures" not in why


def test_messages_of_two_captures_blame_the_clocks() -> None:
    why, _ = said(Played("rfc3665-3.1", moved={4: -0.05}), 4, ("left.pcap", "right.pcap"))
    assert why.endswith(
        "The two come from different captures (left.pcap and right.pcap): set their clocks right first."
    )


def test_the_same_clocks_are_blamed_once() -> None:
    played = Played("rfc3665-3.1", moved={4: -0.05, 6: -0.05})
    first, second = deviations(played, ("left.pcap", "right.pcap"))
    assert (first.follows, second.follows) == (None, 1)
    assert second.why == f"The clocks differ, as with message {first.message}."


def test_two_that_changed_places_are_one_deviation() -> None:
    first, second = deviations(Played("rfc3665-3.1", moved={3: 0.05, 4: -0.05}))
    assert (first.follows, second.follows) == (None, 1)
    assert second.why == "It is the other one of the two."
