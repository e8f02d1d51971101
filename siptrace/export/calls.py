"""The table of calls: names and values are those of `siptrace calls --json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.export.column import Column, Lists, Moments, Numbers, Reals, Table, Type, Words, text_of
from siptrace.export.counting import at, counts, resent, times
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallState, kind_of, last_seen
from siptrace.render.json import clean

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from siptrace.trace import Trace

__all__ = ["CALLS"]

_STATES = tuple(CallState)


def _states(trace: Trace) -> Words:
    """Return how each call stands."""
    found, number = trace.overview, {state: number for number, state in enumerate(_STATES)}
    states = [number[found.state(call)] for call in range(len(found.calls))]
    return Words(states, lambda number: _STATES[number].value)


def _uris(column: str) -> Callable[[Trace], Words]:
    """Return what reads the URIs of the first messages."""

    def read(trace: Trace) -> Words:
        return Words(at(getattr(trace.table, column), trace.overview.calls.first_row), text_of(trace.table.uris))

    return read


def _call_ids(trace: Trace) -> Lists:
    """Return the Call-IDs of each call."""
    found, ids = trace.overview, trace.table.call_ids
    return Lists(lambda call: list(map(ids.text, dict.fromkeys(at(trace.table.call_id, found.rows_of(call))))))


def _endpoints(trace: Trace) -> Lists:
    """Return who took part in each call, in order of appearance."""
    found, table = trace.overview, trace.table

    def make(call: int) -> list[str]:
        rows = found.rows_of(call)
        ends = zip(at(table.src, rows), at(table.dst, rows), strict=True)
        return list(map(table.endpoint, dict.fromkeys(end for pair in ends for end in pair)))

    return Lists(make)


def _moments(row: str) -> Callable[[Trace], Moments]:
    """Return what reads the times of one of the rows that the overview knows of each call."""
    return lambda trace: Moments(times(trace, getattr(trace.overview.calls, row)))


def _talk(trace: Trace) -> Reals:
    """Return the time from answer to end of each call."""
    calls = trace.overview.calls
    spans = zip(times(trace, calls.answered_row), times(trace, calls.end_row), strict=True)
    return Reals([None if NO_TIME in (begun, end) else (end - begun) / 1e9 for begun, end in spans])


def _flows(trace: Trace) -> Words:
    """Return the flow of each call."""
    survey = trace.survey

    def flow(kind: int) -> str | None:
        match = survey.matches[kind]
        return None if match is None else clean(match.flow.id)

    return Words(survey.of_call, flow)


def _scores(trace: Trace) -> Reals:
    """Return how well each call agrees with its flow."""
    scores = [None if match is None else match.score for match in trace.survey.matches]
    return Reals([scores[kind] for kind in trace.survey.of_call])


def _messages(trace: Trace) -> Numbers:
    """Return the number of messages of each call."""
    starts = trace.overview.starts
    return Numbers(list(map(int.__sub__, starts[1:], starts)))


def _retransmissions(trace: Trace) -> Numbers:
    """Return the number of retransmissions of each call."""
    calls = trace.overview.calls
    return Numbers(resent(trace, calls.of_row, len(calls)))


def _parts(trace: Trace, first_rows: array[int]) -> Numbers:
    """Return how many transactions, or dialogs, each call has; each belongs to the call of its first message."""
    calls = trace.overview.calls
    return Numbers(counts(at(calls.of_row, first_rows), len(calls)))


CALLS = Table(
    "calls",
    "One row a call, registration, subscription or other exchange, in order of their first messages.",
    lambda trace: len(trace.overview.calls),
    (
        Column("call", Type.NUMBER, "its number, from 1", lambda t: Numbers(range(len(t.overview.calls)), plus=1)),
        Column(
            "kind", Type.REPEATED,
            "`call`, `registration`, `subscription`, `publication`, `message`, `options` or `other`",
            lambda t: Words(t.overview.calls.main, lambda method: kind_of(method).value),
        ),
        Column("state", Type.REPEATED, "how it stands at the end of the trace", _states),
        Column(
            "phase", Type.REPEATED, "the state seen last, where the trace holds only a part of it",
            lambda t: Words(t.overview.calls.phase, lambda phase: last_seen(phase).value),
        ),
        Column("call_ids", Type.LIST, "its Call-IDs", _call_ids),
        Column("from", Type.TEXT, "URI of the caller, from the From of its first message", _uris("from_uri")),
        Column("to", Type.TEXT, "URI of the called, from the To of its first message", _uris("to_uri")),
        Column("start", Type.TIME, "time of its first message", _moments("first_row")),
        Column("answered", Type.TIME, "time of the first 2xx to its INVITE", _moments("answered_row")),
        Column("end", Type.TIME, "time of the BYE, or of the final failure", _moments("end_row")),
        Column("messages", Type.NUMBER, "number of its messages, retransmissions included", _messages),
        Column("retransmissions", Type.NUMBER, "how many of them are retransmissions", _retransmissions),
        Column(
            "transactions", Type.NUMBER, "number of its transactions",
            lambda t: _parts(t, t.overview.transactions.first_row),
        ),
        Column("dialogs", Type.NUMBER, "number of its dialogs", lambda t: _parts(t, t.overview.dialogs.first_row)),
        Column("endpoints", Type.LIST, "everybody who sent or received one of its messages, as `ip:port`", _endpoints),
        Column(
            "final_status", Type.MAYBE_NUMBER, "final status of its newest initial request; none while there is none",
            lambda t: Numbers(t.overview.calls.final, missing=0),
        ),
        Column("flow", Type.REPEATED, "the reference flow that it follows; none where it follows none", _flows),
        Column("score", Type.REAL, "how well it agrees with that flow", _scores, unit="0 to 1"),
        Column("talk", Type.REAL, "from answer to end; none where one of them is missing", _talk, unit="s"),
    ),
)  # fmt: skip
