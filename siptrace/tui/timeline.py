"""How many calls began when: a strip below the list, from which a window in time is picked.

The strip shows the calls that are listed, over the time of the whole trace; where the filter has a window in it, over
that window, so that picking goes deeper and deeper. What is marked has signs below it: no colour is needed to see it,
and a bar keeps its height.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from siptrace.render.times import clock, date
from siptrace.render.words import count_of
from siptrace.tui.actions import bindings
from siptrace.tui.steady import Steady
from siptrace.tui.timespan import Bins, Span, binned, length_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.binding import BindingType

__all__ = ["Timeline"]

_BARS = " ▁▂▃▄▅▆▇█"
_MARK = "▲"
_ROOM_FOR_DAYS = 60
"""Cells of a strip whose ends are named with their days, where these differ."""


class Timeline(Steady, can_focus=True):
    """The strip, and a line that says what it shows; with the focus also one of marks."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("time"))

    COMPONENT_CLASSES: ClassVar = {"timeline--bars", "timeline--marked", "timeline--text"}

    DEFAULT_CSS = """
    Timeline { height: 2; padding: 0 1; }
    Timeline:focus { height: 3; }
    Timeline > .timeline--bars { color: $accent; }
    Timeline > .timeline--marked { color: $text; text-style: bold; }
    Timeline > .timeline--text { text-style: dim; }
    Timeline:focus > .timeline--text { text-style: bold; }
    """

    class Picked(Message):
        """Calls of a window in time are wanted."""

        def __init__(self, window: Span) -> None:
            """Carry it."""
            super().__init__()
            self.window = window

    class Left(Message):
        """Nothing more is wanted here."""

    def __init__(self) -> None:
        """Begin without calls."""
        super().__init__()
        self._times: Sequence[int] = ()
        self._span: Span | None = None
        self._bins: Bins | None = None
        self.cursor = 0
        self._begin: int | None = None  # the first mark
        self._end: int | None = None  # the second one; without it the cursor is the end
        self._dragged = False

    def show(self, times: Sequence[int], span: Span | None) -> None:
        """Show when calls began, over a span; None where no time is known."""
        self._times, self._span = times, span
        self._count()

    @property
    def marked(self) -> tuple[int, int]:
        """The first and the last bin that is marked; without marks that under the cursor."""
        begin = self.cursor if self._begin is None else self._begin
        end = self.cursor if self._end is None else self._end
        return min(begin, end), max(begin, end)

    # -- actions

    def action_step(self, bins: int) -> None:
        """Move the cursor."""
        if self._bins is not None:
            self.cursor = max(0, min(self.cursor + bins, len(self._bins.counts) - 1))
            self.refresh()

    def action_widen(self, bins: int) -> None:
        """Move the cursor, and mark what it goes over."""
        if self._begin is None or self._end is not None:
            self._begin, self._end = self.cursor, None
        self.action_step(bins)

    def action_mark(self) -> None:
        """Mark the begin, then the end; then begin anew."""
        if self._begin is None or self._end is not None:
            self._begin, self._end = self.cursor, None
        else:
            self._end = self.cursor
        self.refresh()

    def action_pick(self) -> None:
        """Ask for the calls of what is marked."""
        if self._bins is not None:
            self.post_message(self.Picked(self._bins.span(*self.marked)))

    def action_back(self) -> None:
        """Leave."""
        self.post_message(self.Left())

    # -- events

    def on_resize(self) -> None:
        """Count anew for the new width."""
        self._count()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Forget the marks."""
        self._begin = self._end = None
        self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to mark."""
        if self._bins is not None:
            self.capture_mouse()
            self.cursor = self._begin = self._bin_at(event.x)
            self._end, self._dragged = None, False
            self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark what the mouse is dragged over."""
        if self.app.mouse_captured is self:
            self.cursor = self._bin_at(event.x)
            self._dragged = self._dragged or self.cursor != self._begin
            self.refresh()

    def on_mouse_up(self) -> None:
        """Ask for what was dragged over; a click alone only moves the cursor."""
        if self.app.mouse_captured is self:
            self.release_mouse()
            if self._dragged:
                self.action_pick()
            self._begin = self._end = None

    # -- how it is drawn

    def render_line(self, y: int) -> Strip:
        """Return the bars, the marks, or what both mean."""
        if self._bins is None:
            return Strip.blank(self.size.width, self.rich_style)
        strip = (
            self._bars(self._bins) if y == 0 else self._marks() if y < self.size.height - 1 else self._axis(self._bins)
        )
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _count(self) -> None:
        """Count the calls of each bin."""
        self._bins = None
        if self._span is not None and self.size.width > 0:
            self._bins = binned(self._times, self._span, self.size.width)
            self.cursor = min(self.cursor, len(self._bins.counts) - 1)
        self._begin = self._end = None
        self.refresh()

    def _left_of(self, place: int) -> int:
        """Return the cell where a bin begins: bins share all the width that there is."""
        assert self._bins is not None  # noqa: S101  (there is something to draw)
        return place * self.size.width // len(self._bins.counts)

    def _bin_at(self, x: int) -> int:
        """Return the bin at a cell of the widget."""
        assert self._bins is not None  # noqa: S101  (there is something to point at)
        bins, cell = len(self._bins.counts), x - self.gutter.left
        return max(0, min(((cell + 1) * bins - 1) // self.size.width, bins - 1))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"timeline--{name}")

    def _bars(self, bins: Bins) -> Strip:
        """Return a bar for each bin: the smallest one is seen, however many calls the others have."""
        most = max(*bins.counts, 1)
        bars = "".join(
            _BARS[-(-count * 8 // most)] * (self._left_of(place + 1) - self._left_of(place))
            for place, count in enumerate(bins.counts)
        )
        begin, end = self._marked_cells()
        plain, marked = self._style("bars"), self._style("marked")
        return Strip([Segment(bars[:begin], plain), Segment(bars[begin:end], marked), Segment(bars[end:], plain)])

    def _marks(self) -> Strip:
        """Return signs below what is marked."""
        begin, end = self._marked_cells()
        return Strip([Segment(" " * begin + _MARK * (end - begin), self._style("marked"))])

    def _marked_cells(self) -> tuple[int, int]:
        """Return the cells where what is marked begins and ends; nothing is marked without the focus."""
        first, last = self.marked
        return (self._left_of(first), self._left_of(last + 1)) if self.has_focus else (0, 0)

    def _axis(self, bins: Bins) -> Strip:
        """Return where the strip begins and ends, and between what its bars mean or what is marked."""
        whole = bins.span(0, len(bins.counts) - 1)
        days = date(whole.begin) != date(whole.end)
        left, right = _named(whole, days=days and self.size.width >= _ROOM_FOR_DAYS)
        if self.has_focus:
            first, last = self.marked
            begin, end = _named(bins.span(first, last), days=days)
            middle = f"{begin} to {end}: {count_of(sum(bins.counts[first : last + 1]), 'call')}"
            if len(left) + len(middle) + len(right) + 2 > self.size.width:
                left = right = ""
        else:
            middle = f"a bar is {length_text(bins.step)}, the highest {count_of(max(bins.counts), 'call')}"
        room = max(self.size.width - len(left) - len(right) - 2, 0)
        return Strip([Segment(f"{left} {middle[:room]:^{room}} {right}", self._style("text"))])


def _named(span: Span, *, days: bool) -> tuple[str, str]:
    """Return begin and end of a span, with as much of a second as they need, and with their days if so wanted."""
    begin, end = map(clock, span)
    if begin.endswith(".000") and end.endswith(".000"):
        begin, end = begin[:8], end[:8]
    return (f"{date(span.begin)} {begin}", f"{date(span.end)} {end}") if days else (begin, end)
