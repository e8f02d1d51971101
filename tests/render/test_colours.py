"""What colours stand for, and that the legend says so."""

from __future__ import annotations

from itertools import pairwise

import pytest

from siptrace.ladder.model import Mark, Media, Row
from siptrace.render.colours import COLOURS, ink_of, legend
from siptrace.render.sheet import INKS
from tests.render.ladders import arrow, ladder

CLASSES = {
    "INVITE": "request",
    "100 Trying": "provisional",
    "199": "provisional",
    "200 OK": "success",
    "302 Moved Temporarily": "redirect",
    "401 Unauthorized": "failure",
    "500": "failure",
    "603 Decline": "failure",
}


@pytest.mark.parametrize(("label", "ink"), CLASSES.items())
def test_by_class(label: str, ink: str) -> None:
    assert ink_of(arrow(0, 1, label), "class") == ink
    assert ink in INKS


def test_a_status_beyond_all_classes_is_a_failure() -> None:
    assert ink_of(arrow(0, 1, "799 Odd"), "class") == "failure"
    assert ink_of(arrow(0, 1, "042 Odd"), "class") == "failure"


@pytest.mark.parametrize("colours", ["dialog", "cseq"])
def test_by_number_neighbours_differ(colours: str) -> None:
    inks = [ink_of(arrow(0, 1)._replace(dialog=number, cseq=number), colours) for number in range(1, 30)]
    assert all(one != other for one, other in pairwise(inks))
    assert set(inks) <= set(INKS)
    assert ink_of(arrow(0, 1, "486 Busy Here")._replace(dialog=None, cseq=None), colours) == "failure"


@pytest.mark.parametrize("colours", COLOURS)
def test_what_never_came_is_a_ghost(colours: str) -> None:
    assert ink_of(arrow(0, 1, "ACK", Mark.MISSING), colours) == "ghost"


def test_the_legend_has_what_the_ladder_has() -> None:
    rows: list[Row] = [arrow(0, 1), arrow(1, 0, "200 OK"), arrow(0, 1, "ACK", Mark.MISSING), Media("RTP", 0, 1, (0, 1))]
    value = ladder([("a", ""), ("b", "")], rows)
    assert [(text, dashed) for _, text, dashed in legend(value, "class")] == [
        ("request", False), ("2xx", False), ("missing", True), ("media", False),
    ]  # fmt: skip
    assert [text for _, text, _ in legend(value, "dialog")] == ["a colour for each dialog", "missing", "media"]
    assert not list(legend(ladder([("a", "")], []), "class"))
