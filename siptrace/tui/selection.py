"""The calls that an expression selects, out of all or of those that were kept. Nothing here knows Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.tui.intact import last_rows, trouble_with

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from siptrace.trace import Trace

__all__ = ["Selection", "select"]

_READS_MESSAGES = 10
"""The cost of a filter that looks into messages, and not only at columns."""


class Selection(NamedTuple):
    """Calls by their numbers from 0, and what is wrong with the files that were looked into, "" for nothing."""

    calls: Sequence[int]
    trouble: str = ""


def select(trace: Trace, expression: str, kept: Collection[int] | None) -> Selection:
    """Return the calls of a trace, or of those that were kept, for which an expression is true; "" is true for all.

    Raises FilterError for an expression that makes no sense, UnreadableInput when a file is gone.
    """
    if not expression:
        return Selection(range(len(trace.calls)) if kept is None else sorted(kept))
    from siptrace.filters.filter import parse  # noqa: PLC0415  (brings the parser library along)

    wanted = parse(expression)
    chosen = wanted.calls(trace.subject)
    trouble = trouble_with(trace, last_rows(trace)) if wanted.node.cost >= _READS_MESSAGES else ""
    return Selection(chosen if kept is None else [call for call in chosen if call in kept], trouble)
