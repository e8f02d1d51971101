"""The drawn ladder holds for any value: no line is too wide, and what is drawn reads back as the value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.ladder.model import Arrow, Mark, Media, Note, Reference, Remarks, SdpView
from siptrace.render.cells import cells
from siptrace.render.layout import frame_of
from siptrace.render.text import MIN_WIDTH, draw, render_text
from tests.render.ladders import arrow, ladder

if TYPE_CHECKING:
    from siptrace.ladder.model import Ladder, Row

WIDTHS = st.integers(MIN_WIDTH, 240)
HOSTILE = st.text(max_size=60) | st.text(alphabet="aé日한🎉\u0301\u093f\u202e\x1b\n│─▶◀", max_size=60)
PLAIN = st.sampled_from(["INVITE", "ACK", "180 Ringing", "407 Proxy Authentication Required", "200 OK (CANCEL)", "100"])
MARKS = st.lists(st.sampled_from(Mark), max_size=3, unique=True)


@st.composite
def ladders(
    draw: st.DrawFn, texts: st.SearchStrategy[str] = HOSTILE, labels: st.SearchStrategy[str] = HOSTILE
) -> Ladder:
    """Return any ladder: up to 50 lanes, arrows between any two of them, any texts, and perhaps a reference flow."""
    count = draw(st.integers(1, 6) | st.integers(1, 50))
    lanes = draw(st.lists(st.tuples(texts, texts), min_size=count, max_size=count))
    views = st.none() | st.builds(
        SdpView, st.sampled_from(["offer", "answer", ""]), st.lists(texts, min_size=1, max_size=3).map(tuple)
    )
    ends = st.integers(0, count - 1)
    arrows = st.builds(
        lambda a, b, label, marks, sdp: arrow(a, b, label, *marks, sdp=sdp), ends, ends, labels, MARKS, views
    )
    media = st.builds(
        lambda a, b, label, senders: Media(label, min(a, b), max(a, b), tuple(sorted({a, b})[:senders])),
        *(ends, ends, labels, st.integers(0, 2)),
    )
    rows = draw(st.lists(arrows | arrows | media | st.builds(Note, texts), max_size=16))
    value = ladder(lanes, rows, title=draw(texts), call_id=draw(texts), timed=draw(st.booleans()))
    return draw(st.just(value) | references(texts).map(lambda reference: with_flow(value, reference)))


@st.composite
def references(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Reference:
    """Return a reference flow: of a call that follows it, of one that follows none, or the flow itself."""
    many = st.lists(texts, max_size=5).map(tuple)
    flow, score = draw(st.tuples(texts, st.floats(0, 1) | st.none()) | st.just(("", None)))
    return Reference(
        flow, draw(texts), draw(texts), 5, score, draw(many), draw(st.integers(-2, 2)), draw(many), draw(many)
    )


def with_flow(value: Ladder, reference: Reference) -> Ladder:
    """Return a ladder with steps on its arrows, parts on its lanes, and remarks; a flow has no numbers and times."""
    value = value._replace(reference=reference)
    rows: list[Row] = []
    for row in value.rows:
        if not isinstance(row, Arrow):
            rows.append(row)
            continue
        step = row._replace(step=f"F{row.n}", expected=value.title)
        rows.append(step._replace(n=None, time_ns=None, delta_ns=None) if value.is_flow else step)
    lanes = tuple(lane._replace(part=lane.alias) for lane in value.lanes)
    remarks = (Remarks("Readings", (value.title, *reference.ties)),)
    return value._replace(rows=tuple(rows), lanes=lanes, remarks=remarks)


@given(ladders(), WIDTHS, st.booleans(), st.booleans())
def test_no_line_is_wider_than_asked_for_and_every_line_is_printable(
    value: Ladder, width: int, ascii_only: bool, sdp: bool
) -> None:
    drawing = render_text(value, width=width, ascii_only=ascii_only, sdp=sdp)
    assert drawing.endswith("\n")
    lines = drawing[:-1].split("\n")
    too_wide = [line for line in lines if cells(line) > width]
    assert not too_wide
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
    if ascii_only:
        assert drawing.isascii()


@given(ladders(), WIDTHS)
def test_ascii_has_the_same_arrows(value: Ladder, width: int) -> None:
    unicode, plain = render_text(value, width=width), render_text(value, width=width, ascii_only=True)
    numbers = list(range(1, len(value.arrows) + 1))
    for drawing in (unicode, plain):
        found = [int(match[1]) for line in drawing.split("\n") if (match := re.match(r"(?: {0,2}|F)(\d+)  ", line))]
        assert [n for n in found if n in numbers][: len(numbers)] == numbers


ARROW_LINE = re.compile(r" *F?(\d+)  (?:F\d+  )?(?:[\d:.]{12}  )?(?:\+[\d.]+s?)? *(?=│)")


def read_back(drawing: str) -> list[tuple[int, int, int]]:
    """Return number, source and target of each arrow from a drawing that has lanes.

    The columns of the lanes are where the first line of nothing but bars (or of letters) has them.
    """
    lines = drawing.split("\n")
    heads = next(line for line in lines if re.fullmatch(r" +│[ │]*| {3,}A( +[A-Z]\d*)*", line))
    lanes = [found.start() for found in re.finditer(r"│|[A-Z]\d*", heads)]
    found = []
    for line in lines:
        begin = ARROW_LINE.match(line)
        if begin is not None and begin.end() >= lanes[0]:
            found.append((int(begin[1]), *_ends(line.ljust(lanes[-1] + 2), lanes)))
    return found


def _ends(line: str, lanes: list[int]) -> tuple[int, int]:
    """Return source and target of an arrow from its line."""
    shaft = "─╌"
    left = [lane for lane, place in enumerate(lanes) if line[place] == "│" and line[place + 1] in f"{shaft}◀"]
    right = [lane for lane, place in enumerate(lanes) if line[place] == "│" and line[place - 1] in f"{shaft}▶"]
    own = [lane for lane, place in enumerate(lanes) if line[place : place + 3] == "│◀─" and line[place + 3] == " "]
    if own and not right:
        return own[0], own[0]
    assert (len(left), len(right)) == (1, 1)
    ends = left[0], right[0]
    for place in [*lanes[: ends[0]], *lanes[ends[1] + 1 :]]:
        assert line[place] == "│", "the bars beside an arrow stay"
    backward = line[lanes[left[0]] + 1] == "◀"
    assert backward != (line[lanes[right[0]] - 1] == "▶")
    return ends[::-1] if backward else ends


@given(ladders(st.just("name"), PLAIN), WIDTHS, st.booleans())
def test_the_drawing_reads_back_as_the_value(value: Ladder, width: int, sdp: bool) -> None:
    drawing = render_text(value, width=width, sdp=sdp)
    expected = [(n, one.source, one.target) for n, one in enumerate(value.arrows, 1)]
    if not frame_of(value, width).lanes:
        letters = re.findall(
            r"^ *F?(\d+)  (?:F\d+  )?(?:\+\S+)? *([A-Z])(\d*) → ([A-Z])(\d*)(?= |$)", drawing, re.MULTILINE
        )
        assert [(int(n), _lane(a, i), _lane(b, j)) for n, a, i, b, j in letters] == expected
    else:
        assert read_back(drawing) == expected


def _lane(letter: str, number: str) -> int:
    """Return the index of a lane from its letter."""
    return ord(letter) - ord("A") + 26 * int(number or 0)


TWO = [("Alice", "192.0.2.1:5060"), ("Bob", "192.0.2.2:5060")]


def test_the_clock_gives_way_before_a_label_is_cut() -> None:
    lanes = [*TWO, ("", "192.0.2.3:5060")]
    hold = arrow(0, 1, "re-INVITE", Mark.HOLD, sdp=SdpView("offer", ()))
    assert "re-INVITE (SDP) hold" in render_text(ladder(lanes, [hold]))
    assert "09:00:00.012" in render_text(ladder(lanes, [arrow(0, 1, "INVITE")]))


def test_what_sets_an_arrow_apart_outlives_its_label() -> None:
    lanes = [*TWO, ("", "192.0.2.3:5060")]
    drawing = render_text(ladder(lanes, [arrow(1, 0, "183 Session in Progress", Mark.HOLD, sdp=SdpView("offer", ()))]))
    assert "183 Sessio… hold" in drawing


def test_a_long_call_id_has_its_own_line() -> None:
    call_id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6@sbc-7.voice.atlanta.example.com"
    assert f"\nCall-ID {call_id}\n" in render_text(ladder(TWO, [arrow(0, 1)], call_id=call_id))


def test_the_state_at_the_end_of_a_long_title_is_never_cut() -> None:
    title = f"Call 1: {'a' * 30}@atlanta.example.com → {'b' * 30}@biloxi.example.com, busy"
    assert "busy" in render_text(ladder(TWO, [arrow(0, 1)], title=title), width=60)


def test_a_smaller_width_is_taken_as_the_least() -> None:
    value = ladder(TWO, [arrow(0, 1)])
    assert render_text(value, width=5) == render_text(value, width=MIN_WIDTH)


def test_a_ladder_of_nothing() -> None:
    assert "time unknown" in render_text(ladder([], []))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_bars_stay_in_their_column_beside_wide_texts(ascii_only: bool) -> None:
    lanes = [("日本 太郎", "192.0.2.1:5060"), ("e\u0301🎉", "192.0.2.2:5060"), ("", "192.0.2.3:5060")]
    view = SdpView("offer", ("話中 PCMU",))
    value = ladder(lanes, [arrow(0, 1, "486 話中 e\u0301", sdp=view), arrow(1, 0, "200 🎉")])
    lines = render_text(value, width=90, ascii_only=ascii_only).removesuffix("\n").split("\n")[5:]
    ends = {(line[-1], cells(line)) for line in lines}
    assert len(lines) == 4
    assert len(ends) == 1, "each line ends with the bar of the last lane"


@given(ladders(), WIDTHS, st.booleans())
def test_the_lines_know_their_arrows(value: Ladder, width: int, sdp: bool) -> None:
    drawn = draw(value, width=width, sdp=sdp)
    places = [line.arrow for line in drawn.rows if line.arrow is not None]
    assert places == sorted(places)
    assert set(places) == set(range(len(value.arrows)))
    lines = [*drawn.heading, "", *drawn.heads, *(line.text for line in drawn.rows), *drawn.footing]
    assert [line.rstrip() for line in lines] == render_text(value, width=width, sdp=sdp).split("\n")[:-1]
