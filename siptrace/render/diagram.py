"""What the diagram languages say of a ladder, in words without markup: Mermaid and PlantUML write the same.

They lay out by themselves and have no gutter, so that the number of a message is left to their numbering, and its time
stands behind its label. All texts are visible (see `siptrace.render.cells`), and as long as a picture has room for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Lane
from siptrace.render.cells import visible
from siptrace.render.labels import lines_under, short_label
from siptrace.render.measure import Face, cut, measure, wrap
from siptrace.render.times import clock, delta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from siptrace.ladder.model import Arrow, Ladder, Media

__all__ = ["PAUSE", "arrow_text", "head_texts", "lanes_of", "media_text", "numbering", "under_texts", "wrapped"]

PAUSE = 4_000_000_000
"""Nanoseconds without a message after which nothing is on its way: the T2 of RFC 3261 17.1.2.2, between copies."""

_FACE = Face(12)
_HEAD, _LINE = 230.0, 560.0
"""Points that the head of a lane may take, and a line of anything else; letters are 12 points high."""
_LABEL = 64
"""Cells that the label of an arrow may take."""
_MOST_LINES = 24
"""Lines that a text may take; what is still too long has no end."""


def lanes_of(ladder: Ladder) -> Sequence[Lane]:
    """Return the lanes, one at least: a diagram of nobody is none."""
    return ladder.lanes or (Lane("nobody", ""),)


def head_texts(lane: Lane) -> list[str]:
    """Return the lines of a lane's head: name, address, and what it plays."""
    texts = (lane.alias, lane.address, f"({lane.part})" if lane.part else "")
    return [cut(visible(text), _FACE, _HEAD) for text in texts if text] or ["?"]


def arrow_text(arrow: Arrow) -> str:
    """Return the label of an arrow: its step, message and marks, and when it came."""
    said = " ".join(text for text in (visible(arrow.step), short_label(arrow, _LABEL) or "?") if text)
    return f"{said} · {time}" if (time := _time(arrow)) else said


def under_texts(arrow: Arrow, *, sdp: bool) -> list[str]:
    """Return the lines under an arrow: what it should have been, and, with `sdp`, a line a media stream."""
    return [cut(text, _FACE, _LINE) for text in lines_under(arrow, sdp=sdp)]


def media_text(media: Media) -> str:
    """Return what some media are, between the heads of a double line on the sides where they arrive."""
    arrives = [lane for lane in (media.left, media.right) if set(media.senders) - {lane}]
    shaft = "═" if arrives else "···"
    left, right = "◀" * (media.left in arrives), "▶" * (media.right in arrives)
    return f"{left}{shaft} {cut(visible(media.label), _FACE, _LINE)} {shaft}{right}"


def wrapped(texts: Iterable[str], room: float = _LINE) -> list[str]:
    """Return texts, made visible, in lines of at most so many points of letters 12 points high."""
    return [line for text in texts for line in wrap(_broken(visible(text), room), _FACE, room, _MOST_LINES)]


def _broken(text: str, room: float) -> str:
    """Return a text whose words are as long as a line at most: what belongs together in a Call-ID must not be lost."""
    parts, left = [], room
    for char in text:
        width = measure(char, _FACE)
        left = room if char == " " else left - width
        if left < 0:
            parts.append(" ")
            left = room - width
        parts.append(char)
    return "".join(parts)


def numbering(arrows: Iterable[Arrow], off: str) -> Iterator[str]:
    """Yield the statement before each arrow that gives it its number, empty where the numbers go on by themselves.

    `off` is the word that ends the numbering: a step that never came has no number.
    """
    following: int | None = None
    for arrow in arrows:
        yield "" if arrow.n == following else f"autonumber {off if arrow.n is None else arrow.n}"
        following = None if arrow.n is None else arrow.n + 1


def _time(arrow: Arrow) -> str:
    """Return how long after the message before it an arrow came; the clock after a pause and at the begin."""
    if arrow.delta_ns is None or arrow.delta_ns > PAUSE:
        shown = clock(arrow.time_ns)
        return f"{shown} ({_seconds(arrow.delta_ns)})" if shown and arrow.delta_ns is not None else shown
    return _seconds(arrow.delta_ns)


def _seconds(delta_ns: int) -> str:
    """Return a delta with its unit."""
    return f"{delta(delta_ns).removesuffix('s')} s"
