"""Dialogs: when they begin, which messages are theirs, how they end; forks apart, hops and directions together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siptrace.reconstruct.dialog import TRANSITIONS, DialogInput, DialogState
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
)

S = DialogState
EARLY, CONFIRMED, TERMINATED = S.EARLY, S.CONFIRMED, S.TERMINATED

CALL = invite()
RINGING, OK = response_to(CALL, 180), response_to(CALL, 200)
BYE = in_dialog(CALL, "BYE")
AGAIN = in_dialog(CALL, "INVITE")
SUBSCRIBE = request("SUBSCRIBE")
NOTIFY = in_dialog(SUBSCRIBE, "NOTIFY", from_callee=True)
ENDED = replace(NOTIFY, cseq=3, headers=("Subscription-State: terminated;reason=noresource",))
REGISTER = request("REGISTER")
VIA_P = relayed(invite("ap"), "pb")

CASES: dict[str, tuple[list[Sent], list[int | None], list[DialogState]]] = {
    # messages, the dialog of each, the states at the end
    "100 makes none": ([CALL, response_to(CALL, 100)], [None, None], []),
    "180 without a tag makes none": ([CALL, response_to(CALL, 180, tag="")], [None, None], []),
    "early": ([CALL, RINGING], [None, 0], [EARLY]),
    "confirmed": ([CALL, RINGING, OK, ack_2xx(CALL)], [None, 0, 0, 0], [CONFIRMED]),
    "confirmed without ringing": ([CALL, OK], [None, 0], [CONFIRMED]),
    "ended by the caller": ([CALL, OK, ack_2xx(CALL), BYE, response_to(BYE, 200)], [None, 0, 0, 0, 0], [TERMINATED]),
    "ended by the callee": (
        [
            CALL,
            OK,
            in_dialog(CALL, "BYE", from_callee=True),
            response_to(in_dialog(CALL, "BYE", from_callee=True), 200),
        ],
        [None, 0, 0, 0],
        [TERMINATED],
    ),
    "ended while early": ([CALL, RINGING, BYE], [None, 0, 0], [TERMINATED]),
    "refused while early": ([CALL, RINGING, response_to(CALL, 486), ack(CALL)], [None, 0, 0, 0], [TERMINATED]),
    "refused at once: the ACK of a failure makes none": (
        [CALL, response_to(CALL, 486), ack(CALL)],
        [None, None, None],
        [],
    ),
    "nor does the ACK of a failure that is missing": ([CALL, ack(CALL)], [None, None], []),
    # RFC 3665 3.3 (F8) and 3.8 (F18) show such ACKs, and so do some proxies.
    "nor does one with a wrong branch": (
        [CALL, response_to(CALL, 407), request("ACK", to_tag="b1", branch="z9hG4bK-wrong")],
        [None, None, None],
        [],
    ),
    "cancelled": (
        [CALL, RINGING, cancel(CALL), response_to(cancel(CALL), 200, tag="p1"), response_to(CALL, 487), ack(CALL)],
        [None, 0, None, None, 0, 0],
        [TERMINATED],
    ),
    "a fork with two early dialogs": (
        [CALL, RINGING, response_to(CALL, 180, tag="c1"), response_to(CALL, 200, tag="c1"), ack_2xx(CALL, tag="c1")],
        [None, 0, 1, 1, 1],
        [EARLY, CONFIRMED],
    ),
    "a fork answered twice, one hung up": (
        [CALL, OK, response_to(CALL, 200, tag="c1"), in_dialog(CALL, "BYE", tag="c1")],
        [None, 0, 1, 1],
        [CONFIRMED, TERMINATED],
    ),
    "a re-INVITE that fails ends nothing": (
        [CALL, OK, AGAIN, response_to(AGAIN, 488), ack(AGAIN)],
        [None, 0, 0, 0, 0],
        [CONFIRMED],
    ),
    "481 to a re-INVITE ends it": ([CALL, OK, AGAIN, response_to(AGAIN, 481)], [None, 0, 0, 0], [TERMINATED]),
    "408 to a re-INVITE ends it": ([CALL, OK, AGAIN, response_to(AGAIN, 408)], [None, 0, 0, 0], [TERMINATED]),
    "481 to INFO ends it": (
        [CALL, OK, in_dialog(CALL, "INFO"), response_to(in_dialog(CALL, "INFO"), 481)],
        [None, 0, 0, 0],
        [TERMINATED],
    ),
    "500 to INFO does not": (
        [CALL, OK, in_dialog(CALL, "INFO"), response_to(in_dialog(CALL, "INFO"), 500)],
        [None, 0, 0, 0],
        [CONFIRMED],
    ),
    "481 outside of one makes none": ([BYE, response_to(BYE, 481)], [0, 0], [TERMINATED]),
    "every hop shows the same one": (
        [invite("ap"), VIA_P, response_to(VIA_P, 200), response_to(invite("ap"), 200), ack_2xx(VIA_P), BYE],
        [None, None, 0, 0, 0, 0],
        [TERMINATED],
    ),
    "a subscription": (
        [SUBSCRIBE, response_to(SUBSCRIBE, 202), NOTIFY, response_to(NOTIFY, 200), ENDED],
        [None, 0, 0, 0, 0],
        [TERMINATED],
    ),
    "a NOTIFY that overtakes the 200 begins it": (
        [SUBSCRIBE, NOTIFY, response_to(SUBSCRIBE, 200), response_to(NOTIFY, 200)],
        [None, 0, 0, 0],
        [CONFIRMED],
    ),
    "a subscription refused": ([SUBSCRIBE, response_to(SUBSCRIBE, 489)], [None, None], []),
    "a registration is none": ([REGISTER, response_to(REGISTER, 200)], [None, None], []),
    "nor is OPTIONS with a To tag": ([request("OPTIONS", to_tag="b1")], [None], []),
    "OPTIONS inside joins": ([CALL, OK, in_dialog(CALL, "OPTIONS")], [None, 0, 0], [CONFIRMED]),
    "the same tags in another Call-ID are another": (
        [CALL, OK, invite(call_id="two"), response_to(invite(call_id="two"), 200)],
        [None, 0, None, 1],
        [CONFIRMED, CONFIRMED],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_dialogs(case: str) -> None:
    messages, numbers, states = CASES[case]
    found = overview_of(messages).dialogs
    assert [None if number < 0 else number for number in found.of_row] == numbers
    assert [S(state) for state in found.state] == states
    assert list(found.first_row) == [numbers.index(number) for number in range(len(states))]


LATE: dict[str, tuple[list[Sent], list[DialogState], list[bool]]] = {
    "an ACK": ([ack_2xx(CALL)], [CONFIRMED], [True]),
    "an INFO": ([in_dialog(CALL, "INFO")], [CONFIRMED], [True]),
    "a BYE": ([BYE, response_to(BYE, 200)], [TERMINATED], [True]),
    "the 200 of the INVITE": ([OK, ack_2xx(CALL)], [CONFIRMED], [False]),
    "a re-INVITE": ([AGAIN, response_to(AGAIN, 200)], [CONFIRMED], [True]),
    "the whole call": ([CALL, OK, BYE], [TERMINATED], [False]),
    "a NOTIFY before the 200 of its SUBSCRIBE": ([SUBSCRIBE, NOTIFY], [CONFIRMED], [False]),
}


@pytest.mark.parametrize("case", LATE)
def test_a_trace_that_begins_inside(case: str) -> None:
    messages, states, late = LATE[case]
    found = overview_of(messages).dialogs
    assert [S(state) for state in found.state] == states
    assert [bool(flag) for flag in found.late] == late


def test_the_table_never_leads_back() -> None:
    assert all(after > state for (state, _), after in TRANSITIONS.items())
    assert not [pair for pair in TRANSITIONS if pair[0] is TERMINATED]
    ends = {event for (state, event), after in TRANSITIONS.items() if state is CONFIRMED and after is TERMINATED}
    assert ends == {DialogInput.END, DialogInput.GONE}
