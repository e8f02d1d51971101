"""What the colour of an arrow stands for: what kind of message it is, its dialog, or its CSeq number.

sngrep users know the choice. By kind, failures are red and requests are not: who reads a ticket looks for the red.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Mark, Media

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ladder.model import Arrow, Ladder

__all__ = ["COLOURS", "ink_of", "legend"]

COLOURS = ("class", "dialog", "cseq")
"""What colours may stand for."""

_CLASSES = {
    "request": "request",
    "provisional": "1xx",
    "success": "2xx",
    "redirect": "3xx",
    "failure": "4xx to 6xx",
}
_OF_STATUS = {1: "provisional", 2: "success", 3: "redirect"}
_SERIES = 7


def ink_of(arrow: Arrow, colours: str) -> str:
    """Return the name of an arrow's ink; one that never came is a ghost."""
    if Mark.MISSING in arrow.marks:
        return "ghost"
    number = {"dialog": arrow.dialog, "cseq": arrow.cseq}.get(colours)
    if number is not None:
        return f"series{number % _SERIES}"
    if arrow.status is None:
        return "request"
    return _OF_STATUS.get(arrow.status // 100, "failure")


def legend(ladder: Ladder, colours: str) -> Iterator[tuple[str, str, bool]]:
    """Yield ink, meaning, and whether it is dashed, of what a ladder has."""
    inks = dict.fromkeys(ink_of(arrow, colours) for arrow in ladder.arrows)
    if colours == "class":
        for ink, text in _CLASSES.items():
            if ink in inks:
                yield ink, text, False
    elif inks:
        yield "series0", f"a colour for each {'dialog' if colours == 'dialog' else 'CSeq number'}", False
    if "ghost" in inks:
        yield "ghost", "missing", True
    if any(Mark.OPTIONAL in arrow.marks for arrow in ladder.arrows):
        yield "request", "optional", True
    if any(isinstance(row, Media) for row in ladder.rows):
        yield "media", "media", False
