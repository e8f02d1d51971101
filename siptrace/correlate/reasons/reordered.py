"""What it means that a message stands in another place than in the flow.

`case.order` has the message that came too early, and the one that should have come before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.reasons.rule import ANY, Rule, follows

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.correlate.case import Case

__all__ = ["REORDERED"]


def _is(relation: str) -> Callable[[Case], bool]:
    """Return the question whether two messages stand in that relation."""
    return lambda case: case.order.relation == relation


def _clocks(case: Case) -> str:
    """Return what the sources of the two messages say about the cause."""
    early, late = case.order.early, case.order.late
    if early is None or late is None or early.source == late.source:
        return ""
    return f"The two come from different captures ({early.source} and {late.source}): set their clocks right first."


def _is_same_pair(case: Case) -> bool:
    return case.cause is not None and case.cause.order == case.order


REORDERED: tuple[Rule, ...] = (
    Rule("", ANY, "It is the other one of the two.", "RFC 3261 17", _is_same_pair),
    Rule("", ANY, "The clocks differ, as with message {cause_n}.", "RFC 3261 17", follows),
    Rule(
        "",
        ANY,
        "Message {early_n} answers message {late_n} and stands before it. No answer comes before its request: the "
        "capture has the two in the wrong order.",
        "RFC 3261 8.2.6, 17.2",
        _is("answer"),
        evidence=_clocks,
    ),
    Rule(
        "",
        ANY,
        "Message {early_n} confirms message {late_n} and stands before it. Nobody can confirm what has not arrived: "
        "the capture has the two in the wrong order.",
        "RFC 3261 13.2.2.4, 17.1.1.3",
        _is("ack"),
        evidence=_clocks,
    ),
    Rule(
        "",
        ANY,
        "Message {early_n} is message {late_n} passed on, and stands before it. A relay cannot send what it has not "
        "got: the capture has the two in the wrong order.",
        "RFC 3261 16.6, 16.7",
        _is("copy"),
        evidence=_clocks,
    ),
    Rule(
        "",
        ANY,
        "Message {early_n} hangs up before message {late_n} confirms the answer. A callee has to wait for the ACK, or "
        "for 32 s, before it may hang up, and a caller has to send the ACK first.",
        "RFC 3261 15, 13.2.2.4",
        _is("bye"),
        evidence=_clocks,
    ),
    Rule(
        "",
        ANY,
        "Message {early_n} changes the call before the answer was confirmed with message {late_n}. One INVITE has to "
        "be settled before the next one begins; who gets it too early may say 491 or 500.",
        "RFC 3261 14.1, 14.2",
        _is("invite"),
        evidence=_clocks,
    ),
    Rule(
        "",
        ANY,
        "The flow has message {early_n} behind message {late_n} on this hop. Over UDP messages may overtake each "
        "other, and each side has to cope with that.",
        "RFC 3261 12.2.2",
        _is("other"),
        evidence=_clocks,
    ),
    Rule("", ANY, "It stands in another place than in the flow.", "RFC 3261 17"),
)
"""From what is special to what holds for anything."""
