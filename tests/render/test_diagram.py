"""What the diagram languages say: labels with their times, numbers, and texts that keep to a width and lose nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.ladder.model import Lane, Mark, Media, SdpView
from siptrace.render.diagram import (
    PAUSE,
    arrow_text,
    head_texts,
    lanes_of,
    media_text,
    numbering,
    under_texts,
    wrapped,
)
from siptrace.render.measure import Face, measure
from tests.render.ladders import START, arrow, ladder


@pytest.mark.parametrize(
    ("time_ns", "delta_ns", "text"),
    [
        (START, None, "INVITE · 09:00:00.000"),
        (START, 12_000_000, "INVITE · +0.012 s"),
        (START, -12_000_000, "INVITE · -0.012 s"),
        (START, PAUSE, "INVITE · +4.000 s"),
        (START, PAUSE + 1_000_000, "INVITE · 09:00:00.000 (+4.001 s)"),
        (START, 300 * PAUSE, "INVITE · 09:00:00.000 (+1200 s)"),
        (None, None, "INVITE"),
    ],
)
def test_a_label_says_when_it_came(time_ns: int | None, delta_ns: int | None, text: str) -> None:
    assert arrow_text(arrow(0, 1)._replace(time_ns=time_ns, delta_ns=delta_ns)) == text


def test_a_long_label_keeps_its_step_and_its_marks() -> None:
    long = arrow(0, 1, "500 " + "very " * 40, Mark.DIFFERENT, sdp=SdpView("answer", ()))._replace(step="F3")
    assert re.fullmatch(r"F3 500 very .*… different", arrow_text(long))
    assert len(arrow_text(long)) < 70


def test_a_label_is_never_empty() -> None:
    assert arrow_text(arrow(0, 1, "")) == "?"


def test_a_lane_says_who_it_is() -> None:
    assert head_texts(Lane("Alice", "192.0.2.1:5060", "UA")) == ["Alice", "192.0.2.1:5060", "(UA)"]
    assert head_texts(Lane("", "")) == ["?"]
    (name,) = head_texts(Lane("n" * 200, ""))
    assert name.endswith("…")
    assert [lane.alias for lane in lanes_of(ladder([], []))] == ["nobody"]


@pytest.mark.parametrize(
    ("senders", "text"), [((0, 2), "◀═ RTP ═▶"), ((0,), "═ RTP ═▶"), ((2,), "◀═ RTP ═"), ((), "··· RTP ···")]
)
def test_media_has_heads_where_it_arrives(senders: tuple[int, ...], text: str) -> None:
    assert media_text(Media("RTP", 0, 2, senders)) == text


def test_what_stands_under_an_arrow() -> None:
    one = arrow(0, 1, sdp=SdpView("offer", ("audio x", "video y")))._replace(expected="486 Busy Here")
    assert under_texts(one, sdp=True) == ["instead of 486 Busy Here", "offer: audio x", "  video y"]
    assert under_texts(one, sdp=False) == ["instead of 486 Busy Here"]


def test_numbers_are_set_anew_where_they_do_not_go_on() -> None:
    arrows = [arrow(0, 1)._replace(n=n) for n in (3, 4, 7, None, None, 8, 9)]
    assert list(numbering(arrows, "off")) == [
        *("autonumber 3", "", "autonumber 7", "autonumber off", "", "autonumber 8", ""),
    ]
    assert list(numbering(arrows[3:5], "off")) == ["", ""], "a flow has no numbers at all"


@given(st.text(alphabet="aW.@ é日", max_size=300), st.sampled_from([60.0, 200.0, 560.0]))
def test_a_wrapped_text_keeps_to_the_width_and_loses_nothing(text: str, room: float) -> None:
    lines = wrapped([text], room)
    assert max(measure(line, Face(12)) for line in lines) <= room
    if len(lines) < 24:
        assert "".join("".join(lines).split()) == "".join(text.split())
