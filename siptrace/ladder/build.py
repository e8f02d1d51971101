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

__all__ = ["build_ladder", "ladder_of"]


def build_ladder(call: Call) -> Ladder:
    """Return the ladder of a call: every message of it, in time order."""
    kind = "" if call.kind is Kind.CALL else f"{call.kind}, "
    caller, called = (user_and_host(uri) or "?" for uri in (call.from_uri, call.to_uri))
    title = f"Call {call.n}: {caller} → {called}, {kind}{call.state}"
    if call.state is CallState.INCOMPLETE:
        title += f" ({call.phase})"
    notes = []
    if call.late_start:
        notes.append(Note(-1, "the trace begins inside this call"))
    if call.open_end:
        notes.append(Note(call.message_count - 1, "the trace ends inside this call"))
    return ladder_of(title, call.messages, notes)


def ladder_of(title: str, messages: Sequence[TracedMessage], notes: Sequence[Note] = ()) -> Ladder:
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
    return Ladder(title, call_ids, start, lanes.lanes, tuple(arrows), tuple(notes))


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
        _label(message),
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


def _label(message: TracedMessage) -> str:
    """Return the method, or status and reason with the method where it is not plain which request is answered."""
    if message.is_request:
        return "re-INVITE" if _is_reinvite(message) else message.method
    text = f"{message.status} {message.sip.reason}".strip()
    return text if message.method in ("INVITE", "") else f"{text} ({message.method})"
