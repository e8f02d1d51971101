"""Where things stand in a picture: nothing overlaps, nothing leaves the sheet, and every arrow is there, in order."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.standard import standard_flows
from siptrace.ladder.build import build_ladder
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.model import Arrow, Mark, Media, Note
from siptrace.render.place import sheet_of, sheets_of
from siptrace.trace import open_trace
from tests.ladder.matches import matched
from tests.render.ladders import arrow, ladder
from tests.render.test_golden import MADE, MATCHES

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.correlate.model import Flow
    from siptrace.ladder.model import Ladder
    from siptrace.render.sheet import Label, Sheet

TALL = 1.4


def check(sheet: Sheet) -> None:
    """No label touches another or leaves the sheet; no line leaves it either."""
    for label in sheet.labels:
        assert label.left >= 0, label
        assert label.left + label.width <= sheet.width + 0.01, label
        assert label.y - label.height / 2 >= 0, label
        assert label.y + label.height / 2 <= sheet.height, label
    rows: dict[int, list[Label]] = {}
    for label in sheet.labels:
        for band in range(int(label.y - label.height / 2) // 20, int(label.y + label.height / 2) // 20 + 1):
            rows.setdefault(band, []).append(label)
    for near in rows.values():
        for one, other in combinations(near, 2):
            apart = one.left + one.width <= other.left + 0.01 or other.left + other.width <= one.left + 0.01
            assert apart or abs(one.y - other.y) >= (one.height + other.height) / 2 - 1.5, (one, other)
    for stroke in sheet.strokes:
        assert all(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in stroke.points)


def arrows_of(sheet: Sheet) -> list[str]:
    """Return the names of the arrows from top to bottom."""
    return [s.name for s in sorted(sheet.strokes, key=lambda s: s.points[-1][1]) if s.name.startswith("arrow-")]


def check_both(value: Ladder) -> None:
    """One sheet has it all; pages have all of it, each once, and are no taller than asked for."""
    whole = sheet_of(value)
    check(whole)
    names = [f"arrow-{index}" for index in range(len(value.arrows))]
    assert arrows_of(whole) == names
    pages = sheets_of(value, TALL)
    assert [name for page in pages for name in arrows_of(page)] == names
    for page in pages:
        check(page)
        assert page.width == whole.width
        assert page.height <= max(whole.width * TALL, 420) + 1 or len(arrows_of(page)) <= 1


@pytest.mark.parametrize("name", MADE)
def test_made_up_ladders(name: str) -> None:
    check_both(MADE[name])


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.udp4.pcap")), ids=lambda path: path.stem)
def test_captures(path: Path) -> None:
    for call in open_trace(path).calls:
        check_both(build_ladder(call))


@pytest.mark.parametrize("one", standard_flows(), ids=lambda one: one.id)
def test_flows(one: Flow) -> None:
    check_both(build_flow_ladder(one))


@pytest.mark.parametrize("name", MATCHES)
def test_calls_with_their_flow(name: str, tmp_path: Path) -> None:
    check_both(matched(MATCHES[name].path(tmp_path)))


LANES = st.integers(1, 7)
LABELS = st.sampled_from(["INVITE", "200 OK", "↺", "486 話中 です", "x" * 90]) | st.text(max_size=30)


@settings(max_examples=60)
@given(st.data(), LANES)
def test_any_ladder(data: st.DataObject, lanes: int) -> None:
    lane = st.integers(0, lanes - 1)
    rows = data.draw(
        st.lists(
            st.builds(arrow, lane, lane, LABELS)
            | st.builds(lambda s, t: arrow(s, t, "INVITE", Mark.MISSING), lane, lane)
            | st.builds(lambda left, right, text: Media(text, left, right, (left,)), lane, lane, LABELS)
            | st.builds(Note, LABELS),
            max_size=12,
        )
    )
    names = data.draw(st.lists(st.tuples(LABELS, LABELS), min_size=lanes, max_size=lanes))
    check_both(ladder(names, rows, title=data.draw(LABELS)))


def test_labels_stand_within_their_arrows() -> None:
    value = ladder([("a", ""), ("b", ""), ("c", "")], [arrow(0, 1, "4" * 200), arrow(2, 0, "183 Session Progress")])
    sheet = sheet_of(value)
    ends = {s.name: sorted(x for x, _ in s.points) for s in sheet.strokes if s.name}
    for label in sheet.labels:
        if label.name:
            left, right = ends[label.name]
            assert left < label.left
            assert label.left + label.width < right


def test_what_never_came_is_dashed_and_a_retransmission_thin() -> None:
    rows = [arrow(0, 1, "INVITE"), arrow(0, 1, "INVITE", Mark.RETRANSMISSION), arrow(1, 0, "200 OK", Mark.MISSING)]
    strokes = {s.name: s for s in sheet_of(ladder([("a", ""), ("b", "")], rows)).strokes if s.name}
    assert [strokes[f"arrow-{n}"].dashed for n in range(3)] == [False, False, True]
    assert strokes["arrow-1"].wide < strokes["arrow-0"].wide
    assert strokes["arrow-2"].ink == "ghost"


def test_an_arrow_is_said_in_words() -> None:
    value = ladder([("Alice", "192.0.2.1:5060"), ("", "192.0.2.2:5060")], [arrow(0, 1)])
    assert isinstance(value.rows[0], Arrow)
    says = [s.says for s in sheet_of(value).strokes if s.name]
    assert says == ["1 09:00:00.012: INVITE, Alice → 192.0.2.2:5060"]


@pytest.mark.parametrize("mark", [Mark.MISSING, Mark.UNEXPECTED, Mark.DIFFERENT, Mark.REORDERED])
def test_what_leaves_the_flow_has_a_bar_beside_it(mark: Mark) -> None:
    rows = [arrow(0, 1), arrow(1, 0, "200 OK", mark), arrow(0, 1, "ACK", Mark.RETRANSMISSION)]
    strokes = sheet_of(ladder([("a", ""), ("b", "")], rows)).strokes
    (bar,) = [stroke for stroke in strokes if stroke.wide == 3]
    (one,) = [stroke for stroke in strokes if stroke.name == "arrow-1"]
    assert bar.points[0][1] < one.points[0][1] < bar.points[1][1]
