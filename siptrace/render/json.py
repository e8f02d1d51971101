"""Messages, calls and ladders as JSON objects. The keys are a contract: more may be added, none is renamed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from siptrace.ladder.model import Arrow, Media, Note
from siptrace.patterns import pattern
from siptrace.render.times import iso

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from siptrace.correlate.expect import Outcome
    from siptrace.correlate.explain import Deviation
    from siptrace.correlate.judge import Judgement
    from siptrace.correlate.reading import Match
    from siptrace.ladder.model import Ladder, Lane, Reference
    from siptrace.reconstruct.model import Call, TracedMessage
    from siptrace.render.matching import Summary

__all__ = [
    "call_object",
    "clean",
    "expected_object",
    "json_line",
    "ladder_object",
    "match_object",
    "message_object",
    "summary_object",
]

T = TypeVar("T")


def clean(text: str) -> str:
    """Return text that any JSON reader takes: bytes that were not UTF-8 appear as hexadecimal escapes."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


_UNSAFE = pattern("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What JSON allows in a string and a terminal obeys: control characters of 8 bits, and those that reorder text."""


def json_line(item: Mapping[str, Any]) -> str:
    """Return an object as a line of JSON that is harmless on a terminal, and its line end."""
    return _UNSAFE.sub(_escape, json.dumps(item, ensure_ascii=False)) + "\n"


def _escape(match: re.Match[str]) -> str:
    """Return a character as JSON escapes it; it stays the same value."""
    return f"\\u{ord(match[0]):04x}"


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


def call_object(call: Call, match: Match | None) -> dict[str, Any]:
    """Return a call as `siptrace calls --json` prints it, with the flow that it follows."""
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
        "flow": None if match is None else clean(match.flow.id),
        "score": None if match is None else match.score,
    }


def _arrow(arrow: Arrow, ladder: Ladder) -> dict[str, Any]:
    """Return one arrow; lanes by index and by address, in a flow by name."""
    src, dst = (ladder.lanes[lane].address or ladder.lanes[lane].alias for lane in (arrow.source, arrow.target))
    plain = {
        "n": arrow.n,
        "time": iso(arrow.time_ns),
        "delta": None if arrow.delta_ns is None else arrow.delta_ns / 1e9,
        "from": arrow.source,
        "to": arrow.target,
        "src": clean(src),
        "dst": clean(dst),
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
    of_flow = {"step": arrow.step or None, "expected": clean(arrow.expected) or None}
    return plain if ladder.reference is None else plain | of_flow


def _lane(lane: Lane, ladder: Ladder) -> dict[str, Any]:
    """Return one lane."""
    plain = {"alias": clean(lane.alias), "address": clean(lane.address)}
    return plain if ladder.reference is None else plain | {"part": lane.part or None}


def _placed(ladder: Ladder, kind: type[T]) -> Iterator[tuple[int, T]]:
    """Yield the rows of one kind with the index of the arrow that each stands behind, -1 before the first."""
    after = -1
    for row in ladder.rows:
        if isinstance(row, kind):
            yield after, row
        after += isinstance(row, Arrow)


def _of_flow(ladder: Ladder, reference: Reference) -> dict[str, Any]:
    """Return what a ladder with a reference flow has besides."""
    return {
        "flow": reference.flow or None,
        "flow_title": reference.title or None,
        "source": reference.source or None,
        "score": reference.score,
        "vantage": list(reference.vantage),
        "surplus": reference.surplus,
        "ties": list(reference.ties),
        "alternatives": list(reference.alternatives),
        "media": [
            {"after": after, "between": [media.left, media.right], "senders": list(media.senders), "label": media.label}
            for after, media in _placed(ladder, Media)
        ],
        "remarks": [{"title": remarks.title, "texts": list(remarks.texts)} for remarks in ladder.remarks],
    }


def ladder_object(ladder: Ladder) -> dict[str, Any]:
    """Return a ladder as `siptrace ladder --format json` prints it; deltas are in seconds.

    A ladder with a reference flow (of `ladder --match` and of `flows`) has more keys.
    """
    plain = {
        "title": clean(ladder.title),
        "call_ids": [clean(text) for text in ladder.call_ids],
        "start": iso(ladder.start_ns),
        "lanes": [_lane(lane, ladder) for lane in ladder.lanes],
        "arrows": [_arrow(arrow, ladder) for arrow in ladder.arrows],
        "notes": [{"after": after, "text": note.text} for after, note in _placed(ladder, Note)],
    }
    return plain if ladder.reference is None else plain | _of_flow(ladder, ladder.reference)


def _deviation(deviation: Deviation) -> dict[str, Any]:
    """Return one deviation; `follows` is the place, from 1, of the one that it only follows from."""
    return {
        "step": deviation.step,
        "kind": deviation.kind.value,
        "expected": clean(deviation.expected),
        "observed": clean(deviation.observed),
        "message": deviation.message,
        "why": clean(deviation.why),
        "rfc": deviation.rfc,
        "follows": deviation.follows,
    }


def match_object(judgement: Judgement) -> dict[str, Any]:
    """Return a judged call as `siptrace match --json` prints it; steps by their numbers, messages by theirs."""
    match, verdict = judgement.match, judgement.verdict
    found = {
        "call": judgement.call.n,
        "flow": None if match is None else match.flow.id,
        "title": None if match is None else clean(match.flow.title),
        "vantage": [] if match is None else list(match.vantage),
        "score": None if match is None else match.score,
        "deviations": [_deviation(deviation) for deviation in judgement.deviations],
        "ties": [other.flow.id for other in verdict.ties],
        "alternatives": [{"flow": other.flow.id, "score": other.score} for other in verdict.alternatives],
    }
    if match is None:
        return found | {"steps": [], "incomplete": {"before": [], "after": []}, "free": {}, "relays": 0}

    def numbers(steps: tuple[int, ...]) -> list[int]:
        return [match.flow.steps[step].f for step in steps]

    return found | {
        "steps": [
            {"step": match.flow.steps[step].f, "message": judgement.messages[at].n} for step, at in match.steps.items()
        ],
        "incomplete": {"before": numbers(match.before), "after": numbers(match.after)},
        "free": {"absent": numbers(match.absent), "extra": [judgement.messages[at].n for at in match.extra]},
        "relays": match.surplus,
    }


def expected_object(judgement: Judgement, expected: str, found: Outcome) -> dict[str, Any]:
    """Return a call held against the flow that it should follow, as `siptrace match --expect --json` prints it."""
    return {
        "call": judgement.call.n,
        "expected": expected,
        "follows": found.follows,
        "score": None if found.match is None else found.match.score,
        "flow": None if judgement.match is None else judgement.match.flow.id,
        "deviations": [_deviation(deviation) for deviation in found.deviations],
    }


def summary_object(summary: Summary) -> dict[str, Any]:
    """Return the counts of `siptrace match --summary --json`."""
    return {
        "calls": summary.calls,
        "signatures": summary.signatures,
        "none": summary.none,
        "flows": [
            {"flow": flow_id, "title": clean(title), "calls": count}
            for (flow_id, title), count in summary.flows.most_common()
        ],
        "deviations": [
            {"flow": key.flow, "kind": str(key.kind), "step": key.step, "what": clean(key.what), "calls": count}
            for key, count in summary.deviations.most_common()
        ],
    }
