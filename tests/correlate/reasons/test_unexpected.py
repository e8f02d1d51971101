"""What is said of a message that the flow does not have."""

from __future__ import annotations

import pytest

from tests.correlate.deviating import Played, deviations, said

HOLD = (
    "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n"
)


def after_ack(method: str) -> Played:
    """Return a call with one more request after its ACK."""
    return Played("rfc3665-3.1", more={4: method})


CASES: dict[str, tuple[Played, str, str]] = {
    "INFO": (after_ack("INFO"), "An INFO carries data of an application, such as key presses", "RFC 6086 4.2"),
    "UPDATE": (
        after_ack("UPDATE"),
        "Alice changes the session, or refreshes its timer, with an UPDATE",
        "RFC 3311 5.1",
    ),
    "OPTIONS": (after_ack("OPTIONS"), "Alice asks whether Bob is alive, or what it supports", "RFC 3261 11"),
    "re-INVITE": (after_ack("INVITE"), "Alice changes the running session", "RFC 3261 14.1, RFC 4028 10"),
    "PRACK": (after_ack("PRACK"), "the trace has none with RSeq", "RFC 3262 3"),
    "PRACK of a reliable response": (
        Played("rfc3665-3.1", more={4: "PRACK"}, adds={2: "RSeq: 1"}),
        "Alice confirms a provisional response that was sent reliably (message 2)",
        "RFC 3262 3, 4",
    ),
    "NOTIFY": (after_ack("NOTIFY"), "Alice reports a state that nobody asked for in this call", "RFC 6665 4.1.3"),
    "NOTIFY of a transfer": (
        Played("rfc5359-2.4", more={5: "NOTIFY"}),
        "reports how the transfer goes on",
        "RFC 3515 2.4.4",
    ),
    "REFER": (after_ack("REFER"), "Alice asks Bob to contact a third party: a transfer", "RFC 3515 2.1"),
    "MESSAGE": (after_ack("MESSAGE"), "Alice sends a text within the call", "RFC 3428 4"),
    "CANCEL": (
        Played("rfc3665-3.1", more={1: "CANCEL"}),
        "Alice gives the call up before it is answered",
        "RFC 3261 9.1",
    ),
    "BYE": (Played("rfc3665-3.7", more={8: "BYE"}), "Alice ends the call", "RFC 3261 15"),
    "BYE after another": (
        Played("rfc3665-3.1", more={5: "BYE"}),
        "both sides hung up at the same time",
        "RFC 3261 15.1.1, 15.1.2",
    ),
    "ACK": (after_ack("ACK"), "this one confirms another, or the same one again", "RFC 3261 13.2.2.4, 17.1.1.3"),
    "INVITE": (
        Played("rfc3665-3.1", more={1: "INVITE"}),
        "Alice sends one more INVITE for the call",
        "RFC 3261 13.2.1, 16.6",
    ),
    "PUBLISH": (
        after_ack("PUBLISH"),
        "A PUBLISH is there to give a state to the server that tells subscribers",
        "RFC 3903 4",
    ),
    "a method of nobody's": (
        after_ack("FROBNICATE"),
        "A FROBNICATE is there to serve some extension",
        "RFC 3261 8.2.1",
    ),
}


@pytest.mark.parametrize(("played", "words", "rfc"), CASES.values(), ids=CASES)
def test_the_reason_of_an_unexpected_message(played: Played, words: str, rfc: str) -> None:
    (why, section) = said(played)
    assert words in why
    assert section == rfc


# A further answer to the INVITE of a call: its start line, its To tag, words of the sentence, section.
ANSWERS: dict[str, tuple[str, str, str, str]] = {
    "another phone answers": (
        "SIP/2.0 200 OK",
        "other",
        (
            "A second phone answered the same INVITE: its To tag is another one than in message 3. That is one"
            " more call, which Alice has to confirm with an ACK and, if it does not want it, to end with a "
            "BYE. It got no ACK here."
        ),
        "RFC 3261 13.2.2.4",
    ),
    "a failure after the answer": (
        "SIP/2.0 486 Busy Here",
        "",
        "The INVITE had its final response in message 3.",
        "RFC 3261 13.2.2.3, 16.7",
    ),
    "another provisional response": (
        "SIP/2.0 183 Progress",
        "",
        "says how far the request has come",
        "RFC 3261 13.2.2.1",
    ),
}


@pytest.mark.parametrize(("line", "tag", "words", "rfc"), ANSWERS.values(), ids=ANSWERS)
def test_the_reason_of_one_more_answer(line: str, tag: str, words: str, rfc: str) -> None:
    why, section = said(Played("rfc3665-3.1", copies={3: (line, tag)}))
    assert words in why
    assert section == rfc


# An answer before any other, in the place of the flow's final answer, which is left out together with what follows it.
FIRST: dict[str, tuple[str, str, str, str]] = {
    "a challenge": (
        "rfc3665-3.1",
        "SIP/2.0 407 Proxy Authentication Required",
        "Bob wants credentials, which",
        "RFC 3261 22.2, 22.3",
    ),
    "a challenge of credentials": (
        "rfc3665-3.8",
        "SIP/2.0 407 Proxy Authentication Required",
        "although the request carried some: they are wrong, for another realm, or their nonce has expired",
        "RFC 3261 22.2, 22.3",
    ),
    "a redirection": ("rfc3665-3.1", "SIP/2.0 302 Moved", "Bob sends the INVITE elsewhere", "RFC 3261 8.1.3.4"),
    "a failure": (
        "rfc3665-3.1",
        "SIP/2.0 486 Busy Here",
        "Bob refuses the INVITE with 486 (the callee is busy",
        "RFC 3261 21.4.24",
    ),
    "an answer": (
        "rfc3665-3.1",
        "SIP/2.0 200 OK",
        "Bob answered the call where the flow has no answer",
        "RFC 3261 13.3.1.4",
    ),
}


@pytest.mark.parametrize(("flow", "line", "words", "rfc"), FIRST.values(), ids=FIRST)
def test_the_reason_of_an_answer_that_is_the_first(flow: str, line: str, words: str, rfc: str) -> None:
    step = 2 if flow == "rfc3665-3.1" else 8
    played = Played(flow, without=range(step + 1, 7) if step == 2 else range(9, 21), copies={step: (line, "")})
    found = [d for d in deviations(played) if d.kind == "unexpected"]
    assert words in found[0].why
    assert found[0].rfc == rfc


def test_an_answer_after_the_cancel_is_the_race() -> None:
    played = Played("rfc3665-3.8", without=range(15, 21), copies={8: ("SIP/2.0 200 OK", "")}, late=12.0)
    (found,) = (d for d in deviations(played) if d.kind == "unexpected")
    assert found.why.startswith("Proxy 1 answered while the CANCEL was on its way. A CANCEL does not end a call")
    assert found.rfc == "RFC 3261 9.2, 13.2.2.4, 15"


def test_a_cancel_after_the_answer_came_too_late() -> None:
    why, rfc = said(Played("rfc3665-3.1", cancels={3: 1}))
    assert why.startswith("Alice gives up an INVITE that was over already")
    assert rfc == "RFC 3261 9.1, 9.2"


def test_a_hold_is_called_so() -> None:
    why, rfc = said(Played("rfc3665-3.1", more={4: "INVITE"}, bodies={4: HOLD}))
    assert why == "Alice puts the call on hold, which the flow does not have."
    assert rfc == "RFC 3264 8.4"


def test_an_answer_follows_from_its_request() -> None:
    first, second = deviations(Played("rfc3665-3.1", more={4: "INFO"}, answered=(4,)))
    assert (first.follows, second.follows) == (None, 1)
    assert second.why == f"It answers message {first.message}."
    assert second.rfc == "RFC 3261 8.2.6"
