"""The steps of two calls side by side on the screen, with a cursor on a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip

from siptrace.render.cells import fit, pad, visible
from siptrace.render.times import elapsed
from siptrace.tui.call_diff import Pair, Sign, Step
from siptrace.tui.cursor_view import CURSOR, CursorView

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BETWEEN", "CallDiffView", "side_width"]

BETWEEN = 3
"""Cells between the calls: the sign with a blank on either side."""

_LEAST = 10
"""Cells that a call has in any case."""

_TIME = 8
"""Cells for the seconds since the start."""

_STYLES = {Sign.SAME: "same", Sign.CHANGED: "changed", Sign.LEFT: "left", Sign.RIGHT: "right"}


def side_width(width: int) -> int:
    """Return the cells of one call on a screen of a width."""
    return max((width - BETWEEN) // 2, _LEAST)


class CallDiffView(CursorView):
    """Pairs of steps under the names of their calls."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"calldiff--head", *(f"calldiff--{name}" for name in _STYLES.values())}

    DEFAULT_CSS = """
    CallDiffView {
        height: 1fr;
        scrollbar-size: 1 1;
        scrollbar-gutter: stable;
        & > .calldiff--head { text-style: bold; }
        & > .calldiff--same { color: $text-muted; }
        & > .calldiff--changed { color: $text-warning; text-style: bold; }
        & > .calldiff--left { color: $text-error; text-style: bold; }
        & > .calldiff--right { color: $text-success; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        """Make a view of nothing; `show` fills it."""
        super().__init__()
        self.pairs: Sequence[Pair] = ()
        self._names = ("", "")
        self._ends = 0

    def show(self, pairs: Sequence[Pair], names: tuple[str, str]) -> None:
        """Show pairs; the cursor stays on its pair, or goes to the next one that is there."""
        current = self.pair
        self.pairs, self._names = pairs, names
        self._ends = max((len(_ends(step)) for pair in pairs for step in pair if step is not None), default=0)
        self.cursor = self._nearest(current)
        self._lay_out()
        self.post_message(self.Moved())

    @property
    def pair(self) -> Pair | None:
        """The pair under the cursor, None where there is none."""
        return self.pairs[self.cursor] if self.cursor < len(self.pairs) else None

    def on_resize(self) -> None:
        """Take the new size."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen: the names of the calls, or a pair of steps."""
        width = self.scrollable_content_region.width
        if y < self.heads:
            return self._strip(*self._names, " ", "head", width)
        place = y - self.heads + round(self.scroll_y)
        if place >= len(self.pairs):
            return Strip.blank(width, self.rich_style)
        pair = self.pairs[place]
        left, right = self._text(pair.left), self._text(pair.right)
        return self._strip(left, right, pair.sign.value, _STYLES[pair.sign], width, current=place == self.cursor)

    def _lay_out(self) -> None:
        """Take the place of every line."""
        width = self.scrollable_content_region.width
        self.lay(range(len(self.pairs)), lines=len(self.pairs), width=width, heads=1)

    def _nearest(self, current: Pair | None) -> int:
        """Return the place of a pair, or of the first one that comes after it."""
        if current is None:
            return 0
        behind = (place for place, pair in enumerate(self.pairs) if _is_behind(pair, current))
        return next(behind, max(len(self.pairs) - 1, 0))

    def _text(self, step: Step | None) -> str:
        """Return a step, nothing for none."""
        if step is None:
            return ""
        since = f"{elapsed(step.since_ns, 0):>{_TIME}}"
        more = (" (SDP)" if step.sdp else "") + (f" ↺{step.copies}" if step.copies else "")
        return f"{since} {pad(_ends(step), self._ends)} {visible(step.label)}{more}"

    def _strip(self, left: str, right: str, sign: str, name: str, width: int, *, current: bool = False) -> Strip:
        """Return two texts with a sign between them as a line of the screen."""
        room, style = side_width(width), self.get_component_rich_style(f"calldiff--{name}")
        style = style + CURSOR if current else style
        strip = Strip([Segment(f"{pad(left, room)} {sign} {fit(right, room)}", style)])
        return strip.crop_extend(0, width, style if current else self.rich_style)


def _ends(step: Step) -> str:
    """Return who sends a step to whom."""
    return f"{step.source}→{step.target}"


def _is_behind(pair: Pair, other: Pair) -> bool:
    """Return whether a pair is another one, or comes after it."""
    return any(one is not None and two is not None and one.n >= two.n for one, two in zip(pair, other, strict=True))
