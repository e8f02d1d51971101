"""The ladder on a screen: what the command line draws, with a cursor on an arrow.

The lines are drawn once for a ladder, a width and a look; a frame takes them from there, and the strips of lines that
were on the screen before from a cache.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from siptrace.ladder.model import Ladder
from siptrace.render.colours import COLOURS, ink_of
from siptrace.render.layout import Times
from siptrace.render.text import MIN_WIDTH, Drawn, Line, draw

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from siptrace.ladder.model import Arrow

__all__ = ["LadderView", "Look"]

_MOST_HEADS = 4
"""Lines of lane heads that may stay on top: names, addresses, parts and bars."""

_LEAST_ROWS = 3
"""Lines of the ladder that stay free of the heads."""

_STRIPS = 2048
"""Strips that are kept; a large terminal shows some hundred at a time."""

_MOST_DRAWN = 4
"""Drawings that are kept: toggling a look back costs nothing."""

_LANE = re.compile("(│)")
_CURSOR = Style(reverse=True, bold=True)
"""What sets the line under the cursor apart: no colour, so that it is seen without any."""

_INKS = ("request", "provisional", "success", "redirect", "failure", "ghost", *(f"series{n}" for n in range(7)))
"""The names that `ink_of` gives."""


class Look(NamedTuple):
    """How a ladder is shown: lines for session descriptions, which times, and what colours stand for."""

    sdp: bool = True
    times: Times = Times.CLOCK
    colours: str = COLOURS[0]


class LadderView(ScrollView, can_focus=True):
    """A ladder with a cursor; `marked` is the number of a message that is kept for a comparison."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup,ctrl+b", "page(-1.0)", "Page up", show=False),
        Binding("pagedown,ctrl+f", "page(1.0)", "Page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False),
        Binding("home,ctrl+a", "first", "First", show=False),
        Binding("end,ctrl+e", "last", "Last", show=False),
        Binding("left", "scroll_left", "Left", show=False),
        Binding("right", "scroll_right", "Right", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ladder--head",
        "ladder--gutter",
        "ladder--lane",
        "ladder--detail",
        "ladder--remark",
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

    class Moved(Message):
        """The cursor stands on another arrow, or on none."""

        def __init__(self, arrow: Arrow | None) -> None:
            """Carry the arrow."""
            super().__init__()
            self.arrow = arrow

    class Chosen(Message):
        """The arrow under the cursor was clicked once more."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        """Make a view of nothing; `show` fills it."""
        super().__init__(id=id)
        self.ladder = Ladder("", (), None, (), ())
        self.look = Look()
        self.cursor = 0
        self.marked: int | None = None
        self._arrows: tuple[Arrow, ...] = ()
        self._drawn: dict[tuple[int, bool, Times], Drawn] = {}
        self._heads: list[str] = []
        self._lines: list[Line] = []
        self._first: list[int] = []
        self._gutter = 0
        self._strips: LRUCache[tuple[int, bool, bool], Strip] = LRUCache(_STRIPS)

    # -- what is shown

    def show(self, ladder: Ladder, look: Look) -> None:
        """Show a ladder; the cursor stays on its message, or goes to the nearest one that is there."""
        current = self.arrow
        if ladder is not self.ladder:
            self.ladder, self._arrows = ladder, ladder.arrows
            self._drawn.clear()
            self.cursor = self._nearest(current)
        self.look = look
        self._lay_out()
        self._follow()
        if self.arrow != current:
            self.post_message(self.Moved(self.arrow))

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
        return max(self.scrollable_content_region.width, MIN_WIDTH)

    def mark(self, n: int | None) -> None:
        """Keep a message by its number, or none."""
        self.marked = n
        self._strips.clear()
        self.refresh()

    def go(self, place: int) -> None:
        """Put the cursor on the arrow at a place, or on the first or last one."""
        place = max(0, min(place, len(self._arrows) - 1))
        if place != self.cursor:
            self._refresh_cursor()
            self.cursor = place
            self._refresh_cursor()
            self.post_message(self.Moved(self.arrow))
        self._follow()

    # -- actions

    def action_move(self, by: int) -> None:
        """Go so many arrows down."""
        self.go(self.cursor + by)

    def action_page(self, pages: float) -> None:
        """Go so many pages down, by one arrow at least."""
        if not self._first:
            return
        by = round(self._room * pages)
        place = bisect_right(self._first, self._first[self.cursor] + by) - 1
        self.go(min(place, self.cursor - 1) if by <= 0 else max(place, self.cursor + 1))

    def action_first(self) -> None:
        """Go to the first arrow."""
        self.go(0)

    def action_last(self) -> None:
        """Go to the last arrow."""
        self.go(len(self._arrows) - 1)

    # -- the screen

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._lay_out()
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the arrow that was clicked; once more chooses it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < len(self._heads):
            return
        line = offset.y - len(self._heads) + round(self.scroll_y)
        place = self._lines[line].arrow if line < len(self._lines) else None
        if place is None:
            return
        if place == self.cursor and event.chain > 1:
            self.post_message(self.Chosen())
        self.go(place)

    def notify_style_update(self) -> None:
        """Forget strips in the colours of another theme."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen: a head that stays, or a line of the ladder."""
        width, left = self.scrollable_content_region.width, round(self.scroll_x)
        if y < len(self._heads):
            strip = Strip([Segment(self._heads[y], self._style("head"))])
            return strip.crop_extend(left, left + width, self.rich_style)
        place = y - len(self._heads) + round(self.scroll_y)
        if place >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[place]
        first = line.arrow is not None and self._first[line.arrow] == place
        current = first and line.arrow == self.cursor
        key = (place, first, current)
        strip = self._strips.get(key) or self._strip(line, first, current)
        self._strips[key] = strip
        rest = self._style(self._ink(line.arrow)) + _CURSOR if current else self.rich_style
        return strip.crop_extend(left, left + width, rest)

    def _lay_out(self) -> None:
        """Take the lines for the width and the look, and decide which of them stay on top."""
        if not self.size:
            return  # before there is a screen
        width, sdp, times = self.drawing_width, self.look.sdp, self.look.times
        drawn = self._drawn.get((width, sdp, times))
        if drawn is None:
            drawn = self._drawn[width, sdp, times] = draw(self.ladder, width=width, sdp=sdp, times=times)
            while len(self._drawn) > _MOST_DRAWN:
                del self._drawn[next(iter(self._drawn))]
        heads = drawn.heads
        stay = len(heads) if len(heads) <= _MOST_HEADS else 1 if drawn.frame.lanes else 0
        under = [] if stay == len(heads) else heads[: len(heads) - stay]
        stays = heads[len(heads) - stay :]
        self._heads = stays[: max(0, self.scrollable_content_region.height - _LEAST_ROWS)]
        self._lines = [*map(Line, under), *drawn.rows, *map(Line, drawn.footing)]
        self._gutter = drawn.frame.gutter.width
        places = [None, *(line.arrow for line in self._lines)]
        self._first = [
            place for place, (before, here) in enumerate(pairwise(places)) if here is not None and here != before
        ]
        self._strips.clear()
        self.virtual_size = Size(width, len(self._heads) + len(self._lines))
        self.refresh()

    @property
    def _room(self) -> int:
        """The lines of the ladder that are on the screen."""
        return max(1, self.scrollable_content_region.height - len(self._heads))

    def _follow(self) -> None:
        """Scroll so that the arrow under the cursor is on the screen, with the lines under it."""
        if not self._first or not self.is_mounted:
            return
        begin = self._first[self.cursor]
        last = self.cursor + 1 == len(self._first)
        end = len(self._lines) if last else self._first[self.cursor + 1]
        top = round(self.scroll_y)
        if end > top + self._room:
            top = end - self._room
        top = min(top, begin)
        self.scroll_to(y=top if self.cursor else 0, animate=False, immediate=True)

    def _refresh_cursor(self) -> None:
        """Draw the line under the cursor anew."""
        if self.cursor < len(self._first):
            y = self._first[self.cursor] - round(self.scroll_y) + len(self._heads)
            self.refresh(Region(0, y, self.size.width, 1))

    def _nearest(self, current: Arrow | None) -> int:
        """Return the place of a message in the ladder that is shown now, or of the last one before it."""
        if current is None or current.n is None:
            return min(self.cursor, max(len(self._arrows) - 1, 0))
        before = [place for place, arrow in enumerate(self._arrows) if arrow.n is not None and arrow.n <= current.n]
        return before[-1] if before else 0

    def _strip(self, line: Line, first: bool, current: bool) -> Strip:
        """Return a line in its colours."""
        arrow = None if line.arrow is None else self._arrows[line.arrow]
        ink = self._style(self._ink(line.arrow) if first or arrow is None else "detail")
        lane = self._style("lane")
        gutter, drawing = line.text[: self._gutter], line.text[self._gutter :]
        if first and arrow is not None and arrow.n is not None and arrow.n == self.marked:
            gutter = _marked(gutter, str(arrow.n))
        if current:
            return Strip([Segment(gutter + drawing, ink + _CURSOR)])
        parts = [(gutter, self._style("gutter") if first else ink)]
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
