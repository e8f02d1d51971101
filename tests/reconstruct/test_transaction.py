"""Transactions: the state tables against figures 5 to 8 of RFC 3261, and which messages belong together."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from siptrace.reconstruct.transaction import (
    INVITE_CLIENT,
    INVITE_SERVER,
    NON_INVITE_CLIENT,
    NON_INVITE_SERVER,
    WIRE,
    Input,
    State,
    Transactions,
    find_transactions,
    named,
)
from tests.messages import Sent, ack, ack_2xx, cancel, in_dialog, invite, relayed, request, response_to, table_of

S = State

# The figures as text: a state, then what leaves it. RFC 6026 8.4 and 8.6 put Accepted in the place of
# Terminated behind a 2xx to INVITE. What is not named here leaves the state as it is (retransmissions).
FIGURES = {
    "INVITE client: RFC 3261 figure 5, RFC 6026 figure 5": (
        INVITE_CLIENT,
        """
        CALLING    PROVISIONAL PROCEEDING  SUCCESS ACCEPTED  FAILURE COMPLETED  EXPIRED TERMINATED
        PROCEEDING SUCCESS ACCEPTED  FAILURE COMPLETED
        COMPLETED  LINGERED TERMINATED
        ACCEPTED   LINGERED TERMINATED
        """,
    ),
    "non-INVITE client: RFC 3261 figure 6": (
        NON_INVITE_CLIENT,
        """
        TRYING     PROVISIONAL PROCEEDING  SUCCESS COMPLETED  FAILURE COMPLETED  EXPIRED TERMINATED
        PROCEEDING SUCCESS COMPLETED  FAILURE COMPLETED  EXPIRED TERMINATED
        COMPLETED  LINGERED TERMINATED
        """,
    ),
    "INVITE server: RFC 3261 figure 7, RFC 6026 figure 7": (
        INVITE_SERVER,
        """
        PROCEEDING SUCCESS ACCEPTED  FAILURE COMPLETED
        COMPLETED  ACK CONFIRMED  EXPIRED TERMINATED
        CONFIRMED  LINGERED TERMINATED
        ACCEPTED   LINGERED TERMINATED
        """,
    ),
    "non-INVITE server: RFC 3261 figure 8": (
        NON_INVITE_SERVER,
        """
        TRYING     PROVISIONAL PROCEEDING  SUCCESS COMPLETED  FAILURE COMPLETED
        PROCEEDING SUCCESS COMPLETED  FAILURE COMPLETED
        COMPLETED  LINGERED TERMINATED
        """,
    ),
}

# Where each message finds a machine that the trace has not seen: what it must have been in, one input further.
FIRST_SEEN = {
    "INVITE client": ("CALLING", "PROCEEDING", "ACCEPTED", "COMPLETED", "COMPLETED"),
    "non-INVITE client": ("TRYING", "PROCEEDING", "COMPLETED", "COMPLETED", "UNSEEN"),
    "INVITE server": ("PROCEEDING", "PROCEEDING", "ACCEPTED", "COMPLETED", "CONFIRMED"),
    "non-INVITE server": ("TRYING", "PROCEEDING", "COMPLETED", "COMPLETED", "UNSEEN"),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_every_pair_of_a_table_is_as_drawn(figure: str) -> None:
    table, drawn = FIGURES[figure]
    expected = {}
    for line in drawn.split("\n"):
        state, *words = line.split() or [""]
        expected.update({(state, event): after for event, after in zip(words[::2], words[1::2], strict=True)})
    first = FIRST_SEEN[figure.partition(":")[0]]
    inputs = ("REQUEST", "PROVISIONAL", "SUCCESS", "FAILURE", "ACK")
    expected |= {("UNSEEN", event): after for event, after in zip(inputs, first, strict=True) if after != "UNSEEN"}
    found = named(table)
    for before, what in product(State, Input):
        pair = (before.name, what.name)
        assert found.get(pair, before.name) == expected.get(pair, before.name), pair


@pytest.mark.parametrize("figure", FIGURES)
def test_every_state_is_reached_and_the_last_one_is_the_end(figure: str) -> None:
    table, _ = FIGURES[figure]
    states = {S.UNSEEN} | set(table.values())
    for _ in State:
        reached = {S.UNSEEN} | {after for (state, _), after in table.items() if state in states}
        states = reached
    assert states == {S.UNSEEN} | set(table.values())
    assert not [pair for pair in table if pair[0] == S.TERMINATED]


@pytest.mark.parametrize("is_invite", [True, False])
def test_the_wire_runs_both_ends_at_once(is_invite: bool) -> None:
    client, server = (INVITE_CLIENT, INVITE_SERVER) if is_invite else (NON_INVITE_CLIENT, NON_INVITE_SERVER)
    for c, s, event in product(State, State, Input):
        both = WIRE[is_invite][(c * len(State) + s) * len(Input) + event]
        assert both // len(State) == client.get((c, event), c)
        assert both % len(State) == server.get((s, event), s)


def found_in(messages: list[Sent]) -> Transactions:
    return find_transactions(table_of(messages))


CALL = invite()
BYE = in_dialog(CALL, "BYE")
GROUPS: dict[str, tuple[list[Sent], list[int], list[int]]] = {
    # messages, the transaction of each, 1 where it is a retransmission
    "responses join their request": ([CALL, response_to(CALL, 100), response_to(CALL, 180)], [0, 0, 0], [0, 0, 0]),
    "the ACK of a failure joins": ([CALL, response_to(CALL, 486), ack(CALL)], [0, 0, 0], [0, 0, 0]),
    "the ACK of a 2xx is its own": ([CALL, response_to(CALL, 200), ack_2xx(CALL)], [0, 0, 1], [0, 0, 0]),
    # Some old stacks reuse the branch of the INVITE for the ACK of a 2xx.
    "even with the branch of the INVITE": ([CALL, response_to(CALL, 200), ack(CALL)], [0, 0, 1], [0, 0, 0]),
    "CANCEL is its own": (
        [CALL, cancel(CALL), response_to(cancel(CALL), 200), response_to(CALL, 487), ack(CALL)],
        [0, 1, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ),
    "a request again": ([CALL, CALL, CALL, response_to(CALL, 100), CALL], [0] * 5, [0, 1, 1, 0, 1]),
    "a 2xx and its ACK again": (
        [CALL, response_to(CALL, 200), ack_2xx(CALL), response_to(CALL, 200), ack_2xx(CALL)],
        [0, 0, 1, 0, 1],
        [0, 0, 0, 1, 1],
    ),
    "a failure and its ACK again": (
        [CALL, response_to(CALL, 486), response_to(CALL, 486), ack(CALL), ack(CALL)],
        [0] * 5,
        [0, 0, 1, 0, 1],
    ),
    "a copy on the next hop has its own branch": (
        [invite("ap"), relayed(invite("ap"), "pb"), response_to(relayed(invite("ap"), "pb"), 180)],
        [0, 1, 1],
        [0, 0, 0],
    ),
    "the 180 of another fork is none": (
        [CALL, response_to(CALL, 180), response_to(CALL, 180, tag="c1"), response_to(CALL, 180, tag="c1")],
        [0] * 4,
        [0, 0, 0, 1],
    ),
    "the same branch with another CSeq is another": (
        [invite(branch="z9hG4bKx"), invite(branch="z9hG4bKx", cseq=2)],
        [0, 1],
        [0, 0],
    ),
    "the same branch with another Call-ID is another": (
        [invite(branch="z9hG4bKx"), invite(branch="z9hG4bKx", call_id="two")],
        [0, 1],
        [0, 0],
    ),
    "the same branch with another method is another": (
        [invite(branch="z9hG4bKx"), request("BYE", branch="z9hG4bKx")],
        [0, 1],
        [0, 0],
    ),
    "the same branch of another sender is another": (
        [invite(branch="z9hG4bKx"), invite("cb", branch="z9hG4bKx")],
        [0, 1],
        [0, 0],
    ),
    # The same datagram seen before and behind a device that changed its addresses: one message on two hops.
    "two taps are folded": (
        [CALL, replace(CALL, hop="cb"), response_to(CALL, 200), replace(response_to(CALL, 200), hop="bc")],
        [0] * 4,
        [0] * 4,
    ),
    "the cookie makes the From tag of no weight": ([CALL, replace(CALL, from_tag="other")], [0, 0], [0, 1]),
    "without the cookie, RFC 2543": (
        [invite(branch="1"), response_to(invite(branch="1"), 486), ack(invite(branch="1")), invite(branch="1")],
        [0] * 4,
        [0, 0, 0, 1],
    ),
    "without a branch": (
        [
            invite(branch=""),
            response_to(invite(branch=""), 200),
            invite(branch="", from_tag="other"),
            request("BYE", branch="", cseq=2),
        ],
        [0, 0, 1, 2],
        [0, 0, 0, 0],
    ),
    "a branch that is only the cookie is RFC 2543": (
        [invite(branch="z9hG4bK"), invite(branch="z9hG4bK", from_tag="other")],
        [0, 1],
        [0, 0],
    ),
    "begun before the trace: the ACK of a failure": ([response_to(CALL, 503), ack(CALL)], [0, 0], [0, 0]),
    "begun before the trace: an ACK alone": ([ack_2xx(CALL), BYE], [0, 1], [0, 0]),
}


@pytest.mark.parametrize("case", GROUPS)
def test_which_messages_belong_together(case: str) -> None:
    messages, numbers, resent = GROUPS[case]
    found = found_in(messages)
    assert list(found.of_row) == numbers
    assert list(found.resent) == resent
    assert len(found) == max(numbers) + 1
    assert list(found.first_row) == [numbers.index(number) for number in range(len(found))]


ENDS: dict[str, tuple[list[Sent], State, State, int]] = {
    "nobody answers": ([CALL], S.CALLING, S.PROCEEDING, 0),
    "ringing": ([CALL, response_to(CALL, 180)], S.PROCEEDING, S.PROCEEDING, 0),
    "answered": ([CALL, response_to(CALL, 180), response_to(CALL, 200)], S.ACCEPTED, S.ACCEPTED, 200),
    "refused": ([CALL, response_to(CALL, 486)], S.COMPLETED, S.COMPLETED, 486),
    "refused and acknowledged": ([CALL, response_to(CALL, 486), ack(CALL)], S.COMPLETED, S.CONFIRMED, 486),
    "acknowledged twice": ([CALL, response_to(CALL, 486), ack(CALL), ack(CALL)], S.COMPLETED, S.CONFIRMED, 486),
    "a late 180 changes nothing": ([CALL, response_to(CALL, 200), response_to(CALL, 180)], S.ACCEPTED, S.ACCEPTED, 200),
    "BYE": ([BYE], S.TRYING, S.TRYING, 0),
    "BYE proceeding": ([BYE, response_to(BYE, 100)], S.PROCEEDING, S.PROCEEDING, 0),
    "BYE answered": ([BYE, response_to(BYE, 200)], S.COMPLETED, S.COMPLETED, 200),
    "late, 180 first": ([response_to(CALL, 180)], S.PROCEEDING, S.PROCEEDING, 0),
    "late, 200 first": ([response_to(CALL, 200)], S.ACCEPTED, S.ACCEPTED, 200),
    "late, 200 of BYE first": ([response_to(BYE, 200)], S.COMPLETED, S.COMPLETED, 200),
    "late, 486 first": ([response_to(CALL, 486), ack(CALL)], S.COMPLETED, S.CONFIRMED, 486),
}


@pytest.mark.parametrize("case", ENDS)
def test_where_the_two_ends_stand(case: str) -> None:
    messages, client, server, final = ENDS[case]
    found = found_in(messages)
    assert (found.client(0), found.server(0), found.final[0]) == (client, server, final)


def test_a_fork_answered_twice_is_one_transaction_with_two_acks() -> None:
    messages = [
        CALL,
        response_to(CALL, 200),
        response_to(CALL, 200, tag="c1"),
        ack_2xx(CALL),
        ack_2xx(CALL, tag="c1", branch="z9hG4bK-c"),
    ]
    found = found_in(messages)
    assert list(found.of_row) == [0, 0, 0, 1, 2]
    assert not any(found.resent)
    assert found.client(0) == S.ACCEPTED
