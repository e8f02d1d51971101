r"""A sheet in graphviz' language: every label a node with a place, every stroke an edge with its course.

Graphviz lays nothing out (`neato -n2`), it only draws. Text from a trace is quoted, and neither its backslashes nor
its ampersands mean anything (graphviz reads `\N` and `&lt;` in labels).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siptrace.render.sheet import INKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.render.sheet import Label, Panel, Sheet, Stroke

__all__ = ["dot_of"]

_INCH = 72.0
_SANS, _MONO = "Helvetica", "Courier"
_HEAD = 0.7
_HEAD_POINTS = 10 * _HEAD
"""The size of an arrow's head as graphviz counts it, and the points that it takes off the line."""

_SIDE = {"start": "\\l", "middle": "", "end": "\\r"}
"""How graphviz justifies a label in its node."""

_DEFAULTS = (
    '  node [label="", shape=plaintext, fixedsize=true, margin=0, penwidth=0]',
    f'  edge [arrowhead=none, arrowsize={_HEAD}, tooltip=" "]',
)


def dot_of(sheet: Sheet) -> str:
    """Return the sheet as a graph that `neato -n2` draws."""
    corners = ((0.0, 0.0), (sheet.width, sheet.height))
    lines = [
        "digraph ladder {",
        f'  graph [bgcolor="{INKS["paper"].light}", pad=0, margin=0, outputorder=edgesfirst, id=ladder, class=paper]',
        *_DEFAULTS,
        *(_point(f"corner{index}", corner) for index, corner in enumerate(corners)),
        *(_panel(index, panel) for index, panel in enumerate(sheet.panels)),
        *(line for index, stroke in enumerate(sheet.strokes) for line in _stroke(index, stroke)),
        *(_label(index, label) for index, label in enumerate(sheet.labels)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a text as a quoted string of which every character stands for itself."""
    return '"' + text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _place(x: float, y: float) -> str:
    """Return a point; graphviz counts upwards."""
    return f"{x:.1f},{-y:.1f}"


def _attributes(**values: Any) -> str:
    """Return the attributes that have a value; texts must be quoted or plain words."""
    return "[" + ", ".join(f"{name}={value}" for name, value in values.items() if value not in ("", None)) + "]"


def _point(name: str, place: tuple[float, float]) -> str:
    """Return a node that nobody sees."""
    return f'  {name} [pos="{_place(*place)}", shape=point, width=0, style=invis]'


def _panel(index: int, panel: Panel) -> str:
    """Return a filled box."""
    attributes = _attributes(
        pos=f'"{_place(panel.x + panel.width / 2, panel.y + panel.height / 2)}"',
        shape="box",
        style='"filled,rounded"',
        fillcolor=f'"{INKS[panel.ink].light}"',
        width=f"{panel.width / _INCH:.3f}",
        height=f"{panel.height / _INCH:.3f}",
        **{"class": f'"panel {panel.ink}"'},
    )
    return f"  panel{index} {attributes}"


def _stroke(index: int, stroke: Stroke) -> Iterator[str]:
    """Yield two points and the edge between them."""
    begin, end = f"from{index}", f"to{index}"
    yield _point(begin, stroke.points[0])
    yield _point(end, stroke.points[-1])
    attributes = _attributes(
        pos=f'"{_course(stroke)}"',
        color=f'"{INKS[stroke.ink].light}"',
        penwidth=stroke.wide,
        arrowhead="normal" if stroke.head else "",
        style="dashed" if stroke.dashed else "",
        id=f'"{stroke.name or f"stroke-{index}"}"',
        **{"class": f'"stroke {stroke.ink}"'},
    )
    yield f"  {begin} -> {end} {attributes}"


def _course(stroke: Stroke) -> str:
    """Return the cubic curve of a stroke; with a head, it ends where the head begins."""
    points = list(stroke.points)
    (x, y), (before_x, before_y) = points[-1], points[-2]
    head = ""
    if stroke.head:
        away = max(abs(x - before_x), abs(y - before_y), 1e-6)
        head = f"e,{_place(x, y)} "
        points[-1] = (x - (x - before_x) / away * _HEAD_POINTS, y - (y - before_y) / away * _HEAD_POINTS)
    if len(points) == 2:
        (x0, y0), (x1, y1) = points
        thirds = [(x0 + (x1 - x0) * part / 3, y0 + (y1 - y0) * part / 3) for part in (1, 2)]
        points = [points[0], *thirds, points[1]]
    return head + " ".join(_place(*point) for point in points)


def _label(index: int, label: Label) -> str:
    """Return a line of text."""
    face = label.face
    font = (_MONO if face.mono else _SANS) + ("-Bold" if face.bold else "-Oblique" if face.italic else "")
    attributes = _attributes(
        pos=f'"{_place(label.left + label.width / 2, label.y)}"',
        label=_quoted(label.text)[:-1] + _SIDE[label.anchor] + '"',
        width=f"{label.width / _INCH:.3f}",
        height=f"{label.height / _INCH:.3f}",
        fontname=f'"{font}"',
        fontsize=f"{face.size:g}",
        fontcolor=f'"{INKS[label.ink].light}"',
        shape="box" if label.on else "",
        style="filled" if label.on else "",
        fillcolor=f'"{INKS[label.on].light}"' if label.on else "",
        id=f'"{label.name}-label"' if label.name else "",
        **{"class": f'"label {label.ink}{" on-" + label.on if label.on else ""}{" mono" if face.mono else ""}"'},
    )
    return f"  label{index} {attributes}"
