"""The reference flow of a call, from the call to the verdict.

`judge()` is what the command line and the library ask; `expect.py` makes it an assertion that people put into their own
tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from siptrace.correlate.explain import Deviation, explain
from siptrace.correlate.match import Match, Verdict, rank, verdict
from siptrace.correlate.seen import tokens_of, user_agents
from siptrace.correlate.standard import standard_flows
from siptrace.correlate.survey import may_go_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.model import Flow
    from siptrace.correlate.tokens import Token
    from siptrace.reconstruct.model import Call, TracedMessage

__all__ = ["Judgement", "judge", "standard_flows"]


@dataclass(frozen=True, eq=False)
class Judgement:
    """A call, held against flows."""

    call: Call
    messages: tuple[TracedMessage, ...]
    tokens: tuple[Token, ...]
    flows: tuple[Flow, ...]
    verdict: Verdict

    @property
    def match(self) -> Match | None:
        """How the call fits its flow, None when it follows none."""
        return self.verdict.best

    @cached_property
    def deviations(self) -> tuple[Deviation, ...]:
        """Where the call leaves its flow, in the order of the call; empty when it follows none."""
        return () if self.match is None else explain(self.match, self.messages)

    def against(self, flow_id: str) -> Match | None:
        """Return how the call fits one flow, as a tie or as the best one or not at all (None)."""
        chosen = [flow for flow in self.flows if flow.id == flow_id]
        return next(iter(rank(self.tokens, chosen, open_end=_may_go_on(self.call))), None)


def judge(call: Call, flows: Sequence[Flow] | None = None) -> Judgement:
    """Return the flow that a call follows, out of those of the package or of `flows`."""
    messages = call.messages
    tokens = tokens_of(call.overview, call.overview.rows_of(call.n - 1))
    known = standard_flows() if flows is None else tuple(flows)
    ends = user_agents(messages, [token.src for token in tokens])
    return Judgement(call, messages, tokens, known, verdict(tokens, known, open_end=_may_go_on(call), ends=ends))


def _may_go_on(call: Call) -> bool:
    """Return whether more of the call may have followed after the end of the trace."""
    return may_go_on(call.overview, call.n - 1)
