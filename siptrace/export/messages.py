"""The table of messages: what the columns of the trace know, without parsing a message.

Names and values are those of `siptrace messages --json`, but for `anomalies`, which only a full parse of every message
can tell, and for CSeq numbers that RFC 3261 does not allow, which are none here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.export.column import Column, Flags, Moments, Numbers, Table, Type, Words, text_of
from siptrace.ingest.datagram import Transport
from siptrace.render.json import clean
from siptrace.sip.parse import parse
from siptrace.table.columns import NO_NUMBER, Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.trace import Trace

__all__ = ["MESSAGES", "source_name"]


def source_name(trace: Trace) -> Callable[[int], str]:
    """Return what names a source by its number."""
    return lambda number: clean(trace.sources[number].path)


def _texts(name: str, *, none: bool = False) -> Callable[[Trace], Words]:
    """Return what reads a column of texts."""
    return lambda trace: Words(getattr(trace.table, name), text_of(trace.table.texts(name), none=none))


def _statuses(trace: Trace) -> Numbers:
    """Return the status codes; one that is no valid code is read again from its start line, as the message has it."""
    table = trace.table
    if NO_NUMBER not in table.status:
        return Numbers(table.status, missing=0)
    lines = zip(table.status, table.start, strict=True)
    read = {start: parse(table.starts[start]).status for status, start in lines if status == NO_NUMBER}
    lines = zip(table.status, table.start, strict=True)
    odd = (read[start] if status == NO_NUMBER else status or None for status, start in lines)
    return Numbers([-1 if status is None else status for status in odd], missing=-1)


def _reasons(trace: Trace) -> Words:
    """Return the reason phrases, read from the distinct start lines; requests have none."""
    starts = trace.table.starts

    def reason(number: int) -> str | None:
        line = starts[number]
        if line.lstrip()[:4].upper() != b"SIP/":
            return None
        message = parse(line)
        return message.reason if message.is_response else None

    return Words(trace.table.start, reason)


MESSAGES = Table(
    "messages",
    "One row a message, in time order.",
    lambda trace: len(trace.table),
    (
        Column("n", Type.NUMBER, "its number, from 1", lambda t: Numbers(range(len(t.table)), plus=1)),
        Column("time", Type.TIME, "capture time; none where a log gives no time", lambda t: Moments(t.table.time)),
        Column("frame", Type.NUMBER, "frame number in its file, or line number", lambda t: Numbers(t.table.frame)),
        Column("source", Type.REPEATED, "the file it is from", lambda t: Words(t.table.source, source_name(t))),
        Column(
            "transport", Type.REPEATED, "`UDP`, `TCP`, `TLS`, `WS`, `WSS` or `SCTP`",
            lambda t: Words(t.table.transport, lambda number: Transport(number).name),
        ),
        Column(
            "src", Type.REPEATED, "who sent it: `ip:port` (IPv6 in brackets), or the name in a log",
            lambda t: Words(t.table.src, t.table.endpoint),
        ),
        Column("dst", Type.REPEATED, "who received it", lambda t: Words(t.table.dst, t.table.endpoint)),
        Column("method", Type.REPEATED, "of the request, or of CSeq for a response", _texts("method")),
        Column("status", Type.MAYBE_NUMBER, "status code; none for a request", _statuses),
        Column("reason", Type.REPEATED, "reason phrase; none for a request", _reasons),
        Column("call_id", Type.TEXT, "Call-ID", _texts("call_id")),
        Column(
            "cseq", Type.MAYBE_NUMBER, "CSeq number; none where it is missing or not below 2³¹",
            lambda t: Numbers(t.table.cseq, missing=NO_NUMBER),
        ),
        Column("from_tag", Type.TEXT, "tag of From", _texts("from_tag", none=True)),
        Column("to_tag", Type.TEXT, "tag of To; none outside of dialogs", _texts("to_tag", none=True)),
        Column("branch", Type.TEXT, "branch of the top Via", _texts("branch", none=True)),
        Column(
            "retransmission", Type.FLAG, "the same message went the same way before",
            lambda t: Flags(t.overview.transactions.resent),
        ),
        Column(
            "transaction", Type.NUMBER, "number of its transaction",
            lambda t: Numbers(t.overview.transactions.of_row, plus=1),
        ),
        Column(
            "dialog", Type.MAYBE_NUMBER, "number of its dialog; none outside of any",
            lambda t: Numbers(t.overview.dialogs.of_row, plus=1, missing=-1),
        ),
        Column("call", Type.NUMBER, "number of its call", lambda t: Numbers(t.overview.calls.of_row, plus=1)),
        Column("from", Type.TEXT, "URI of From", _texts("from_uri")),
        Column("to", Type.TEXT, "URI of To", _texts("to_uri")),
        Column("length", Type.NUMBER, "its length", lambda t: Numbers(t.table.length), unit="bytes"),
        Column("sdp", Type.FLAG, "it has a session description", lambda t: Flags(t.table.flags, int(Flag.SDP))),
    ),
)  # fmt: skip
