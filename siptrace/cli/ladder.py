"""`siptrace ladder`: the diagram of one call, or of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.drawing import drawing_options, write_ladders
from siptrace.cli.options import flows_dir, known_flows, opened, traces
from siptrace.errors import UsageError
from siptrace.ladder.build import build_ladder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siptrace.ladder.model import Ladder
    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace

__all__ = ["ladder"]


def _matched(flows_dir: str | None) -> Callable[[Call], Ladder]:
    """Return what makes the ladder of a call with the flow that it follows."""
    from siptrace.correlate.judge import judge  # noqa: PLC0415  (a plain ladder needs no flows)
    from siptrace.ladder.matched import build_match_ladder  # noqa: PLC0415

    flows = known_flows(flows_dir)
    return lambda call: build_match_ladder(judge(call, flows))


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
@drawing_options
@click.option("--match", is_flag=True, help="With the steps of the reference flow that the call follows.")
@flows_dir
def ladder(
    traces: tuple[str, ...],
    number: int | None,
    call_id: str | None,
    form: str,
    width: int | None,
    sdp: bool,
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
    write_ladders(map(build, _chosen(opened(traces), number, call_id)), form, width, sdp=sdp)
