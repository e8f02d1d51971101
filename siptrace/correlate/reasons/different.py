"""What it means that another message came than the flow has at a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.reasons.rule import ANY, CHALLENGE, FAILURE, FINAL, REDIRECT, REQUEST, SUCCESS, Rule, follows
from siptrace.correlate.scene import name_of

if TYPE_CHECKING:
    from siptrace.correlate.case import Case

__all__ = ["DIFFERENT"]


def _answers_cause(case: Case) -> bool:
    """Whether it answers a request that is another one than the flow's as well."""
    return case.cause is not None and case.cause.is_request and not case.is_request


def _unasked(case: Case) -> bool:
    """Whether it answers a request that never came."""
    return case.cause is not None and case.cause.message is None


def _cancelled(case: Case) -> bool:
    """Whether the call was given up before this answer."""
    found = case.find("CANCEL")
    return found is not None and case.message is not None and found.n < case.message.n


def _inside(case: Case) -> bool:
    return case.inside


_INSTEAD = "The flow has {number} here ({meaning}); {src} says {seen_number} ({seen_meaning})."
_REACHED = (480, 408, 430, 504)
_UNKNOWN = (404, 410, 484, 485, 604)
_BUSY = (486, 600)
_DECLINED = (603, 607, 608)
_MEDIA = (406, 415, 488, 606)
_BARRED = (402, 403, 405, 433)
_GLOBAL = range(600, 700)
_SERVER = range(500, 600)

_WHY: tuple[tuple[range | tuple[int, ...], str], ...] = (
    (_DECLINED, "It is a decision of the callee or of whoever filters for it, and no matter of lines or routes."),
    (_BUSY, "The callee was reached and has another call; trying again later makes sense."),
    (_REACHED, "The callee was not reached: it is not registered, switched off, or did not answer in time."),
    (_UNKNOWN, "Look at the number or address that was called, and at who rewrites it: calling again does not help."),
    (_BARRED, "It is a matter of rights: calling again does not help."),
    (_MEDIA, "Compare the offered codecs, addresses and encryption with what the callee can do."),
    ((481,), "{src} does not know this call any more, or never did: look at tags and Call-ID."),
    ((487,), "The call was given up while it was set up, by a CANCEL or a BYE."),
    ((491,), "Both sides changed the call at once; the one that is refused tries again a little later."),
    ((482, 483), "The request goes in circles: look at the routes between the proxies."),
    (_SERVER, "The request was in order: look at {src} and the servers behind it."),
    (range(400, 500), "The request itself was not acceptable to {src}."),
)
"""What the status that was seen says about where to look."""


def _where_to_look(case: Case) -> str:
    """Return what the status says about the cause, and what a 6xx means for the other phones of the callee."""
    said = [next((text for statuses, text in _WHY if case.seen in statuses), "").format(src=case.src)]
    if case.seen in _GLOBAL:
        said.append("As a 6xx it also ends the search at the callee's other phones.")
    return " ".join(filter(None, said))


DIFFERENT: tuple[Rule, ...] = (
    Rule(
        "",
        ANY,
        "The request before it is missing, so it answers another one.",
        "RFC 3261 8.2.6",
        _unasked,
    ),
    Rule("", ANY, "It answers message {cause_n}.", "RFC 3261 8.2.6", _answers_cause),
    Rule("", ANY, "It is message {cause_n}, passed on.", "RFC 3261 16.6, 16.7", follows),
    # -- another dialog
    Rule(
        "INVITE",
        REQUEST,
        "The flow changes a running call here; this INVITE has no To tag, so it begins another one, and the callee's "
        "phone rings again.",
        "RFC 3261 14.1, 12.2.1.1",
        lambda c: c.message is not None and name_of(c.message) == "INVITE",
    ),
    Rule(
        "INVITE",
        REQUEST,
        "The flow begins a call here; this INVITE has a To tag, so it changes a call that is taken for running. Who "
        "does not know that call answers 481.",
        "RFC 3261 14.1, 12.2.2",
    ),
    # -- the race of answer and CANCEL
    Rule(
        "INVITE",
        (487,),
        "{src} answered while the CANCEL was on its way. A CANCEL does not end a call that is answered, so {dst} is in "
        "a call that it meant to give up: it has to confirm the answer with an ACK and hang up with a BYE.",
        "RFC 3261 9.2, 13.2.2.4, 15",
        _cancelled,
        seen=SUCCESS,
    ),
    # -- BYE, CANCEL and what else belongs to a dialog
    Rule(
        "BYE",
        SUCCESS,
        "{src} does not know the call that is to end: it hung up at the same moment, dropped the call before, or the "
        "tags of the BYE are wrong. The call is over on both sides, but from when on is not certain.",
        "RFC 3261 15.1.1, 15.1.2",
        seen=(481,),
    ),
    Rule(
        "BYE",
        SUCCESS,
        "{src} wants credentials for the BYE. Until {dst} sends it again with them, {src} keeps the call.",
        "RFC 3261 22.2, 22.3, 15.1.1",
        seen=CHALLENGE,
    ),
    Rule(
        "BYE",
        SUCCESS,
        "{src} refuses the BYE ({seen_meaning}). For {dst} the call is over all the same; {src} may still keep it.",
        "RFC 3261 15.1.1, 15.1.2",
        seen=FAILURE,
    ),
    Rule(
        "CANCEL",
        SUCCESS,
        "{src} found nothing to cancel: its final response was on the way already, or the branch of the CANCEL is not "
        "that of the INVITE.",
        "RFC 3261 9.1, 9.2",
        seen=(481,),
    ),
    Rule(
        "INVITE",
        SUCCESS,
        "{src} does not know this call any more, so {dst} has to take it for ended.",
        "RFC 3261 14.1, 12.2.1.2",
        _inside,
        seen=(408, 481),
    ),
    Rule(
        "INVITE",
        SUCCESS,
        "Both sides changed the call at once. The session goes on as it was, and {dst} tries again after a random "
        "pause.",
        "RFC 3261 14.1, 14.2",
        _inside,
        seen=(491,),
    ),
    Rule(
        "INVITE",
        SUCCESS,
        "{src} refuses the change ({seen_meaning}). The call stays up and the session goes on as it was.",
        "RFC 3261 14.1, 14.2",
        _inside,
        seen=FAILURE,
    ),
    Rule(
        "REFER",
        SUCCESS,
        "{src} does not take the transfer on ({seen_meaning}), so the two stay connected to whom they had.",
        "RFC 3515 2.4.2",
        seen=FAILURE,
    ),
    Rule(
        "NOTIFY",
        SUCCESS,
        "{src} has no such subscription any more, which ends it for {dst} as well.",
        "RFC 6665 4.1.3, 4.2.2",
        seen=(481,),
    ),
    Rule(
        "PRACK",
        SUCCESS,
        "{src} has no provisional response that waits for this PRACK: look at RAck.",
        "RFC 3262 3",
        seen=(481,),
    ),
    # -- credentials and other addresses
    Rule(
        "",
        FAILURE,
        "The flow refuses the {method} with {number} ({meaning}). {src} asks for credentials instead; {dst} may try "
        "again with them.",
        "RFC 3261 22.2, 22.3",
        lambda c: c.wanted not in CHALLENGE,
        seen=CHALLENGE,
    ),
    Rule(
        "",
        SUCCESS,
        "{src} asks for credentials before it accepts the {method}. Without another try that has them it stays "
        "refused.",
        "RFC 3261 22.2, 22.3",
        seen=CHALLENGE,
    ),
    Rule(
        "",
        CHALLENGE,
        "The flow asks for credentials here. {src} refuses the {method} for another reason, so credentials do not "
        "help: {seen_meaning}.",
        "{seen_rfc}",
        seen=FAILURE,
    ),
    Rule(
        "",
        CHALLENGE,
        "{src} accepts the credentials that came with the {method} unasked, so no challenge is needed.",
        "RFC 3261 22.1",
        lambda c: c.has_credentials,
        seen=SUCCESS,
    ),
    Rule(
        "",
        CHALLENGE,
        "{src} accepts the {method} without asking for credentials: anybody could have sent it.",
        "RFC 3261 22.1",
        seen=SUCCESS,
    ),
    Rule(
        "",
        ANY,
        "{src} sends the {method} elsewhere instead of settling it: {dst} has to try the addresses in its Contact.",
        "RFC 3261 8.1.3.4, {seen_rfc}",
        seen=REDIRECT,
    ),
    Rule(
        "",
        REDIRECT,
        "The flow sends the {method} elsewhere here. {src} refuses it: {seen_meaning}.",
        "{seen_rfc}",
        seen=FAILURE,
        evidence=_where_to_look,
    ),
    # -- success and failure
    Rule(
        "INVITE",
        FAILURE,
        "The call was answered, where the flow has it fail with {number} ({meaning}). It has to be confirmed with an "
        "ACK and lasts until somebody hangs up.",
        "RFC 3261 13.2.2.4, 15",
        seen=SUCCESS,
    ),
    Rule(
        "",
        FAILURE,
        "The {method} was accepted, where the flow has it refused with {number}.",
        "RFC 3261 21.2",
        seen=SUCCESS,
    ),
    Rule(
        "INVITE",
        SUCCESS,
        "The call was not answered: {src} says {seen_number} ({seen_meaning}).",
        "{seen_rfc}",
        seen=FAILURE,
        evidence=_where_to_look,
    ),
    Rule(
        "REGISTER",
        SUCCESS,
        "The registration was refused ({seen_meaning}), so calls to {dst} do not arrive unless an earlier one is "
        "still valid.",
        "RFC 3261 10.3, {seen_rfc}",
        seen=FAILURE,
    ),
    Rule(
        "",
        SUCCESS,
        "{src} refuses the {method} with {seen_number} ({seen_meaning}).",
        "{seen_rfc}",
        seen=FAILURE,
    ),
    Rule("", FAILURE, _INSTEAD, "{seen_rfc}", seen=FAILURE, evidence=_where_to_look),
    Rule(
        "INVITE",
        FINAL,
        "It answers an INVITE of another kind: one that begins a call where the flow changes one, or the reverse.",
        "RFC 3261 14.1",
        lambda c: c.wanted == c.seen,
    ),
    Rule("", ANY, "The flow has {name} here, the call {seen_name}.", "RFC 3261 13"),
)
"""From what is special to what holds for anything."""
