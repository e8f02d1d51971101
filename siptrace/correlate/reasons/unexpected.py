"""What it means that a message came which the flow does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.reasons.rule import (
    ANY,
    CHALLENGE,
    FAILURE,
    FINAL,
    PROVISIONAL,
    REDIRECT,
    REQUEST,
    SUCCESS,
    Rule,
    follows,
)
from siptrace.correlate.scene import name_of, numbers

if TYPE_CHECKING:
    from siptrace.correlate.case import Case
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["UNEXPECTED"]


def _same_request(case: Case) -> bool:
    """Whether it follows from a message that is about the same request."""
    return case.cause is not None and case.cause.message is not None and case.cause.key == case.key


def _copy_of_cause(case: Case) -> bool:
    """Whether it is the message that it follows from, one hop further."""
    one, two = case.cause.message if case.cause else None, case.message
    if one is None or two is None or case.cause is None or case.cause.step is not None:
        return False
    return case.cause.key == case.key and (one.method, one.status, _tag(one)) == (two.method, two.status, _tag(two))


def _answer_to_cause(case: Case) -> bool:
    return _same_request(case) and not case.is_request


def _tag(message: TracedMessage) -> str | None:
    """Return the tag of whoever was called."""
    return message.sip.to.tag if message.sip.to else None


def _cancelled(case: Case) -> TracedMessage | None:
    """Return the CANCEL of the request that a response answers, if it came before."""
    found = case.find("CANCEL")
    return found if found is not None and case.message is not None and found.n < case.message.n else None


def _other_callee(case: Case) -> bool:
    """Whether the answer comes from another phone than the one before it (RFC 3261 13.2.2.4)."""
    first = case.earlier_final
    return first is not None and case.message is not None and _tag(first) != _tag(case.message)


def _settled(case: Case) -> str:
    """Return whether the second answer was confirmed and hung up."""
    m = case.message
    if m is None:
        return ""
    inside = [o for o in case.scene.messages if o.is_request and not o.retransmission and _tag(o) == _tag(m)]
    acks, byes = ([o for o in inside if o.method == method and o.n > m.n] for method in ("ACK", "BYE"))
    if acks and byes:
        return f"It was, in {numbers([acks[0], byes[0]])}."
    return f"It got its ACK in message {acks[0].n}, and no BYE in this trace." if acks else "It got no ACK here."


def _holds(case: Case) -> bool:
    return case.message is not None and case.message.sip.sdp is not None and case.message.sip.sdp.is_hold


def _is_reinvite(case: Case) -> bool:
    return case.message is not None and name_of(case.message) == "re-INVITE"


def _answered(case: Case) -> bool:
    """Whether the INVITE that a CANCEL is for had its final response already."""
    return any((m.status or 0) >= 200 and case.message is not None and m.n < case.message.n for m in case.around)


def _earlier(case: Case, method: str) -> TracedMessage | None:
    """Return an earlier request of that method, not the same one."""
    for m in case.scene.messages:
        if case.message is None or m.n >= case.message.n:
            return None
        if m.is_request and m.method == method and m.sip.call_id == case.message.sip.call_id:
            return m
    return None


def _in_transfer(case: Case) -> bool:
    return _earlier(case, "REFER") is not None


def _in_subscription(case: Case) -> bool:
    return _earlier(case, "SUBSCRIBE") is not None


def _first_final(case: Case) -> str:
    return f"The first one is message {case.earlier_final.n}." if case.earlier_final else ""


UNEXPECTED: tuple[Rule, ...] = (
    # -- what follows from another deviation
    Rule("", ANY, "It is message {cause_n}, passed on.", "RFC 3261 16.6, 16.7", _copy_of_cause),
    Rule("", FINAL, "It answers message {cause_n}.", "RFC 3261 8.2.6", _answer_to_cause),
    Rule("", PROVISIONAL, "It answers message {cause_n}.", "RFC 3261 8.2.6", _answer_to_cause),
    Rule(
        "ACK",
        REQUEST,
        "It confirms message {cause_n}, or an answer to it.",
        "RFC 3261 13.2.2.4, 17.1.1.3",
        _same_request,
    ),
    Rule("", ANY, "It follows from {cause_label} being otherwise.", "RFC 3261 12.2", follows),
    # -- answers to an INVITE
    Rule(
        "INVITE",
        SUCCESS,
        "{src} answered while the CANCEL was on its way. A CANCEL does not end a call that is answered, so {dst} is in "
        "a call that it meant to give up: it has to confirm the answer with an ACK and hang up with a BYE.",
        "RFC 3261 9.2, 13.2.2.4, 15",
        lambda c: _cancelled(c) is not None,
    ),
    Rule(
        "INVITE",
        SUCCESS,
        "A second phone answered the same INVITE: its To tag is another one than in message {first_n}. That is one "
        "more call, which {dst} has to confirm with an ACK and, if it does not want it, to end with a BYE.",
        "RFC 3261 13.2.2.4",
        _other_callee,
        evidence=_settled,
    ),
    Rule(
        "INVITE",
        FINAL,
        "The INVITE had its final response in message {first_n}. One more is ignored by {dst}, which holds the state "
        "of the first; {src} seems to keep another one.",
        "RFC 3261 13.2.2.3, 16.7",
        lambda c: c.earlier_final is not None,
    ),
    Rule("INVITE", SUCCESS, "{src} answered the call where the flow has no answer.", "RFC 3261 13.3.1.4"),
    # -- refusals
    Rule(
        "",
        CHALLENGE,
        "{src} wants credentials although the request carried some: they are wrong, for another realm, or their nonce "
        "has expired.",
        "RFC 3261 22.2, 22.3",
        lambda c: c.has_credentials,
    ),
    Rule(
        "",
        CHALLENGE,
        "{src} wants credentials, which the flow does not have at this place; {dst} has to send the {method} again "
        "with them.",
        "RFC 3261 22.2, 22.3",
    ),
    Rule(
        "",
        REDIRECT,
        "{src} sends the {method} elsewhere: {dst} has to try the addresses in its Contact.",
        "RFC 3261 8.1.3.4",
    ),
    Rule("", FAILURE, "{src} refuses the {method} with {seen_number} ({seen_meaning}).", "{seen_rfc}"),
    Rule("", PROVISIONAL, "It says how far the request has come, and does no harm.", "RFC 3261 13.2.2.1"),
    Rule("", FINAL, "It answers a {method} that the flow does not have.", "RFC 3261 17.1.3"),
    # -- requests
    Rule(
        "INVITE",
        REQUEST,
        "{src} puts the call on hold, which the flow does not have.",
        "RFC 3264 8.4",
        lambda c: _is_reinvite(c) and _holds(c),
    ),
    Rule(
        "INVITE",
        REQUEST,
        "{src} changes the running session (its address, codecs or direction) or refreshes its timer, which the flow "
        "does not have. When it is refused, the session goes on as it was.",
        "RFC 3261 14.1, RFC 4028 10",
        _is_reinvite,
    ),
    Rule(
        "INVITE",
        REQUEST,
        "{src} sends one more INVITE for the call: another try, or another target.",
        "RFC 3261 13.2.1, 16.6",
    ),
    Rule(
        "UPDATE",
        REQUEST,
        "{src} changes the session, or refreshes its timer, with an UPDATE, which the flow does not have. Unlike a "
        "re-INVITE it may come before the call is answered.",
        "RFC 3311 5.1",
    ),
    Rule(
        "INFO",
        REQUEST,
        "An INFO carries data of an application, such as key presses, inside the call. It does not change the call; a "
        "receiver that does not support it says 405 or 469.",
        "RFC 6086 4.2",
    ),
    Rule(
        "OPTIONS",
        REQUEST,
        "{src} asks whether {dst} is alive, or what it supports. That does not change the call.",
        "RFC 3261 11",
    ),
    Rule(
        "PRACK",
        REQUEST,
        "{src} confirms a provisional response that was sent reliably (message {reliable_n}), an extension that the "
        "flow does not use. It does no harm.",
        "RFC 3262 3, 4",
        lambda c: c.reliable is not None,
    ),
    Rule(
        "PRACK",
        REQUEST,
        "A PRACK confirms a provisional response that was sent reliably, and the trace has none with RSeq. Whoever "
        "gets a PRACK that fits nothing answers 481.",
        "RFC 3262 3",
    ),
    Rule(
        "NOTIFY",
        REQUEST,
        "{src} reports how the transfer goes on. The flow has no such report at this place.",
        "RFC 3515 2.4.4",
        _in_transfer,
    ),
    Rule(
        "NOTIFY",
        REQUEST,
        "{src} reports a change of state once more than the flow has.",
        "RFC 6665 4.2.2",
        _in_subscription,
    ),
    Rule(
        "NOTIFY",
        REQUEST,
        "{src} reports a state that nobody asked for in this call: no SUBSCRIBE or REFER comes before it. A receiver "
        "without a subscription says 481.",
        "RFC 6665 4.1.3",
    ),
    Rule(
        "REFER",
        REQUEST,
        "{src} asks {dst} to contact a third party: a transfer, which the flow does not have.",
        "RFC 3515 2.1",
    ),
    Rule("MESSAGE", REQUEST, "{src} sends a text within the call; it does not change the call.", "RFC 3428 4"),
    Rule(
        "CANCEL",
        REQUEST,
        "{src} gives up an INVITE that was over already: the CANCEL came too late and has no effect.",
        "RFC 3261 9.1, 9.2",
        _answered,
    ),
    Rule(
        "CANCEL",
        REQUEST,
        "{src} gives the call up before it is answered, which the flow does not have.",
        "RFC 3261 9.1",
    ),
    Rule(
        "BYE",
        REQUEST,
        "There was a BYE before this one: both sides hung up at the same time, or one did so twice. Each BYE gets its "
        "answer, if only a 481.",
        "RFC 3261 15.1.1, 15.1.2",
        lambda c: _earlier(c, "BYE") is not None,
    ),
    Rule("BYE", REQUEST, "{src} ends the call, which the flow does not have at this place.", "RFC 3261 15"),
    Rule(
        "ACK",
        REQUEST,
        "No final response that the flow has is without its ACK; this one confirms another, or the same one again.",
        "RFC 3261 13.2.2.4, 17.1.1.3",
    ),
    Rule("", REQUEST, "A {method} is there to {purpose}. The flow has none at this place.", "{method_rfc}"),
)
"""From what is special to what holds for anything."""
