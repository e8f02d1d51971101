"""Words that texts about calls have in common: percentages, counts, lists that end early, and lines of a width."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from siptrace.render.cells import cells, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["INDENT", "count_of", "first_of", "hundredths", "percent", "wrapped"]

INDENT = "  "
"""What the later lines of a text begin with."""


def hundredths(score: float) -> int:
    """Return a score (0 to 1) in whole percent, rounded down: only what is perfect is 100."""
    return floor(score * 100 + 1e-6)  # 0.29 * 100 is a little less than 29


def percent(score: float) -> str:
    """Return a score (0 to 1) in percent; only what is perfect is 100."""
    return f"{hundredths(score)} %"


def count_of(number: int, noun: str) -> str:
    """Return `1 message`, `2,000 messages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def first_of(names: Sequence[str], most: int) -> str:
    """Return at most so many names, and how many more there are: `a, b and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def wrapped(text: str, width: int, first: str = "", rest: str = INDENT, *, most: int | None = None) -> Iterator[str]:
    """Yield a text, made visible, in lines of at most `width` cells where its words allow it.

    The lines begin with `first` and `rest`. Of at most so many, the last one has all that is left, however long.
    """
    line, begun, count = first, False, 1
    for word in visible(text).split(" "):
        if begun and count != most and cells(line) + 1 + cells(word) > width:
            yield line.rstrip()
            line, begun, count = rest, False, count + 1
        line, begun = f"{line} {word}" if begun else line + word, True
    yield line
