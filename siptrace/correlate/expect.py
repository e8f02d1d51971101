"""The assertion that a call follows a flow, for those who put captures into their tests.

    siptrace.expect_flow(trace.call(1), "rfc3665-3.2")

A call follows a flow when nothing else fits better (it is the best match or in the ties) and its score is high enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.explain import Deviation, explain
from siptrace.correlate.judge import Judgement, judge
from siptrace.correlate.model import FlowError
from siptrace.reconstruct.call import Kind, kind_of
from siptrace.table.columns import INVITE, KNOWN_METHODS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.match import Match
    from siptrace.correlate.model import Flow
    from siptrace.reconstruct.model import Call

__all__ = ["MIN_SCORE", "FlowNotFollowed", "Outcome", "expect_flow", "kind_of_flow", "outcome"]

MIN_SCORE = 0.95
"""What a call has to reach: one request or final answer in twenty may be otherwise."""


class FlowNotFollowed(AssertionError):
    """A call does not follow the flow that it should; the text names every deviation with its reason."""


class Outcome(NamedTuple):
    """A call held against the flow that it should follow; `match` is None where the two have too little in common."""

    follows: bool
    match: Match | None
    deviations: tuple[Deviation, ...]


def kind_of_flow(flow: Flow) -> Kind:
    """Return what a flow is about, as calls are told apart: any INVITE makes it a call."""
    methods = [step.method.encode() for step in flow.steps]
    if not methods or b"INVITE" in methods:
        return kind_of(INVITE)
    return kind_of(KNOWN_METHODS.index(methods[0]) + 1) if methods[0] in KNOWN_METHODS else Kind.OTHER


def outcome(judgement: Judgement, flow_id: str, min_score: float = MIN_SCORE) -> Outcome:
    """Return whether a call follows a flow, and where it does not; raises FlowError when there is no such flow."""
    if all(flow.id != flow_id for flow in judgement.flows):
        raise FlowError(f"no reference flow is called {flow_id!r}; `siptrace flows` lists them")
    found = [judgement.match, *judgement.verdict.ties]
    match = next((match for match in found if match is not None and match.flow.id == flow_id), None)
    follows = match is not None and match.score >= min_score
    match = match or judgement.against(flow_id)
    return Outcome(follows, match, () if match is None else explain(match, judgement.messages))


def expect_flow(
    call: Call, flow_id: str, min_score: float = MIN_SCORE, *, flows: Sequence[Flow] | None = None
) -> Judgement:
    """Assert that a call follows a flow: as the best match or in the ties, with a score of `min_score` or more.

    `flows` are those that it is held against, all of the package when left out. Returns the judgement; raises
    FlowNotFollowed (an AssertionError) with the deviations, and FlowError when no flow has that id.
    """
    judgement = judge(call, flows)
    found = outcome(judgement, flow_id, min_score)
    if not found.follows:
        raise FlowNotFollowed("\n".join(_complaint(judgement, flow_id, min_score, found)))
    return judgement


def _complaint(judgement: Judgement, flow_id: str, min_score: float, found: Outcome) -> list[str]:
    """Return why a call does not pass, a line a deviation."""
    best = judgement.match
    score = "it has too little in common with it" if found.match is None else f"its score is {found.match.score:.3f}"
    lines = [f"call {judgement.call.n} does not follow {flow_id}: {score}, {min_score:g} is asked for"]
    if best is not None and best.flow.id != flow_id:
        lines.append(f"it follows {best.flow.id} ({best.flow.title}), score {best.score:.3f}")
    lines += [f"- {d.headline}. {d.why} ({d.rfc})" for d in found.deviations if d.follows is None]
    return [_printable(line) for line in lines]


def _printable(text: str) -> str:
    """Return text from a trace in which no character can harm a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
