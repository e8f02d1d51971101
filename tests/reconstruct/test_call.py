"""Calls: how each ending is told, seen from the caller, and what the same Call-ID is when it is no call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CALL, EXCHANGE, CallInput, CallState, Kind, Phase, kind_of, state_of
from siptrace.reconstruct.overview import overview
from siptrace.table.columns import KNOWN_METHODS
from tests.messages import (
    Sent,
    ack,
    ack_2xx,
    cancel,
    in_dialog,
    invite,
    overview_of,
    relayed,
    request,
    response_to,
    table_of,
)

COMPLETED, CANCELLED, BUSY = CallState.COMPLETED, CallState.CANCELLED, CallState.BUSY
REJECTED, REDIRECTED, UNANSWERED = CallState.REJECTED, CallState.REDIRECTED, CallState.UNANSWERED
FAILED, INCOMPLETE = CallState.FAILED, CallState.INCOMPLETE
TRYING, RINGING, IN_CALL = CallState.TRYING, CallState.RINGING, CallState.IN_CALL

ONE = invite()
TWO = invite(cseq=2)
BYE = in_dialog(ONE, "BYE", cseq=8)
BYE_OF_CALLEE = in_dialog(ONE, "BYE", from_callee=True)
AGAIN = in_dialog(ONE, "INVITE", cseq=5)
TRIED, RANG, OK = response_to(ONE, 100), response_to(ONE, 180), response_to(ONE, 200)
ANSWERED = [ONE, TRIED, RANG, OK, ack_2xx(ONE)]


def refused(sent: Sent, status: int) -> list[Sent]:
    """Return a request, its failure and the ACK."""
    return [sent, response_to(sent, status), ack(sent)]


def answered(sent: Sent) -> list[Sent]:
    """Return a request and its success."""
    return [sent, response_to(sent, 200)]


# A proxy between a and the phones b and c: what each hop shows.
NEAR = invite("ap")
TO_B, TO_C = relayed(NEAR, "pb"), relayed(NEAR, "pc")
STOP_C = cancel(TO_C)
B_WINS = [
    response_to(TO_B, 200),
    STOP_C,
    response_to(STOP_C, 200),
    response_to(TO_C, 487, tag="c1"),
    ack(TO_C, tag="c1"),
]

CASES: dict[str, tuple[list[Sent], CallState, int]] = {
    # messages, the state at the end, the final status (0: none)
    "hung up by the caller": ([*ANSWERED, *answered(BYE)], COMPLETED, 200),
    "hung up by the callee": ([*ANSWERED, *answered(BYE_OF_CALLEE)], COMPLETED, 200),
    "hung up without an answer to BYE": ([*ANSWERED, BYE, BYE], COMPLETED, 200),
    "BYE is refused": ([*ANSWERED, BYE, response_to(BYE, 481)], COMPLETED, 200),
    "BYE is challenged and sent again": (
        [*ANSWERED, BYE, response_to(BYE, 407), *answered(replace(BYE, cseq=9, vias=AGAIN.vias))],
        COMPLETED,
        200,
    ),
    "BYE is challenged and not sent again": ([*ANSWERED, BYE, response_to(BYE, 407)], INCOMPLETE, 200),
    "a re-INVITE fails": ([*ANSWERED, *refused(AGAIN, 488), *answered(BYE)], COMPLETED, 200),
    "a re-INVITE is cancelled": (
        [*ANSWERED, AGAIN, cancel(AGAIN), response_to(cancel(AGAIN), 200), response_to(AGAIN, 487), ack(AGAIN)],
        INCOMPLETE,
        200,
    ),
    "the trace ends in the call": (ANSWERED, INCOMPLETE, 200),
    "the trace ends while it rings": ([ONE, TRIED, RANG], INCOMPLETE, 0),
    "the trace ends at 100": ([ONE, TRIED], INCOMPLETE, 0),
    "the trace ends at once": ([ONE], INCOMPLETE, 0),
    "cancelled": (
        [ONE, RANG, cancel(ONE), response_to(cancel(ONE), 200), response_to(ONE, 487), ack(ONE)],
        CANCELLED,
        487,
    ),
    "cancelled, and the 487 is missing": ([ONE, RANG, cancel(ONE), response_to(cancel(ONE), 200)], CANCELLED, 0),
    "cancelled while busy": ([ONE, RANG, cancel(ONE), response_to(ONE, 486), ack(ONE)], CANCELLED, 486),
    "487 without a CANCEL in sight": ([ONE, RANG, response_to(ONE, 487), ack(ONE)], CANCELLED, 487),
    "CANCEL crosses the 200": (
        [ONE, RANG, cancel(ONE), OK, response_to(cancel(ONE), 200), ack_2xx(ONE), *answered(BYE)],
        COMPLETED,
        200,
    ),
    "CANCEL comes after the 200": ([ONE, RANG, OK, cancel(ONE), response_to(cancel(ONE), 481)], INCOMPLETE, 200),
    "BYE instead of CANCEL": ([ONE, RANG, *answered(BYE), response_to(ONE, 487), ack(ONE)], CANCELLED, 487),
    "busy here": (refused(ONE, 486), BUSY, 486),
    "busy everywhere": ([ONE, RANG, *refused(ONE, 600)[1:]], BUSY, 600),
    "not found": (refused(ONE, 404), REJECTED, 404),
    "declined media": ([ONE, RANG, *refused(ONE, 488)[1:]], REJECTED, 488),
    "challenged and given up": (refused(ONE, 401), REJECTED, 401),
    "challenged by the proxy and given up": (refused(ONE, 407), REJECTED, 407),
    "challenged and tried again": (
        [*refused(ONE, 407), TWO, response_to(TWO, 180), response_to(TWO, 200), ack_2xx(TWO), *answered(BYE)],
        COMPLETED,
        200,
    ),
    "challenged, then busy": ([*refused(ONE, 401), *refused(TWO, 486)], BUSY, 486),
    "challenged by two, in turn": (
        [*refused(ONE, 407), *refused(TWO, 401), *answered(invite(cseq=3)), BYE],
        COMPLETED,
        200,
    ),
    "wrong password twice": ([*refused(ONE, 401), *refused(TWO, 401)], REJECTED, 401),
    "redirected and left at that": (refused(ONE, 302), REDIRECTED, 302),
    "redirected and followed": ([*refused(ONE, 302), *answered(invite("ac", cseq=2)), BYE], COMPLETED, 200),
    "session timer too small, tried again": ([*refused(ONE, 422), *answered(TWO), BYE], COMPLETED, 200),
    "the callee is away": (refused(ONE, 480), UNANSWERED, 480),
    "rang until 408": ([ONE, RANG, *refused(ONE, 408)[1:]], UNANSWERED, 408),
    "nobody there for 32 s": ([ONE, replace(ONE, at=0.5), invite(call_id="two", at=32.5)], UNANSWERED, 0),
    "nobody there for 31 s yet": ([ONE, replace(ONE, at=0.5), invite(call_id="two", at=31)], INCOMPLETE, 0),
    "ringing for 60 s is no timeout": ([ONE, RANG, invite(call_id="two", at=60)], INCOMPLETE, 0),
    "the server fails": (refused(ONE, 503), FAILED, 503),
    "declined by all": (refused(ONE, 603), FAILED, 603),
    "failed over to the next server": ([*refused(ONE, 503), *answered(invite("ac", cseq=2)), BYE], COMPLETED, 200),
    "begun before the trace": ([response_to(ONE, 200), ack_2xx(ONE), *answered(BYE)], INCOMPLETE, 200),
    "begun long before the trace": (answered(BYE), INCOMPLETE, 0),
    "begun before its re-INVITE": (answered(AGAIN), INCOMPLETE, 0),
    # RFC 3262: PRACK and UPDATE have a To tag while the call rings.
    "rang reliably, then busy": (
        [ONE, RANG, *answered(in_dialog(ONE, "PRACK")), *refused(ONE, 486)[1:]],
        BUSY,
        486,
    ),
    "updated while ringing, then cancelled": (
        [ONE, RANG, *answered(in_dialog(ONE, "UPDATE")), cancel(ONE), response_to(ONE, 487), ack(ONE)],
        CANCELLED,
        487,
    ),
    "INFO while ringing, then unanswered": (
        [ONE, RANG, *answered(in_dialog(ONE, "INFO")), *refused(ONE, 480)[1:]],
        UNANSWERED,
        480,
    ),
    "rang reliably to the end of the trace": ([ONE, RANG, *answered(in_dialog(ONE, "PRACK"))], INCOMPLETE, 0),
    "a proxy tries one phone after the other": (
        [NEAR, response_to(NEAR, 100), *refused(TO_B, 486), *answered(TO_C), response_to(NEAR, 200), BYE],
        COMPLETED,
        200,
    ),
    "a proxy tries two phones at once": (
        [NEAR, TO_B, TO_C, response_to(TO_B, 180), response_to(NEAR, 180), *B_WINS, response_to(NEAR, 200), BYE],
        COMPLETED,
        200,
    ),
    "two phones at once, seen behind the proxy": (
        [TO_B, TO_C, response_to(TO_C, 180, tag="c1"), *B_WINS, BYE],
        COMPLETED,
        200,
    ),
    "one after the other, seen behind the proxy": ([*refused(TO_B, 486), *answered(TO_C), BYE], COMPLETED, 200),
    "the far hop comes first, the near one decides": (
        [TO_B, NEAR, *refused(TO_B, 486)[1:], response_to(NEAR, 180)],
        INCOMPLETE,
        0,
    ),
    "no phone takes it": (
        [NEAR, *refused(TO_B, 486), *refused(TO_C, 603), *refused(NEAR, 486)[1:]],
        BUSY,
        486,
    ),
    "the proxy gives up a phone that rang too long": (
        [NEAR, TO_B, response_to(TO_B, 180), cancel(TO_B), response_to(TO_B, 487), ack(TO_B), *refused(NEAR, 480)[1:]],
        UNANSWERED,
        480,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_how_a_call_ends(case: str) -> None:
    messages, state, final = CASES[case]
    found = overview_of(messages)
    assert (found.kind(0), found.state(0), found.calls.final[0]) == (Kind.CALL, state, final)


GROWING: dict[str, tuple[list[Sent], CallState]] = {
    "out": ([ONE], TRYING),
    "tried": ([ONE, TRIED], TRYING),
    "ringing": ([ONE, TRIED, RANG], RINGING),
    "early media": ([ONE, response_to(ONE, 183)], RINGING),
    "ringing reliably": ([ONE, RANG, *answered(in_dialog(ONE, "PRACK"))], RINGING),
    "in call": (ANSWERED, IN_CALL),
    "in call, on hold": ([*ANSWERED, *answered(AGAIN)], IN_CALL),
    "over": ([*ANSWERED, BYE], COMPLETED),
    "challenged": (refused(ONE, 401), REJECTED),
    "tried again": ([*refused(ONE, 401), TWO], TRYING),
    "found in call": (answered(AGAIN), INCOMPLETE),
}


@pytest.mark.parametrize("case", GROWING)
def test_how_a_call_stands_while_the_trace_grows(case: str) -> None:
    messages, state = GROWING[case]
    assert overview_of(messages).state(0, growing=True) == state


@pytest.mark.parametrize("answer", [response_to(ONE, 200), response_to(ONE, 486)])
def test_answer_and_end_have_their_rows(answer: Sent) -> None:
    found = overview_of([ONE, RANG, answer, answer, BYE, BYE]).calls
    good = answer.status == 200
    assert found.answered_row[0] == (2 if good else -1)
    assert found.end_row[0] == (4 if good else 2)


def test_a_call_that_goes_on_has_no_end() -> None:
    found = overview_of([*refused(ONE, 401), TWO, response_to(TWO, 200)]).calls
    assert (found.answered_row[0], found.end_row[0]) == (4, -1)


KINDS: dict[str, tuple[list[Sent], Kind, CallState, int]] = {
    "registered": (answered(request("REGISTER")), Kind.REGISTRATION, COMPLETED, 200),
    "registered after a challenge": (
        [request("REGISTER"), response_to(request("REGISTER"), 401), *answered(request("REGISTER", cseq=2))],
        Kind.REGISTRATION,
        COMPLETED,
        200,
    ),
    "registered, and a late copy of the request": (
        [*answered(request("REGISTER")), request("REGISTER")],
        Kind.REGISTRATION,
        COMPLETED,
        200,
    ),
    "refresh refused": (
        [*answered(request("REGISTER")), *refused(request("REGISTER", cseq=2), 403)[:2]],
        Kind.REGISTRATION,
        REJECTED,
        403,
    ),
    "not registered": (refused(request("REGISTER"), 401)[:2], Kind.REGISTRATION, REJECTED, 401),
    "registrar silent": ([request("REGISTER"), invite(call_id="two", at=40)], Kind.REGISTRATION, UNANSWERED, 0),
    "subscribed": (answered(request("SUBSCRIBE")), Kind.SUBSCRIPTION, COMPLETED, 200),
    "unknown event": (refused(request("SUBSCRIBE"), 489)[:2], Kind.SUBSCRIPTION, REJECTED, 489),
    "subscribed, and the refresh refused": (
        [*answered(request("SUBSCRIBE")), *refused(request("SUBSCRIBE", cseq=2, to_tag="b1"), 481)[:2]],
        Kind.SUBSCRIPTION,
        REJECTED,
        481,
    ),
    "subscribed, and no answer to the refresh": (
        [*answered(request("SUBSCRIBE")), request("SUBSCRIBE", cseq=2, to_tag="b1"), invite(call_id="two", at=40)],
        Kind.SUBSCRIPTION,
        UNANSWERED,
        200,
    ),
    "told without being asked": (answered(request("NOTIFY")), Kind.SUBSCRIPTION, COMPLETED, 200),
    "published": (answered(request("PUBLISH")), Kind.PUBLICATION, COMPLETED, 200),
    "message": (answered(request("MESSAGE")), Kind.MESSAGE, COMPLETED, 200),
    "message without an answer": ([request("MESSAGE")], Kind.MESSAGE, INCOMPLETE, 0),
    "ping": (answered(request("OPTIONS")), Kind.OPTIONS, COMPLETED, 200),
    "ping to a dead server": (refused(request("OPTIONS"), 503)[:2], Kind.OPTIONS, FAILED, 503),
    "refer outside of a call": (answered(request("REFER")), Kind.OTHER, COMPLETED, 200),
    "something new": (answered(request("TELEPORT")), Kind.OTHER, COMPLETED, 200),
    "options, then a call": ([*answered(request("OPTIONS", cseq=9)), *refused(ONE, 486)], Kind.CALL, BUSY, 486),
    "the answer to options, then a call": (
        [response_to(request("OPTIONS"), 200), *refused(ONE, 486)],
        Kind.CALL,
        BUSY,
        486,
    ),
    "options, then a call that was begun before": (
        [*answered(request("OPTIONS")), *answered(AGAIN)],
        Kind.CALL,
        INCOMPLETE,
        0,
    ),
    "options, then a call through a proxy": (
        [*answered(request("OPTIONS", cseq=9)), TO_B, response_to(TO_B, 180)],
        Kind.CALL,
        INCOMPLETE,
        0,
    ),
}


@pytest.mark.parametrize("case", KINDS)
def test_kinds(case: str) -> None:
    messages, kind, state, final = KINDS[case]
    found = overview_of(messages)
    assert (found.kind(0), found.state(0), found.calls.final[0]) == (kind, state, final)


def test_every_known_method_has_a_kind() -> None:
    kinds = {method.decode(): kind_of(number) for number, method in enumerate(KNOWN_METHODS, 1)}
    assert [method for method, kind in kinds.items() if kind is Kind.OTHER] == ["REFER"]
    assert kind_of(len(KNOWN_METHODS) + 5) is Kind.OTHER


def test_a_log_without_times_beside_a_capture_says_nothing_about_timeouts() -> None:
    table = table_of([ONE, invite(call_id="two", at=60)])
    table.time[0] = NO_TIME
    assert overview(table).state(0) is INCOMPLETE


def test_a_response_without_a_readable_status_is_nothing_to_its_call() -> None:
    bad = response_to(ONE, 180).raw.replace(b"2.0 180", b"2.0 99999")
    found = overview_of([ONE, response_to(ONE, 486), bad])
    assert (found.state(0), len(found.dialogs)) == (BUSY, 0)


def test_every_phase_has_a_name_outside_and_every_input_a_use() -> None:
    for phase in Phase:
        assert state_of(phase, late=True, expired=True) is INCOMPLETE
        assert isinstance(state_of(phase, late=False, expired=False, growing=True), CallState)
        assert state_of(phase, late=False, expired=False) not in (TRYING, RINGING, IN_CALL)
    assert {event for _, event in CALL} == set(CallInput)
    assert {phase for phase, _ in CALL} | set(CALL.values()) == set(Phase)
    assert CallInput.BYE not in {event for _, event in EXCHANGE}
