"""Tokens of real messages: the one place where tests get them, from a call, a capture or made-up messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.flows.make_flows import packets
from fixtures.wire import pcap
from siptrace.correlate import seen
from siptrace.correlate.match import Match, Verdict, verdict
from siptrace.correlate.model import flow, flow_ids
from siptrace.trace import open_trace
from tests.messages import trace_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fixtures.flows.render import Rendered
    from siptrace.correlate.tokens import Token
    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace
    from tests.messages import Sent

__all__ = ["candidates", "judged", "tokens_of_call", "tokens_of_capture", "tokens_of_sent", "user_agents_of_sent"]

FLOWS = tuple(map(flow, flow_ids()))


def _tokens(trace: Trace) -> tuple[Token, ...]:
    """Return the tokens of all messages of a trace, taken as one call."""
    return seen.tokens_of(trace.overview, range(len(trace.table)))


def tokens_of_call(call: Call) -> tuple[Token, ...]:
    """Return the tokens of a call of a trace."""
    return seen.tokens_of(call.overview, call.overview.rows_of(call.n - 1))


def tokens_of_sent(messages: Sequence[Sent]) -> tuple[Token, ...]:
    """Return the tokens of made-up messages, all of one call."""
    return _tokens(trace_of(messages))


def user_agents_of_sent(messages: Sequence[Sent]) -> frozenset[int]:
    """Return the parties of made-up messages that are known to be user agents."""
    trace = trace_of(messages)
    return seen.user_agents(list(trace.messages), [token.src for token in _tokens(trace)])


def tokens_of_capture(path: Path, messages: Sequence[Rendered], transport: str = "UDP") -> tuple[Token, ...]:
    """Write messages as a capture, open it, and return the tokens of everything in it, taken as one call."""
    path.write_bytes(pcap(packets(messages, transport)))
    return _tokens(open_trace(path))


def judged(tokens: tuple[Token, ...]) -> Verdict:
    """Return what a call is, out of all flows of the package."""
    return verdict(tokens, FLOWS)


def candidates(found: Verdict) -> list[Match]:
    """Return the best match and its ties."""
    return [match for match in (found.best, *found.ties) if match is not None]
