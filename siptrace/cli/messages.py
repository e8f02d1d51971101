"""`siptrace messages`: one line a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.options import as_json, opened, traces
from siptrace.cli.output import table, width, write, write_json
from siptrace.render.cells import visible
from siptrace.render.json import message_object
from siptrace.render.times import clock

if TYPE_CHECKING:
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
def messages(traces: tuple[str, ...], as_json: bool) -> None:
    """List the messages in time order; ↺ marks retransmissions."""
    trace = opened(traces)
    if as_json:
        write_json(map(message_object, trace.messages))
    else:
        write(table(_HEADS, map(_row, trace.messages), right=(0, 7), elastic=(5, 6), limit=width()))
