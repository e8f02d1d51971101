"""A filter: an expression that was read once, and selects calls and messages of any trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siptrace.errors import UsageError
from siptrace.filters.select import Level
from siptrace.filters.types import MOST_SECONDS

if TYPE_CHECKING:
    from siptrace.filters.select import Node
    from siptrace.filters.subject import Subject

__all__ = ["Filter", "parse"]


@dataclass(frozen=True)
class Filter:
    """An expression, and what it selects."""

    expression: str
    node: Node = field(repr=False, compare=False)

    def calls(self, subject: Subject) -> list[int]:
        """Return the calls for which it is true, by their numbers from 0; raises UsageError when that takes forever."""
        return self._selected(subject, Level.CALL, len(subject.overview.calls))

    def messages(self, subject: Subject) -> list[int]:
        """Return the messages for which it is true, by their numbers from 0; raises UsageError like `calls`."""
        return self._selected(subject, Level.MESSAGE, len(subject.table))

    def _selected(self, subject: Subject, level: Level, count: int) -> list[int]:
        """Return what is selected out of all."""
        try:
            return list(self.node.select(subject, level, range(count)))
        except TimeoutError:
            raise UsageError(
                f"A regular expression of the filter took more than {MOST_SECONDS:g} s for one text; "
                "repetitions inside repetitions, such as (a+)+, do that."
            ) from None


def parse(expression: str) -> Filter:
    """Read an expression; raises `siptrace.filters.problem.FilterError`, which points at what makes no sense."""
    from siptrace.filters.grammar import tree  # noqa: PLC0415  (brings the parser library along)

    return Filter(expression, tree(expression))
