"""Which columns stand left of a drawing, where its lanes are, and what gives way when it gets narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.correlate.model import flow
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.model import Mark, Media, Reference, SdpView
from siptrace.render.layout import Gutter, Times, frame_of
from tests.render.ladders import arrow, ladder

if TYPE_CHECKING:
    from siptrace.ladder.model import Ladder

HOLD = SdpView("offer", ())


def lanes(count: int, label: str = "INVITE") -> Ladder:
    """Return one message between the first two of so many lanes."""
    return ladder([("", f"192.0.2.{n}") for n in range(count)], [arrow(0, 1, label), arrow(1, 0, label)])


def held(value: Ladder) -> Ladder:
    """Return a ladder with the steps of a flow."""
    rows = tuple(one._replace(step=f"F{n}") for n, one in enumerate(value.arrows, 1))
    return value._replace(rows=rows, reference=Reference("x", "x", "", 2, 1.0))


def timeless(value: Ladder) -> Ladder:
    """Return a ladder of messages without times."""
    return value._replace(rows=tuple(one._replace(time_ns=None, delta_ns=None) for one in value.arrows))


GUTTERS = {
    "wide": (lanes(2), 100, (1, 0, True, True), True),
    "narrow": (lanes(3), 60, (1, 0, False, True), False),
    "no clock": (lanes(3), 80, (1, 0, True, True), True),
    "a long label takes the clock": (lanes(3, "480 Temporarily Una"), 80, (1, 0, False, True), True),
    "no times": (timeless(lanes(2)), 100, (1, 0, False, False), True),
    "no times, labels aside": (timeless(lanes(5)), 60, (1, 0, False, False), False),
    "no times, steps": (timeless(held(lanes(2))), 100, (1, 2, False, False), True),
    "steps": (held(lanes(2)), 100, (1, 2, True, True), True),
    "steps without any time": (held(lanes(4)), 80, (1, 2, False, False), True),
    "steps, labels aside": (held(lanes(6)), 80, (1, 2, False, True), False),
    "a flow": (build_flow_ladder(flow("rfc3665-3.2")), 200, (0, 3, False, False), True),
}


@pytest.mark.parametrize(("value", "width", "gutter", "inside"), GUTTERS.values(), ids=GUTTERS)
def test_the_columns(value: Ladder, width: int, gutter: tuple[int, int, bool, bool], inside: bool) -> None:
    frame = frame_of(value, width)
    assert (tuple(frame.gutter)[:4], frame.inside) == (gutter, inside)
    assert frame.lanes[0] >= frame.gutter.width
    assert frame.lanes[-1] < width


def test_lanes_stand_equally_far_apart_and_not_too_far() -> None:
    for width in (60, 80, 100, 160, 400):
        places = frame_of(lanes(3), width).lanes
        assert places[2] - places[1] == places[1] - places[0] <= 46


def test_where_nothing_fits_there_are_no_lanes() -> None:
    assert frame_of(lanes(40), 60).lanes == ()


def test_a_label_of_media_has_its_room_on_the_right() -> None:
    label = "Both way RTP Established"
    value = ladder([("", f"192.0.2.{n}") for n in range(5)], [arrow(0, 1), Media(label, 0, 4, (0, 4))])
    frame = frame_of(value, 80)
    assert not frame.inside
    assert frame.lanes[-1] + 3 + len(label) <= 80


def test_the_text_of_the_columns() -> None:
    sent = held(lanes(2)).arrows[1]
    ghost = sent._replace(n=None, time_ns=None, delta_ns=None, marks=(Mark.MISSING,))
    gutter = Gutter(2, 3, clock=True, delta=True)
    assert gutter.text(sent) == " 2  F2   09:00:00.024  +0.012   "
    assert gutter.text(ghost) == "    F2" + " " * 26
    assert gutter.text(sent._replace(time_ns=None)).split() == ["2", "F2", "+0.012"]
    assert all(len(gutter.text(one)) == gutter.width for one in (sent, ghost))
    assert Gutter(0, 3, clock=False, delta=False).text(ghost) == "F2   "


TIMES: dict[str, tuple[Times | None, int, str]] = {
    "no wish, wide": (None, 100, "2  09:00:00.024  +0.012   "),
    "no wish, narrow": (None, 60, "2  +0.012   "),
    "clock, wide": (Times.CLOCK, 100, "2  09:00:00.024  +0.012   "),
    "clock, narrow": (Times.CLOCK, 60, "2  09:00:00.024  "),
    "start, wide": (Times.START, 100, "2  0.012         +0.012   "),
    "start, narrow": (Times.START, 60, "2  0.012         "),
    "delta, wide": (Times.DELTA, 100, "2  +0.012   "),
    "delta, narrow": (Times.DELTA, 60, "2  +0.012   "),
}


@pytest.mark.parametrize(("times", "width", "text"), TIMES.values(), ids=TIMES)
def test_the_times_that_were_asked_for_stay(times: Times | None, width: int, text: str) -> None:
    value = lanes(3)
    assert frame_of(value, width, times).gutter.text(value.arrows[1]) == text


def test_lanes_are_there_rather_than_times() -> None:
    value = lanes(10)
    assert frame_of(value, 60, Times.CLOCK).lanes
    assert not frame_of(value, 60, Times.CLOCK).gutter.clock


def test_the_time_since_the_start_begins_with_the_first_time_there_is() -> None:
    value = lanes(2)
    first, second = value.arrows
    late = value._replace(start_ns=None, rows=(first._replace(time_ns=None), second))
    gutter = frame_of(late, 100, Times.START).gutter
    assert [gutter.text(arrow).split()[1:2] for arrow in late.arrows] == [[], ["0.000"]]
