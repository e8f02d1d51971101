"""The ladder on a screen: what the command line draws, with a cursor on an arrow and a margin for what was found.

A line is drawn when it comes on the screen; the strips of lines that were there before come from a cache.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.cache import LRUCache
from textual.strip import Strip

from siptrace.ladder.model import Ladder
from siptrace.render.colours import COLOURS, ink_of
from siptrace.render.layout import Times
from siptrace.render.text import MIN_WIDTH, Line
from siptrace.tui.cursor_view import CURSOR, CursorView
from siptrace.tui.ladder_groups import Groups
from siptrace.tui.ladder_plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style

    from siptrace.ladder.model import Arrow

__all__ = ["MARGIN", "LadderView", "Look"]

_LEAST_ROWS = 3
"""Lines of the ladder that stay free of the heads."""

_STRIPS = 2048
"""Strips that are kept; a large terminal shows some hundred at a time."""

MARGIN = 1
"""Cells left of the drawing, for the sign of what was found about an arrow; those for what it belongs to follow."""

_LANE = re.compile("(│)")

_INKS = ("request", "provisional", "success", "redirect", "failure", "ghost", *(f"series{n}" for n in range(7)))
"""The names that `ink_of` gives."""


_NO_LADDER = Ladder("", (), None, (), ())


class Look(NamedTuple):
    """How a ladder is shown: lines for session descriptions, which times, and what colours stand for."""

    sdp: bool = True
    times: Times = Times.CLOCK
    colours: str = COLOURS[0]


def _nothing(_: Arrow) -> str:
    """Return the sign of an arrow about which nothing was found."""
    return ""


class LadderView(CursorView):
    """A ladder with a cursor; `marked` is the number of a message that is kept for a comparison."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ladder--head",
        "ladder--gutter",
        "ladder--lane",
        "ladder--detail",
        "ladder--remark",
        "ladder--found",
        *(f"ladder--{ink}" for ink in _INKS),
    }

    DEFAULT_CSS = """
    LadderView {
        scrollbar-size: 1 1;
        scrollbar-gutter: stable;
        & > .ladder--head { text-style: bold; }
        & > .ladder--gutter { color: $text-muted; }
        & > .ladder--lane { color: $text-disabled; }
        & > .ladder--detail { color: $text-muted; text-style: italic; }
        & > .ladder--remark { color: $text-accent; text-style: italic; }
        & > .ladder--found { color: $text-error; text-style: bold; }
        & > .ladder--request { color: $foreground; }
        & > .ladder--provisional { color: $text-primary; }
        & > .ladder--success { color: $text-success; }
        & > .ladder--redirect { color: $text-warning; }
        & > .ladder--failure { color: $text-error; text-style: bold; }
        & > .ladder--ghost { color: $text-muted; text-style: italic; }
        & > .ladder--series0 { color: $text-primary; }
        & > .ladder--series1 { color: $text-success; }
        & > .ladder--series2 { color: $text-warning; }
        & > .ladder--series3 { color: $text-error; }
        & > .ladder--series4 { color: $text-accent; }
        & > .ladder--series5 { color: $text-secondary; }
        & > .ladder--series6 { color: $foreground; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        """Make a view of nothing; `show` fills it."""
        super().__init__(id=id)
        self.ladder = _NO_LADDER
        self.look = Look()
        self.groups = Groups(_NO_LADDER)
        self.marked: int | None = None
        self._sign: Callable[[Arrow], str] = _nothing
        self._arrows: tuple[Arrow, ...] = ()
        self._plan: Plan | None = None
        self._planned: tuple[object, ...] = ()
        self._strips: LRUCache[tuple[int, bool, bool], Strip] = LRUCache(_STRIPS)

    # -- what is shown

    def show(self, ladder: Ladder, look: Look, sign: Callable[[Arrow], str] = _nothing) -> None:
        """Show a ladder; the cursor stays on its message, or goes to the nearest one that is there.

        `sign` gives the one cell that stands in the margin of an arrow, nothing for most.
        """
        if ladder is not self.ladder or look.colours != self.look.colours:
            self.groups = Groups(ladder, look.colours)
        if ladder is not self.ladder:
            current = self.arrow
            self.ladder, self._arrows = ladder, ladder.arrows
            self.cursor = self._nearest(current)
        self.look, self._sign = look, sign
        self._lay_out()

    def forget(self) -> None:
        """Forget the ladder that was shown, and what of it is marked."""
        self.ladder, self._arrows, self._plan, self._planned = _NO_LADDER, (), None, ()
        self.groups = Groups(_NO_LADDER)
        self.cursor, self.marked, self.loading = 0, None, False

    @property
    def arrow(self) -> Arrow | None:
        """The arrow under the cursor, None in an empty ladder."""
        return self._arrows[self.cursor] if self.cursor < len(self._arrows) else None

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """The arrows of the ladder."""
        return self._arrows

    @property
    def drawing_width(self) -> int:
        """The cells that the ladder is drawn for."""
        return max(self.scrollable_content_region.width - self._margin, MIN_WIDTH)

    @property
    def _margin(self) -> int:
        """The cells left of the drawing."""
        return MARGIN + self.groups.width

    def mark(self, n: int | None) -> None:
        """Keep a message by its number, or none."""
        self.marked = n
        self._strips.clear()
        self.refresh()

    # -- the screen

    def on_resize(self) -> None:
        """Draw for the new width; with another height there are more or fewer of the same lines."""
        if self._plan is not None and (self._planned[1], self.heads) == (
            self.drawing_width,
            self._heads_of(self._plan),
        ):
            self._follow()
        else:
            self._lay_out()

    def thing_at(self, line: int) -> int | None:
        """Return the arrow that a line belongs to, None for none."""
        return None if self._plan is None else self._plan.arrow_at(line)

    def notify_style_update(self) -> None:
        """Forget strips in the colours of another theme."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen: a head that stays, or a line of the ladder."""
        width, left, plan = self.scrollable_content_region.width, round(self.scroll_x), self._plan
        if plan is None:
            return Strip.blank(width, self.rich_style)
        if y < self.heads:
            strip = Strip([Segment(" " * self._margin + plan.heads[y], self._style("head"))])
            return strip.crop_extend(left, left + width, self.rich_style)
        place = y - self.heads + round(self.scroll_y)
        if place >= len(plan):
            return Strip.blank(width, self.rich_style)
        arrow = plan.arrow_at(place)
        first = arrow is not None and plan.firsts[arrow] == place
        current = first and arrow == self.cursor
        key = (place, first, current)
        strip = self._strips.get(key) or self._strip(plan.line(place), first, current)
        self._strips[key] = strip
        rest = self._style(self._ink(arrow)) + CURSOR if current else self.rich_style
        return strip.crop_extend(left, left + width, rest)

    def _lay_out(self) -> None:
        """Measure the lines for the width and the look, and decide which of them stay on top."""
        if not self.size:
            return  # before there is a screen
        width, look = self.drawing_width, self.look
        wanted = (self.ladder, width, look.times, look.sdp)
        if self._plan is None or self._planned[0] is not self.ladder or self._planned[1:] != wanted[1:]:
            self._plan, self._planned = Plan(self.ladder, width, look.times, sdp=look.sdp), wanted
        self._strips.clear()
        self.lay(self._plan.firsts, lines=len(self._plan), width=width + self._margin, heads=self._heads_of(self._plan))

    def _heads_of(self, plan: Plan) -> int:
        """Return how many heads stay on top: as many as leave room for some lines."""
        return min(len(plan.heads), max(0, self.scrollable_content_region.height - _LEAST_ROWS))

    def _nearest(self, current: Arrow | None) -> int:
        """Return the place of a message in the ladder that is shown now, or of the last one before it."""
        if current is None or current.n is None:
            return min(self.cursor, max(len(self._arrows) - 1, 0))
        before = [place for place, arrow in enumerate(self._arrows) if arrow.n is not None and arrow.n <= current.n]
        return before[-1] if before else 0

    def _strip(self, line: Line, first: bool, current: bool) -> Strip:
        """Return a line in its colours, with the sign of what was found in its margin."""
        arrow = None if line.arrow is None else self._arrows[line.arrow]
        ink = self._style(self._ink(line.arrow) if first or arrow is None else "detail")
        lane, wide = self._style("lane"), 0 if self._plan is None else self._plan.frame.gutter.width
        gutter, drawing = line.text[:wide], line.text[wide:]
        if first and arrow is not None and arrow.n is not None and arrow.n == self.marked:
            gutter = _marked(gutter, str(arrow.n))
        sign = f"{self._sign(arrow) if first and arrow is not None else '':{MARGIN}}"
        sign += self.groups.text(arrow if first else None)
        if current:
            return Strip([Segment(sign + gutter + drawing, ink + CURSOR)])
        parts = [(sign, self._style("found")), (gutter, self._style("gutter") if first else ink)]
        parts += [(part, lane if part == "│" else ink) for part in _LANE.split(drawing) if part]
        return Strip([Segment(text, style) for text, style in parts])

    def _ink(self, place: int | None) -> str:
        """Return the name of the colours of an arrow at a place, or of what is none."""
        return "remark" if place is None else ink_of(self._arrows[place], self.look.colours)

    def _style(self, name: str) -> Style:
        """Return the colours of a part of the ladder."""
        return self.get_component_rich_style(f"ladder--{name}")


def _marked(gutter: str, number: str) -> str:
    """Return a gutter with a sign behind the number."""
    place = gutter.find(number) + len(number)
    return f"{gutter[:place]}*{gutter[place + 1 :]}"
