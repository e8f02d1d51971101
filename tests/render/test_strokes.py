"""Lines between lanes, cell by cell."""

from __future__ import annotations

import pytest

from siptrace.ladder.model import Mark
from siptrace.render.cells import to_ascii
from siptrace.render.layout import Frame, Gutter
from siptrace.render.strokes import (
    GHOST,
    MEDIA,
    NO_MEDIA,
    PLAIN,
    RESENT,
    Stroke,
    bars,
    label_room,
    labelled,
    line,
    over,
    stroke_of,
)
from tests.render.ladders import arrow

FRAME = Frame(Gutter(1, 0, clock=False, delta=False), (5, 15, 25), 10, inside=True, width=40)

LINES = {
    "forward": (0, 1, PLAIN, (1,), "  │────────▶│         │", "  |-------->|         |"),
    "back": (1, 0, PLAIN, (0,), "  │◀────────│         │", "  |<--------|         |"),
    "across": (0, 2, PLAIN, (2,), "  │─────────┼────────▶│", "  |---------+-------->|"),
    "resent": (2, 1, RESENT, (1,), "  │         │◀╌╌╌╌╌╌╌╌│", "  |         |<--------|"),
    "ghost": (0, 1, GHOST, (1,), "  │─ ─  ─ ─▶│         │", "  |- -  - ->|         |"),
    "ghost back": (1, 0, GHOST, (0,), "  │◀─ ─  ─ ─│         │", "  |<- -  - -|         |"),
    "ghost across": (0, 2, GHOST, (2,), "  │─ ─ ─ ─ ─┼ ─ ─ ─ ─▶│", "  |- - - - -+ - - - ->|"),
    "media": (0, 2, MEDIA, (0, 2), "  │◀════════╪════════▶│", "  |<========+========>|"),
    "media one way": (1, 2, MEDIA, (1,), "  │         │◀════════│", "  |         |<========|"),
    "no media": (0, 2, NO_MEDIA, (), "  │·········│·········│", "  |.........|.........|"),
}


@pytest.mark.parametrize(("source", "target", "stroke", "heads", "drawn", "plain"), LINES.values(), ids=LINES)
def test_lines(source: int, target: int, stroke: Stroke, heads: tuple[int, ...], drawn: str, plain: str) -> None:
    found = line(FRAME, source, target, stroke, heads)
    assert (found, to_ascii(found)) == (drawn, plain)


def test_every_kind_of_line_is_another_one_in_unicode() -> None:
    strokes = (PLAIN, RESENT, GHOST, MEDIA, NO_MEDIA)
    assert len({line(FRAME, 0, 2, stroke, ()) for stroke in strokes}) == len(strokes)
    without_label = {to_ascii(line(FRAME, 0, 2, stroke, ())) for stroke in strokes}
    assert len(without_label) == len(strokes) - 1, "in ASCII a sign in the label tells a retransmission"


STROKES = {
    "plain": ((), PLAIN),
    "resent": ((Mark.RETRANSMISSION,), RESENT),
    "missing": ((Mark.MISSING,), GHOST),
    "resent in the flow and missing": ((Mark.RETRANSMISSION, Mark.MISSING), GHOST),
    "unexpected": ((Mark.UNEXPECTED,), PLAIN),
}


@pytest.mark.parametrize(("marks", "stroke"), STROKES.values(), ids=STROKES)
def test_the_stroke_of_an_arrow(marks: tuple[Mark, ...], stroke: Stroke) -> None:
    assert stroke_of(arrow(0, 1, "INVITE", *marks)) == stroke


def test_a_label_stands_in_the_middle_and_leaves_both_ends() -> None:
    assert label_room(FRAME, 0, 1) == label_room(FRAME, 1, 0) == 6
    there, back = line(FRAME, 0, 1, PLAIN, (1,)), line(FRAME, 1, 0, PLAIN, (0,))
    assert labelled(FRAME, there, 0, 1, "123456") == "  │─123456─▶│         │"
    assert labelled(FRAME, back, 1, 0, "123456") == "  │◀─123456─│         │"
    assert labelled(FRAME, there, 0, 1, "ACK") == "  │──ACK───▶│         │"


def test_a_text_over_the_lanes_covers_what_is_under_it() -> None:
    assert bars(FRAME) == "  │         │         │"
    assert over(FRAME, 7, "offer") == "  │ offer   │         │"
    assert over(FRAME, 7, "offer offer offer") == "  │ offer offer offer │"
    assert over(FRAME, 30, "far") == "  │         │         │    far"
