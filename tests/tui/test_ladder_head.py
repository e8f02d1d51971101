"""What the head of a ladder says, and what gives way where there is little room."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from siptrace.ladder.fold import Fold
from siptrace.ladder.model import Reference
from siptrace.render.cells import cells
from siptrace.render.layout import Times
from siptrace.tui.ladder_head import found_text, head_lines, shown_text
from siptrace.tui.ladder_subject import Wanted
from siptrace.tui.ladder_view import Look
from tests.render.ladders import arrow, ladder

VALUE = ladder([("a", "1"), ("b", "2")], [arrow(0, 1)])._replace(
    reference=Reference("rfc3665-3.1", "A title that takes some room", "RFC 3665 3.1", 2, 0.5, ("a", "b"))
)


@pytest.mark.parametrize("width", [12, 60, 200])
def test_a_higher_screen_says_more_and_no_line_is_too_wide(width: int) -> None:
    said = {height: head_lines(VALUE, ["1 of 1"], Size(width, height)) for height in (10, 24, 40)}
    assert len(said[10]) <= len(said[24]) <= len(said[40])
    assert all(cells(line) <= max(width - 2, 10) for lines in said.values() for line in lines)
    assert all(lines[0].endswith("1 of 1" if width > 12 else "…") for lines in said.values())


def test_the_state_stands_on_the_right_and_takes_half_of_the_line_at_most() -> None:
    (first, *_) = head_lines(VALUE, ["x" * 100], Size(62, 24))
    assert first.startswith("Call 1: alice@")
    assert first.endswith("x" * 29 + "…")


@pytest.mark.parametrize(
    ("found", "cursor", "missing", "said"),
    [
        ([], 0, 0, []),
        ([3], 0, 0, ["1 finding"]),
        ([3, 5], 0, 0, ["2 findings"]),
        ([3, 5], 5, 0, ["finding 2 of 2"]),
        ([], 0, 2, ["2 steps missing (m)"]),
        ([0], 0, 1, ["finding 1 of 1", "1 step missing (m)"]),
    ],
)
def test_findings_are_counted(found: list[int], cursor: int, missing: int, said: list[str]) -> None:
    assert found_text(found, cursor, missing) == said


def test_only_what_is_not_as_at_first_is_said() -> None:
    first = Look(times=Times.START, colours="cseq")
    assert shown_text(Wanted(), first, first, "") == []
    wanted = Wanted("one", flow=True, fold=Fold.LANES, only_sdp=True, names=False)
    assert shown_text(wanted, Look(sdp=False), first, "\x1b") == [
        *("one Call-ID", "one lane an address", "only SDP", "no names", "no SDP"),
        *("time of day", "colours: kind", "/\\x1b"),
    ]
