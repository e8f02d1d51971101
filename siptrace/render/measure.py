"""How wide a text is in a picture, in points, before anybody draws it.

A picture is looked at where its fonts may be missing, so widths are those of a wide sans-serif face and of common
monospaced ones: what fits by these numbers fits in Helvetica, Arial, Liberation Sans and DejaVu Sans alike.
"""

from __future__ import annotations

from typing import NamedTuple

from siptrace.render.cells import cells

__all__ = ["Face", "cut", "measure", "wrap"]

_NARROW, _WIDE = 0.42, 1.03
_WIDTHS = {
    **dict.fromkeys("Iijl'", 0.30),
    **dict.fromkeys(" ,./:;-|\\frt", _NARROW),
    **dict.fromkeys('()[]"!*J', 0.52),
    **dict.fromkeys("szck?", 0.60),
    **dict.fromkeys("mwMW@%#+<=>~^…", _WIDE),
    **dict.fromkeys("ABCDGHKNOPQRUVXY&", 0.80),
}
"""Widths of characters of a proportional face, in ems; of all others, see `_OTHER`."""

_OTHER, _CELL = 0.69, 0.85
"""Ems of any other ASCII character, and of a cell of anything else."""

_MONOSPACED, _BOLD = 0.61, 1.1
"""Ems of a monospaced character, and how much wider bold letters are."""

_ELLIPSIS = "…"
_NOTHING = 1e-6
"""Points that are an error of adding numbers up."""


class Face(NamedTuple):
    """How a text is set: its size in points, monospaced or not, bold, or italic."""

    size: float
    mono: bool = False
    bold: bool = False
    italic: bool = False


def measure(text: str, face: Face) -> float:
    """Return the points that a visible text takes at most."""
    if face.mono:
        ems = cells(text) * _MONOSPACED
    else:
        ems = sum(_WIDTHS.get(char) or (_OTHER if char.isascii() else max(cells(char), 1) * _CELL) for char in text)
    return ems * face.size * (_BOLD if face.bold else 1.0)


def cut(text: str, face: Face, room: float) -> str:
    """Return the text, cut with an ellipsis where it takes more points than there is room."""
    if measure(text, face) <= room + _NOTHING:
        return text
    kept, left = [], room - measure(_ELLIPSIS, face)
    for char in text:
        left -= measure(char, face)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + _ELLIPSIS


def wrap(text: str, face: Face, room: float, most: int) -> list[str]:
    """Return the text in at most so many lines of so many points; what is still too long is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and len(lines) + 1 < most and measure(longer, face) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [cut(line, face, room) for line in (*lines, line)]
