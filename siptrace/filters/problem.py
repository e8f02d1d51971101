"""What is wrong with an expression, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FilterError", "suggestion"]

_SHOWN = 72
"""Characters of an expression that are shown around what is wrong: they fit on a terminal."""


class FilterError(UsageError):
    """An expression makes no sense: `start` and `end` are the characters it is about, counted from 0.

    Its notes (PEP 678) are the expression and a line that points at the place.
    """

    def __init__(self, problem: str, expression: str, start: int, end: int | None = None) -> None:
        """Say what is wrong in one sentence; without an `end` it is about one character."""
        super().__init__(problem)
        self.expression, self.start = expression, start
        self.end = max(start + 1, start + 1 if end is None else end)
        for line in _pointed(expression, self.start, self.end):
            self.add_note(line)


def _pointed(expression: str, start: int, end: int) -> tuple[str, str]:
    """Return the expression, or what is around the place, and the line with carets below it."""
    first = max(0, start - _SHOWN // 2) if len(expression) > _SHOWN else 0
    last = min(len(expression), first + _SHOWN)
    before, after = "… " if first else "", " …" if last < len(expression) else ""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in expression[first:last])
    carets = "^" * max(1, min(end, last) - start)
    return f"  {before}{shown}{after}", "  " + " " * len(before) + "".join(map(_blank, shown[: start - first])) + carets


def _blank(char: str) -> str:
    """Return a blank as wide as a character."""
    if char.isascii():
        return " "
    from unicodedata import east_asian_width  # noqa: PLC0415  (its tables are large, and few need them)

    return "\N{IDEOGRAPHIC SPACE}" if east_asian_width(char) in "WF" else " "


def suggestion(word: str, known: Mapping[str, str]) -> str:
    """Return `; did you mean method?` with the words that are near, or nothing; `known` has them by their spelling."""
    from difflib import get_close_matches  # noqa: PLC0415  (only for those who mistype)

    near = dict.fromkeys(known[spelling] for spelling in get_close_matches(word.lower(), known, n=3, cutoff=0.75))
    return f"; did you mean {' or '.join(near)}?" if near else ""
