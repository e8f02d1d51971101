"""Ladders as pictures: SVG, PNG and PDF. The only door to graphviz, which draws what `place.py` and `dot.py` laid out.

An SVG is text all through: it can be searched, it says what it is to who cannot see it (title and description, and one
for each arrow), and it turns dark where the page is dark.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from siptrace.errors import MissingTool
from siptrace.render.dot import dot_of
from siptrace.render.place import sheet_of, sheets_of
from siptrace.render.sheet import INKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.ladder.model import Ladder
    from siptrace.render.sheet import Sheet

__all__ = ["render_pdf", "render_png", "render_svg"]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"

_A4 = (595.28, 841.89)
"""Points of a page, upright (ISO 216)."""

_BORDER = 28.0
"""Points of a page that most printers leave white."""

_UPRIGHT = 0.62
"""The scale below which a ladder lies on its side: smaller letters are hard to read."""

_DENSITY = 144
"""Points an inch of a PNG: twice what screens had, so that it stays sharp on those of today."""

_SANS = 'Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'
_MONO = 'Menlo, "DejaVu Sans Mono", Consolas, "Liberation Mono", "Courier New", monospace'


def render_svg(ladder: Ladder, *, colours: str = "class", sdp: bool = True) -> str:
    """Return a ladder as one SVG image; raises MissingTool without graphviz."""
    sheet = sheet_of(ladder, colours=colours, sdp=sdp)
    return _finished(sheet, _drawn(sheet, "svg"))


def render_png(ladder: Ladder, *, colours: str = "class", sdp: bool = True) -> bytes:
    """Return a ladder as one PNG image, 144 points an inch; raises MissingTool without graphviz."""
    return _drawn(sheet_of(ladder, colours=colours, sdp=sdp), "png")


def render_pdf(ladders: Iterable[Ladder], *, colours: str = "class", sdp: bool = True) -> bytes:
    """Return ladders as one PDF file of A4 pages, each ladder from a page of its own on; raises MissingTool."""
    from pypdf import PdfReader, PdfWriter, Transformation  # noqa: PLC0415  (this format only)

    writer = PdfWriter()
    for ladder in ladders:
        wide, tall = _A4
        if sheet_of(ladder, colours=colours, sdp=sdp).width * _UPRIGHT > wide - 2 * _BORDER:
            wide, tall = tall, wide
        for sheet in sheets_of(ladder, (tall - 2 * _BORDER) / (wide - 2 * _BORDER), colours=colours, sdp=sdp):
            scale = min((wide - 2 * _BORDER) / sheet.width, (tall - 2 * _BORDER) / sheet.height, 1.0)
            page = writer.add_blank_page(wide, tall)
            left = (wide - sheet.width * scale) / 2
            place = Transformation().scale(scale).translate(left, tall - _BORDER - sheet.height * scale)
            page.merge_transformed_page(PdfReader(BytesIO(_drawn(sheet, "pdf"))).pages[0], place)
    found = BytesIO()
    writer.write(found)
    return found.getvalue()


def _drawn(sheet: Sheet, form: str) -> bytes:
    """Return a sheet as graphviz draws it."""
    import graphviz  # noqa: PLC0415  (pictures only)

    dot = dot_of(sheet)
    if form == "png":
        dot = dot.replace("pad=0", f"pad=0, dpi={_DENSITY}", 1)
    try:
        drawn: bytes = graphviz.Source(dot, engine="neato").pipe(format=form, neato_no_op=2, quiet=True)
    except graphviz.ExecutableNotFound as error:
        raise MissingTool("Pictures are drawn by graphviz, whose command `dot` is not installed.") from error
    return drawn


def _finished(sheet: Sheet, drawn: bytes) -> str:
    """Return graphviz' SVG with a title, a description and a style for dark pages."""
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(drawn)  # noqa: S314  (graphviz made it of our DOT)
    says = {stroke.name: stroke.says for stroke in sheet.strokes if stroke.says}
    for group in root.iter(f"{{{_SVG}}}g"):
        title = group.find(f"{{{_SVG}}}title")
        if title is not None:
            title.text = says.get(group.get("id", ""))
            if title.text is None:
                group.remove(title)
    root.set("role", "img")
    root.set("aria-labelledby", "ladder-title ladder-says")
    root.set("style", "max-width: 100%; height: auto")
    parts = (("title", "ladder-title", sheet.title), ("desc", "ladder-says", sheet.says), ("style", "", _style()))
    for index, (tag, name, text) in enumerate(parts):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": name} if name else {})
        element.text = text
        root.insert(index, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def _style() -> str:
    """Return fonts, and the inks on dark paper."""
    return "\n".join(["", f"text {{ font-family: {_SANS} }}", f".mono text {{ font-family: {_MONO} }}", *_dark(), ""])


def _dark() -> Iterator[str]:
    """Yield the rules for a dark page."""
    yield "@media (prefers-color-scheme: dark) {"
    yield f"  .paper > polygon, .on-paper > polygon {{ fill: {INKS['paper'].dark} }}"
    for name, ink in INKS.items():
        yield f"  .label.{name} text {{ fill: {ink.dark} }}"
        yield f"  .stroke.{name} path {{ stroke: {ink.dark} }}"
        yield f"  .stroke.{name} polygon {{ stroke: {ink.dark}; fill: {ink.dark} }}"
    yield f"  .panel.head > path, .panel.head > polygon {{ fill: {INKS['head'].dark} }}"
    yield "}"
