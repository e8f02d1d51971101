"""What stands over a drawn ladder and under it: what it is, who stands on each lane, and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Mark
from siptrace.render.cells import cells, fit, visible
from siptrace.render.strokes import bars
from siptrace.render.times import clock, date
from siptrace.render.words import count_of, first_of, percent, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.ladder.model import Ladder, Lane, Reference
    from siptrace.render.layout import Frame

__all__ = ["footing", "heading", "lane_heads", "letter", "said_of", "said_under"]

_MOST_LINES = 3
"""Lines that a title may take, and what is said of the flow."""

_MOST_TIES = 3
"""Flows that are named beside the one that a call follows."""


def heading(ladder: Ladder, width: int) -> Iterator[str]:
    """Yield what the ladder is: title, start and Call-ID, and the flow, on more lines where they are long."""
    yield from _lines(ladder.title, width, _MOST_LINES)
    if ladder.is_flow:
        yield from _lines(_origin(ladder), width, _MOST_LINES)
        return
    start, call_id = _start(ladder), visible(_call_id(ladder))
    together = f"{start}, {call_id}"
    if cells(together) <= width:
        yield together
    else:
        yield start
        yield from _lines(call_id, width, _MOST_LINES) if len(ladder.call_ids) > 1 else (fit(call_id, width),)
    if ladder.reference is not None:
        yield from _lines(_verdict(ladder.reference, ladder.lanes), width, _MOST_LINES)


def said_of(ladder: Ladder) -> list[str]:
    """Return what a ladder is, a text a line: its title, where it comes from, and the flow that it follows."""
    if ladder.is_flow:
        return [ladder.title, _origin(ladder)]
    said = [ladder.title, f"{_start(ladder)}, {_call_id(ladder)}"]
    return [*said, _verdict(ladder.reference, ladder.lanes)] if ladder.reference is not None else said


def said_under(ladder: Ladder) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what stands under a ladder, a headline and its texts: the number of retransmissions, and remarks."""
    resent = sum(Mark.RETRANSMISSION in arrow.marks and Mark.MISSING not in arrow.marks for arrow in ladder.arrows)
    if resent:
        yield f"↺ {count_of(resent, 'retransmission')}", ()
    yield from ladder.remarks


def footing(ladder: Ladder, width: int) -> Iterator[str]:
    """Yield what stands under the drawing."""
    for title, texts in said_under(ladder):
        yield ""
        yield fit(visible(title), width)
        for text in texts:
            yield from _lines(f"· {text}", width)


def lane_heads(ladder: Ladder, frame: Frame) -> Iterator[str]:
    """Yield the names, addresses and parts of the lanes."""
    if not frame.inside:
        for index, lane in enumerate(ladder.lanes):
            yield fit(f"  {letter(index)}  {_who(lane)}", frame.width)
        yield ""
        if frame.lanes:
            yield _put([(place, letter(index)) for index, place in enumerate(frame.lanes)])
        return
    for texts in zip(*((lane.alias, lane.address, _part(lane)) for lane in ladder.lanes), strict=True):
        if any(texts):
            yield _put([_head(index, visible(text), frame) for index, text in enumerate(texts)])
    yield " " * frame.gutter.width + bars(frame)


def letter(lane: int) -> str:
    """Return A, B ... Z, A1, B1 ... for a lane."""
    return chr(ord("A") + lane % 26) + (str(lane // 26) if lane >= 26 else "")


def _start(ladder: Ladder) -> str:
    """Return when a call began."""
    return f"{date(ladder.start_ns)} {clock(ladder.start_ns)} UTC" if ladder.start_ns is not None else "time unknown"


def _call_id(ladder: Ladder) -> str:
    """Return the Call-IDs of a call."""
    return f"Call-ID {', '.join(ladder.call_ids) or 'missing'}"


def _origin(ladder: Ladder) -> str:
    """Return where a flow comes from, and how long it is."""
    source = ladder.reference.source if ladder.reference is not None else ""
    return ", ".join(part for part in (source, count_of(len(ladder.arrows), "message")) if part)


def _verdict(reference: Reference, lanes: tuple[Lane, ...]) -> str:
    """Return which flow a call follows, how well, and what of it the trace saw."""
    if reference.score is None:
        near = ", ".join(reference.alternatives)
        return "Follows no reference flow" + (f"; the nearest: {near}" if near else "")
    parts = dict.fromkeys(lane.part for lane in lanes if lane.part)
    whole = len(reference.vantage) == reference.actors
    said = ["all actors seen" if whole else f"seen of its {reference.actors} actors: {', '.join(parts)}"]
    if reference.surplus:
        said.append(
            f"{count_of(abs(reference.surplus), 'relay')} {'more' if reference.surplus > 0 else 'fewer'} than the flow"
        )
    if reference.ties:
        said.append(f"fits as well: {first_of(reference.ties, _MOST_TIES)}")
    return f"Follows {reference.flow} {reference.title}, {percent(reference.score)}; {'; '.join(said)}"


def _lines(text: str, width: int, most: int | None = None) -> Iterator[str]:
    """Yield a text, made visible, in at most so many lines; what is still too long is cut."""
    return (fit(line, width) for line in wrapped(text, width, most=most))


def _head(lane: int, name: str, frame: Frame) -> tuple[int, str]:
    """Return a lane's name and where it begins: around its line, and no nearer to the next name than two cells.

    The outermost names may take all the room on their side.
    """
    place, room = frame.lanes[lane], frame.spacing - 2
    begin = place - room // 2 if lane else 0
    end = place - room // 2 + room if lane < len(frame.lanes) - 1 else frame.width
    text = fit(name, end - begin)
    return max(begin, min(place - cells(text) // 2, end - cells(text))), text


def _part(lane: Lane) -> str:
    """Return what a lane plays."""
    return f"({lane.part})" if lane.part else ""


def _who(lane: Lane) -> str:
    """Return name, address and part on one line."""
    return visible("  ".join(text for text in (lane.alias, lane.address, _part(lane)) if text))


def _put(parts: list[tuple[int, str]]) -> str:
    """Return a line with texts at cells; where two would touch, the later one moves to the right."""
    line = ""
    for place, text in parts:
        if not text:
            continue
        gap = place - cells(line)
        line += " " * (gap if gap > 0 or not line else 1) + text
    return line
