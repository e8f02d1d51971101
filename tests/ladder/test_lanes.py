"""Lanes: who shares a line, in which order the lines stand, and what they are called."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siptrace.ladder.lanes import find_lanes
from tests.messages import ack_2xx, in_dialog, invite, relayed, request, response_to, trace_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.reconstruct.model import TracedMessage
    from tests.messages import Sent

A, B, P = "192.0.2.97:5060", "192.0.2.98:5060", "192.0.2.112:5060"

Hops = list[tuple[str, str]]

# The hops of some requests, and the addresses of the lanes with the lane of each end of each hop.
CASES: dict[str, tuple[Hops, list[str], list[tuple[int, int]]]] = {
    "two hosts": ([("1.1.1.1:5060", "2.2.2.2:5060")], ["1.1.1.1:5060", "2.2.2.2:5060"], [(0, 1)]),
    "order of taking part": (
        [("9.9.9.9:1", "5.5.5.5:1"), ("5.5.5.5:1", "1.1.1.1:1"), ("9.9.9.9:1", "1.1.1.1:1")],
        ["9.9.9.9:1", "5.5.5.5:1", "1.1.1.1:1"],
        [(0, 1), (1, 2), (0, 2)],
    ),
    "ephemeral ports of TCP share a lane": (
        [("1.1.1.1:40000", "2.2.2.2:5060"), ("1.1.1.1:40001", "2.2.2.2:5060"), ("2.2.2.2:40002", "1.1.1.1:5060")],
        ["1.1.1.1", "2.2.2.2"],
        [(0, 1), (0, 1), (1, 0)],
    ),
    "ports of one host that talk to each other": (
        [("127.0.0.1:5060", "127.0.0.1:5070"), ("127.0.0.1:5070", "127.0.0.1:5080")],
        ["127.0.0.1:5060", "127.0.0.1:5070", "127.0.0.1:5080"],
        [(0, 1), (1, 2)],
    ),
    "split here, shared there": (
        [("1.1.1.1:5060", "1.1.1.1:5070"), ("1.1.1.1:5070", "2.2.2.2:1"), ("1.1.1.1:5070", "2.2.2.2:2")],
        ["1.1.1.1:5060", "1.1.1.1:5070", "2.2.2.2"],
        [(0, 1), (1, 2), (1, 2)],
    ),
    "a message to itself": ([("1.1.1.1:5060", "1.1.1.1:5060")], ["1.1.1.1:5060"], [(0, 0)]),
    "IPv6": (
        [("[2001:db8::1]:5060", "[2001:db8::2]:5060"), ("[2001:db8::1]:5061", "[2001:db8::2]:5060")],
        ["[2001:db8::1]", "[2001:db8::2]:5060"],
        [(0, 1), (0, 1)],
    ),
    "IPv6 hosts are told apart": (
        [("[2001:db8::1]:5060", "[2001:db8::1:5060]:5060")],
        ["[2001:db8::1]:5060", "[2001:db8::1:5060]:5060"],
        [(0, 1)],
    ),
    "names from a log": (
        [("local", "pbx.example.com:5060"), ("pbx.example.com:5061", "local")],
        ["local", "pbx.example.com"],
        [(0, 1), (1, 0)],
    ),
}


def moved(hops: Hops) -> list[TracedMessage]:
    """Return requests with the given ends."""
    messages = trace_of([request("OPTIONS", branch=f"z9hG4bK{n}") for n in range(len(hops))]).messages
    return [replace(message, src=src, dst=dst) for message, (src, dst) in zip(messages, hops, strict=True)]


@pytest.mark.parametrize(("hops", "addresses", "places"), CASES.values(), ids=CASES)
def test_lanes(hops: Hops, addresses: list[str], places: list[tuple[int, int]]) -> None:
    lanes = find_lanes(moved(hops))
    assert [lane.address for lane in lanes.lanes] == addresses
    assert [(lanes.place(src), lanes.place(dst)) for src, dst in hops] == places


def test_a_trace_that_begins_with_a_response_has_the_asker_first() -> None:
    lanes = find_lanes(trace_of([response_to(invite(), 180)]).messages)
    assert [lane.address for lane in lanes.lanes] == [A, B]


def names(messages: Sequence[Sent]) -> dict[str, str]:
    """Return the name of each lane by its address."""
    return {lane.address: lane.alias for lane in find_lanes(trace_of(messages).messages).lanes}


CONTACT_B = ("Contact: <sip:bob@192.0.2.98>",)


def test_user_agents_are_called_as_their_users() -> None:
    call = invite()
    answer = response_to(call, 200, headers=CONTACT_B)
    assert names([call, answer, ack_2xx(call)]) == {A: "alice", B: "bob"}


def test_a_failure_without_contact_names_its_sender() -> None:
    call = invite()
    assert names([call, response_to(call, 486)]) == {A: "alice", B: "bob"}


def test_a_relay_is_called_as_its_host_and_passes_no_name_on() -> None:
    call = invite("ap")
    on = relayed(call, "pb")
    ring = replace(response_to(on, 180), vias=on.vias)
    back = response_to(call, 180)
    answer = response_to(on, 200, headers=CONTACT_B)
    found = names([call, on, ring, back, answer, response_to(call, 200, headers=CONTACT_B)])
    assert found == {A: "alice", P: "p.example.com", B: "bob"}


def test_who_only_answers_for_another_stays_without_a_name() -> None:
    call = invite()
    assert names([call, response_to(call, 200, headers=("Contact: <sip:bob@192.0.2.77>",))]) == {A: "alice", B: ""}


def test_100_trying_names_nobody() -> None:
    call = invite()
    assert names([call, response_to(call, 100)]) == {A: "alice", B: ""}


def test_a_registrar_is_called_as_its_domain() -> None:
    register = request("REGISTER", users=("bob", "bob"))
    found = names([register, response_to(register, 200, headers=CONTACT_B)])
    assert found == {A: "bob", B: "example.com"}


def test_a_request_of_the_called_in_the_dialog_names_it() -> None:
    call = invite()
    bye = in_dialog(call, "BYE", from_callee=True, users=("bob", "alice"))
    assert names([call, response_to(call, 200, headers=("Contact: <sip:x@y.example>",)), bye]) == {A: "alice", B: "bob"}


def test_no_two_lanes_have_one_name() -> None:
    call = invite(users=("alice", "alice"))
    assert names([call, response_to(call, 486)]) == {A: "alice", B: ""}
