"""The ladder as text: Unicode lines, or pure ASCII, for any width from 60 columns.

    #  time          delta   Alice                       Bob
                             192.0.2.101:5060            192.0.2.201:5060
    1  10:00:00.000          │─────────INVITE───────────▶│
                             │ offer PCMU 192.0.2.101:49172
    2  10:00:00.010  +0.010  │◀────────180 Ringing───────│

Each message is one line, with the label inside the arrow; the clock gives way before a label is cut. Where the lanes
stand too close for labels, lanes are named by letters and the label follows on the right; where not even that fits,
lines read `A → C  INVITE`.

A ladder with a reference flow has the numbers of its steps beside those of the messages, steps that never came as
dashed arrows, and media as double lines; a flow alone has no times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.ladder.model import Arrow, Media
from siptrace.render.cells import cells, fit, to_ascii, visible
from siptrace.render.headings import footing, heading, lane_heads, letter
from siptrace.render.labels import count_under, label_of, lines_under, short_label
from siptrace.render.layout import Times, frame_of
from siptrace.render.strokes import GHOST, MEDIA, NO_MEDIA, label_room, labelled, line, over, stroke_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ladder.model import Ladder, Row
    from siptrace.render.layout import Frame

__all__ = ["MIN_WIDTH", "Drawn", "Line", "draw", "render_text", "row_height", "row_lines"]

MIN_WIDTH = 60
"""Narrower than this nothing is readable; a smaller width is taken as this."""


class Line(NamedTuple):
    """One line of the rows; `arrow` is the place of its arrow in `Ladder.arrows`, None where it belongs to none."""

    text: str
    arrow: int | None = None


class Drawn(NamedTuple):
    """A drawn ladder, part by part: what it is, who stands on the lanes, its rows, and what stands under them."""

    heading: list[str]
    heads: list[str]
    rows: list[Line]
    footing: list[str]
    frame: Frame


def render_text(
    ladder: Ladder, *, width: int = 80, ascii_only: bool = False, sdp: bool = True, times: Times | None = None
) -> str:
    """Return the ladder as lines of at most `width` cells (60 at least), each ended by a newline.

    `ascii_only` draws with ASCII characters alone; `sdp` adds a line under each message with a session description;
    `times` chooses the times beside the messages, None what there is room for.
    """
    drawn = draw(_in_ascii(ladder) if ascii_only else ladder, width=width, sdp=sdp, times=times)
    lines = [*drawn.heading, "", *drawn.heads, *(line.text for line in drawn.rows), *drawn.footing]
    text = "\n".join(map(str.rstrip, lines)) + "\n"
    return to_ascii(text) if ascii_only else text


def draw(ladder: Ladder, *, width: int = 80, sdp: bool = True, times: Times | None = None) -> Drawn:
    """Return what `render_text` writes, before it is put together: each line of at most `width` cells."""
    frame = frame_of(ladder, max(width, MIN_WIDTH), times)
    return Drawn(
        list(heading(ladder, frame.width)),
        list(lane_heads(ladder, frame)),
        list(_rows(ladder, frame, sdp)),
        list(footing(ladder, frame.width)),
        frame,
    )


def _in_ascii(value: Any) -> Any:
    """Return a ladder, or a part of it, with ASCII texts. Before the layout: a `?` may be narrower than what it was."""
    if type(value) is str:
        return to_ascii(visible(value))
    if isinstance(value, tuple):
        parts = map(_in_ascii, value)
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value


def _rows(ladder: Ladder, frame: Frame, sdp: bool) -> Iterator[Line]:
    """Yield the lines of the arrows, the media and the remarks."""
    place = 0
    for row in ladder.rows:
        own = place if isinstance(row, Arrow) else None
        for text in row_lines(row, frame, sdp=sdp):
            yield Line(text, own)
        place += own is not None


def row_lines(row: Row, frame: Frame, *, sdp: bool) -> Iterator[str]:
    """Yield the lines of one row: an arrow with what stands under it, media, or a remark."""
    if isinstance(row, Arrow):
        yield frame.gutter.text(row) + _arrow(row, frame)
        yield from _under(row, frame, sdp)
    elif isinstance(row, Media):
        yield from _media(row, frame)
    else:
        yield _note(row.text, frame)


def row_height(row: Row, frame: Frame, *, sdp: bool) -> int:
    """Return how many lines `row_lines` yields, without drawing them."""
    if isinstance(row, Arrow):
        return 1 + (count_under(row, sdp=sdp) if frame.lanes else 0)
    return sum(1 for _ in _media(row, frame)) if isinstance(row, Media) else 1


def _arrow(arrow: Arrow, frame: Frame) -> str:
    """Return the line of one message, without its gutter."""
    room = frame.width - frame.gutter.width
    if not frame.lanes:
        return fit(f"{f'{letter(arrow.source)} → {letter(arrow.target)}':<9}{label_of(arrow)}", room)
    if arrow.source == arrow.target:
        begin = frame.lanes[arrow.source] + 1
        return over(frame, begin, fit(f"◀─ {label_of(arrow)}", frame.width - begin))
    stroke = stroke_of(arrow)
    drawn = line(frame, arrow.source, arrow.target, stroke, (arrow.target,))
    if not frame.inside:
        return f"{drawn}  {short_label(arrow, room - len(drawn) - 2)}"
    room = label_room(frame, arrow.source, arrow.target)
    label = short_label(arrow, room)
    apart = stroke is GHOST and cells(label) + 2 <= room
    return labelled(frame, drawn, arrow.source, arrow.target, f" {label} " if apart else label)


def _under(arrow: Arrow, frame: Frame, sdp: bool) -> Iterator[str]:
    """Yield the lines under an arrow, as far right as its left lane and the width allow."""
    if not frame.lanes:
        return
    room = frame.width - frame.gutter.width
    texts = [fit(text, room) for text in lines_under(arrow, sdp=sdp)]
    place = min(frame.lanes[min(arrow.source, arrow.target)] + 2, frame.width - max(map(cells, texts), default=0))
    for text in texts:
        yield _beside(frame, over(frame, place, text))


def _media(media: Media, frame: Frame) -> Iterator[str]:
    """Yield the line of some media, with what they are on it, beside it, or under it."""
    label, ends = visible(media.label), (media.left, media.right)
    heads = tuple(lane for lane in ends if set(media.senders) - {lane})
    if media.left == media.right:
        yield _note(label, frame)
    elif not frame.lanes:
        shaft = f"{'◀' * (ends[0] in heads)}{'═' if heads else '···'}{'▶' * (ends[1] in heads)}"
        text = f"{f'{letter(ends[0])} {shaft} {letter(ends[1])}':<8} {label}"
        yield _beside(frame, fit(text, frame.width - frame.gutter.width))
    else:
        drawn = line(frame, *ends, MEDIA if heads else NO_MEDIA, heads)
        if not frame.inside:
            yield _beside(frame, f"{drawn}  {fit(label, frame.width - frame.gutter.width - len(drawn) - 2)}")
        elif cells(label) + 2 <= label_room(frame, *ends):
            yield _beside(frame, labelled(frame, drawn, *ends, f" {label} "))
        else:
            yield _beside(frame, drawn)
            label = fit(label, frame.width - frame.gutter.width)
            yield _beside(frame, over(frame, min(frame.lanes[media.left] + 2, frame.width - cells(label)), label))


def _beside(frame: Frame, drawn: str) -> str:
    """Return a line of the drawing with nothing left of it."""
    return " " * frame.gutter.width + drawn


def _note(text: str, frame: Frame) -> str:
    """Return a remark in the middle of the drawing."""
    middle = (frame.lanes[0] + frame.lanes[-1]) // 2 if frame.lanes else frame.width // 2
    remark = fit(f"· {visible(text)} ·", frame.width)
    return " " * max(0, min(middle - cells(remark) // 2, frame.width - cells(remark))) + remark
