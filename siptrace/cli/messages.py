"""`siptrace messages`: one line a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.options import as_csv, as_json, filtered, opened, traces
from siptrace.cli.output import table, width, write, write_csv, write_json
from siptrace.render.cells import visible
from siptrace.render.json import message_object
from siptrace.render.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siptrace.filters.filter import Filter
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["messages"]

_HEADS = ("#", "time", "from", "to", "via", "message", "cseq", "call")


def _row(message: TracedMessage) -> tuple[str, ...]:
    """Return one line's cells."""
    sip = message.sip
    text = message.method if message.is_request else f"{message.status} {sip.reason}".strip()
    cseq = f"{sip.cseq.number} {sip.cseq.method}" if sip.cseq else ""
    return (
        str(message.n),
        clock(message.time_ns),
        visible(message.src),
        visible(message.dst),
        message.transport.name,
        ("↺ " if message.retransmission else "") + visible(text),
        visible(cseq),
        str(message.call),
    )


@click.command()
@traces
@as_json
@as_csv
@filtered
def messages(traces: tuple[str, ...], as_json: bool, as_csv: bool, wanted: Filter | None) -> None:
    """List the messages in time order; ↺ marks retransmissions."""
    trace = opened(traces)
    chosen = None if wanted is None else wanted.messages(trace.subject)
    found: Iterable[TracedMessage] = trace.messages if chosen is None else map(trace.messages.__getitem__, chosen)
    if as_json:
        write_json(map(message_object, found))
    elif as_csv:
        write_csv(trace, "messages", chosen)
    else:
        write(table(_HEADS, map(_row, found), right=(0, 7), elastic=(5, 6), limit=width()))
