"""The ladders that can be made of some calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siptrace.errors import UsageError
from siptrace.ladder.build import build_ladder
from siptrace.ladder.fold import Fold
from siptrace.tui.ladder_subject import Subject, Wanted
from tests.messages import SDP, ack_2xx, in_dialog, invite, response_to, trace_of
from tests.tui.showing import flow

CALL = invite()
BROKEN = [CALL, response_to(CALL, 180), response_to(CALL, 200), in_dialog(CALL, "BYE")]
"""A call without ACK."""


def test_one_call_is_its_ladder() -> None:
    trace = flow("rfc3665-3.1")
    subject = Subject(trace, [1])
    assert subject.ladder(Wanted()) == build_ladder(trace.call(1))
    assert subject.size == len(subject.messages) == len(trace.messages)


def test_several_calls_are_one_ladder_in_time_order() -> None:
    first, second = invite(), invite(call_id="two@example.com", from_tag="z")
    trace = trace_of([first, second, response_to(second, 200), response_to(first, 486)])
    ladder = Subject(trace, [2, 1, 2]).ladder(Wanted())
    assert [arrow.n for arrow in ladder.arrows] == [1, 2, 3, 4]
    assert [arrow.call for arrow in ladder.arrows] == [1, 2, 2, 1]
    assert ladder.title == "Calls 1, 2: 4 messages"


def test_a_message_is_known_in_another_reading_by_its_place_in_the_files() -> None:
    subject = Subject(trace_of(BROKEN), [1])
    for message in subject.messages:
        assert subject.counterpart(replace(message, n=message.n + 7)) == message.n
        assert subject.counterpart(replace(message, frame=99)) is None
        assert subject.counterpart(replace(message, source="other.pcap")) is None
    assert subject.counterpart(None) is None


def test_one_call_id_of_a_call() -> None:
    subject = Subject(flow("rfc5359-2.4"), [1])
    ids = subject.ladder(Wanted()).call_ids
    parts = [subject.ladder(Wanted(call_id=call_id)) for call_id in ids]
    assert len(ids) == 2
    assert [part.call_ids for part in parts] == [(call_id,) for call_id in ids]
    assert sum(len(part.arrows) for part in parts) == len(subject.messages)


def test_the_flow_is_that_of_one_whole_call() -> None:
    trace = flow("rfc3665-3.1")
    subject = Subject(trace, [1])
    ladder = subject.ladder(Wanted(flow=True))
    assert ladder.reference is not None
    assert ladder.reference.flow == "rfc3665-3.1"
    call_id = ladder.call_ids[0]
    assert subject.ladder(Wanted(call_id, flow=True)).reference is None
    assert Subject(trace, []).ladder(Wanted(flow=True)).reference is None


def test_a_ladder_is_made_once() -> None:
    subject = Subject(flow("rfc3665-3.1"), [1])
    assert not subject.knows(Wanted())
    ladder = subject.ladder(Wanted())
    assert subject.knows(Wanted())
    assert not subject.knows(Wanted(flow=True))
    assert subject.ladder(Wanted()) is ladder


def test_what_is_folded_comes_from_the_whole_ladder() -> None:
    subject = Subject(trace_of([CALL, CALL, response_to(CALL, 100), response_to(CALL, 200)]), [1])
    folded = Wanted(fold=Fold.REPEATS)
    assert not subject.knows(folded)
    assert [one.n for one in subject.ladder(folded).arrows] == [1, 4]
    assert subject.knows(Wanted(only_sdp=True))
    assert subject.ladder(Wanted(only_sdp=True)).arrows == ()
    assert {lane.alias for lane in subject.ladder(Wanted(names=False)).lanes} == {""}
    assert subject.whole(folded) is subject.ladder(Wanted())


@pytest.mark.parametrize(
    ("text", "found"), {"BRANCH=Z9": True, "Ünïcode": True, "ÜNÏCODE": True, "nowhere": False}.items()
)
def test_text_is_found_in_any_case(text: str, found: bool) -> None:
    subject = Subject(trace_of([invite(headers=("Subject: ünïcode",))]), [1])
    assert subject.has_text(subject.ladder(Wanted()).arrows[0], text) is found


def test_what_is_drawn_is_found_where_the_message_has_only_a_number_for_it() -> None:
    subject = Subject(trace_of([invite(body=SDP)]), [1])
    (arrow,) = subject.ladder(Wanted()).arrows
    assert b"PCMU" not in subject.messages[0].raw
    assert subject.has_text(arrow, "pcmu")


def test_a_step_that_never_came_has_no_text() -> None:
    subject = Subject(trace_of(BROKEN), [1])
    ghost = next(arrow for arrow in subject.ladder(Wanted(flow=True)).arrows if arrow.n is None)
    assert not subject.has_text(ghost, "SIP")
    assert subject.has_text(ghost, ghost.label.lower())
    assert subject.message(ghost.n) is None


def test_no_call_is_an_empty_ladder() -> None:
    ladder = Subject(trace_of([]), []).ladder(Wanted())
    assert (ladder.title, ladder.rows) == ("No call", ())


def test_a_call_that_is_not_there() -> None:
    with pytest.raises(UsageError):
        Subject(trace_of([CALL]), [2])


def test_an_ack_makes_it_whole() -> None:
    whole = [*BROKEN[:3], ack_2xx(CALL), BROKEN[3], response_to(BROKEN[3], 200)]
    subject = Subject(trace_of(whole), [1])
    assert all(arrow.n is not None for arrow in subject.ladder(Wanted(flow=True)).arrows)
