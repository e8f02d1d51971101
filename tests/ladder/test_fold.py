"""Folded ladders: what goes, what stays, and where the rest stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.ladder.fold import Fold, fold, folds_of, only_sdp, without_names
from siptrace.ladder.model import Ladder, Mark, Media, Note, SdpView
from tests.render.ladders import STEP, arrow, ladder

if TYPE_CHECKING:
    from siptrace.ladder.model import Row

LANES = [("", "192.0.2.1:5060"), ("b2bua", "192.0.2.2:5060"), ("leg", "192.0.2.2:5080"), ("", "")]
RESENT = Mark.RETRANSMISSION
SDP = SdpView("offer", ("audio a PCMU",))
ROWS: list[Row] = [
    arrow(0, 1, sdp=SDP),
    Note("here"),
    arrow(0, 1, "INVITE", RESENT),
    arrow(1, 0, "100 Trying"),
    arrow(1, 2),
    arrow(2, 3, "INVITE", RESENT, Mark.UNEXPECTED),
    arrow(3, 2, "100 Trying", Mark.MISSING),
    Media("RTP", 1, 2, (1, 2)),
    arrow(1, 0, "200 OK", sdp=SDP),
]
WHOLE = ladder(LANES, ROWS)


def numbers(value: Ladder) -> list[int | None]:
    return [one.n for one in value.arrows]


def test_what_says_nothing_new_goes_unless_the_flow_has_something_against_it() -> None:
    folded = fold(WHOLE, Fold.REPEATS)
    assert numbers(folded) == [1, 4, 5, 6, 7]
    assert [row for row in folded.rows if isinstance(row, Note | Media)] == [ROWS[1], ROWS[7]]
    assert [one.delta_ns for one in folded.arrows[:3]] == [None, 3 * STEP, STEP]


def test_the_ports_of_an_address_share_a_lane() -> None:
    folded = fold(WHOLE, Fold.LANES)
    assert [lane.address for lane in folded.lanes] == ["192.0.2.1:5060", "192.0.2.2", ""]
    assert [lane.alias for lane in folded.lanes] == ["", "b2bua", ""]
    assert [(one.source, one.target) for one in folded.arrows][3:6] == [(1, 1), (1, 2), (2, 1)]
    assert Media("RTP", 1, 1, (1,)) in folded.rows
    assert numbers(folded) == numbers(WHOLE)


def test_media_goes_from_left_to_right_on_shared_lanes() -> None:
    lanes = [("", "192.0.2.1:1"), ("", "192.0.2.2:1"), ("", "192.0.2.1:2")]
    (row,) = fold(ladder(lanes, [Media("RTP", 1, 2, (2,))]), Fold.LANES).rows
    assert row == Media("RTP", 0, 1, (0,))


@pytest.mark.parametrize(
    ("value", "folds"),
    [
        (WHOLE, [Fold.NOTHING, Fold.LANES, Fold.REPEATS]),
        (ladder(LANES[:2], ROWS[:2]), [Fold.NOTHING]),
        (ladder(LANES[:2], ROWS[:3]), [Fold.NOTHING, Fold.REPEATS]),
        (ladder(LANES[1:], []), [Fold.NOTHING, Fold.LANES]),
    ],
)
def test_only_what_changes_something_is_offered(value: Ladder, folds: list[Fold]) -> None:
    assert folds_of(value) == folds
    assert all(fold(value, kind) != value for kind in folds[1:])
    assert fold(value, Fold.NOTHING) is value


def test_only_messages_with_a_session_description() -> None:
    assert numbers(only_sdp(WHOLE)) == [1, 7]
    assert ROWS[7] in only_sdp(WHOLE).rows


def test_lanes_without_names_keep_what_else_they_are_called() -> None:
    bare = without_names(WHOLE._replace(lanes=(*WHOLE.lanes, WHOLE.lanes[1]._replace(address=""))))
    assert [lane.alias for lane in bare.lanes] == ["", "", "", "", "b2bua"]
