r"""The ladder as a PlantUML sequence diagram, which documentation and wikis draw.

    @startuml
    participant "Alice\n192.0.2.101:5060" as P1
    participant "Bob\n192.0.2.201:5060" as P2
    autonumber 1
    P1 -[#0b57a4]> P2 : INVITE (SDP) · 10:00:00.000
    P2 -[#8a6100]-> P1 : 180 Ringing · +0.010 s
    @enduml

Colours say what pictures say with them (`siptrace.render.colours`); a step that never came is dashed, grey, and ends in
a cross.

Text from a trace is written with Unicode codes (`<U+003C>`) wherever PlantUML would read it: it has a preprocessor,
Creole and HTML in the middle of a line. A PNG of PlantUML is cut at 4096 pixels unless PLANTUML_LIMIT_SIZE says more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Arrow, Mark, Note
from siptrace.patterns import pattern
from siptrace.render.colours import ink_of, legend
from siptrace.render.diagram import (
    PAUSE,
    arrow_text,
    head_texts,
    lanes_of,
    media_text,
    numbering,
    under_texts,
    wrapped,
)
from siptrace.render.headings import said_of, said_under
from siptrace.render.sheet import INKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from re import Match

    from siptrace.ladder.model import Ladder, Media

__all__ = ["render_plantuml"]

_LOOK = (
    "skinparam shadowing false",
    "skinparam defaultFontName sans-serif",
    f"skinparam titleFontColor {INKS['text'].light}",
    "skinparam titleFontSize 15",
    "skinparam sequence {",
    f"  ParticipantBackgroundColor {INKS['head'].light}",
    f"  ParticipantBorderColor {INKS['lane'].light}",
    f"  LifeLineBorderColor {INKS['ghost'].light}",
    f"  DividerBackgroundColor {INKS['head'].light}",
    f"  DividerBorderColor {INKS['lane'].light}",
    "  DividerFontStyle normal",
    "  DividerFontSize 12",
    "}",
    "skinparam note {",
    f"  BackgroundColor {INKS['paper'].light}",
    f"  BorderColor {INKS['lane'].light}",
    f"  FontColor {INKS['faint'].light}",
    "  FontSize 12",
    "}",
    "skinparam legend {",
    f"  BackgroundColor {INKS['paper'].light}",
    f"  BorderColor {INKS['lane'].light}",
    "  FontSize 12",
    "}",
)
"""A quiet look that is the same in old and new versions."""

_LONG = 24
"""Rows from which on the lanes have their heads below too."""

_FLAGGED = {Mark.UNEXPECTED, Mark.DIFFERENT, Mark.REORDERED}
_FLAG = "#fff1c2"
"""The ground under the label of a message that is not as in its flow."""

# What is markup in any place (dashes and quotation marks of Unicode count), runs of what is markup when doubled, the
# word that closes a block, and `@start`, behind which PlantUML looks for the name of the file to write even inside a
# line. Codes are read last but for `\t` and `~@start`, so those are parted by a space of no width.
_MARKUP = pattern(
    r"""\\t|~@|[<>&~\\*"=#|\[\]{}%$!'^`«»‐-‟]|\A@|(?i:@(?=start|pause|unpause|append|undo))|--+|__+|//+|\.\.+|\+\++|(?i:\bend)"""
)
_PARTED = ("\\t", "~@")


def render_plantuml(ladder: Ladder, *, colours: str = "class", sdp: bool = True) -> str:
    """Return the ladder as the text of a PlantUML diagram.

    `colours` is what they stand for, see `siptrace.render.colours`; `sdp` adds a note to each message with a session
    description.
    """
    return "\n".join(("@startuml", *_LOOK, *_statements(ladder, colours, sdp), "@enduml")) + "\n"


def _statements(ladder: Ladder, colours: str, sdp: bool) -> Iterator[str]:
    """Yield title, lanes, rows and legend, a statement a line."""
    title, *said = said_of(ladder)
    if len(ladder.rows) < _LONG:
        yield "hide footbox"
    if any(map(str.isalpha, title)):  # PlantUML takes no other title
        yield f"title {_lines(wrapped([title]))}"
    for index, lane in enumerate(lanes_of(ladder)):
        yield f'participant "{_lines(head_texts(lane))}" as {_name(index)}'
    numbers = numbering(ladder.arrows, "stop")
    for row in ladder.rows:
        if isinstance(row, Arrow):
            yield from _arrow(row, next(numbers), colours, sdp)
        else:
            yield _between(row)
    yield from _legend(ladder, said, colours)


def _arrow(arrow: Arrow, number: str, colours: str, sdp: bool) -> Iterator[str]:
    """Yield an arrow with what stands under it, after a gap where it was long in coming."""
    if (arrow.delta_ns or 0) > PAUSE:
        yield "..."
    if number:
        yield number
    ghost, color = Mark.MISSING in arrow.marks, INKS[ink_of(arrow, colours)].light
    dashed = ",dashed" if ghost or Mark.OPTIONAL in arrow.marks else ""
    head = f"{'-' if arrow.status is not None and not dashed else ''}>{'x' if ghost else ''}"
    text = _lines([arrow_text(arrow)])
    if _FLAGGED.intersection(arrow.marks):
        text = f"<back:{_FLAG}>{text}</back>"
    yield f"{_name(arrow.source)} -[{color}{dashed}]{head} {_name(arrow.target)} : {text}"
    if under := under_texts(arrow, sdp=sdp):
        yield f"note right of {_name(min(arrow.source, arrow.target))} : {_lines(under)}"


def _between(row: Media | Note) -> str:
    """Return the statement of a row that is no arrow."""
    if isinstance(row, Note):
        return f"== {_lines(wrapped([row.text]))} =="
    names = dict.fromkeys(map(_name, (row.left, row.right)))
    return f"hnote over {', '.join(names)} : {_inked('media', _escaped(media_text(row)))}"


def _legend(ladder: Ladder, said: Iterable[str], colours: str) -> Iterator[str]:
    """Yield where the ladder is from, remarks, and what its colours are."""
    remarks = [line for headline, texts in said_under(ladder) for line in (headline, *(f"· {text}" for text in texts))]
    inks = [
        f"{_inked(ink, ('╌╌' if dashed else '──') + '▶')} {_escaped(text)}"
        for ink, text, dashed in legend(ladder, colours)
    ]
    yield "legend left"
    yield from map(_escaped, wrapped([*said, *remarks]))
    yield "   ".join(inks)
    yield "end legend"


def _inked(ink: str, text: str) -> str:
    """Return a text that is written already in the colour of an ink."""
    return f"<color:{INKS[ink].light}>{text}</color>"


def _name(lane: int) -> str:
    """Return what a lane is called in the text of the diagram."""
    return f"P{lane + 1}"


def _lines(texts: Iterable[str]) -> str:
    """Return texts as lines of one label."""
    return "\\n".join(map(_escaped, texts))


def _escaped(text: str) -> str:
    """Return a text in which every character stands for itself."""
    return _MARKUP.sub(_codes, text)


def _codes(found: Match[str]) -> str:
    """Return characters that would be markup as codes, a word that would be with its first letter so."""
    text = found[0]
    if text[0].isalpha():
        return f"{_code(text[0])}{text[1:]}"
    return (_code("\u200b") if text in _PARTED else "").join(map(_code, text))


def _code(char: str) -> str:
    """Return a character as PlantUML reads it after everything else."""
    return f"<U+{ord(char):04X}>"
