"""`siptrace show`: one message, raw and explained."""

from __future__ import annotations

import sys

import click

from siptrace.cli.options import opened, traces
from siptrace.cli.output import write, write_bytes
from siptrace.render.explain import explain

__all__ = ["show"]


@click.command()
@traces
@click.option("--message", "-m", "number", type=int, required=True, metavar="N", help="Its number in `messages`.")
@click.option("--raw", is_flag=True, help="Its bytes exactly as captured, and nothing else.")
def show(traces: tuple[str, ...], number: int, raw: bool) -> None:
    """Show one message, raw and explained.

    With --raw the bytes go out as they are, but never to a terminal, which might obey what is in them.
    """
    message = opened(traces).message(number)
    if raw and not sys.stdout.isatty():
        write_bytes(message.raw)
    else:
        write(explain(message))
