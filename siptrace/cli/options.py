"""Options that several subcommands share."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from siptrace.cli.diagnostics import report, say
from siptrace.cli.progress import progress_bar
from siptrace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siptrace.correlate.model import Flow
    from siptrace.filters.filter import Filter
    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace

__all__ = [
    "WhichCalls",
    "as_csv",
    "as_json",
    "filtered",
    "flows_dir",
    "known_flows",
    "opened",
    "traces",
    "which_calls",
]

traces = click.argument("traces", metavar="TRACE...", nargs=-1, required=True, type=click.Path())
"""The files to read."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
"""Data instead of a table."""

as_csv = click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values, for spreadsheets.")
"""Data that spreadsheets take."""

flows_dir = click.option(
    "--flows",
    "flows_dir",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Besides the flows of the standards, those in the files *.toml there.",
)
"""Where people keep flows of their own."""


def _parsed(_ctx: click.Context, _param: click.Parameter, expression: str | None) -> Filter | None:
    """Return the filter of an expression, before any trace is read; raises FilterError."""
    if expression is None:
        return None
    from siptrace.filters.filter import parse  # noqa: PLC0415  (most calls have no filter)

    return parse(expression)


filtered = click.option(
    "--filter",
    "-F",
    "wanted",
    metavar="EXPR",
    callback=_parsed,
    help="Only those for which EXPR is true; `siptrace filters` explains.",
)
"""What to choose by an expression."""


class WhichCalls(NamedTuple):
    """Which calls were asked for: one by its number or by a Call-ID, those that a filter selects, or all."""

    number: int | None
    call_id: str | None
    wanted: Filter | None = None

    @property
    def is_one(self) -> bool:
        """Whether one call was named."""
        return self.number is not None or self.call_id is not None

    @property
    def is_all(self) -> bool:
        """Whether every call was asked for."""
        return not self.is_one and self.wanted is None

    def of(self, trace: Trace, flows: Sequence[Flow] | None = None) -> Sequence[Call]:
        """Return those calls of a trace; raises UsageError when there is no such call.

        A filter that asks for flows is about those of the standards, or about some `flows`.
        """
        if self.number is not None:
            return [trace.call(self.number)]
        if self.call_id is not None:
            return [trace.call_of(self.call_id)]
        return trace.calls if self.wanted is None else trace.select_calls(self.wanted, flows)


_WHICH = (
    click.option("--call", "-n", "number", type=int, metavar="N", help="Only call N of `siptrace calls`."),
    click.option("--call-id", metavar="ID", help="Only the call with this Call-ID."),
    filtered,
)


def which_calls(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command options that choose calls, as one parameter `which`; raises UsageError when several are given."""

    @wraps(command)
    def called(number: int | None, call_id: str | None, wanted: Filter | None, **given: Any) -> Any:
        if number is not None and call_id is not None:
            raise UsageError("Give either --call or --call-id, not both.")
        if wanted is not None and (number is not None or call_id is not None):
            raise UsageError("Give either --filter or a call, not both.")
        return command(which=WhichCalls(number, call_id, wanted), **given)

    made: Callable[..., Any] = called
    for option in reversed(_WHICH):
        made = option(made)
    return made


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
