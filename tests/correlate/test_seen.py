"""Real messages as tokens: who is one party, what are copies, which INVITEs are inside a dialog, and the traits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siptrace.correlate.tokens import Token, Trait
from tests.correlate.seen_calls import tokens_of_sent, user_agents_of_sent
from tests.messages import (
    HOLD,
    SDP,
    Sent,
    ack,
    ack_2xx,
    cancel,
    in_dialog,
    invite,
    relayed,
    request,
    response_to,
)

CALL = invite(body=SDP)


def traits(*messages: Sent) -> list[Trait]:
    """Return the traits of each message."""
    return [Trait(token.traits) for token in tokens_of_sent(messages)]


def origins(*messages: Sent) -> list[int]:
    """Return the origin of each message."""
    return [token.origin for token in tokens_of_sent(messages)]


def ends(*messages: Sent) -> list[tuple[int, int]]:
    """Return sender and receiver of each message."""
    return [(token.src, token.dst) for token in tokens_of_sent(messages)]


def test_a_message_is_numbers_that_mean_something_in_its_own_call() -> None:
    asked, answer = tokens_of_sent([CALL, response_to(CALL, 200, body=SDP)])
    assert asked == Token(0, 1, "INVITE", 0, 0, 0, 0, 1, Trait.SDP, False)
    assert answer == Token(1, 0, "INVITE", 200, 0, 0, 1, 1, Trait.SDP, False)


def test_calls_that_went_the_same_way_have_the_same_tokens() -> None:
    def call(hop: str, **fields: object) -> list[Sent]:
        first = invite(hop, **fields)
        return [first, response_to(first, 180), response_to(first, 200), ack_2xx(first), in_dialog(first, "BYE")]

    other = call("cd", call_id="two@example.net", from_tag="zz", users=("carol", "dave"), cseq=77)
    assert tokens_of_sent(call("ab")) == tokens_of_sent(other)


def test_what_a_relay_passes_on_has_one_origin_and_one_via_more() -> None:
    passed = relayed(CALL, "pb")
    first, copy, answer, back = tokens_of_sent(
        [CALL, passed, response_to(passed, 180), replace(response_to(CALL, 180), hop="pa")]
    )
    assert (first.origin, first.vias) == (copy.origin, copy.vias - 1)
    assert answer.origin == back.origin != first.origin


def test_each_100_has_an_origin_of_its_own() -> None:
    passed = relayed(CALL, "pb")
    found = origins(CALL, response_to(CALL, 100), passed, response_to(passed, 100))
    assert len(set(found)) == 3


def test_acks_and_cancels_about_one_invite_have_one_origin() -> None:
    passed = relayed(CALL, "pb")
    messages = [CALL, passed, cancel(CALL), cancel(passed), response_to(passed, 487), ack(passed)]
    found = origins(*messages, response_to(CALL, 487), ack(CALL))
    assert found[2] == found[3]
    assert found[5] == found[7]
    assert len(set(found)) == 4


def test_what_is_sent_again_is_marked() -> None:
    assert [token.resent for token in tokens_of_sent([CALL, replace(CALL, at=0.6), response_to(CALL, 200)])] == [
        *(False, True, False)
    ]


def test_an_invite_is_inside_a_dialog_with_its_tag_or_after_an_answer() -> None:
    answer, again = response_to(CALL, 200), in_dialog(CALL, "INVITE")
    untagged = replace(again, to_tag="")
    for second in (again, untagged):
        found = traits(CALL, answer, ack_2xx(CALL), second, response_to(second, 200, "b1"))
        assert [bool(trait & Trait.INSIDE) for trait in found] == [False, False, False, True, True]


def test_a_second_try_is_not_inside_a_dialog() -> None:
    retry = invite(cseq=2, headers=("Proxy-Authorization: Digest x",))
    found = traits(CALL, response_to(CALL, 407), ack(CALL), retry, response_to(retry, 200))
    assert not any(trait & Trait.INSIDE for trait in found)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (invite(), Trait(0)),
        (invite(body=SDP), Trait.SDP),
        (invite(body=HOLD), Trait.SDP | Trait.HOLD),
        (response_to(CALL, 401, headers=("WWW-Authenticate: Digest x",)), Trait.CHALLENGE),
        (response_to(CALL, 407, headers=("Proxy-Authenticate: Digest x",)), Trait.CHALLENGE),
        (invite(headers=("Authorization: Digest x",)), Trait.CREDENTIALS),
        (invite(headers=("Proxy-Authorization: Digest x",)), Trait.CREDENTIALS),
        (invite(headers=("Replaces: x@y;to-tag=1;from-tag=2",)), Trait.REPLACES),
        (invite(headers=("Join: x@y;to-tag=1;from-tag=2",)), Trait.REPLACES),
        (request("REFER", headers=("Refer-To: <sip:c@example.com>",)), Trait.REFERENCE),
        (request("REFER", headers=("r: <sip:c@example.com>",)), Trait.REFERENCE),
        (request("BYE", headers=("Also: <sip:c@example.com>",)), Trait.REFERENCE),
        (invite(headers=("Requested-By: <sip:c@example.com>",)), Trait.REFERENCE),
        (response_to(CALL, 200, headers=("Refer-To: <sip:c@example.com>",)), Trait(0)),
        (request("REGISTER"), Trait(0)),
        (request("REGISTER", headers=("Contact: <sip:a@192.0.2.1>",)), Trait.CONTACT),
        (invite(headers=("Contact: <sip:a@192.0.2.1>", "Expires: 0")), Trait(0)),
        (request("REGISTER", headers=("Contact: *", "Expires: 0")), Trait.CONTACT | Trait.UNREGISTER),
        (request("REGISTER", headers=("Contact: <sip:a@x>", "Expires: 0")), Trait.CONTACT | Trait.UNREGISTER),
        (request("REGISTER", headers=("Contact: <sip:a@x>;expires=0",)), Trait.CONTACT | Trait.UNREGISTER),
        (request("REGISTER", headers=("Contact: <sip:a@x>;expires=60",)), Trait.CONTACT),
    ],
)
def test_a_message_carries_its_evidence(message: Sent, expected: Trait) -> None:
    assert traits(message) == [expected]


def test_ports_of_one_address_are_one_party() -> None:
    assert ends(CALL, invite("ac", call_id="two@example.com")) == [(0, 1), (0, 2)]


def test_who_moves_inside_a_dialog_stays_one_party() -> None:
    moved = in_dialog(CALL, "INVITE", from_callee=True, hop="ac")  # Bob's tag, now at c
    messages = [CALL, response_to(CALL, 200), ack_2xx(CALL), moved, response_to(moved, 200, "a1")]
    assert ends(*messages) == [(0, 1), (1, 0), (0, 1), (1, 0), (0, 1)]


def test_a_proxy_that_leaves_the_way_is_not_the_callee() -> None:
    passed = relayed(CALL, "pb")
    direct = ack_2xx(CALL, hop="ab")
    messages = [replace(CALL, hop="ap"), passed, response_to(passed, 200), replace(response_to(CALL, 200), hop="pa")]
    assert ends(*messages, direct) == [(0, 1), (1, 2), (2, 1), (1, 0), (0, 2)]


def test_who_names_its_own_address_as_contact_is_a_user_agent() -> None:
    named = invite("ab", headers=("Contact: <sip:alice@192.0.2.97:5060>",))
    elsewhere = invite("ab", headers=("Contact: <sip:alice@192.0.2.1>",))
    answer = response_to(CALL, 200, headers=("Contact: <sip:bob@192.0.2.98>",))
    assert user_agents_of_sent([named, answer]) == {0, 1}
    assert user_agents_of_sent([elsewhere, answer]) == {1}
    assert user_agents_of_sent([CALL]) == frozenset()
