"""What stands on an arrow and under it, and what of it stays where there is little room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.ladder.model import Arrow, Mark, SdpView
from siptrace.render.cells import cells
from siptrace.render.labels import label_of, lines_under, short_label
from siptrace.render.text import render_text
from tests.render.ladders import arrow, ladder

OFFER = SdpView("offer", ("audio 192.0.2.1:4000 PCMU",))

LABELS: dict[str, tuple[Arrow, str]] = {
    "request": (arrow(0, 1, "INVITE"), "INVITE"),
    "with SDP": (arrow(1, 0, "200 OK", sdp=SdpView("answer", ())), "200 OK (SDP)"),
    "hold": (arrow(0, 1, "re-INVITE", Mark.REINVITE, Mark.HOLD, sdp=SdpView("offer", ())), "re-INVITE (SDP) hold"),
    "resent": (arrow(0, 1, "INVITE", Mark.RETRANSMISSION), "↺ INVITE"),
    "escape": (arrow(1, 0, "200 \x1b[2J"), "200 \\x1b[2J"),
    "a step that never came": (arrow(0, 1, "ACK", Mark.MISSING), "ACK missing"),
    "what the flow does not have": (arrow(0, 1, "INFO", Mark.UNEXPECTED), "INFO unexpected"),
    "two marks": (arrow(0, 1, "ACK", Mark.DIFFERENT, Mark.REORDERED), "ACK different, reordered"),
    "a step that may be left out": (arrow(1, 0, "100 Trying", Mark.OPTIONAL), "100 Trying optional"),
}


@pytest.mark.parametrize(("one", "label"), LABELS.values(), ids=LABELS)
def test_labels(one: Arrow, label: str) -> None:
    assert label_of(one) == label
    assert label in render_text(ladder([("Alice", "192.0.2.1:5060"), ("Bob", "192.0.2.2:5060")], [one]))


@given(st.sampled_from([one for one, _ in LABELS.values()]), st.integers(1, 60))
def test_a_short_label_fits(one: Arrow, room: int) -> None:
    short = short_label(one, room)
    assert cells(short) <= room
    assert short == label_of(one) or cells(label_of(one)) > room


SHORT = {20: "re-INVITE (SDP) hold", 19: "re-INVITE hold", 14: "re-INVITE hold", 13: "re-INVI… hold", 8: "re-INVI…"}


@pytest.mark.parametrize(("room", "text"), SHORT.items())
def test_sdp_goes_first_and_the_marks_stay_longest(room: int, text: str) -> None:
    assert short_label(arrow(0, 1, "re-INVITE", Mark.HOLD, sdp=OFFER), room) == text


def test_what_the_flow_has_instead_stands_under_the_arrow() -> None:
    other = arrow(1, 0, "603 Decline", Mark.DIFFERENT)._replace(expected="486 Busy Here")
    assert lines_under(other, sdp=False) == ["instead of 486 Busy Here"]


def test_streams_are_told_once_and_audio_alone_needs_no_word() -> None:
    assert lines_under(arrow(0, 1, sdp=OFFER), sdp=True) == ["offer: 192.0.2.1:4000 PCMU"]
    two = SdpView("", (*OFFER.media, "video 192.0.2.1:4002 H264"))
    assert lines_under(arrow(0, 1, sdp=two), sdp=True) == [
        "SDP: audio 192.0.2.1:4000 PCMU",
        "  video 192.0.2.1:4002 H264",
    ]
    assert lines_under(arrow(0, 1, sdp=OFFER), sdp=False) == []
    assert lines_under(arrow(0, 1, "INVITE", Mark.RETRANSMISSION, sdp=OFFER), sdp=True) == []
