"""The sixteen flows of RFC 3665: what the text draws is found in their captures, over UDP, TCP, IPv4 and IPv6."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from fixtures.flows.cast import HOSTS, place
from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.model import flow
from siptrace.ingest.datagram import endpoint_key, endpoint_text
from siptrace.reconstruct.call import CallState, Kind
from siptrace.reconstruct.dialog import DialogState
from siptrace.trace import Trace, open_trace

VARIANTS = ("udp4", "tcp4", "udp6", "tcp6")


class Drawn(NamedTuple):
    """What a section of the RFC draws.

    Transactions are counted by hop: an INVITE with the ACK of its failure is one, the ACK of a 2xx another on each of
    its hops. Dialogs are those of Call-ID and tags, early ones too.
    """

    messages: int
    transactions: int
    dialogs: int
    kind: Kind
    state: CallState
    final: int | None
    resent: int = 0


REG, CALL = Kind.REGISTRATION, Kind.CALL
DONE, OPEN = CallState.COMPLETED, CallState.INCOMPLETE
FLOWS = {
    "2.1": Drawn(4, 2, 0, REG, DONE, 200),  # challenged, then registered
    "2.2": Drawn(2, 1, 0, REG, DONE, 200),
    "2.3": Drawn(2, 1, 0, REG, DONE, 200),
    "2.4": Drawn(2, 1, 0, REG, DONE, 200),
    "2.5": Drawn(4, 2, 0, REG, CallState.REJECTED, 401),  # the second 401 ends it
    "3.1": Drawn(6, 3, 1, CALL, DONE, 200),  # INVITE, ACK, BYE
    "3.2": Drawn(23, 10, 1, CALL, DONE, 200),  # 1 challenged INVITE; INVITE, ACK and BYE on 3 hops
    # INVITE on 1, then 2, then 3 hops, and ACK on 3; ACK F8 carries the branch of another hop and stands alone. No BYE.
    "3.3": Drawn(21, 10, 1, CALL, OPEN, 200),
    # 1 INVITE, sent 7 times to a proxy that is down; with a new Call-ID 1 challenged INVITE; INVITE, ACK, BYE on 2 hops
    "3.4": Drawn(23, 8, 1, CALL, DONE, 200, resent=6),
    "3.5": Drawn(17, 7, 1, CALL, DONE, 200),  # INVITE on 3 hops; ACK and BYE on 2: the gateway sends straight to Bob
    "3.6": Drawn(16, 7, 1, CALL, DONE, 200),  # 1 redirected INVITE; INVITE, ACK, BYE on 2 hops
    "3.7": Drawn(13, 6, 1, CALL, DONE, 200),  # INVITE on 2 hops, then ACK, re-INVITE, ACK, BYE end to end
    # INVITE and CANCEL on 3 hops; ACK F18 carries the branch of another hop and stands alone.
    "3.8": Drawn(20, 7, 1, CALL, CallState.CANCELLED, 487),
    "3.9": Drawn(11, 3, 0, CALL, CallState.BUSY, 486),  # INVITE on 3 hops
    "3.10": Drawn(15, 3, 0, CALL, CallState.UNANSWERED, 480, resent=6),  # INVITE on 3 hops, the last one sent 7 times
    "3.11": Drawn(14, 3, 1, CALL, CallState.UNANSWERED, 480),  # INVITE on 3 hops, ringing
}


def opened(section: str, variant: str) -> Trace:
    return open_trace(CAPTURES / f"rfc3665-{section}.{variant}.pcap")


def drawn(trace: Trace) -> list[Drawn]:
    """Return every call of a trace as a line of the table above."""
    return [
        Drawn(
            call.message_count,
            call.transaction_count,
            call.dialog_count,
            call.kind,
            call.state,
            call.final_status,
            call.retransmissions,
        )
        for call in trace.calls
    ]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("section", FLOWS)
def test_what_is_found(section: str, variant: str) -> None:
    trace = opened(section, variant)
    assert drawn(trace) == [FLOWS[section]]
    assert len(trace.anomalies) == 0
    assert not any(dialog.late for dialog in trace.dialogs)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("section", FLOWS)
def test_the_messages_are_those_of_the_text_in_its_order(section: str, variant: str) -> None:
    expected = flow(f"rfc3665-{section}")
    found = opened(section, variant).messages
    assert [(m.method, m.status) for m in found] == [(step.method, step.status) for step in expected.steps]
    assert [m.retransmission for m in found] == [step.retransmission_of is not None for step in expected.steps]
    version = int(variant[-1])
    for message, step in zip(found, expected.steps, strict=True):
        for end, actor in ((message.src, step.src), (message.dst, step.dst)):
            address = HOSTS[place(expected.id, actor, step.f)].address(version)
            host = endpoint_text(endpoint_key(address, 5060)).removesuffix(":5060")
            assert end.rpartition(":")[0] == host, f"F{step.f}"
        assert message.transport.name.lower() == variant[:3]


@pytest.mark.parametrize("section", FLOWS)
def test_all_variants_are_grouped_the_same_way(section: str) -> None:
    groups = [[(m.transaction, m.dialog, m.call) for m in opened(section, variant).messages] for variant in VARIANTS]
    assert groups[1:] == groups[:-1]


@pytest.mark.parametrize("section", FLOWS)
def test_messages_belong_together_as_the_flow_says(section: str) -> None:
    steps = flow(f"rfc3665-{section}").steps
    found = opened(section, "udp4").messages
    stray = {("3.3", 8), ("3.8", 18)}
    for step, message in zip(steps, found, strict=True):
        for related in (step.responds_to, step.retransmission_of):
            assert related is None or found[related - 1].transaction == message.transaction, f"F{step.f}"
        if step.acks is not None and (section, step.f) not in stray:
            success = 200 <= (steps[step.acks - 1].status or 0) < 300
            assert (found[step.acks - 1].transaction != message.transaction) == success, f"F{step.f}"
        if step.copy_of is not None:
            assert found[step.copy_of - 1].transaction != message.transaction, f"F{step.f}"


ENDED = {"3.1", "3.2", "3.4", "3.5", "3.6", "3.7", "3.8", "3.11"}
"""Sections whose dialog is over at the end: by BYE, or the early one by 487 or 480; 3.3 has no BYE."""


@pytest.mark.parametrize("section", [section for section, expected in FLOWS.items() if expected.dialogs])
def test_dialogs_end_as_drawn(section: str) -> None:
    (dialog,) = opened(section, "udp4").dialogs
    assert dialog.state is (DialogState.TERMINATED if section in ENDED else DialogState.CONFIRMED)
    assert dialog.messages[0].status in (180, 200)


def test_the_call_is_answered_by_the_first_200_that_reaches_the_caller() -> None:
    trace = opened("3.2", "udp4")
    (call,) = trace.calls
    near, bye = trace.message(14), trace.message(18)
    assert (near.method, near.status, bye.method) == ("INVITE", 200, "BYE")
    assert (call.start_ns, call.answered_ns, call.end_ns) == (trace.message(1).time_ns, near.time_ns, bye.time_ns)
    assert (call.from_uri, call.to_uri) == ("sip:alice@atlanta.example.com", "sip:bob@biloxi.example.com")
    assert len(call.endpoints) == 4
