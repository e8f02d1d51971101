"""Options that several subcommands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.diagnostics import report, say
from siptrace.cli.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.trace import Trace

__all__ = ["as_json", "opened", "traces"]

traces = click.argument("traces", metavar="TRACE...", nargs=-1, required=True, type=click.Path())
"""The files to read."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
"""Data instead of a table."""


def opened(paths: Sequence[str]) -> Trace:
    """Open the traces; show on standard error how far it has come, and say there what was wrong with them."""
    from siptrace.trace import open_trace  # noqa: PLC0415  (help and completion must not pay for it)

    with progress_bar() as bar:
        trace = open_trace(*paths, progress=bar, notice=bar.say if bar else say)
    report(trace.anomalies, [source.path for source in trace.sources])
    if not trace.messages:
        say("there is no SIP in this trace")
    return trace
