"""A drawn ladder as a value: labels, strokes and panels on a sheet, in points from its upper left corner.

`place.py` makes sheets of ladders, `dot.py` writes them for graphviz. `ink` says what a thing is, and so how it is
coloured: a name in `INKS`.
"""

from __future__ import annotations

from typing import NamedTuple

from siptrace.render.measure import Face, measure

__all__ = ["INKS", "Ink", "Label", "Panel", "Sheet", "Stroke"]


class Ink(NamedTuple):
    """A colour on white paper, and the one on dark paper."""

    light: str
    dark: str


INKS = {
    "paper": Ink("#ffffff", "#0d1117"),
    "text": Ink("#1f2328", "#e6edf3"),
    "faint": Ink("#59636e", "#9198a1"),
    "lane": Ink("#c8ced6", "#3d444d"),
    "head": Ink("#f1f4f8", "#1c2430"),
    "request": Ink("#0b57a4", "#79b8ff"),
    "provisional": Ink("#8a6100", "#e3b341"),
    "success": Ink("#1a7f37", "#56d364"),
    "redirect": Ink("#7a3ea8", "#d2a8ff"),
    "failure": Ink("#c62828", "#ff7b72"),
    "ghost": Ink("#848d97", "#8b949e"),
    "media": Ink("#00746b", "#39c5cf"),
    "series0": Ink("#0b57a4", "#79b8ff"),
    "series1": Ink("#c62828", "#ff7b72"),
    "series2": Ink("#1a7f37", "#56d364"),
    "series3": Ink("#7a3ea8", "#d2a8ff"),
    "series4": Ink("#8a6100", "#e3b341"),
    "series5": Ink("#a3246b", "#ff9bce"),
    "series6": Ink("#00746b", "#39c5cf"),
}
"""Every ink; all are readable on their paper (WCAG 2 contrast of 4.5 and more), but for lines nobody reads."""


class Label(NamedTuple):
    """A line of visible text: `x` is where it starts, its middle or its end, as `anchor` says, and `y` its middle.

    `on` is the ink of what is under it where lines pass there, empty where none does; `name` is what the label is of in
    the picture (`arrow-3`), empty for nothing that anybody looks for.
    """

    x: float
    y: float
    text: str
    anchor: str
    face: Face
    ink: str
    on: str = ""
    name: str = ""

    @property
    def left(self) -> float:
        """Where the text begins at most."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width

    @property
    def width(self) -> float:
        """The points that the text takes at most."""
        return measure(self.text, self.face)

    @property
    def height(self) -> float:
        """The points from the lowest to the highest letter."""
        return self.face.size * 1.15


class Stroke(NamedTuple):
    """A line through points, with a head at its end or without; `says` is read out in its place."""

    points: tuple[tuple[float, float], ...]
    ink: str
    head: bool = False
    dashed: bool = False
    wide: float = 1.0
    name: str = ""
    says: str = ""


class Panel(NamedTuple):
    """A filled box, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    ink: str


class Sheet(NamedTuple):
    """A page: what is on it, and what it is in words."""

    width: float
    height: float
    title: str
    says: str
    panels: tuple[Panel, ...]
    strokes: tuple[Stroke, ...]
    labels: tuple[Label, ...]
