"""Why it matters that a step never came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.reasons.evidence import asked_again, rang, repeated, unacknowledged
from siptrace.correlate.reasons.rule import (
    ANY,
    CHALLENGE,
    FINAL,
    PROVISIONAL,
    REDIRECT,
    REQUEST,
    SUCCESS,
    Rule,
    follows,
)

if TYPE_CHECKING:
    from siptrace.correlate.case import Case
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["MISSING"]


def _is_copy(case: Case) -> bool:
    return case.original is not None


def _same_message(case: Case) -> bool:
    """Whether the step is a copy of the one it follows from."""
    cause = case.cause.step if case.cause else None
    return cause is not None and case.step is not None and cause in case.scene.same_message(case.step)


def _answers_cause(case: Case) -> bool:
    cause = case.cause.step if case.cause else None
    return cause is not None and case.ancestor == cause


def _refused(case: Case) -> bool:
    """Whether it follows from an answer that was a refusal."""
    return case.cause is not None and case.cause.seen >= 300


def _proved(case: Case) -> bool:
    return case.proof is not None


def _sent_again(case: Case) -> bool:
    return case.step is not None and case.step.retransmission_of is not None


def _holds(case: Case) -> bool:
    return case.step is not None and case.step.hold


def _reported(case: Case) -> TracedMessage | None:
    """Return the NOTIFY by which a transfer was reported on."""
    return next((m for m in case.scene.messages if m.method == "NOTIFY" and m.is_request), None)


def _in_transfer(case: Case) -> bool:
    return any(step.method == "REFER" for step in case.scene.flow.steps)


MISSING: tuple[Rule, ...] = (
    # -- what follows from another deviation
    Rule(
        "",
        ANY,
        "It is one more repetition: {cause_label} is missing as well.",
        "RFC 3261 17.1.1.2",
        lambda c: follows(c) and _sent_again(c),
    ),
    Rule(
        "",
        ANY,
        "It escaped the capture like {cause_label}: {proof_label} cannot be there without it.",
        "{proof_rfc}",
        lambda c: follows(c) and _proved(c),
    ),
    Rule(
        "", ANY, "There was nothing to pass on: {cause_label} is missing as well.", "RFC 3261 16.6, 16.7", _same_message
    ),
    Rule("ACK", REQUEST, "There was nothing to confirm: {cause_label} is missing.", "RFC 3261 13.2.2", _answers_cause),
    Rule("", ANY, "There was nothing to answer: {cause_label} is missing.", "RFC 3261 8.2.6", _answers_cause),
    Rule("", ANY, "{cause_label} was not accepted, so the call never got that far.", "RFC 3261 13.2.2.3", _refused),
    Rule("", ANY, "It follows from {cause_label}, which is missing.", "RFC 3261 17", follows),
    # -- what was sent, and escaped the capture
    Rule(
        "",
        ANY,
        "{proof_label} cannot be there without it, so it was sent, and the capture missed it.",
        "{proof_rfc}",
        _proved,
    ),
    # -- repetitions
    Rule(
        "INVITE",
        REQUEST,
        "The flow has the INVITE once more at this place: without an answer it is repeated after 0.5, 1, 2, 4 ... "
        "seconds (timer A) for 32 s. Here it was repeated less often.",
        "RFC 3261 17.1.1.2",
        _sent_again,
    ),
    Rule(
        "",
        ANY,
        "The flow has the {name} once more at this place: what is not answered is repeated over UDP for 32 s. Here it "
        "was repeated less often.",
        "RFC 3261 17.1.2.2",
        _sent_again,
    ),
    # -- ACK
    Rule(
        "ACK",
        REQUEST,
        "{src} got the ACK in message {original_n}, and nothing shows that it passed it on to {dst}: its Route or "
        "Request-URI may lead astray. Without an ACK {callee} repeats its {number} for 32 s (64*T1) and then ends the "
        "call with a BYE.",
        "RFC 3261 16.6, 13.3.1.4",
        lambda c: c.acked_status in SUCCESS and _is_copy(c),
        evidence=unacknowledged,
    ),
    Rule(
        "ACK",
        REQUEST,
        "{callee} cannot know that its {number} arrived. It repeats the {number} for 32 s (64*T1) and then ends the "
        "call with a BYE: the call breaks off half a minute after it was answered.",
        "RFC 3261 13.2.2.4, 13.3.1.4",
        lambda c: c.acked_status in SUCCESS,
        evidence=unacknowledged,
    ),
    Rule(
        "ACK",
        REQUEST,
        "{dst} cannot know that its {number} arrived. It waits 32 s for the ACK (timer H) and over UDP repeats the "
        "{number} meanwhile. {src} goes on with its next try all the same.",
        "RFC 3261 17.1.1.3, 17.2.1",
        lambda c: c.acked_status in (*CHALLENGE, *REDIRECT),
        evidence=repeated,
    ),
    Rule(
        "ACK",
        REQUEST,
        "{dst} cannot know that its {number} arrived. It waits 32 s for the ACK (timer H) and over UDP repeats the "
        "{number} meanwhile. The call has failed in any case.",
        "RFC 3261 17.1.1.3, 17.2.1",
        evidence=repeated,
    ),
    # -- CANCEL
    Rule(
        "CANCEL",
        REQUEST,
        "{src} was told in message {original_n} that the caller gives up, and did not cancel its own request to "
        "{dst}: the phone there rings on.",
        "RFC 3261 16.10",
        _is_copy,
    ),
    Rule(
        "CANCEL",
        REQUEST,
        "Nobody told {dst} that the caller gives up, so the phone rings on until somebody answers or a timer ends it.",
        "RFC 3261 9.1",
    ),
    Rule(
        "CANCEL",
        FINAL,
        "{src} has to answer a CANCEL at once, whatever becomes of the INVITE. Without that answer {dst} does not know "
        "whether it was understood, and over UDP repeats it for 32 s (timer F).",
        "RFC 3261 9.2, 17.1.2.2",
        evidence=asked_again,
    ),
    # -- the end of an INVITE
    Rule(
        "INVITE",
        (487,),
        "{src} got the 487 in message {original_n} and did not pass it on. For {dst} the INVITE is still open; it has "
        "to give it up by itself, 32 s (64*T1) after its CANCEL.",
        "RFC 3261 16.7, 9.1",
        _is_copy,
    ),
    Rule(
        "INVITE",
        (487,),
        "A CANCEL only asks; the INVITE itself has to end with a 487, which never came from {src}. The phone may ring "
        "on, and {dst} has to give up by itself, 32 s (64*T1) after its CANCEL.",
        "RFC 3261 9.1, 9.2",
    ),
    # -- what a relay did not pass on
    Rule(
        "INVITE",
        SUCCESS,
        "{src} got the answer in message {original_n} and did not pass it on. {dst} does not know that the call was "
        "answered and sends no ACK, so the callee hangs up after 32 s (64*T1).",
        "RFC 3261 16.7, 13.3.1.4",
        _is_copy,
    ),
    Rule(
        "",
        PROVISIONAL,
        "{src} got the {name} in message {original_n} and did not pass it on, so {dst} does not learn how far the call "
        "has come.",
        "RFC 3261 16.7",
        _is_copy,
    ),
    Rule(
        "",
        FINAL,
        "{src} got the {name} in message {original_n} and did not pass it on, so {dst} goes on waiting for an answer.",
        "RFC 3261 16.7",
        _is_copy,
    ),
    Rule(
        "INVITE",
        REQUEST,
        "{src} got the INVITE in message {original_n} and did not pass it on to {dst}: the call ends here.",
        "RFC 3261 16.6",
        lambda c: _is_copy(c) and not c.inside,
    ),
    Rule(
        "BYE",
        REQUEST,
        "{src} got the BYE in message {original_n} and did not pass it on. {dst} does not learn that the other side "
        "hung up, and the call stays open there.",
        "RFC 3261 16.6, 15.1.2",
        _is_copy,
    ),
    Rule(
        "",
        REQUEST,
        "{src} got the {name} in message {original_n} and did not pass it on to {dst}.",
        "RFC 3261 16.6",
        _is_copy,
    ),
    # -- requests
    Rule(
        "",
        REQUEST,
        "{src} was asked for credentials and did not try again: it has none for this realm, or did not accept "
        "the challenge.",
        "RFC 3261 22.2, 22.3",
        lambda c: c.is_retry,
        evidence=lambda c: f"The challenge is message {c.challenge.n}." if c.challenge else "",
    ),
    Rule(
        "INVITE",
        REQUEST,
        "{far} was not put on hold: there the call goes on as before.",
        "RFC 3264 8.4",
        lambda c: c.inside and _holds(c),
    ),
    Rule(
        "INVITE",
        REQUEST,
        "The session was not changed here: both sides go on with what they agreed on before.",
        "RFC 3261 14.1",
        lambda c: c.inside,
    ),
    Rule("INVITE", REQUEST, "{src} did not call {far} here, so there is nothing to answer.", "RFC 3261 13.2.1"),
    Rule(
        "BYE",
        REQUEST,
        "Nobody hung up in this trace. For both ends the call goes on, and may be charged, until somebody ends it or a "
        "session timer does.",
        "RFC 3261 15, RFC 4028 10",
    ),
    Rule(
        "PRACK",
        REQUEST,
        "{dst} repeats its reliable provisional response until a PRACK confirms it, and refuses the call with a 5xx "
        "when none has come after 32 s (64*T1).",
        "RFC 3262 3, 4",
        evidence=lambda c: f"It is message {c.reliable.n}." if c.reliable else "",
    ),
    Rule(
        "REFER",
        REQUEST,
        "Nobody asked {dst} to contact the third party, so the transfer did not begin.",
        "RFC 3515 2.4.1",
    ),
    Rule(
        "NOTIFY",
        REQUEST,
        "{dst} is not told what became of the transfer: it can neither end its own call safely nor take it back.",
        "RFC 3515 2.4.4",
        _in_transfer,
    ),
    Rule(
        "NOTIFY",
        REQUEST,
        "A subscription that was accepted is confirmed with a NOTIFY at once, and each change brings another. Without "
        "it {dst} does not know the state.",
        "RFC 6665 4.2.1.2, 4.2.2",
    ),
    Rule("UPDATE", REQUEST, "The session was not changed here: both sides go on with what they had.", "RFC 3311 5.1"),
    Rule("REGISTER", REQUEST, "{src} did not ask {dst} to register here.", "RFC 3261 10.2"),
    # -- answers
    Rule(
        "BYE",
        FINAL,
        "{src} never confirmed the BYE. For {dst} the call is over all the same, but {src} may not know it: its line "
        "can stay taken, and media may go on.",
        "RFC 3261 15.1.1, 15.1.2",
        evidence=asked_again,
    ),
    Rule(
        "INVITE",
        FINAL,
        "{src} said that the call makes progress and never how it ended. No timer of the caller ends that: somebody "
        "has to give up, or a proxy does when its timer C runs out, after more than three minutes.",
        "RFC 3261 17.1.1.2, 16.8",
        lambda c: c.has("INVITE", PROVISIONAL),
        evidence=rang,
    ),
    Rule(
        "INVITE",
        FINAL,
        "{src} never answered the INVITE. {dst} gives up after 32 s (timer B), as if it had got a 408.",
        "RFC 3261 17.1.1.2, 8.1.3.1",
        evidence=asked_again,
    ),
    Rule(
        "REFER",
        FINAL,
        "{src} did not confirm the REFER, but took the transfer on all the same.",
        "RFC 3515 2.4.2, 2.4.4",
        lambda c: _reported(c) is not None,
        evidence=lambda c: f"The NOTIFY in message {m.n} shows that." if (m := _reported(c)) else "",
    ),
    Rule(
        "REFER",
        FINAL,
        "{src} never said whether it takes the transfer on, so {dst} does not know what becomes of the call.",
        "RFC 3515 2.4.2",
        evidence=asked_again,
    ),
    Rule(
        "REGISTER",
        FINAL,
        "The registrar never answered, so {dst} does not know whether calls will arrive.",
        "RFC 3261 10.2, 17.1.2.2",
        evidence=asked_again,
    ),
    Rule(
        "",
        FINAL,
        "{src} never answered the {method}. {dst} gives up after 32 s (timer F), as if it had got a 408.",
        "RFC 3261 17.1.2.2, 8.1.3.1",
        evidence=asked_again,
    ),
    Rule(
        "INVITE",
        PROVISIONAL,
        "Nobody has to send a provisional response; without it the caller hears nothing until the call is answered.",
        "RFC 3261 13.3.1.1",
    ),
    Rule("", PROVISIONAL, "Nobody has to send a provisional response.", "RFC 3261 17.2.2"),
    Rule("", REQUEST, "A {method} is there to {purpose}; that did not happen here.", "{method_rfc}"),
)
"""From what is special to what holds for anything."""
