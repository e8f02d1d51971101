"""Ladders as values: the arrows of a call in order, what they are called and what sets them apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siptrace.ladder.build import build_ladder, ladder_of
from siptrace.ladder.model import Mark, Note, SdpView
from tests.messages import (
    HOLD,
    SDP,
    SECOND,
    START,
    ack,
    ack_2xx,
    cancel,
    in_dialog,
    invite,
    request,
    response_to,
    sdp,
    trace_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.ladder.model import Ladder
    from tests.messages import Sent


def ladder(messages: Sequence[Sent]) -> Ladder:
    """Return the ladder of the only call in some messages."""
    (call,) = trace_of(messages).calls
    return build_ladder(call)


def labels(messages: Sequence[Sent]) -> list[str]:
    """Return the arrows' labels."""
    return [arrow.label for arrow in ladder(messages).arrows]


def marks(messages: Sequence[Sent]) -> list[str]:
    """Return what sets each arrow apart, but for missing header fields."""
    return [", ".join(mark for mark in arrow.marks if mark is not Mark.MALFORMED) for arrow in ladder(messages).arrows]


def answered() -> list[Sent]:
    """Return a call up to the ACK."""
    call = invite(body=SDP)
    return [call, response_to(call, 200, body=SDP), ack_2xx(call)]


def test_a_call_from_beginning_to_end() -> None:
    call = invite(at=0, body=SDP)
    bye = in_dialog(call, "BYE", from_callee=True, at=10)
    found = ladder(
        [
            call,
            response_to(call, 180, at=0.5),
            response_to(call, 200, at=2, body=SDP),
            ack_2xx(call, at=2.25),
            bye,
            response_to(bye, 200, at=10.001),
        ]
    )
    assert found.title == "Call 1: alice@example.com → bob@example.com, completed"
    assert found.call_ids == ("one@example.com",)
    assert found.start_ns == START
    assert found.rows == found.arrows
    assert (found.reference, found.remarks) == (None, ())
    assert [arrow.n for arrow in found.arrows] == [1, 2, 3, 4, 5, 6]
    assert [(arrow.source, arrow.target) for arrow in found.arrows] == [(0, 1), (1, 0), (1, 0), (0, 1), (1, 0), (0, 1)]
    assert [arrow.label for arrow in found.arrows] == [
        "INVITE",
        "180 Because",
        "200 Because",
        "ACK",
        "BYE",
        "200 Because (BYE)",
    ]
    deltas = [None, 0.5, 1.5, 0.25, 7.75, 0.001]
    assert [arrow.delta_ns for arrow in found.arrows] == [None if d is None else round(d * SECOND) for d in deltas]
    assert found.arrows[0].sdp == SdpView("offer", ("audio 192.0.2.1:4000 PCMU",))
    assert found.arrows[2].sdp == SdpView("answer", ("audio 192.0.2.1:4000 PCMU",))
    assert found.arrows[1].sdp is None
    assert {arrow.transport for arrow in found.arrows} == {"UDP"}
    assert [arrow.cseq for arrow in found.arrows] == [1, 1, 1, 1, 2, 2]
    assert {arrow.call for arrow in found.arrows} == {1}


def test_arrows_are_in_time_order_not_in_file_order() -> None:
    call = invite(at=5)
    found = ladder([response_to(call, 180, at=6), call])
    assert [(arrow.n, arrow.label) for arrow in found.arrows] == [(1, "INVITE"), (2, "180 Because")]


def test_responses_say_what_they_answer_unless_it_is_the_invite() -> None:
    call = invite()
    stop = cancel(call)
    assert labels([call, stop, response_to(stop, 200), response_to(call, 487), ack(call)]) == [
        "INVITE",
        "CANCEL",
        "200 Because (CANCEL)",
        "487 Because",
        "ACK",
    ]


def test_retransmissions_are_marked_request_and_response() -> None:
    call = invite(at=0)
    ring = response_to(call, 180, at=1)
    assert marks([call, replace(call, at=0.5), ring, replace(ring, at=2)]) == [
        "",
        "retransmission",
        "",
        "retransmission",
    ]


def test_an_invite_inside_the_dialog_is_a_reinvite() -> None:
    calls = answered()
    again = in_dialog(calls[0], "INVITE", body=sdp(port=4002, version=2))
    found = ladder([*calls, again, response_to(again, 200, body=SDP), ack_2xx(again)])
    assert [arrow.label for arrow in found.arrows[3:]] == ["re-INVITE", "200 Because", "ACK"]
    assert [Mark.REINVITE in arrow.marks for arrow in found.arrows[3:]] == [True, False, False]


def test_hold_and_resume_are_marked_where_they_are_offered() -> None:
    calls = answered()
    hold = in_dialog(calls[0], "INVITE", body=HOLD)
    resume = in_dialog(calls[0], "INVITE", cseq=3, body=sdp(version=3))
    held = response_to(hold, 200, body=sdp(direction="recvonly"))
    assert marks([*calls, hold, held, resume, response_to(resume, 200, body=SDP)])[3:] == [
        "re-INVITE, hold",
        "",
        "re-INVITE, resume",
        "",
    ]


def test_early_media_is_marked() -> None:
    call = invite(body=SDP)
    assert marks([call, response_to(call, 183, body=SDP), response_to(call, 180)]) == ["", "early media", ""]


def test_an_offer_in_the_answer_is_answered_in_the_ack() -> None:
    call = invite()
    found = ladder([call, response_to(call, 200, body=SDP), ack_2xx(call, body=SDP)])
    assert [arrow.sdp and arrow.sdp.role for arrow in found.arrows] == [None, "offer", "answer"]


def test_a_broken_message_is_marked() -> None:
    call = invite(vias=())
    assert Mark.MALFORMED in ladder([replace(call, vias=())]).arrows[0].marks


TITLES = {
    "registration": (request("REGISTER"), "Call 1: alice@example.com → bob@example.com, registration, "),
    "options": (request("OPTIONS"), "Call 1: alice@example.com → bob@example.com, options, "),
    "call": (invite(), "Call 1: alice@example.com → bob@example.com, "),
}


@pytest.mark.parametrize(("message", "title"), TITLES.values(), ids=TITLES)
def test_titles_name_the_kind_of_what_is_no_call(message: Sent, title: str) -> None:
    found = ladder([message, response_to(message, 403)])
    assert found.title == f"{title}rejected"


def test_an_unfinished_call_says_how_far_it_came_and_where_it_was_cut() -> None:
    found = ladder(answered())
    assert found.title.endswith("incomplete (in call)")
    assert found.rows == (*found.arrows, Note("the trace ends inside this call"))


def test_a_call_whose_beginning_is_missing_says_so_first() -> None:
    call = invite()
    bye = in_dialog(call, "BYE")
    found = ladder([bye, response_to(bye, 200)])
    assert found.title.startswith("Call 1: alice@example.com → bob@example.com, incomplete")
    assert "(incomplete)" not in found.title
    assert found.rows == (Note("the trace begins inside this call"), *found.arrows)


def test_messages_of_several_calls_make_one_ladder() -> None:
    one, two = invite(), invite("ac", call_id="two@example.com", users=("alice", "carol"))
    found = ladder_of("both", trace_of([one, two, response_to(one, 486), response_to(two, 486)]).messages)
    assert found.call_ids == ("one@example.com", "two@example.com")
    assert [(arrow.source, arrow.target) for arrow in found.arrows] == [(0, 1), (0, 2), (1, 0), (2, 0)]
    assert [arrow.call for arrow in found.arrows] == [1, 2, 1, 2]


def test_messages_without_times_have_no_deltas() -> None:
    messages = [replace(message, time_ns=None) for message in trace_of(answered()).messages]
    found = ladder_of("pasted", messages)
    assert found.start_ns is None
    assert [arrow.delta_ns for arrow in found.arrows] == [None, None, None]


def test_no_messages_make_an_empty_ladder() -> None:
    assert ladder_of("nothing", []).arrows == ()
