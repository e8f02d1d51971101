"""The formats of a ladder: their names, the ends of file names, and who draws them. Help and completion come from here.

A drawing module is imported when its format is asked for.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.ladder.model import Ladder

__all__ = ["FORMATS", "Format", "Style", "drawn", "format_of"]


class Style(NamedTuple):
    """How to draw: `columns` of text, with session descriptions or without, and what colours stand for."""

    columns: int = 100
    sdp: bool = True
    colours: str = "class"


class Many(Enum):
    """What becomes of several ladders in one file."""

    FOLLOW = "one after the other"
    PAGES = "a page or more for each"
    NEVER = "there is room for one only"


class Format(NamedTuple):
    """A format: its name, the end of a file's name that stands for it, what it is, and how it takes several ladders."""

    name: str
    suffix: str
    meaning: str
    many: Many = Many.FOLLOW
    is_text: bool = True


FORMATS = {
    one.name: one
    for one in (
        Format("text", ".txt", "text with line-drawing characters"),
        Format("ascii", ".asc", "text of ASCII alone"),
        Format("svg", ".svg", "a picture for pages and tickets", Many.NEVER),
        Format("png", ".png", "a picture of pixels", Many.NEVER, is_text=False),
        Format("pdf", ".pdf", "pages of A4", Many.PAGES, is_text=False),
        Format("mermaid", ".mmd", "a Mermaid sequence diagram", Many.NEVER),
        Format("plantuml", ".puml", "a PlantUML sequence diagram"),
        Format("json", ".json", "one JSON object a ladder"),
    )
}
"""Every format by its name."""


def format_of(path: str) -> Format | None:
    """Return the format that the end of a file's name stands for, None for none."""
    return next((one for one in FORMATS.values() if path.lower().endswith(one.suffix)), None)


def drawn(ladders: Iterable[Ladder], name: str, style: Style) -> Iterator[bytes]:
    """Yield the content of a file with the ladders, piece by piece; raises MissingTool as the renderers do.

    More than one ladder is for formats that have room for them.
    """
    if name == "pdf":
        from siptrace.render.svg import render_pdf  # noqa: PLC0415

        yield render_pdf(ladders, colours=style.colours, sdp=style.sdp)
        return
    for index, ladder in enumerate(ladders):
        if index and name in ("text", "ascii", "plantuml"):
            yield b"\n"
        yield _one(ladder, name, style)


def _one(ladder: Ladder, name: str, style: Style) -> bytes:
    """Return one ladder in a format."""
    if name == "png":
        from siptrace.render.svg import render_png  # noqa: PLC0415

        return render_png(ladder, colours=style.colours, sdp=style.sdp)
    if name == "svg":
        from siptrace.render.svg import render_svg  # noqa: PLC0415

        return _encoded(render_svg(ladder, colours=style.colours, sdp=style.sdp))
    if name == "mermaid":
        from siptrace.render.mermaid import render_mermaid  # noqa: PLC0415

        return _encoded(render_mermaid(ladder, sdp=style.sdp))
    if name == "plantuml":
        from siptrace.render.plantuml import render_plantuml  # noqa: PLC0415

        return _encoded(render_plantuml(ladder, colours=style.colours, sdp=style.sdp))
    if name == "json":
        from siptrace.render.json import json_line, ladder_object  # noqa: PLC0415

        return _encoded(json_line(ladder_object(ladder)))
    from siptrace.render.text import render_text  # noqa: PLC0415

    return _encoded(render_text(ladder, width=style.columns, ascii_only=name == "ascii", sdp=style.sdp))


def _encoded(text: str) -> bytes:
    """Return text as UTF-8; what is none appears as escapes."""
    return text.encode("utf-8", "backslashreplace")
