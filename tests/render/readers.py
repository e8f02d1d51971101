"""A little reader for each format of a ladder: from an output back to its arrows. Not for the product.

Each returns what the arrows of an output are, in its order: number and step (None and empty where there is none), the
indices of the lanes, and the label. They read what siptrace writes, no more.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from siptrace.render.cells import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Shown", "read_ascii", "read_json", "read_mermaid", "read_plantuml", "read_svg", "read_text"]


class Shown(NamedTuple):
    """An arrow as an output shows it."""

    n: int | None
    step: str
    source: int
    target: int
    label: str


def read_json(output: str) -> list[Shown]:
    """Read the JSON object of a ladder."""
    return [
        Shown(one["n"], one.get("step") or "", one["from"], one["to"], one["label"])
        for one in json.loads(output)["arrows"]
    ]


class _Glyphs(NamedTuple):
    """What a drawing is made of: bars, the shafts of arrows, where those cross bars, and heads."""

    bar: str
    shafts: str
    crossing: str
    left: str
    right: str


def read_text(drawing: str) -> list[Shown]:
    """Read a drawing whose labels are inside the arrows."""
    return list(_drawn(drawing, _Glyphs("│", "─╌", "┼", "◀", "▶")))


def read_ascii(drawing: str) -> list[Shown]:
    """Read a drawing in ASCII whose labels are inside the arrows."""
    return list(_drawn(drawing, _Glyphs("|", "-", "+", "<", ">")))


_GUTTER = re.compile(r" *(?P<n>\d+)?(?:^|  ) *(?P<step>F\d+)? *(?:[\d:.]{12})? *(?:[+-][\d.]+s?)? *$")


def _drawn(drawing: str, glyphs: _Glyphs) -> Iterator[Shown]:
    """Yield the arrows of a drawing: lines with something in the gutter and a shaft between two bars."""
    lines = drawing.split("\n")
    head = next(line for line in lines if line and set(line) == {" ", glyphs.bar})
    lanes = [place for place, char in enumerate(head) if char == glyphs.bar]
    for line in lines:
        gutter = _GUTTER.match(line[: lanes[0]])
        if gutter is None or not (gutter["n"] or gutter["step"]) or line[lanes[0] : lanes[0] + 1] != glyphs.bar:
            continue
        n = int(gutter["n"]) if gutter["n"] else None
        source, target, label = _arrow(_in_cells(line, len(head) + 1), lanes, glyphs)
        yield Shown(n, gutter["step"] or "", source, target, label.strip())


def _in_cells(line: str, width: int) -> list[str]:
    """Return what stands in each cell of a line: a character and what combines with it, nothing beside a wide one."""
    found: list[str] = []
    for char in line:
        if wide := cells(char):
            found += [char] + [""] * (wide - 1)
        else:
            found[-1] += char
    return found + [" "] * (width - len(found))


def _arrow(line: list[str], lanes: list[int], glyphs: _Glyphs) -> tuple[int, int, str]:
    """Return source, target and label of the arrow in a line."""
    bars = [(lane, place) for lane, place in enumerate(lanes) if line[place] == glyphs.bar]
    (left,) = (lane for lane, place in bars if line[place + 1] in (*glyphs.shafts, glyphs.left))
    ends = [lane for lane, place in bars if line[place - 1] in (*glyphs.shafts, glyphs.right)]
    if not ends:
        return left, left, "".join(line[lanes[left] + 3 :]).rstrip(glyphs.bar + " ")
    (right,) = ends
    between = line[lanes[left] + 1 : lanes[right]]
    backwards = between[0] == glyphs.left
    assert backwards != (between[-1] == glyphs.right), line
    label = "".join(between[1:] if backwards else between[:-1]).strip(glyphs.shafts + glyphs.crossing + " ")
    return (right, left, label) if backwards else (left, right, label)


_TIME = re.compile(r" · (?:[\d:.]{12}(?: \([+-][\d.]+ s\))?|[+-][\d.]+ s)$")
_STEP = re.compile(r"(F\d+) ")


def _labelled(n: int | None, source: int, target: int, text: str) -> Shown:
    """Return an arrow of a diagram language; its text begins with its step and ends with its time."""
    step = _STEP.match(text)
    label = _TIME.sub("", text[step.end() :] if step else text)
    return Shown(n, step[1] if step else "", source, target, label)


def _statements(output: str, pattern: str, off: str) -> Iterator[tuple[int | None, re.Match[str]]]:
    """Yield the statements that are arrows, with the number that `autonumber` gives them."""
    n: int | None = None
    for line in map(str.strip, output.splitlines()):
        if line.startswith("autonumber "):
            word = line.removeprefix("autonumber ")
            n = None if word == off else int(word)
        elif found := re.fullmatch(pattern, line):
            yield n, found
            n = None if n is None else n + 1


def read_mermaid(output: str) -> list[Shown]:
    """Read a Mermaid sequence diagram."""
    found = []
    for n, line in _statements(output, r"P(\d+)(?:->>|-->>|-x|--x)P(\d+): (.*)", "off"):
        text = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), line[3])
        found.append(_labelled(n, int(line[1]) - 1, int(line[2]) - 1, text))
    return found


def read_plantuml(output: str) -> list[Shown]:
    """Read a PlantUML sequence diagram."""
    found = []
    for n, line in _statements(output, r"P(\d+) -\[#\w+(?:,dashed)?\]-?>x? P(\d+) : (.*)", "stop"):
        text = re.sub(r"^<back:#\w+>(.*)</back>$", r"\1", line[3]).replace("<U+200B>", "")
        text = re.sub(r"<U\+(\w+)>", lambda code: chr(int(code[1], 16)), text)
        found.append(_labelled(n, int(line[1]) - 1, int(line[2]) - 1, text))
    return found


_SVG = "{http://www.w3.org/2000/svg}"
_SAID = re.compile(r"(?P<n>\d+)? ?(?P<step>F\d+)? ?(?:[\d:.]{12})?: ")


def read_svg(picture: str) -> list[Shown]:
    """Read a picture: arrows are groups with a name, a title that says their number, a curve and a label."""
    root = ET.fromstring(picture)  # noqa: S314  (siptrace made it)
    groups = {group.get("id") or "": group for group in root.iter(f"{_SVG}g")}
    lanes = [_ends(group)[0] for group in groups.values() if "lane" in (group.get("class") or "").split()]
    shown = []
    for name, group in groups.items():
        if re.fullmatch(r"arrow-\d+", name):
            said = _SAID.match(group.findtext(f"{_SVG}title") or "")
            assert said is not None
            source, target = (min(range(len(lanes)), key=lambda lane: abs(lanes[lane] - x)) for x in _ends(group))
            label = "".join(groups[f"{name}-label"].itertext()).replace("\u00a0", " ").strip()
            shown.append(Shown(int(said["n"]) if said["n"] else None, said["step"] or "", source, target, label))
    return shown


def _ends(group: ET.Element) -> tuple[float, float]:
    """Return where a curve begins and ends, from left to right; its end is the tip of the head."""
    path, head = group.find(f".//{_SVG}path"), group.find(f".//{_SVG}polygon")
    assert path is not None
    points = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", path.get("d") or "")]
    if head is None:
        return points[0], points[-1]
    corners = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", head.get("points") or "")]
    return points[0], max(corners, key=lambda x: abs(x - points[-1]))
