"""`siptrace ladder`: the diagram of one call, or of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.options import opened, traces
from siptrace.cli.output import width as terminal_width
from siptrace.cli.output import write, write_json
from siptrace.errors import UsageError
from siptrace.ladder.build import build_ladder
from siptrace.render.text import MIN_WIDTH, render_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace

__all__ = ["ladder"]

_PIPE_WIDTH = 100
"""Columns when standard output is no terminal: what a ticket shows without wrapping."""


def _chosen(trace: Trace, number: int | None, call_id: str | None) -> Sequence[Call]:
    """Return the calls to draw: the one asked for, or all."""
    if number is not None and call_id is not None:
        raise UsageError("Give either --call or --call-id, not both.")
    if number is not None:
        return [trace.call(number)]
    return [trace.call_of(call_id)] if call_id is not None else trace.calls


@click.command()
@traces
@click.option("--call", "-n", "number", type=int, metavar="N", help="Only call N, as `siptrace calls` numbers them.")
@click.option("--call-id", metavar="ID", help="Only the call with this Call-ID.")
@click.option("--format", "-f", "form", type=click.Choice(["text", "ascii", "json"]), default="text", show_default=True)
@click.option("--width", "-w", type=click.IntRange(MIN_WIDTH), help=f"Columns, {MIN_WIDTH} or more [the terminal's].")
@click.option("--sdp/--no-sdp", default=True, help="What the session descriptions say, under their messages.")
def ladder(
    traces: tuple[str, ...], number: int | None, call_id: str | None, form: str, width: int | None, sdp: bool
) -> None:
    """Draw the ladder diagram of a call, or of every call of the trace."""
    trace = opened(traces)
    chosen = _chosen(trace, number, call_id)
    if form == "json":
        from siptrace.render.json import ladder_object  # noqa: PLC0415

        write_json(ladder_object(build_ladder(call)) for call in chosen)
        return
    columns = width or terminal_width() or _PIPE_WIDTH
    for index, call in enumerate(chosen):
        drawing = render_text(build_ladder(call), width=columns, ascii_only=form == "ascii", sdp=sdp)
        write(drawing if index == 0 else "\n" + drawing)
