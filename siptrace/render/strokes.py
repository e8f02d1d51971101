"""Lines between lanes: what an arrow, a ghost and media look like. The lanes are bars that all of them cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.model import Mark
from siptrace.render.cells import cells

if TYPE_CHECKING:
    from siptrace.ladder.model import Arrow
    from siptrace.render.layout import Frame

__all__ = [
    "GHOST",
    "MEDIA",
    "NO_MEDIA",
    "PLAIN",
    "RESENT",
    "Stroke",
    "bars",
    "label_room",
    "labelled",
    "line",
    "over",
    "stroke_of",
]


class Stroke(NamedTuple):
    """How a line is drawn: the cells of its shaft, repeated from both ends on, and what becomes of a bar it crosses."""

    shaft: str
    crossing: str


PLAIN = Stroke("─", "┼")
RESENT = Stroke("╌", "┼")
GHOST = Stroke("─ ", "┼")
MEDIA = Stroke("═", "╪")
NO_MEDIA = Stroke("·", "│")


def stroke_of(arrow: Arrow) -> Stroke:
    """Return how an arrow is drawn."""
    if Mark.MISSING in arrow.marks:
        return GHOST
    return RESENT if Mark.RETRANSMISSION in arrow.marks else PLAIN


def bars(frame: Frame) -> str:
    """Return a line with nothing but the lanes, from the first cell of the drawing on."""
    line = ""
    for place in frame.lanes:
        line += " " * (place - frame.gutter.width - len(line)) + "│"
    return line


def line(frame: Frame, source: int, target: int, stroke: Stroke, heads: tuple[int, ...]) -> str:
    """Return the lanes with a line between two of them; `heads` are the lanes that it has an arrowhead at."""
    drawn = list(bars(frame))
    begin, end = _span(frame, source, target)
    left, right = sorted((source, target))
    first, last = begin + (left in heads), end - 1 - (right in heads)
    for cell in range(begin, end):
        from_end = min(cell - first, last - cell)
        drawn[cell] = stroke.crossing if drawn[cell] == "│" else stroke.shaft[from_end % len(stroke.shaft)]
    if left in heads:
        drawn[begin] = "◀"
    if right in heads:
        drawn[end - 1] = "▶"
    return "".join(drawn)


def label_room(frame: Frame, source: int, target: int) -> int:
    """Return how many cells a label may take inside the line between two lanes."""
    begin, end = _span(frame, source, target)
    return end - begin - 3


def labelled(frame: Frame, drawn: str, source: int, target: int, label: str) -> str:
    """Return a line with a label in the middle of it."""
    begin, end = _span(frame, source, target)
    at = begin + (1 if target > source else 2) + (end - begin - 3 - cells(label)) // 2
    return drawn[:at] + label + drawn[at + cells(label) :]


def over(frame: Frame, place: int, text: str) -> str:
    """Lay a text over the lanes, from a cell of the whole line on; bars that it covers give way, the others stay."""
    lanes, begin = bars(frame), place - frame.gutter.width
    return lanes[:begin].ljust(begin) + text + lanes[begin + cells(text) :]


def _span(frame: Frame, source: int, target: int) -> tuple[int, int]:
    """Return the first cell between two lanes, and the one behind the last."""
    left, right = sorted((source, target))
    return frame.lanes[left] - frame.gutter.width + 1, frame.lanes[right] - frame.gutter.width
