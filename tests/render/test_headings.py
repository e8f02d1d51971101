"""What stands over and under a ladder: the flow and how the call fits it, parts of lanes, remarks."""

from __future__ import annotations

import pytest

from siptrace.correlate.model import flow
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.model import Ladder, Lane, Mark, Reference, Remarks
from siptrace.render.cells import cells
from siptrace.render.headings import footing, heading, lane_heads, letter
from siptrace.render.layout import frame_of
from tests.render.ladders import arrow, ladder

PLAIN = ladder([("Alice", "192.0.2.1:5060"), ("", "192.0.2.2:5060")], [arrow(0, 1)])
FOLLOWED = Reference(
    "rfc3665-3.1", "Successful Session Establishment", "RFC 3665 section 3.1", 2, 0.804, ("alice", "bob")
)


def said(reference: Reference, *parts: str) -> str:
    """Return what a ladder says of its flow."""
    lanes = tuple(Lane("", "192.0.2.1:5060", part) for part in parts or ("Alice", "Bob"))
    (_, _, line) = heading(PLAIN._replace(reference=reference, lanes=lanes), 400)
    return line


VERDICTS = {
    "all": (FOLLOWED, "80 %; all actors seen"),
    "a tap": (FOLLOWED._replace(actors=4), "80 %; seen of its 4 actors: Alice, Bob"),
    "a relay more": (FOLLOWED._replace(surplus=1), "80 %; all actors seen; 1 relay more than the flow"),
    "two fewer": (FOLLOWED._replace(surplus=-2), "80 %; all actors seen; 2 relays fewer than the flow"),
    "a tie": (FOLLOWED._replace(ties=("a",)), "80 %; all actors seen; fits as well: a"),
    "ties": (FOLLOWED._replace(ties=tuple("abcde")), "80 %; all actors seen; fits as well: a, b, c and 2 more"),
}


@pytest.mark.parametrize(("reference", "text"), VERDICTS.values(), ids=VERDICTS)
def test_which_flow_a_call_follows(reference: Reference, text: str) -> None:
    assert said(reference) == f"Follows rfc3665-3.1 Successful Session Establishment, {text}"


def test_a_call_that_follows_none_names_the_nearest() -> None:
    assert said(Reference()) == "Follows no reference flow"
    assert said(Reference(alternatives=("a", "b"))) == "Follows no reference flow; the nearest: a, b"


def test_a_flow_says_where_it_comes_from_and_has_no_time() -> None:
    assert list(heading(build_flow_ladder(flow("rfc3665-3.1")), 80)) == [
        "rfc3665-3.1: Successful Session Establishment",
        "RFC 3665 section 3.1, 6 messages",
    ]


def test_lanes_say_what_they_play() -> None:
    lanes = (Lane("Alice", "192.0.2.1:5060", "Alice"), Lane("", "192.0.2.2:5060"), Lane("Bob", "192.0.2.3:5060", "Bob"))
    wide = list(lane_heads(PLAIN._replace(lanes=lanes), frame_of(PLAIN._replace(lanes=lanes), 100)))
    assert [line.split() for line in wide[:3]] == [
        ["Alice", "Bob"],
        ["192.0.2.1:5060", "192.0.2.2:5060", "192.0.2.3:5060"],
        ["(Alice)", "(Bob)"],
    ]
    narrow = list(lane_heads(PLAIN._replace(lanes=lanes), frame_of(PLAIN._replace(lanes=lanes), 60)))
    assert narrow[:3] == [
        "  A  Alice  192.0.2.1:5060  (Alice)",
        "  B  192.0.2.2:5060",
        "  C  Bob  192.0.2.3:5060  (Bob)",
    ]


def test_lanes_have_letters() -> None:
    assert [letter(lane) for lane in (0, 25, 26, 51, 52)] == ["A", "Z", "A1", "Z1", "A2"]


def with_remarks(*texts: str) -> Ladder:
    """Return a ladder with some remarks."""
    return PLAIN._replace(remarks=(Remarks("Readings", texts),))


def test_remarks_stand_under_the_drawing_whole() -> None:
    long = "one two three " * 12
    lines = list(footing(with_remarks("short", long.strip()), 60))
    assert lines[:3] == ["", "Readings", "· short"]
    assert " ".join(line.strip() for line in lines[3:]) == f"· {long.strip()}"
    assert all(cells(line) <= 60 for line in lines)


def test_retransmissions_are_counted_but_not_the_missing_ones() -> None:
    resent = [arrow(0, 1, "INVITE", Mark.RETRANSMISSION), arrow(0, 1, "INVITE", Mark.RETRANSMISSION, Mark.MISSING)]
    lanes = [("Alice", "192.0.2.1:5060"), ("", "192.0.2.2:5060")]
    assert list(footing(ladder(lanes, resent), 60)) == ["", "↺ 1 retransmission"]
    assert list(footing(PLAIN, 60)) == []


def test_several_call_ids_are_all_told() -> None:
    call_ids = tuple(f"{n}9dbb6e308c416d@atlanta.example.com" for n in range(3))
    lines = list(heading(PLAIN._replace(call_ids=call_ids), 70))
    assert lines[1].endswith(" UTC")
    assert " ".join(line.strip() for line in lines[2:]) == f"Call-ID {', '.join(call_ids)}"
    assert all(cells(line) <= 70 for line in lines)
