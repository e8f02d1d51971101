"""Messages, calls and ladders as JSON objects. The keys are a contract: more may be added, none is renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siptrace.render.times import iso

if TYPE_CHECKING:
    from siptrace.ladder.model import Arrow, Ladder
    from siptrace.reconstruct.model import Call, TracedMessage

__all__ = ["call_object", "clean", "ladder_object", "message_object"]


def clean(text: str) -> str:
    """Return text that any JSON reader takes: bytes that were not UTF-8 appear as hexadecimal escapes."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _tag(message: TracedMessage, side: str) -> str | None:
    """Return the From or To tag, None where there is none."""
    address = message.sip.from_ if side == "from" else message.sip.to
    return clean(address.tag) if address is not None and address.tag else None


def message_object(message: TracedMessage) -> dict[str, Any]:
    """Return a message as `siptrace messages --json` prints it."""
    sip = message.sip
    branch = sip.vias[0].branch if sip.vias else None
    return {
        "n": message.n,
        "time": iso(message.time_ns),
        "frame": message.frame,
        "source": clean(message.source),
        "transport": message.transport.name,
        "src": clean(message.src),
        "dst": clean(message.dst),
        "method": clean(message.method),
        "status": message.status,
        "reason": None if message.is_request else clean(sip.reason),
        "call_id": clean(sip.call_id),
        "cseq": sip.cseq.number if sip.cseq else None,
        "from_tag": _tag(message, "from"),
        "to_tag": _tag(message, "to"),
        "branch": clean(branch) if branch else None,
        "retransmission": message.retransmission,
        "transaction": message.transaction,
        "dialog": message.dialog,
        "call": message.call,
        "anomalies": sorted({anomaly.code.value for anomaly in message.anomalies}),
    }


def call_object(call: Call) -> dict[str, Any]:
    """Return a call as `siptrace calls --json` prints it."""
    return {
        "call": call.n,
        "kind": call.kind.value,
        "state": call.state.value,
        "phase": call.phase.value,
        "call_ids": [clean(text) for text in call.call_ids],
        "from": clean(call.from_uri),
        "to": clean(call.to_uri),
        "start": iso(call.start_ns),
        "answered": iso(call.answered_ns),
        "end": iso(call.end_ns),
        "messages": call.message_count,
        "retransmissions": call.retransmissions,
        "transactions": call.transaction_count,
        "dialogs": call.dialog_count,
        "endpoints": [clean(text) for text in call.endpoints],
        "final_status": call.final_status,
        "flow": None,
        "score": None,
    }


def _arrow(arrow: Arrow, ladder: Ladder) -> dict[str, Any]:
    """Return one arrow; lanes by index and by address."""
    return {
        "n": arrow.n,
        "time": iso(arrow.time_ns),
        "delta": None if arrow.delta_ns is None else arrow.delta_ns / 1e9,
        "from": arrow.source,
        "to": arrow.target,
        "src": clean(ladder.lanes[arrow.source].address),
        "dst": clean(ladder.lanes[arrow.target].address),
        "label": clean(arrow.label),
        "method": clean(arrow.method),
        "status": arrow.status,
        "cseq": arrow.cseq,
        "transport": arrow.transport,
        "transaction": arrow.transaction,
        "dialog": arrow.dialog,
        "call": arrow.call,
        "sdp": None
        if arrow.sdp is None
        else {"role": arrow.sdp.role or None, "media": [clean(text) for text in arrow.sdp.media]},
        "marks": [mark.value for mark in arrow.marks],
    }


def ladder_object(ladder: Ladder) -> dict[str, Any]:
    """Return a ladder as `siptrace ladder --format json` prints it; deltas are in seconds."""
    return {
        "title": clean(ladder.title),
        "call_ids": [clean(text) for text in ladder.call_ids],
        "start": iso(ladder.start_ns),
        "lanes": [{"alias": clean(lane.alias), "address": clean(lane.address)} for lane in ladder.lanes],
        "arrows": [_arrow(arrow, ladder) for arrow in ladder.arrows],
        "notes": [{"after": note.after, "text": note.text} for note in ladder.notes],
    }
