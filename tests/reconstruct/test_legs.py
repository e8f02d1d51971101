"""What ties Call-IDs together, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.reconstruct.legs import Join, Reason, find_joins, groups, telling
from siptrace.table.columns import INVITE, REGISTER
from tests.messages import HOLD, SDP, Sent, ack, ack_2xx, in_dialog, invite, overview_of, request, response_to

if TYPE_CHECKING:
    from collections.abc import Sequence

CAROL = ("bob", "carol")
FIRST = invite(call_id="one@example.com", body=SDP)
SECOND = invite("bc", call_id="two@example.com", from_tag="c1", users=CAROL, body=SDP)


def answered(sent: Sent) -> list[Sent]:
    """Return an INVITE that is answered and acknowledged."""
    return [sent, response_to(sent, 200, body=SDP), ack_2xx(sent, users=sent.users)]


def joins(*messages: Sent) -> list[tuple[int, int, Reason]]:
    """Return what ties the calls together, without the number of the call that they become."""
    return [(join.first, join.second, join.reason) for join in find_joins(overview_of(messages))]


def with_header(sent: Sent, *headers: str) -> Sent:
    """Return a request with more header fields."""
    return replace(sent, headers=headers)


def late(sent: Sent, **fields: Any) -> Sent:
    """Return a message more than 32 s after the first one."""
    return replace(sent, at=300.0, **fields)


def test_nothing_ties_calls_of_the_same_users_together() -> None:
    again = invite(call_id="two@example.com", from_tag="a2", body=SDP)
    assert joins(*answered(FIRST), *answered(again)) == []
    assert joins(*answered(FIRST), *answered(SECOND)) == []
    assert joins() == []


@pytest.mark.parametrize(("name", "reason"), [("Replaces", Reason.REPLACES), ("Join", Reason.JOIN)])
def test_a_header_field_that_names_the_other_call(name: str, reason: Reason) -> None:
    named = with_header(SECOND, f"{name}: one@example.com;to-tag=b1;from-tag=a1")
    unknown = with_header(SECOND, f"{name}: three@example.com;to-tag=b1;from-tag=a1")
    assert joins(*answered(FIRST), *answered(named)) == [(0, 1, reason)]
    assert joins(*answered(FIRST), *answered(unknown)) == []


def test_a_call_that_names_itself_is_one_call() -> None:
    assert joins(*answered(with_header(FIRST, "Replaces: one@example.com;to-tag=b1;from-tag=a1"))) == []


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        (in_dialog(FIRST, "REFER", headers=("Refer-To: <sip:carol@example.com>",)), Reason.REFERRED),
        (in_dialog(FIRST, "REFER", headers=("r: sip:carol@example.com",)), Reason.REFERRED),
        (in_dialog(FIRST, "BYE", headers=("Also: <sip:carol@example.com>",)), Reason.ALSO),
    ],
)
def test_a_call_to_whom_somebody_was_asked_to_call(asks: Sent, reason: Reason) -> None:
    assert joins(*answered(FIRST), asks, *answered(SECOND)) == [(0, 1, reason)]
    assert joins(*answered(SECOND), *answered(replace(FIRST, at=1.0)), replace(asks, at=2.0)) == []
    assert joins(*answered(FIRST), asks, *answered(late(SECOND))) == []
    other = replace(SECOND, users=("bob", "dave"))
    assert joins(*answered(FIRST), asks, *answered(other)) == []


def test_a_refer_names_the_call_that_is_to_be_replaced() -> None:
    refer = request(
        "REFER", "bd", call_id="two@example.com", from_tag="r1",
        headers=("Refer-To: <sip:alice@example.com?Replaces=one%40example.com%3Bto-tag%3Db1%3Bfrom-tag%3Da1>",),
    )  # fmt: skip
    assert joins(*answered(FIRST), refer) == [(0, 1, Reason.REPLACES)]


def test_the_same_from_tag_after_no_answer() -> None:
    again = replace(FIRST, hop="ac", call_id="two@example.com")
    assert joins(FIRST, *answered(again)) == [(0, 1, Reason.SAME_TAG)]
    assert joins(FIRST, *answered(late(again))) == []
    over = in_dialog(FIRST, "BYE")
    assert joins(*answered(FIRST), over, response_to(over, 200), *answered(again)) == []


def test_the_same_request_with_credentials() -> None:
    challenge = response_to(FIRST, 407, headers=('Proxy-Authenticate: Digest realm="x", nonce="y"',))
    again = invite(call_id="two@example.com", from_tag="a2", headers=("Proxy-Authorization: Digest x",))
    bare = replace(again, headers=())
    assert joins(FIRST, challenge, ack(FIRST), *answered(again)) == [(0, 1, Reason.CREDENTIALS)]
    assert joins(FIRST, challenge, ack(FIRST), *answered(bare)) == []
    other = replace(again, users=("alice", "carol"))
    assert joins(FIRST, challenge, ack(FIRST), *answered(other)) == []


def test_a_call_that_is_made_while_the_other_is_on_hold() -> None:
    holds = in_dialog(FIRST, "INVITE", from_callee=True, body=HOLD, users=("bob", "alice"))
    assert joins(*answered(FIRST), *answered(holds), *answered(SECOND)) == [(0, 1, Reason.CONSULTATION)]
    assert joins(*answered(FIRST), *answered(holds), *answered(late(SECOND))) == []
    elsewhere = replace(SECOND, users=("dave", "carol"))
    assert joins(*answered(FIRST), *answered(holds), *answered(elsewhere)) == []
    assert joins(*answered(FIRST), *answered(replace(holds, body=SDP)), *answered(SECOND)) == []


def test_a_call_after_a_subscription_to_whom_was_busy() -> None:
    busy = [FIRST, response_to(FIRST, 486), ack(FIRST)]
    asks = request("SUBSCRIBE", call_id="two@example.com", from_tag="s1", headers=("Event: dialog",))
    again = invite(call_id="three@example.com", from_tag="a3", body=SDP)
    told = [asks, response_to(asks, 202)]
    assert joins(*busy, *told, *answered(again)) == [(0, 1, Reason.REDIAL), (0, 2, Reason.REDIAL)]
    assert joins(*busy, *answered(again)) == []
    assert joins(*told, *answered(again)) == []


def test_what_was_arranged_before_a_call_was_taken_over() -> None:
    message = request("MESSAGE", "bc", call_id="two@example.com", from_tag="m1", users=CAROL)
    takes = invite(
        "ca", call_id="three@example.com", from_tag="c1", users=("carol", "alice"), body=SDP,
        headers=("Replaces: one@example.com;to-tag=b1;from-tag=a1",),
    )  # fmt: skip
    sent = [message, response_to(message, 200)]
    assert joins(*answered(FIRST), *sent, *answered(takes)) == [(0, 2, Reason.REPLACES), (1, 2, Reason.ARRANGED)]
    stranger = replace(message, users=("dave", "carol"))
    assert joins(*answered(FIRST), stranger, *answered(takes)) == [(0, 2, Reason.REPLACES)]


def test_retransmissions_tie_nothing_twice() -> None:
    named = with_header(SECOND, "Replaces: one@example.com;to-tag=b1;from-tag=a1")
    assert joins(*answered(FIRST), named, replace(named, at=2.0)) == [(0, 1, Reason.REPLACES)]


def test_groups_are_in_order_of_their_first_call() -> None:
    assert groups(6, [Join(1, 4, Reason.JOIN), Join(2, 4, Reason.JOIN), Join(0, 3, Reason.JOIN)]) == [
        [0, 3],
        [1, 2, 4],
        [5],
    ]


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_every_call_is_in_one_group(drawn: tuple[int, Sequence[tuple[int, int]]]) -> None:
    count, pairs = drawn
    found = groups(count, [Join(a, b, Reason.JOIN) for a, b in pairs])
    assert sorted(call for group in found for call in group) == list(range(count))
    assert [group[0] for group in found] == sorted(min(group) for group in found)
    where = {call: n for n, group in enumerate(found) for call in group}
    assert all(where[a] == where[b] for a, b in pairs)


def test_which_call_says_how_it_went() -> None:
    mains = [REGISTER, INVITE, INVITE]
    assert telling([0, 1, 2], mains, [Join(0, 1, Reason.JOIN)]) == 1
    assert telling([0, 1, 2], mains, [Join(1, 2, Reason.REPLACES)]) == 1
    assert telling([0, 1, 2], mains, [Join(1, 2, Reason.SAME_TAG)]) == 2
    assert telling([0], mains, []) == 0


def test_the_rest_of_another_call_is_no_second_try() -> None:
    bye = in_dialog(replace(FIRST, call_id="two@example.com"), "BYE")
    assert joins(FIRST, bye, response_to(bye, 200)) == []
    assert joins(*answered(FIRST), replace(FIRST, hop="ac", call_id="two@example.com")) == []
