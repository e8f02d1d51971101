"""Options that several subcommands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.diagnostics import report, say
from siptrace.cli.progress import progress_bar
from siptrace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.model import Flow
    from siptrace.trace import Trace

__all__ = ["as_json", "flows_dir", "known_flows", "opened", "traces"]

traces = click.argument("traces", metavar="TRACE...", nargs=-1, required=True, type=click.Path())
"""The files to read."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
"""Data instead of a table."""

flows_dir = click.option(
    "--flows",
    "flows_dir",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Besides the flows of the standards, those in the files *.toml there.",
)
"""Where people keep flows of their own."""


def known_flows(folder: str | None = None) -> tuple[Flow, ...]:
    """Return the flows of the standards, then those of a directory; raises UsageError when its files are of no use."""
    from siptrace.correlate.model import flow, flow_ids, load_flow  # noqa: PLC0415  (only some commands have flows)

    known = {flow_id: flow(flow_id) for flow_id in flow_ids()}
    if folder is None:
        return tuple(known.values())
    from pathlib import Path  # noqa: PLC0415

    paths = sorted(Path(folder).glob("*.toml"))
    if not paths:
        raise UsageError(f"{folder}: holds no flows, which are files *.toml.")
    for path in paths:
        own = load_flow(path)
        if own.id in known:
            raise UsageError(f"{path}: there is another flow {own.id!r}.")
        known[own.id] = own
    return tuple(known.values())


def opened(paths: Sequence[str]) -> Trace:
    """Open the traces; show on standard error how far it has come, and say there what was wrong with them."""
    from siptrace.trace import open_trace  # noqa: PLC0415  (help and completion must not pay for it)

    with progress_bar() as bar:
        trace = open_trace(*paths, progress=bar, notice=bar.say if bar else say)
    report(trace.anomalies, [source.path for source in trace.sources])
    if not trace.messages:
        say("there is no SIP in this trace")
    return trace
