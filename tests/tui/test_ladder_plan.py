"""The plan of a ladder has the lines that the command line draws, and draws only those that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.layout import Times
from siptrace.render.text import Line, draw
from siptrace.tui.ladder_plan import Plan
from tests.render.ladders import arrow, ladder
from tests.render.test_text import WIDTHS, ladders

if TYPE_CHECKING:
    from siptrace.ladder.model import Ladder


@given(ladders(), WIDTHS, st.booleans(), st.sampled_from(Times))
def test_it_has_every_line_of_the_drawing(value: Ladder, width: int, sdp: bool, times: Times) -> None:
    drawn, plan = draw(value, width=width, sdp=sdp, times=times), Plan(value, width, times, sdp=sdp)
    over = drawn.heads[: len(drawn.heads) - len(plan.heads)]
    lines = [*map(Line, over), *drawn.rows, *map(Line, drawn.footing)]
    assert [*over, *plan.heads] == drawn.heads
    assert [plan.line(place) for place in range(len(plan))] == lines
    assert [plan.arrow_at(place) for place in range(len(plan))] == [line.arrow for line in lines]
    places = [line.arrow for line in lines]
    assert plan.firsts == [places.index(number) for number in range(len(value.arrows))]


def test_a_row_is_drawn_when_it_is_asked_for() -> None:
    plan = Plan(ladder([("a", "1"), ("b", "2")], [arrow(0, 1) for _ in range(5000)]), 80, Times.CLOCK, sdp=True)
    assert len(plan) == 5000
    for place in (4999, 4998, 4999):
        assert plan.line(place).arrow == place
    assert len(plan._drawn) == 2
