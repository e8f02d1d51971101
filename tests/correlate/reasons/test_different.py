"""What is said of another message than the flow has at a step."""

from __future__ import annotations

import pytest

from tests.correlate.deviating import Played, deviations, said

CASES: dict[str, tuple[str, dict[int, str], str, str]] = {
    "declined instead of busy": (
        "rfc3665-3.9",
        {6: "603 Decline"},
        (
            "The flow has 486 here (the callee is busy at this phone); Bob says 603 (the callee does not want "
            "the call). It is a decision of the callee or of whoever filters for it, and no matter of lines or"
            " routes. As a 6xx it also ends the search at the callee's other phones."
        ),
        "RFC 3261 21.6.2",
    ),
    "not found instead of busy": (
        "rfc3665-3.9",
        {6: "404 Not Found"},
        "Look at the number or address that was called",
        "RFC 3261 21.4.5",
    ),
    "server error instead of busy": (
        "rfc3665-3.9",
        {6: "500 Oops"},
        "The request was in order: look at Bob and the servers behind it.",
        "RFC 3261 21.5.1",
    ),
    "timeout instead of busy": ("rfc3665-3.9", {6: "408 Timeout"}, "The callee was not reached", "RFC 3261 21.4.9"),
    "forbidden instead of busy": ("rfc3665-3.9", {6: "403 No"}, "It is a matter of rights", "RFC 3261 21.4.4"),
    "media instead of busy": ("rfc3665-3.9", {6: "488 No"}, "Compare the offered codecs", "RFC 3261 21.4.26"),
    "unknown status": (
        "rfc3665-3.9",
        {6: "499 Odd"},
        "The request itself was not acceptable to Bob",
        "RFC 3261 8.1.3.2",
    ),
    "busy instead of not reached": (
        "rfc3665-3.11",
        {9: "486 Busy Here"},
        "trying again later makes sense",
        "RFC 3261 21.4.24",
    ),
    "loop": ("rfc3665-3.9", {6: "482 Loop"}, "The request goes in circles", "RFC 3261 21.4.20"),
    "answered instead of busy": (
        "rfc3665-3.9",
        {6: "200 OK"},
        "The call was answered, where the flow has it fail with 486 (the callee is busy at this phone).",
        "RFC 3261 13.2.2.4, 15",
    ),
    "busy instead of answered": (
        "rfc3665-3.1",
        {3: "486 Busy Here"},
        "The call was not answered: Bob says 486 (the callee is busy at this phone). The callee was reached",
        "RFC 3261 21.4.24",
    ),
    "redirected instead of busy": (
        "rfc3665-3.9",
        {6: "302 Moved"},
        "Proxy 2 has to try the addresses",
        "RFC 3261 8.1.3.4, 21.3.3",
    ),
    "refused instead of redirected": (
        "rfc3665-3.6",
        {2: "404 Not Found"},
        "The flow sends the INVITE elsewhere here",
        "RFC 3261 21.4.5",
    ),
    "challenged instead of busy": (
        "rfc3665-3.9",
        {6: "401 Who"},
        "Bob asks for credentials instead",
        "RFC 3261 22.2, 22.3",
    ),
    "challenged instead of answered": (
        "rfc3665-3.1",
        {3: "401 Who"},
        "Bob asks for credentials before it accepts",
        "RFC 3261 22.2, 22.3",
    ),
    "refused instead of challenged": ("rfc3665-2.1", {2: "403 No"}, "so credentials do not help", "RFC 3261 21.4.4"),
    "accepted instead of challenged": ("rfc3665-2.1", {2: "200 OK"}, "anybody could have sent it", "RFC 3261 22.1"),
    "registered instead of refused": (
        "rfc3665-2.5",
        {4: "200 OK"},
        "SIP Server accepts the credentials that came with the REGISTER unasked",
        "RFC 3261 22.1",
    ),
    "registration refused": (
        "rfc3665-2.1",
        {4: "403 No"},
        "The registration was refused (understood and refused; credentials do not help), so calls to Bob do not arrive",
        "RFC 3261 10.3, 21.4.4",
    ),
    "answer after CANCEL": (
        "rfc3665-3.8",
        {15: "200 OK"},
        (
            "Bob answered while the CANCEL was on its way. A CANCEL does not end a call that is answered, so "
            "Proxy 2 is in a call that it meant to give up: it has to confirm the answer with an ACK and hang "
            "up with a BYE."
        ),
        "RFC 3261 9.2, 13.2.2.4, 15",
    ),
    "BYE 481": (
        "rfc3665-3.1",
        {6: "481 Unknown"},
        "Alice does not know the call that is to end",
        "RFC 3261 15.1.1, 15.1.2",
    ),
    "BYE challenged": (
        "rfc3665-3.1",
        {6: "407 Who"},
        "Until Bob sends it again with them, Alice keeps the call",
        "RFC 3261 22.2, 22.3, 15.1.1",
    ),
    "BYE refused": (
        "rfc3665-3.1",
        {6: "500 Oops"},
        "Alice refuses the BYE (the server failed)",
        "RFC 3261 15.1.1, 15.1.2",
    ),
    "CANCEL 481": ("rfc3665-3.8", {14: "481 Unknown"}, "Bob found nothing to cancel", "RFC 3261 9.1, 9.2"),
    "re-INVITE 481": ("rfc3665-3.7", {10: "481 Unknown"}, "so Bob has to take it for ended", "RFC 3261 14.1, 12.2.1.2"),
    "re-INVITE 491": ("rfc3665-3.7", {10: "491 Pending"}, "Both sides changed the call at once", "RFC 3261 14.1, 14.2"),
    "re-INVITE 488": ("rfc3665-3.7", {10: "488 No"}, "the session goes on as it was", "RFC 3261 14.1, 14.2"),
    "REFER refused": ("rfc5359-2.4", {6: "603 Decline"}, "Bob does not take the transfer on", "RFC 3515 2.4.2"),
    "NOTIFY 481": (
        "rfc5359-2.4",
        {8: "481 Unknown"},
        "Alice has no such subscription any more",
        "RFC 6665 4.1.3, 4.2.2",
    ),
    "NOTIFY refused": ("rfc5359-2.4", {8: "500 Oops"}, "Alice refuses the NOTIFY with 500", "RFC 3261 21.5.1"),
}


@pytest.mark.parametrize(("flow", "lines", "words", "rfc"), CASES.values(), ids=CASES)
def test_the_reason_of_another_answer(flow: str, lines: dict[int, str], words: str, rfc: str) -> None:
    why, section = said(Played(flow, says={step: f"SIP/2.0 {line}" for step, line in lines.items()}))
    assert words in why
    assert section == rfc


def test_relayed_answers_follow_from_the_first() -> None:
    lines = dict.fromkeys((6, 8, 10), "SIP/2.0 603 Decline")
    found = deviations(Played("rfc3665-3.9", says=lines))
    assert [(d.step, d.follows) for d in found] == [(6, None), (8, 1), (10, 1)]
    assert found[1].why == "It is message 6, passed on."
    assert found[1].rfc == "RFC 3261 16.6, 16.7"


def test_a_reinvite_that_is_an_invite_rings_again() -> None:
    why, rfc = said(Played("rfc3665-3.7", untagged=(9,)), 9)
    assert why.startswith("The flow changes a running call here; this INVITE has no To tag")
    assert rfc == "RFC 3261 14.1, 12.2.1.1"


def test_an_invite_that_is_a_reinvite_belongs_to_another_call() -> None:
    why, rfc = said(Played("rfc3665-3.1", tagged=(1,)), 1)
    assert why.startswith("The flow begins a call here; this INVITE has a To tag")
    assert rfc == "RFC 3261 14.1, 12.2.2"
