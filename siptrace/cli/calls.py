"""`siptrace calls`: one line a call."""

from __future__ import annotations

import click

from siptrace.cli.options import as_json, opened, traces
from siptrace.cli.output import aligned, width, write, write_json
from siptrace.render.json import call_object
from siptrace.render.listing import CALL_HEADS, call_columns

__all__ = ["calls"]

_RIGHT = (0, 4, 7, 8, 9)
_ELASTIC = (5, 6)


@click.command()
@traces
@as_json
def calls(traces: tuple[str, ...], as_json: bool) -> None:
    """List the calls: who, when (UTC), how they ended.

    `talk` is the time from answer to end, `code` the final status, ↺ the number of retransmissions. Registrations,
    subscriptions and other exchanges are listed like calls. A call that the trace shows only in part is `incomplete`,
    with the last state seen. `flow` is the reference flow that it follows, with how much of it agrees where not all
    does; `siptrace match` says more.
    """
    trace = opened(traces)
    if as_json:
        matches = map(trace.survey.match, range(len(trace.calls)))
        write_json(map(call_object, trace.calls, matches))
    else:
        columns = call_columns(trace.overview, trace.survey)
        write(aligned(CALL_HEADS, columns, right=_RIGHT, elastic=_ELASTIC, limit=width()))
