"""The ladder as text: Unicode lines, or pure ASCII, for any width from 60 columns.

    #  time          delta   Alice                       Bob
                             192.0.2.101:5060            192.0.2.201:5060
    1  10:00:00.000          │─────────INVITE───────────▶│
                             │ offer PCMU 192.0.2.101:49172
    2  10:00:00.010  +0.010  │◀────────180 Ringing───────│

Each message is one line, with the label inside the arrow. Where the lanes stand too close for labels, lanes are named
by letters and the label follows on the right; where not even that fits, lines read `A → C  INVITE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siptrace.ladder.model import Mark
from siptrace.render.cells import cells, centre, fit, pad, to_ascii, visible
from siptrace.render.times import clock, date, delta

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ladder.model import Arrow, Ladder, Lane

__all__ = ["MIN_WIDTH", "label_of", "render_text"]

MIN_WIDTH = 60
"""Narrower than this nothing is readable; a smaller width is taken as this."""

_MIN_SPACING = 18
"""Cells between two lanes so that `│◀180 Ringing──│` still has its label inside."""

_MARGIN = 7
"""Cells on either side of the drawing, where half a lane's name has its place."""

_MAX_SPACING = 46
"""Further apart the eye loses the line."""

_LABEL_WIDTH = 24
"""Cells for the labels on the right when they do not fit inside the arrows."""


@dataclass(frozen=True)
class _Frame:
    """Where things stand: the gutter's width, the cell of each lane, and how labels are placed."""

    clock: bool
    digits: int
    lanes: tuple[int, ...]
    spacing: int
    inside: bool
    width: int

    @property
    def gutter(self) -> int:
        """Cells left of the drawing: number, time, delta."""
        return self.digits + 2 + (14 if self.clock else 0) + 9


def _frame(ladder: Ladder, width: int) -> _Frame:
    """Choose the layout for a width: with the clock if labels fit then, else without, else with labels aside."""
    gaps = max(len(ladder.lanes) - 1, 1)
    digits = len(str(max((arrow.n for arrow in ladder.arrows), default=1)))
    for with_clock in (True, False):
        gutter = digits + 2 + (14 if with_clock else 0) + 9
        spacing = min((width - gutter - 2 * _MARGIN) // gaps, _MAX_SPACING)
        if spacing >= _MIN_SPACING:
            places = tuple(gutter + _MARGIN + spacing * lane for lane in range(len(ladder.lanes)))
            return _Frame(with_clock, digits, places, spacing, inside=True, width=width)
    gutter = digits + 2 + 9
    spacing = min((width - gutter - _LABEL_WIDTH - 1) // gaps, _MIN_SPACING)
    places = tuple(gutter + spacing * lane for lane in range(len(ladder.lanes))) if spacing >= 3 else ()
    return _Frame(clock=False, digits=digits, lanes=places, spacing=spacing, inside=False, width=width)


def label_of(arrow: Arrow) -> str:
    """Return an arrow's text: method or status, its SDP, and what sets it apart."""
    text = visible(arrow.label)
    if arrow.sdp is not None:
        text += " (SDP)"
    marks = [mark for mark in arrow.marks if mark not in (Mark.REINVITE, Mark.MALFORMED, Mark.RETRANSMISSION)]
    if marks:
        text += " " + ", ".join(marks)
    if Mark.RETRANSMISSION in arrow.marks:
        text = "↺ " + text
    return text


def render_text(ladder: Ladder, *, width: int = 80, ascii_only: bool = False, sdp: bool = True) -> str:
    """Return the ladder as lines of at most `width` cells (60 at least), each ended by a newline.

    `ascii_only` draws with ASCII characters alone; `sdp` adds a line under each message with a session description.
    """
    frame = _frame(ladder, max(width, MIN_WIDTH))
    lines = [line.rstrip() for line in _lines(ladder, frame, sdp)]
    text = "\n".join(lines) + "\n"
    return to_ascii(text) if ascii_only else text


def _lines(ladder: Ladder, frame: _Frame, sdp: bool) -> Iterator[str]:
    """Yield title, lane heads, arrows and notes."""
    yield fit(visible(ladder.title), frame.width)
    start = f"{date(ladder.start_ns)} {clock(ladder.start_ns)} UTC" if ladder.start_ns is not None else "time unknown"
    yield fit(f"{start}, Call-ID {visible(', '.join(ladder.call_ids) or 'missing')}", frame.width)
    yield ""
    yield from _heads(ladder, frame)
    notes = {after: [n.text for n in ladder.notes if n.after == after] for after in {n.after for n in ladder.notes}}
    yield from _notes(notes.get(-1, []), frame)
    for index, arrow in enumerate(ladder.arrows):
        yield _arrow_line(arrow, frame)
        if sdp and arrow.sdp is not None and frame.lanes and Mark.RETRANSMISSION not in arrow.marks:
            yield from _sdp_lines(arrow, frame)
        yield from _notes(notes.get(index, []), frame)
    resent = sum(Mark.RETRANSMISSION in arrow.marks for arrow in ladder.arrows)
    if resent:
        yield ""
        yield f"↺ {resent} retransmission{'' if resent == 1 else 's'}"


def _letter(lane: int) -> str:
    """Return A, B ... Z, A1, B1 ... for a lane."""
    return chr(ord("A") + lane % 26) + (str(lane // 26) if lane >= 26 else "")


def _heads(ladder: Ladder, frame: _Frame) -> Iterator[str]:
    """Yield the names and addresses of the lanes."""
    if not frame.inside:
        for index, lane in enumerate(ladder.lanes):
            yield fit(f"  {_letter(index)}  {_who(lane)}", frame.width)
        yield ""
        if frame.lanes:
            yield _put([(place, _letter(index)) for index, place in enumerate(frame.lanes)])
        return
    room = frame.spacing - 2
    for part in (0, 1):
        names = [visible((lane.alias, lane.address)[part]) for lane in ladder.lanes]
        if any(names):
            yield _put(
                [
                    (_head_at(place, fit(name, room), frame), fit(name, room))
                    for place, name in zip(frame.lanes, names, strict=True)
                ]
            )
    yield _bars(frame)


def _head_at(place: int, name: str, frame: _Frame) -> int:
    """Return where a lane's name begins, so that it stands around its line and inside the drawing."""
    begin = place - cells(name) // 2
    return max(frame.gutter, min(begin, frame.width - cells(name)))


def _who(lane: Lane) -> str:
    """Return alias and address on one line."""
    return visible(f"{lane.alias}  {lane.address}" if lane.alias else lane.address)


def _put(parts: list[tuple[int, str]]) -> str:
    """Return a line with texts at cells; where two would touch, the later one moves to the right."""
    line = ""
    for place, text in parts:
        if not text:
            continue
        gap = place - cells(line)
        line += " " * (gap if gap > 0 or not line else 1) + text
    return line


def _bars(frame: _Frame) -> str:
    """Return a line with nothing but the lanes."""
    return _put([(place, "│") for place in frame.lanes])


def _gutter(arrow: Arrow, frame: _Frame) -> str:
    """Return number, time and delta of an arrow."""
    text = f"{arrow.n:>{frame.digits}}  "
    if frame.clock:
        text += pad(clock(arrow.time_ns), 14)
    return text + pad(delta(arrow.delta_ns), 9)


def _arrow_line(arrow: Arrow, frame: _Frame) -> str:
    """Return the line of one message."""
    gutter, label = _gutter(arrow, frame), label_of(arrow)
    if not frame.lanes:
        arrow_text = f"{_letter(arrow.source)} → {_letter(arrow.target)}"
        return fit(f"{gutter}{arrow_text:<9}{label}", frame.width)
    cells_used = [" "] * (frame.lanes[-1] + 1 - frame.gutter)
    for place in frame.lanes:
        cells_used[place - frame.gutter] = "│"
    if arrow.source == arrow.target:
        return _own_arrow(gutter, cells_used, arrow, frame, label)
    left, right = sorted((arrow.source, arrow.target))
    begin, end = frame.lanes[left] - frame.gutter + 1, frame.lanes[right] - frame.gutter
    resent = Mark.RETRANSMISSION in arrow.marks
    for cell in range(begin, end):
        cells_used[cell] = "┼" if cells_used[cell] == "│" else ("╌" if resent else "─")
    forward = arrow.source < arrow.target
    cells_used[end - 1 if forward else begin] = "▶" if forward else "◀"
    line = "".join(cells_used)
    if not frame.inside:
        return gutter + line + "  " + fit(label, frame.width - frame.gutter - len(line) - 2)
    room = end - begin - 3
    shown = fit(label, room)
    at = begin + 1 + (0 if forward else 1) + (room - cells(shown)) // 2
    return gutter + line[:at] + shown + line[at + cells(shown) :]


def _own_arrow(gutter: str, line: list[str], arrow: Arrow, frame: _Frame, label: str) -> str:
    """Return the line of a message whose sender and receiver share a lane."""
    place = frame.lanes[arrow.source] - frame.gutter
    text = fit(f"◀─ {label}", frame.width - frame.gutter - place - 1)
    drawn = "".join(line[: place + 1]) + text
    used = cells(drawn)
    return gutter + drawn + "".join(line[used:] if used < len(line) else [])


def _sdp_lines(arrow: Arrow, frame: _Frame) -> Iterator[str]:
    """Yield one line a media stream, between the lanes of the arrow."""
    if arrow.sdp is None:
        return
    left = frame.lanes[min(arrow.source, arrow.target)]
    room = frame.width - left - 2
    for index, media in enumerate(arrow.sdp.media):
        role = f"{arrow.sdp.role or 'SDP'}: " if index == 0 else "  "
        if len(arrow.sdp.media) == 1:
            media = media.removeprefix("audio ")  # noqa: PLW2901  (what a call is about needs no word)
        yield _over(_bars(frame), left + 2, fit(visible(role + media), room))


def _over(line: str, place: int, text: str) -> str:
    """Lay a text over a line of bars; the bars it covers give way, the ones right of it stay."""
    end = place + cells(text)
    return line[:place].ljust(place) + text + (line[end:] if not text.endswith("…") else "")


def _notes(texts: list[str], frame: _Frame) -> Iterator[str]:
    """Yield remarks across the whole drawing."""
    for text in texts:
        yield centre(f"· {visible(text)} ·", frame.width)
