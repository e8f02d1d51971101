"""Where every line of a drawn ladder is. A line is drawn when it is asked for, so a long ladder is there at once."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from textual.cache import LRUCache

from siptrace.ladder.model import Arrow
from siptrace.render.headings import footing, lane_heads
from siptrace.render.layout import frame_of
from siptrace.render.text import Line, row_height, row_lines

if TYPE_CHECKING:
    from siptrace.ladder.model import Ladder
    from siptrace.render.layout import Times

__all__ = ["Plan"]

_MOST_HEADS = 4
"""Lines of lane heads that may stay on top: names, addresses, parts and bars."""

_ROWS = 512
"""Drawn rows that are kept; a large terminal shows some hundred."""


class Plan:
    """The lines of a ladder for a width: `heads` stay on top, all others have a place from 0 to `len(plan) - 1`.

    `firsts` are the places of the arrows' own lines, in the order of `Ladder.arrows`.
    """

    def __init__(self, ladder: Ladder, width: int, times: Times, *, sdp: bool) -> None:
        """Measure the rows of a ladder, which is much less than to draw them."""
        self._rows, self._sdp = ladder.rows, sdp
        self.frame = frame_of(ladder, width, times)
        heads = list(lane_heads(ladder, self.frame))
        stay = len(heads) if len(heads) <= _MOST_HEADS else 1 if self.frame.lanes else 0
        self.heads, self._over = heads[len(heads) - stay :], heads[: len(heads) - stay]
        self._foot = list(footing(ladder, self.frame.width))
        heights = (row_height(row, self.frame, sdp=sdp) for row in self._rows)
        self._begins = list(accumulate(heights, initial=len(self._over)))
        own = [isinstance(row, Arrow) for row in self._rows]
        self.firsts = [begin for begin, is_arrow in zip(self._begins, own, strict=False) if is_arrow]
        self._arrow_of = [count - 1 if is_arrow else None for count, is_arrow in zip(accumulate(own), own, strict=True)]
        self._drawn: LRUCache[int, list[str]] = LRUCache(_ROWS)

    def __len__(self) -> int:
        """Return how many lines there are under the heads."""
        return self._begins[-1] + len(self._foot)

    def line(self, place: int) -> Line:
        """Return the line at a place."""
        if place < len(self._over):
            return Line(self._over[place])
        if place >= self._begins[-1]:
            return Line(self._foot[place - self._begins[-1]])
        at = bisect_right(self._begins, place) - 1
        drawn = self._drawn.get(at)
        if drawn is None:
            drawn = self._drawn[at] = list(row_lines(self._rows[at], self.frame, sdp=self._sdp))
        return Line(drawn[place - self._begins[at]], self._arrow_of[at])

    def arrow_at(self, place: int) -> int | None:
        """Return the arrow that the line at a place belongs to, None for none; nothing is drawn."""
        if not len(self._over) <= place < self._begins[-1]:
            return None
        return self._arrow_of[bisect_right(self._begins, place) - 1]
