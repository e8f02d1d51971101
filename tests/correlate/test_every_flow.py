"""Every flow, played by other people at other places, is found again: whole, and from every hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.flows.cast import MOVES, Host, User
from fixtures.flows.message import HEADER_ORDER
from fixtures.flows.render import Rendered, render
from siptrace.correlate.model import Flow, flow, flow_ids
from tests.correlate.seen_calls import candidates, judged, tokens_of_capture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from siptrace.correlate.match import Match

    Change = Callable[[list[Rendered]], list[Rendered]]

MS = 1_000_000
WHOLE = 0.98
"""The least score of a call that is as its flow has it."""

BASIC = [name for name in flow_ids() if name.startswith("rfc3665-")]
NEIGHBOURS = {
    (name, (step.src, step.dst) if step.src < step.dst else (step.dst, step.src))
    for name in BASIC
    for step in flow(name).steps
}
HOPS = sorted(
    (name, *ends)
    for name, ends in NEIGHBOURS
    if sum({step.src, step.dst} == set(ends) for step in flow(name).steps) >= 3
)
"""Every hop of a basic flow with enough messages to know it by."""


def others(chosen: Flow) -> tuple[dict[str, User], dict[str, Host]]:
    """Return a cast that nobody knows; whoever is reached under one name in the flow stays one person."""
    users, hosts = {}, {}
    for number, actor in enumerate(chosen.actors, 1):
        domain = f"site{number}.example.org"
        users[actor.id] = User(f"Person {number}", f"4955{number:04}", domain)
        hosts[actor.id] = Host(f"host.{domain}", f"203.0.113.{number}", f"2001:db8:7::{number}", domain)
        if (chosen.id, actor.id) in MOVES:
            hosts[f"{actor.id}/away"] = Host(f"away.{domain}", f"203.0.113.{200 + number}", "2001:db8:7::ff", domain)
    forked = {"b1", "b2", "b3", "b4", "gateway"} & set(users)
    return users | dict.fromkeys(forked, User("Person", "49550000", "site.example.org")), hosts


def play(chosen: Flow, transport: str) -> list[Rendered]:
    """Return a performance with other names, addresses, identifiers and header order."""
    users, hosts = others(chosen)
    return render(
        chosen,
        transport,
        users=users,
        hosts=hosts,
        seed="another day",
        header_order=HEADER_ORDER[::-1],
        resend=transport == "UDP",
    )


def found(name: str, path: Path, messages: Sequence[Rendered], transport: str = "UDP") -> Match:
    """Return the match of a capture with its own flow, which has to be the best or as good as that.

    All messages count as one call, whatever their Call-IDs.
    """
    matches = candidates(judged(tokens_of_capture(path, messages, transport)))
    own = [match for match in matches if match.flow.id == name]
    assert own, [match.flow.id for match in matches]
    return own[0]


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@pytest.mark.parametrize("name", flow_ids())
def test_a_flow_is_found_whoever_plays_it(name: str, transport: str, tmp_path: Path) -> None:
    messages = play(flow(name), transport)
    assert all(message.src[0].startswith("203.0.113.") and b"\r\nVia: " in message.data for message in messages)
    match = found(name, tmp_path / "call.pcap", messages, transport)
    assert match.score >= WHOLE
    assert not match.deviates


def once(messages: list[Rendered]) -> list[Rendered]:
    """Return the messages as they are."""
    return messages


def without_100(messages: list[Rendered]) -> list[Rendered]:
    """Return the messages without those that are hop by hop and never required."""
    return [message for message in messages if not message.data.startswith(b"SIP/2.0 100 ")]


def twice(messages: list[Rendered]) -> list[Rendered]:
    """Return every message with a retransmission close behind it."""
    return [copy for m in messages for copy in (m, m._replace(time_ns=m.time_ns + MS))]


@pytest.mark.parametrize("change", [once, without_100, twice])
@pytest.mark.parametrize(("name", "left", "right"), HOPS)
def test_a_basic_flow_is_found_from_every_hop(name: str, left: str, right: str, change: Change, tmp_path: Path) -> None:
    pairs = zip(flow(name).steps, render(flow(name)), strict=True)
    messages = change([message for step, message in pairs if {step.src, step.dst} == {left, right}])
    match = found(name, tmp_path / "call.pcap", messages)
    assert match.score >= WHOLE
    assert not match.deviates


def test_there_are_hops_of_every_kind() -> None:
    assert len(HOPS) == 34
    assert {name for name, _, _ in HOPS} == set(BASIC) - {"rfc3665-2.2", "rfc3665-2.3", "rfc3665-2.4"}


@pytest.mark.parametrize("name", BASIC)
def test_what_is_sent_again_is_counted_and_not_matched(name: str, tmp_path: Path) -> None:
    match = found(name, tmp_path / "call.pcap", twice(render(flow(name))))
    assert match.score >= WHOLE
    assert not match.unexpected
