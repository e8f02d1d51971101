"""Calls held against reference flows, as ladders: flows played as they are, on one hop, or with one thing wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.flows.changes import changes
from fixtures.flows.make_flows import packets
from fixtures.flows.render import render
from fixtures.wire import pcap
from siptrace.correlate.judge import judge
from siptrace.correlate.model import flow
from siptrace.ladder.matched import build_match_ladder
from siptrace.trace import open_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from fixtures.flows.render import Rendered
    from siptrace.correlate.model import Flow, Step
    from siptrace.ladder.model import Ladder

__all__ = ["changed", "matched", "play", "written"]


def written(folder: Path, messages: Sequence[Rendered]) -> Path:
    """Return a capture of some messages."""
    path = folder / "call.pcap"
    path.write_bytes(pcap(packets(messages, "UDP")))
    return path


def matched(path: Path, flows: Sequence[Flow] | None = None) -> Ladder:
    """Return the ladder of the only call in a capture, held against the flows of the standards or others."""
    (call,) = open_trace(path).calls
    return build_match_ladder(judge(call, flows))


def play(one: Flow, seen: Callable[[Step], bool] = lambda _: True, without: Collection[int] = ()) -> list[Rendered]:
    """Return the messages of a flow that a trace has seen, without some steps."""
    pairs = zip(one.steps, render(one), strict=True)
    return [message for step, message in pairs if seen(step) and step.f not in without]


def changed(flow_id: str, kind: str, *steps: int) -> Sequence[Rendered]:
    """Return the messages of a flow with one thing wrong, as `fixtures.flows.changes` has it."""
    return next(change.messages for change in changes(flow(flow_id)) if (change.kind, change.steps) == (kind, steps))
