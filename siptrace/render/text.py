"""The ladder as text: Unicode lines, or pure ASCII, for any width from 60 columns.

    #  time          delta   Alice                       Bob
                             192.0.2.101:5060            192.0.2.201:5060
    1  10:00:00.000          │─────────INVITE───────────▶│
                             │ offer PCMU 192.0.2.101:49172
    2  10:00:00.010  +0.010  │◀────────180 Ringing───────│

Each message is one line, with the label inside the arrow; the clock gives way before a label is cut. Where the lanes
stand too close for labels, lanes are named by letters and the label follows on the right; where not even that fits,
lines read `A → C  INVITE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.model import Mark
from siptrace.render.cells import cells, fit, pad, to_ascii, visible
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
"""Cells for the labels on the right when they do not fit inside the arrows; more where the lanes can spare it."""

_LONG_LABEL = 48
"""Cells beyond which the lanes do not give way to a label on the right."""

_ROOMY = 8
"""Cells between two lanes down to which they give way to labels on the right."""

_LEAST_HEAD = 4
"""Cells of a label that stay in front of its marks: a status code and an ellipsis."""

_MOST_TITLE = 3
"""Lines that a title may take."""


class _Frame(NamedTuple):
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
    """Choose the layout for a width: inside with the clock, inside without it, labels aside, no lanes at all."""
    digits = len(str(max((arrow.n for arrow in ladder.arrows), default=1)))
    inside = [frame for clock in (True, False) if (frame := _inside(ladder, width, digits, clock=clock))]
    if inside:
        return next((frame for frame in inside if _fits(ladder, frame.spacing)), inside[0])
    gaps, gutter = max(len(ladder.lanes) - 1, 1), digits + 2 + 9
    longest = max((cells(label_of(arrow)) for arrow in ladder.arrows), default=0)
    spacing = (width - gutter - min(longest, _LONG_LABEL) - 3) // gaps
    if spacing < _ROOMY:
        spacing = min((width - gutter - _LABEL_WIDTH - 1) // gaps, _ROOMY)
    spacing = min(spacing, _MIN_SPACING)
    places = tuple(gutter + spacing * lane for lane in range(len(ladder.lanes))) if spacing >= 3 else ()
    return _Frame(clock=False, digits=digits, lanes=places, spacing=spacing, inside=False, width=width)


def _inside(ladder: Ladder, width: int, digits: int, *, clock: bool) -> _Frame | None:
    """Return the layout with labels inside the arrows, None where the lanes stand too close for that."""
    gutter = digits + 2 + (14 if clock else 0) + 9
    spacing = min((width - gutter - 2 * _MARGIN) // max(len(ladder.lanes) - 1, 1), _MAX_SPACING)
    if spacing < _MIN_SPACING:
        return None
    places = tuple(gutter + _MARGIN + spacing * lane for lane in range(len(ladder.lanes)))
    return _Frame(clock, digits, places, spacing, inside=True, width=width)


def _fits(ladder: Ladder, spacing: int) -> bool:
    """Return whether all labels fit inside their arrows."""
    return all(
        cells(label_of(arrow)) <= abs(arrow.source - arrow.target) * spacing - 4
        for arrow in ladder.arrows
        if arrow.source != arrow.target
    )


def _parts(arrow: Arrow) -> tuple[str, str, str]:
    """Return an arrow's text in three parts: method or status, whether it has SDP, and what sets it apart."""
    head = ("↺ " if Mark.RETRANSMISSION in arrow.marks else "") + visible(arrow.label)
    marks = [mark for mark in arrow.marks if mark not in (Mark.REINVITE, Mark.MALFORMED, Mark.RETRANSMISSION)]
    return head, " (SDP)" if arrow.sdp is not None else "", " " + ", ".join(marks) if marks else ""


def label_of(arrow: Arrow) -> str:
    """Return an arrow's text: method or status, its SDP, and what sets it apart."""
    return "".join(_parts(arrow))


def _short_label(arrow: Arrow, room: int) -> str:
    """Return an arrow's text in at most `room` cells: the word SDP goes first, the marks (hold ...) stay longest."""
    head, sdp, marks = _parts(arrow)
    for text in (head + sdp + marks, head + marks):
        if cells(text) <= room:
            return text
    kept = room - cells(marks)
    return fit(head, kept) + marks if kept >= _LEAST_HEAD else fit(head + marks, room)


def render_text(ladder: Ladder, *, width: int = 80, ascii_only: bool = False, sdp: bool = True) -> str:
    """Return the ladder as lines of at most `width` cells (60 at least), each ended by a newline.

    `ascii_only` draws with ASCII characters alone; `sdp` adds a line under each message with a session description.
    """
    if ascii_only:
        ladder = _in_ascii(ladder)
    frame = _frame(ladder, max(width, MIN_WIDTH))
    lines = [line.rstrip() for line in _lines(ladder, frame, sdp)]
    text = "\n".join(lines) + "\n"
    return to_ascii(text) if ascii_only else text


def _in_ascii(ladder: Ladder) -> Ladder:
    """Return a ladder whose texts are ASCII. Before the layout: a `?` may be narrower than what it replaces."""

    def plain(text: str) -> str:
        return to_ascii(visible(text))

    def described(arrow: Arrow) -> Arrow:
        sdp = arrow.sdp and arrow.sdp._replace(media=tuple(map(plain, arrow.sdp.media)))
        return arrow._replace(label=plain(arrow.label), sdp=sdp)

    return ladder._replace(
        title=plain(ladder.title),
        call_ids=tuple(map(plain, ladder.call_ids)),
        lanes=tuple(lane._replace(alias=plain(lane.alias), address=plain(lane.address)) for lane in ladder.lanes),
        arrows=tuple(map(described, ladder.arrows)),
        notes=tuple(note._replace(text=plain(note.text)) for note in ladder.notes),
    )


def _title(ladder: Ladder, width: int) -> Iterator[str]:
    """Yield what the ladder is: title, start and Call-ID, on more lines where they are long."""
    line, most = "", _MOST_TITLE
    for word in visible(ladder.title).split(" "):
        longer = f"{line} {word}" if line else word
        if line and most > 1 and cells(longer) > width:
            yield fit(line, width)
            line, most = f"  {word}", most - 1
        else:
            line = longer
    yield fit(line, width)
    start = f"{date(ladder.start_ns)} {clock(ladder.start_ns)} UTC" if ladder.start_ns is not None else "time unknown"
    call_id = f"Call-ID {visible(', '.join(ladder.call_ids) or 'missing')}"
    together = f"{start}, {call_id}"
    yield from (together,) if cells(together) <= width else (start, fit(call_id, width))


def _lines(ladder: Ladder, frame: _Frame, sdp: bool) -> Iterator[str]:
    """Yield title, lane heads, arrows and notes."""
    yield from _title(ladder, frame.width)
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
    for part in (0, 1):
        names = [visible((lane.alias, lane.address)[part]) for lane in ladder.lanes]
        if any(names):
            yield _put([_head(index, name, frame) for index, name in enumerate(names)])
    yield _bars(frame)


def _head(lane: int, name: str, frame: _Frame) -> tuple[int, str]:
    """Return a lane's name and where it begins: around its line, and no nearer to the next name than two cells.

    The outermost names may take all the room on their side.
    """
    place, room = frame.lanes[lane], frame.spacing - 2
    begin = place - room // 2 if lane else 0
    end = place - room // 2 + room if lane < len(frame.lanes) - 1 else frame.width
    text = fit(name, end - begin)
    return max(begin, min(place - cells(text) // 2, end - cells(text))), text


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
        return gutter + line + "  " + _short_label(arrow, frame.width - frame.gutter - len(line) - 2)
    room = end - begin - 3
    shown = _short_label(arrow, room)
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
    """Yield one line a media stream, under the arrow, as far right as its left lane and the width allow."""
    if arrow.sdp is None:
        return
    texts = []
    for index, media in enumerate(arrow.sdp.media):
        role = f"{arrow.sdp.role or 'SDP'}: " if index == 0 else "  "
        # What a call is about needs no word.
        said = media.removeprefix("audio ") if len(arrow.sdp.media) == 1 else media
        texts.append(fit(visible(role + said), frame.width - frame.gutter))
    left = frame.lanes[min(arrow.source, arrow.target)] + 2
    place = min(left, frame.width - max(map(cells, texts), default=0))
    for text in texts:
        yield _over(_bars(frame), place, text)


def _over(line: str, place: int, text: str) -> str:
    """Lay a text over a line of bars; the bars it covers give way, the ones right of it stay."""
    end = place + cells(text)
    return line[:place].ljust(place) + text + (line[end:] if not text.endswith("…") else "")


def _notes(texts: list[str], frame: _Frame) -> Iterator[str]:
    """Yield remarks in the middle of the drawing."""
    middle = (frame.lanes[0] + frame.lanes[-1]) // 2 if frame.lanes else frame.width // 2
    for text in texts:
        remark = fit(f"· {visible(text)} ·", frame.width)
        yield " " * max(0, min(middle - cells(remark) // 2, frame.width - cells(remark))) + remark
