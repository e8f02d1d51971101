"""`siptrace ladder`: the diagram of one call, or of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.drawing import Drawing, drawing_options, write_ladders
from siptrace.cli.options import WhichCalls, flows_dir, known_flows, opened, traces, which_calls
from siptrace.errors import UsageError
from siptrace.ladder.build import build_ladder

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.ladder.model import Ladder
    from siptrace.reconstruct.model import Call

__all__ = ["ladder"]


def _matched(flows_dir: str | None) -> Callable[[Call], Ladder]:
    """Return what makes the ladder of a call with the flow that it follows."""
    from siptrace.correlate.judge import judge  # noqa: PLC0415  (a plain ladder needs no flows)
    from siptrace.ladder.matched import build_match_ladder  # noqa: PLC0415

    flows = known_flows(flows_dir)
    return lambda call: build_match_ladder(judge(call, flows))


@click.command()
@traces
@which_calls
@drawing_options
@click.option("--match", is_flag=True, help="With the steps of the reference flow that the call follows.")
@flows_dir
def ladder(
    traces: tuple[str, ...],
    which: WhichCalls,
    drawing: Drawing,
    match: bool,
    flows_dir: str | None,
) -> None:
    """Draw the ladder diagram of a call, or of every call of the trace.

    With --match the number of the flow's step (F1 ...) stands beside that of the message; steps that never came are
    dashed arrows, and what the flow does not have, has otherwise or has elsewhere is marked.
    """
    if flows_dir is not None and not match:
        raise UsageError("--flows is of use with --match only.")
    build = _matched(flows_dir) if match else build_ladder
    trace = opened(traces)
    write_ladders(map(build, which.of(trace)), drawing, [source.path for source in trace.sources])
