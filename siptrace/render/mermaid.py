"""The ladder as a Mermaid sequence diagram, which wikis and code forges draw inside a page.

    sequenceDiagram
        box transparent Call 1: alice@atlanta.example.com → bob@biloxi.example.com, completed
        participant P1 as Alice<br/>192.0.2.101:5060
        participant P2 as Bob<br/>192.0.2.201:5060
        end
        autonumber 1
        P1->>P2: INVITE (SDP) · 10:00:00.000
        P2-->>P1: 180 Ringing · +0.010 s

The heading is that of a box around all lanes, the only one that Mermaid makes room for. Requests are solid and
responses dotted; a step that never came ends in a cross. Mermaid has no colours for arrows, and those of the page are
its own, so what a match says of an arrow is a tinted box around it.

Text from a trace is written with entity codes (`#59;`) wherever Mermaid would read it: it has comments, directives and
HTML in the middle of a line, and takes words for its own. Mermaid draws no more than 50,000 characters of text as it
comes (its `maxTextSize`): some 500 messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Arrow, Mark, Note
from siptrace.patterns import pattern
from siptrace.render.diagram import arrow_text, head_texts, lanes_of, media_text, numbering, under_texts, wrapped
from siptrace.render.headings import said_of, said_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from re import Match

    from siptrace.ladder.model import Ladder, Media

__all__ = ["render_mermaid"]

_LOOK = '%%{init: {"fontFamily": "Helvetica, Arial, sans-serif"}}%%'
"""Fonts by plain names, which Mermaid measures better than its own list: texts stay in their boxes."""

_TINTS = {
    Mark.MISSING: "rgba(128, 128, 128, 0.15)",
    Mark.UNEXPECTED: "rgba(220, 60, 40, 0.15)",
    Mark.DIFFERENT: "rgba(220, 60, 40, 0.15)",
    Mark.REORDERED: "rgba(220, 160, 0, 0.15)",
}
"""The boxes around arrows that a match has something to say of; they are seen through, on dark pages too."""

_SPACING = 150.0
"""How far two lanes stand apart at least, with letters 12 points high: Mermaid's 200 with its 16."""
_MARGIN, _OVER = 60.0, 20.0
"""What the box around the lanes has more than their spacings, and what a note over several has more than those."""
_ALONE = 300.0
"""How wide a note over one lane may be: it makes room for itself."""

# `#` begins a comment and `#name;` is an entity, `;` ends a statement, `%%` begins a comment or a directive, `<` HTML,
# `$$` a formula, `\n` is a new line; `ﬂ°` and `¶ß` are what Mermaid itself puts for entities before it reads a text.
# After `style` or `classDef` and a colon it spoils entities; `wrap:` is an instruction and `end` closes a box.
_MARKUP = pattern(r"[#;%&<>$\\`ﬂ¶]|style|classDef|wrap(?=:)|(?i:\bend\b)")


def render_mermaid(ladder: Ladder, *, sdp: bool = True) -> str:
    """Return the ladder as the text of a Mermaid diagram; `sdp` adds a note to each message with a description."""
    return "\n    ".join((f"{_LOOK}\nsequenceDiagram", *_statements(ladder, sdp))) + "\n"


def _statements(ladder: Ladder, sdp: bool) -> Iterator[str]:
    """Yield title, lanes, rows and remarks, a statement a line."""
    lanes = lanes_of(ladder)
    yield f"box transparent {_lines(wrapped(said_of(ladder), _SPACING * len(lanes) + _MARGIN))}"
    for index, lane in enumerate(lanes):
        yield f"participant {_name(index)} as {_lines(head_texts(lane))}"
    yield "end"
    numbers = numbering(ladder.arrows, "off")
    for row in ladder.rows:
        if isinstance(row, Arrow):
            if number := next(numbers):
                yield number
            yield from _arrow(row, sdp)
        else:
            yield _between(row, len(lanes) - 1)
    for headline, texts in said_under(ladder):
        yield _note(0, len(lanes) - 1, [headline, *(f"· {text}" for text in texts)])


def _arrow(arrow: Arrow, sdp: bool) -> Iterator[str]:
    """Yield an arrow with what stands under it, in a box where it is not as in its flow."""
    tint = next((_TINTS[mark] for mark in arrow.marks if mark in _TINTS), "")
    shaft = "->>" if arrow.status is None else "-->>"
    if Mark.MISSING in arrow.marks:
        shaft = "-x" if arrow.status is None else "--x"
    if tint:
        yield f"rect {tint}"
    yield f"{_name(arrow.source)}{shaft}{_name(arrow.target)}: {_lines([arrow_text(arrow)])}"
    if under := under_texts(arrow, sdp=sdp):
        yield f"Note right of {_name(min(arrow.source, arrow.target))}: {_lines(under)}"
    if tint:
        yield "end"


def _between(row: Media | Note, last: int) -> str:
    """Return the note of a row that is no arrow; a remark stands over all lanes."""
    return _note(0, last, [row.text]) if isinstance(row, Note) else _note(row.left, row.right, [media_text(row)])


def _note(begin: int, end: int, texts: Iterable[str]) -> str:
    """Return a note over the lanes from one to another; it is as wide as they stand apart, whatever it says."""
    names = dict.fromkeys(map(_name, sorted((begin, end))))
    room = _SPACING * abs(end - begin) + _OVER if begin != end else _ALONE
    return f"Note over {','.join(names)}: {_lines(wrapped(texts, room))}"


def _name(lane: int) -> str:
    """Return what a lane is called in the text of the diagram."""
    return f"P{lane + 1}"


def _lines(texts: Iterable[str]) -> str:
    """Return texts as lines of one label, in which every character stands for itself."""
    return "<br/>".join(_MARKUP.sub(_entity, text) for text in texts)


def _entity(found: Match[str]) -> str:
    """Return a character that would be markup as an entity code, a word that would be with its first letter so."""
    return f"#{ord(found[0][0])};{found[0][1:]}"
