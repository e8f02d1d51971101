"""What is written on an arrow, and under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Mark
from siptrace.render.cells import cells, fit, visible

if TYPE_CHECKING:
    from siptrace.ladder.model import Arrow

__all__ = ["count_under", "label_of", "lines_under", "short_label"]

_LEAST_HEAD = 4
"""Cells of a label that stay in front of its marks: a status code and an ellipsis."""

_SILENT = (Mark.REINVITE, Mark.MALFORMED, Mark.RETRANSMISSION)
"""Marks that no word follows: the label says it, a sign does, or it is no matter of the flow."""


def label_of(arrow: Arrow) -> str:
    """Return an arrow's text: method or status, its SDP, and what sets it apart."""
    return "".join(_parts(arrow))


def short_label(arrow: Arrow, room: int) -> str:
    """Return an arrow's text in at most `room` cells: the word SDP goes first, the marks (hold ...) stay longest."""
    head, sdp, marks = _parts(arrow)
    for text in (head + sdp + marks, head + marks):
        if cells(text) <= room:
            return text
    kept = room - cells(marks)
    return fit(head, kept) + marks if kept >= _LEAST_HEAD else fit(head + marks, room)


def lines_under(arrow: Arrow, *, sdp: bool) -> list[str]:
    """Return the lines under an arrow: what it should have been, and, with `sdp`, a line a media stream."""
    lines = [f"instead of {arrow.expected}"] if arrow.expected else []
    if arrow.sdp is not None and count_under(arrow, sdp=sdp) > len(lines):
        lines += _streams(arrow.sdp.role, arrow.sdp.media)
    return [visible(line) for line in lines]


def count_under(arrow: Arrow, *, sdp: bool) -> int:
    """Return how many lines stand under an arrow; a session description is said once, however often it was sent."""
    streams = len(arrow.sdp.media) if sdp and arrow.sdp is not None and Mark.RETRANSMISSION not in arrow.marks else 0
    return bool(arrow.expected) + streams


def _parts(arrow: Arrow) -> tuple[str, str, str]:
    """Return an arrow's text in three parts: method or status, whether it has SDP, and what sets it apart."""
    head = ("↺ " if Mark.RETRANSMISSION in arrow.marks else "") + visible(arrow.label)
    marks = [mark for mark in arrow.marks if mark not in _SILENT]
    return head, " (SDP)" if arrow.sdp is not None else "", " " + ", ".join(marks) if marks else ""


def _streams(role: str, media: tuple[str, ...]) -> list[str]:
    """Return one line a media stream."""
    # What a call is about needs no word.
    said = (media[0].removeprefix("audio "),) if len(media) == 1 else media
    return [(f"{role or 'SDP'}: " if index == 0 else "  ") + text for index, text in enumerate(said)]
