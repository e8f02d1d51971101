"""`siptrace tui`: the terminal application."""

from __future__ import annotations

import click

from siptrace.cli.options import traces
from siptrace.errors import UsageError

__all__ = ["tui"]


@click.command()
@traces
def tui(traces: tuple[str, ...]) -> None:
    """Look at the calls in the terminal: a list to filter and sort, ladders, messages.

    The keys are those of sngrep; F1 lists them. This is what `siptrace TRACE...` does on a terminal.
    """
    if "-" in traces:
        raise UsageError(
            "The terminal application reads its keys from standard input, so no trace can come from there."
        )
    from siptrace.tui.app import SiptraceApp  # noqa: PLC0415  (the other commands must not pay for Textual)

    problem = SiptraceApp(traces).run()
    if problem is not None:
        raise problem
