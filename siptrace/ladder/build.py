"""From a call to its ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.lanes import find_lanes
from siptrace.ladder.model import Arrow, Ladder, Mark, Note, SdpView
from siptrace.reconstruct.call import CallState, Kind
from siptrace.reconstruct.offer import Offers
from siptrace.sip.uri import user_and_host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.ladder.lanes import LaneMap
    from siptrace.reconstruct.model import Call, TracedMessage

__all__ = ["build_ladder", "label_of", "ladder_of", "title_of"]


def build_ladder(call: Call, messages: Sequence[TracedMessage] | None = None) -> Ladder:
    """Return the ladder of a call: every message of it, in time order.

    `messages` are those of the call, for who has them already: to ask the call for them is to take it apart.
    """
    ladder = ladder_of(title_of(call), call.messages if messages is None else messages)
    begin = (Note("the trace begins inside this call"),) if call.late_start else ()
    end = (Note("the trace ends inside this call"),) if call.open_end else ()
    return ladder._replace(rows=(*begin, *ladder.rows, *end))


def title_of(call: Call) -> str:
    """Return who calls whom, and how the call stands."""
    kind = "" if call.kind is Kind.CALL else f"{call.kind}, "
    caller, called = (user_and_host(uri) or "?" for uri in (call.from_uri, call.to_uri))
    title = f"Call {call.n}: {caller} → {called}, {kind}{call.state}"
    return f"{title} ({call.phase})" if call.state is CallState.INCOMPLETE else title


def ladder_of(title: str, messages: Sequence[TracedMessage]) -> Ladder:
    """Return a ladder of any messages in time order."""
    lanes, offers = find_lanes(messages), Offers()
    arrows: list[Arrow] = []
    before: int | None = None
    for message in messages:
        arrow = _arrow(message, lanes, offers, before)
        arrows.append(arrow)
        before = arrow.time_ns
    start = arrows[0].time_ns if arrows else None
    call_ids = tuple(dict.fromkeys(message.sip.call_id for message in messages))
    return Ladder(title, call_ids, start, lanes.lanes, tuple(arrows))


def _arrow(message: TracedMessage, lanes: LaneMap, offers: Offers, before: int | None) -> Arrow:
    """Make the arrow of one message; `before` is the time of the arrow before it."""
    time = message.time_ns
    seen = offers.see(message)
    marks = list(_marks(message))
    if seen is not None:
        marks += [Mark(change) for change in seen.changes]
    cseq = message.sip.cseq
    return Arrow(
        message.n,
        time,
        None if time is None or before is None else time - before,
        lanes.place(message.src),
        lanes.place(message.dst),
        label_of(message.method, message.status, message.sip.reason, inside=_is_reinvite(message)),
        message.method,
        message.status,
        cseq.number if cseq else None,
        message.transport.name,
        message.transaction,
        message.dialog,
        message.call,
        None if seen is None else SdpView(seen.role, seen.media),
        tuple(marks),
    )


def _marks(message: TracedMessage) -> Sequence[Mark]:
    """Return what the message alone says of its arrow."""
    marks = []
    if message.retransmission:
        marks.append(Mark.RETRANSMISSION)
    if _is_reinvite(message):
        marks.append(Mark.REINVITE)
    if message.anomalies:
        marks.append(Mark.MALFORMED)
    return marks


def _is_reinvite(message: TracedMessage) -> bool:
    """Return whether a request is an INVITE inside a dialog (RFC 3261 14)."""
    return message.is_request and message.method == "INVITE" and bool(message.sip.to and message.sip.to.tag)


def label_of(method: str, status: int | None, reason: str, *, inside: bool) -> str:
    """Return the method, or status and reason with the method where it is not plain which request is answered.

    `inside` is for an INVITE inside a dialog.
    """
    if status is None:
        return "re-INVITE" if inside else method
    text = f"{status} {reason}".strip()
    return text if method in ("INVITE", "") else f"{text} ({method})"
