"""`siptrace calls`: one line a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.options import as_csv, as_json, filtered, opened, traces
from siptrace.cli.output import aligned, width, write, write_bytes, write_csv, write_json
from siptrace.render.listing import CALL_HEADS, RIGHT, call_columns, people_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from siptrace.correlate.survey import Survey
    from siptrace.filters.filter import Filter
    from siptrace.trace import Trace

__all__ = ["calls"]

_ELASTIC = (5, 6)

_LONG = 5000
"""Calls from which a list without a limit is made as bytes."""


@click.command()
@traces
@as_json
@as_csv
@filtered
def calls(traces: tuple[str, ...], as_json: bool, as_csv: bool, wanted: Filter | None) -> None:
    """List the calls: who, when (UTC), how they ended.

    `talk` is the time from answer to end, `code` the final status, ↺ the number of retransmissions. Registrations,
    subscriptions and other exchanges are listed like calls. A call that the trace shows only in part is `incomplete`,
    with the last state seen. `flow` is the reference flow that it follows, with how much of it agrees where not all
    does; `siptrace match` says more.
    """
    trace = opened(traces)
    chosen = None if wanted is None else wanted.calls(trace.subject)
    if as_json:
        from siptrace.render.json import call_object  # noqa: PLC0415  (the table needs none)

        numbers = range(len(trace.calls)) if chosen is None else chosen
        write_json(call_object(trace.calls[number], trace.survey.match(number)) for number in numbers)
    elif as_csv:
        write_csv(trace, "calls", chosen)
    elif (long := _long_list(trace, survey := trace.begun_survey, chosen)) is not None:
        for part in long:
            write_bytes(part)
    else:
        columns = call_columns(trace.overview, people_of(trace.table), survey)
        if chosen is not None:
            columns = [[column[number] for number in chosen] for column in columns]
        for lines in aligned(CALL_HEADS, columns, right=RIGHT, elastic=_ELASTIC, limit=width()):
            write(lines)


def _long_list(trace: Trace, survey: Callable[[], Survey], chosen: Sequence[int] | None) -> Iterator[bytes] | None:
    """Return what yields a long list for a file or a pipe; None where it is short, or not so plain."""
    if width() is not None or len(trace.calls) < _LONG:
        return None
    from siptrace.render.long_list import long_list  # noqa: PLC0415  (imports numpy)

    return long_list(trace.overview, survey, chosen)
