"""Where things stand in a drawn ladder: the columns left of it, the cells of its lanes, and where labels go."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.model import Media, Note
from siptrace.render.cells import cells, pad, visible
from siptrace.render.labels import label_of
from siptrace.render.times import clock, delta, elapsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ladder.model import Arrow, Ladder

__all__ = ["Frame", "Gutter", "Times", "frame_of"]

_MIN_SPACING = 18
"""Cells between two lanes so that `│◀180 Ringing──│` still has its label inside."""

_MARGIN = 7
"""Cells on either side of the drawing, where half a lane's name has its place."""

_MAX_SPACING = 46
"""Further apart the eye loses the line."""

_LABEL_WIDTH = 24
"""Cells for the labels on the right when they do not fit inside the arrows; more where the lanes can spare it."""

_LONG_LABEL = 48
"""Cells beyond which the lanes do not give way to a label on the right."""

_ROOMY = 8
"""Cells between two lanes down to which they give way to labels on the right."""

_LEAST_SPACING = 3
"""Cells between two lanes below which there are none."""


class Times(StrEnum):
    """Which time stands beside a message.

    The first two have the time since the message before beside them, where there is room for it.
    """

    CLOCK = "time of day"
    START = "time since the start"
    DELTA = "time since the message before"


class Gutter(NamedTuple):
    """What stands left of the drawing: cells for the number of a message, for that of a step, then the times.

    `clock` is a column with the time of day, or with the time since `start_ns` where that is given.
    """

    digits: int
    steps: int
    clock: bool
    delta: bool
    start_ns: int | None = None

    @property
    def width(self) -> int:
        """Cells that it takes."""
        columns = (self.digits, self.steps)
        return sum(column + 2 for column in columns if column) + (14 if self.clock else 0) + (9 if self.delta else 0)

    def text(self, arrow: Arrow) -> str:
        """Return number, step, time and delta of an arrow."""
        text = f"{arrow.n or '':>{self.digits}}  " if self.digits else ""
        if self.steps:
            text += pad(arrow.step, self.steps + 2)
        if self.clock:
            text += pad(clock(arrow.time_ns) if self.start_ns is None else elapsed(arrow.time_ns, self.start_ns), 14)
        return text + (pad(delta(arrow.delta_ns), 9) if self.delta else "")


_SHOWN = {
    None: ((True, True), (False, True)),
    Times.CLOCK: ((True, True), (True, False)),
    Times.START: ((True, True), (True, False)),
    Times.DELTA: ((False, True),),
}
"""Which columns of times may stand in the gutter, clock and delta, the fullest first; None is for no special wish."""


class Frame(NamedTuple):
    """The layout of a drawing: `lanes` are cells, none where lanes do not fit; `inside` is where labels are."""

    gutter: Gutter
    lanes: tuple[int, ...]
    spacing: int
    inside: bool
    width: int


def frame_of(ladder: Ladder, width: int, times: Times | None = None) -> Frame:
    """Choose the layout for a width.

    Labels inside the arrows, with all times or with the one that is wanted: that since the message before where nobody
    said which (beside the numbers of steps then also without any); else labels aside; else no lanes at all.
    """
    gutters = _gutters(ladder, times)
    inside = [frame for gutter in gutters if (frame := _inside(ladder, width, gutter))]
    if inside:
        return next((frame for frame in inside if _fits(ladder, frame.spacing)), inside[0])
    gutter = next(gutter for gutter in gutters if not (gutter.clock and gutter.delta))
    timed, timeless = (_aside(ladder, width, one) for one in (gutter, gutter._replace(clock=False, delta=False)))
    return timeless if timeless.lanes and not timed.lanes else timed


def _aside(ladder: Ladder, width: int, gutter: Gutter) -> Frame:
    """Return the layout with labels beside the lanes, without lanes where there is no room for any."""
    gaps = max(len(ladder.lanes) - 1, 1)
    longest = max(map(cells, _labels(ladder)), default=0)
    spacing = (width - gutter.width - min(longest, _LONG_LABEL) - 3) // gaps
    if spacing < _ROOMY:
        spacing = min((width - gutter.width - _LABEL_WIDTH - 1) // gaps, _ROOMY)
    spacing = min(spacing, _MIN_SPACING)
    shown = range(len(ladder.lanes)) if spacing >= _LEAST_SPACING else ()
    return Frame(gutter, tuple(gutter.width + spacing * lane for lane in shown), spacing, inside=False, width=width)


def _labels(ladder: Ladder) -> Iterator[str]:
    """Yield all labels, of arrows and of media."""
    for row in ladder.rows:
        if not isinstance(row, Note):
            yield visible(row.label) if isinstance(row, Media) else label_of(row)


def _gutters(ladder: Ladder, times: Times | None) -> list[Gutter]:
    """Return what may stand left of the drawing, the fullest first; a flow has steps and nothing else.

    Where no message has a time, as in pasted text, there is no column for it.
    """
    steps = max((len(arrow.step) for arrow in ladder.arrows), default=0)
    if ladder.is_flow:
        return [Gutter(0, max(steps, 1), clock=False, delta=False)]
    digits = len(str(max((arrow.n or 1 for arrow in ladder.arrows), default=1)))
    is_timed = any(arrow.time_ns is not None for arrow in ladder.arrows)
    shown = [*(_SHOWN[times] if is_timed else [])]
    if not is_timed or (steps and times is None):
        shown.append((False, False))
    start = _start(ladder) if times is Times.START else None
    return [Gutter(digits, steps, clock, delta, start) for clock, delta in shown]


def _start(ladder: Ladder) -> int:
    """Return the first time that any arrow has, 0 where none has."""
    return next((arrow.time_ns for arrow in ladder.arrows if arrow.time_ns is not None), 0)


def _inside(ladder: Ladder, width: int, gutter: Gutter) -> Frame | None:
    """Return the layout with labels inside the arrows, None where the lanes stand too close for that."""
    spacing = min((width - gutter.width - 2 * _MARGIN) // max(len(ladder.lanes) - 1, 1), _MAX_SPACING)
    if spacing < _MIN_SPACING:
        return None
    places = tuple(gutter.width + _MARGIN + spacing * lane for lane in range(len(ladder.lanes)))
    return Frame(gutter, places, spacing, inside=True, width=width)


def _fits(ladder: Ladder, spacing: int) -> bool:
    """Return whether all labels fit inside their arrows."""
    return all(
        cells(label_of(arrow)) <= abs(arrow.source - arrow.target) * spacing - 4
        for arrow in ladder.arrows
        if arrow.source != arrow.target
    )
