"""`siptrace calls`: one line a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.options import as_json, opened, traces
from siptrace.cli.output import table, width, write, write_json
from siptrace.reconstruct.call import CallState
from siptrace.render.cells import visible
from siptrace.render.json import call_object
from siptrace.render.times import clock, seconds

if TYPE_CHECKING:
    from siptrace.reconstruct.model import Call

__all__ = ["calls"]

_HEADS = ("#", "method", "state", "start", "talk", "from", "to", "code", "msgs", "↺")
_RIGHT = (0, 4, 7, 8, 9)
_ELASTIC = (5, 6)


def _who(uri: str) -> str:
    """Return user and host of a URI, for eyes: without scheme and parameters."""
    return uri.partition(":")[2].partition(";")[0] or uri


def _state(call: Call) -> str:
    """Return how a call stands; of an incomplete one also the last that the trace shows of it."""
    return f"{call.state}: {call.phase}" if call.state is CallState.INCOMPLETE else call.state


def _row(call: Call) -> tuple[str, ...]:
    """Return one line's cells."""
    talk = None if call.answered_ns is None or call.end_ns is None else call.end_ns - call.answered_ns
    return (
        str(call.n),
        visible(call.method),
        _state(call),
        clock(call.start_ns)[:8],
        seconds(talk),
        visible(_who(call.from_uri)),
        visible(_who(call.to_uri)),
        str(call.final_status or ""),
        str(call.message_count),
        str(call.retransmissions or ""),
    )


@click.command()
@traces
@as_json
def calls(traces: tuple[str, ...], as_json: bool) -> None:
    """List the calls: who, when (UTC), how they ended.

    `talk` is the time from answer to end, `code` the final status, ↺ the number of retransmissions. Registrations,
    subscriptions and other exchanges are listed like calls. A call that the trace shows only in part is `incomplete`,
    with the last state seen.
    """
    trace = opened(traces)
    if as_json:
        write_json(map(call_object, trace.calls))
    else:
        write(table(_HEADS, map(_row, trace.calls), right=_RIGHT, elastic=_ELASTIC, limit=width()))
