"""What two calls are as wholes: how they ended, how long they took, which flow they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.render.listing import flow_text, state_text
from siptrace.render.times import elapsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.correlate.judge import Judgement

__all__ = ["Fact", "facts_that_differ"]

_NOTHING = "-"


class Fact(NamedTuple):
    """Something about two calls, safe to print."""

    name: str
    left: str
    right: str


def facts_that_differ(left: Judgement, right: Judgement) -> list[Fact]:
    """Return what two calls do not have in common, what matters most first."""
    facts = (Fact(name, one, other) for (name, one), (_, other) in zip(_facts(left), _facts(right), strict=True))
    return [fact for fact in facts if fact.left != fact.right]


def _facts(judgement: Judgement) -> Iterator[tuple[str, str]]:
    """Yield names and texts, the same names for every call."""
    call = judgement.call
    yield "state", state_text(call.state, call.phase)
    yield "final code", str(call.final_status or _NOTHING)
    yield "flow", flow_text(judgement.match) or _NOTHING
    yield "setup time", _between(call.start_ns, call.answered_ns)
    yield "talk time", _between(call.answered_ns, call.end_ns)
    yield "messages", str(call.message_count)
    yield "sent again", str(call.retransmissions)
    yield "dialogs", str(call.dialog_count)


def _between(begin: int | None, end: int | None) -> str:
    """Return the seconds from one time to another, where there are both."""
    return _NOTHING if begin is None or end is None else f"{elapsed(end, begin)} s"
