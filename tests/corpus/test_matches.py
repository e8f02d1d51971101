"""Real calls, looked at by hand, and the reference flow that each follows; None where it follows none.

What is right was decided from the ladder, not from what siptrace says. A call is named by one of its messages, for what
counts as one call may change. Deviations are `kind F<step>`, of messages that the flow does not have `unexpected <n>`.

The corpus has no call that was cancelled, busy, redirected or without answer: those stand in the captures of the flows.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from siptrace.correlate.judge import judge
from siptrace.trace import Trace, open_trace

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.correlate.judge import Judgement


class Seen(NamedTuple):
    """A call: file, one of its messages, what goes on in it, its flow, where it leaves that, and what is wrong here."""

    file: str
    message: int
    story: str
    flow: str | None
    deviations: tuple[str, ...] = ()
    wrong: str = ""


REGISTRATIONS = [
    Seen("captures/plivo--plivo.pcap", 1, "challenged, then accepted", "rfc3665-2.1"),
    Seen("logs/crm--3-sip.log", 1, "challenged, then accepted", "rfc3665-2.1"),
    Seen("captures/sipnab--b2bua-asterisk.pcapng", 1, "challenged, then accepted", "rfc3665-2.1"),
    Seen("logs/split--blink-first500.txt", 54, "challenged, then accepted, through a proxy", "rfc3665-2.1"),
    Seen("logs/split--tcpdump-gb28181-first100.txt", 1, "challenged; the log ends there", "rfc3665-2.1"),
    Seen("captures/suricata-verify--2-sip-tcp.pcap", 1, "accepted at once", "rfc3665-2.2"),
    Seen("captures/sipnab--sip-register.pcap", 1, "accepted at once", "rfc3665-2.2"),
    Seen("captures/sip_captures--private-test-sip-2.pcapng", 9, "accepted at once", "rfc3665-2.2"),
    Seen("captures/sip_captures--sip-rem-register.pcapng", 1, "Expires: 0, accepted", "rfc3665-2.4"),
    Seen("captures/ndpi--webex.pcap", 1, "tried twice, with all repetitions; nobody ever answers", None),
    Seen("captures/heplify--ipip0.pcap", 3, "refused three times, the last time for good", "rfc3665-2.5"),
    Seen("logs/transcribed--acme-oracle-sipmsg-tail.log", 1, "404", "rfc3665-2.5", ("different F4",)),
    Seen(
        *("captures/sip_captures--sip-register-to-repo-proxy.pcapng", 9, "480"),
        *("rfc3665-2.5", ("different F4",)),
    ),
    Seen("captures/sip_captures--sip-flow-private-3.pcapng", 1, "and unregistered", "rfc3665-2.4"),
    Seen("captures/sip_captures--sip-cme-zoiper-register.pcapng", 1, "and unregistered", "rfc3665-2.4"),
    Seen("captures/sip_captures--sip-register-ok-unregister.pcapng", 1, "and unregistered", "rfc3665-2.4"),
    Seen("captures/sipnab--SIP_CALL_RTP_G711", 4, "accepted, and refreshed", "rfc3665-2.2"),
    Seen("logs/gb28181-restreamer--pjsua.log", 1, "challenged, and so is the unregistering", "rfc3665-2.4"),
]

CALLS = [
    Seen("captures/sipnab--sip-over-tcp.pcap", 1, "two phones, the callee hangs up", "rfc3665-3.1"),
    Seen("captures/sipnab--sip-sdp-example.pcap", 1, "two phones, the callee hangs up", "rfc3665-3.1"),
    Seen("captures/plivo--plivo.pcap", 9, "two phones without 100, the callee hangs up", "rfc3665-3.1"),
    Seen("captures/sipnab--sip-rtp-g711.pcap", 1, "answered without ringing", "rfc3665-3.1"),
    Seen("captures/loopback--tcp2.pcap", 1, "the caller hangs up", "rfc3665-3.1"),
    Seen("captures/sip_captures--sip-direct.pcapng", 1, "the caller hangs up", "rfc3665-3.1"),
    Seen("captures/heplify--sip_ipv6_udp.pcap", 1, "no ringing, the caller hangs up", "rfc3665-3.1"),
    Seen("captures/sip_captures--uac-uas-scenario-sipp.pcapng", 4, "the caller hangs up", "rfc3665-3.1"),
    Seen(
        "captures/sipnab--sip-proxy.pcap",
        1,
        "one proxy, which leaves the way after the answer",
        "rfc3665-3.1",
    ),
    Seen(
        "captures/sip_captures--sip-flow-private-3.pcapng",
        5,
        "one proxy that leaves, the caller hangs up",
        "rfc3665-3.1",
    ),
    Seen(
        "captures/sipnab--rtp-protocol.pcap",
        1,
        "the ringing is acknowledged by PRACK, of which RFC 3665 knows nothing",
        "rfc3665-3.1",
        ("unexpected 4", "unexpected 5"),
    ),
    Seen(
        "captures/sip_captures--private-test-sip-2.pcapng",
        11,
        "over one proxy; a BYE of the callee is refused with 500, the one of the caller never answered",
        "rfc3665-3.2",
        ("unexpected 23", "unexpected 25"),
    ),
    Seen("captures/sipnab--b2bua-asterisk.pcapng", 19, "challenged; the callee moves the media", "rfc3665-3.7"),
    Seen("captures/heplify--ipip0.pcap", 1, "an INVITE, and the trace ends", "rfc3665-3.1"),
    Seen("captures/sipnab--SIP_DTMF2.cap", 7, "603", "rfc3665-3.9", ("different F10",)),
    Seen(
        *("captures/sip_captures--sip-488-Not-Acceptable-Here-codec-null.pcapng", 1, "488"),
        *("rfc3665-3.9", ("different F10",)),
    ),
    Seen(
        *("captures/sipnab--sip-488-codec-reject.pcapng", 7, "challenged, then 488"),
        *("rfc3665-3.9", ("different F10",)),
    ),
    Seen("captures/sipnab--h263-over-rtp.pcap", 1, "answered, and the trace ends", "rfc3665-3.1"),
    Seen(
        "captures/sip_captures--uac-uas-scenario-sipp.pcapng",
        1,
        "the answer is never acknowledged, and that is the end",
        "rfc3665-3.1",
        ("missing F4",),
    ),
    Seen(
        "captures/sip_captures--uac-uas-scenario-sipp.pcapng",
        16,
        "answered and acknowledged; nobody hangs up before the trace ends",
        "rfc3665-3.1",
    ),
    Seen(
        "captures/sngrep--ipip.pcap",
        1,
        "the answer is not acknowledged, a BYE follows after 64*T1",
        "rfc3665-3.1",
        ("missing F4",),
    ),
    Seen(
        "logs/loopback--kamailio-open-uac_messages.log",
        1,
        "two BYEs, the first answered 404",
        "rfc3665-3.1",
        ("different F6", "unexpected 8"),
    ),
    Seen(
        "logs/plivo--uac.log",
        1,
        "the callee is named in what is sent and numbered in what is received",
        "rfc3665-3.1",
        wrong="two names of one party are two parties",
    ),
    Seen(
        "captures/loopback--kamailio-open.pcap",
        1,
        "over one proxy, which keeps the ACK to itself and answers 404 to every BYE",
        "rfc3665-3.2",
        ("different F21", "missing F17", "unexpected 11", "unexpected 12"),
        wrong="one proxy where the flows have two can only be had without any",
    ),
    Seen(
        "captures/aflnet-kamailio-sip--sip.pcap",
        1,
        "a registration and a call under one Call-ID",
        "rfc3665-3.1",
        ("unexpected 1", "unexpected 2"),
    ),
    Seen(
        "captures/sip_captures--voip-extension.pcap",
        1,
        "a PBX answers and refers the caller to an extension, which is reached through the PBX; NOTIFYs are refused",
        "rfc5359-2.4",
        ("different F8", "different F16"),
        wrong="who transfers is on the way to the target as well, and plays one part only",
    ),
]

NO_FLOW = [
    Seen("captures/sip_captures--sip-register-dns-srv.pcapng", 1, "OPTIONS", None),
    Seen("captures/suricata-verify--input.pcap", 1, "OPTIONS", None),
    Seen("captures/sip_captures--private-test-sip-2.pcapng", 4, "OPTIONS", None),
    Seen("captures/sipnab--sip-488-codec-reject.pcapng", 5, "OPTIONS", None),
    Seen("captures/sipnab--b2bua-asterisk.pcapng", 9, "PUBLISH, 489", None),
    Seen("logs/split--blink-first500.txt", 1, "PUBLISH, challenged and accepted", None),
    Seen("logs/documentation--Presence-State.md", 1, "NOTIFY", None),
    Seen("captures/heplify--erspan_sip_ipv4_udp.pcapng", 1, "a subscription over an SBC", None),
    Seen("logs/split--blink-first500.txt", 28, "a subscription with notifications", None),
    Seen("captures/sip_captures--private-test-sip-2.pcapng", 3, "two subscriptions that cross, both refused", None),
    Seen("captures/sipnab--udp_5060.pcap", 1, "ten answers to nothing", None),
    Seen("captures/sip_captures--private-test-sip-2.pcapng", 21, "a 408 over and over, nothing else", None),
    Seen("captures/heplify--erspan_sip_ipv4_udp.pcapng", 21, "consultation over an SBC, the REFER refused", None),
    Seen("captures/sip_captures--sip-register-ok-unregister.pcapng", 6, "SUBSCRIBE, 489", None),
    Seen("logs/split--tcpdump-gb28181-first100.txt", 37, "a subscription that began", None),
    Seen("logs/split--blink-first500.txt", 492, "a SUBSCRIBE, and the log ends", None),
    Seen("logs/gb28181-restreamer--pjsua.log", 5, "MESSAGE", None),
    Seen("logs/split--tcpdump-gb28181-first100.txt", 7, "MESSAGE", None),
    Seen("captures/heplify--ipip0.pcap", 2, "a 403 and nothing else", None),
    Seen("captures/sipnab--SIP_DTMF2.cap", 14, "both phones at one address: who is who cannot be told", None),
    Seen(
        "captures/sipnab--b2bua-asterisk.pcapng",
        24,
        "the caller moves the media away and back, which no flow has",
        None,
    ),
]


def _case(seen: Seen) -> object:
    """Return a row as a parameter."""
    marks = [pytest.mark.xfail(strict=True, reason=seen.wrong)] if seen.wrong else []
    return pytest.param(seen, marks=marks, id=f"{seen.file.partition('/')[2]}:{seen.message}")


@cache
def _opened(path: Path) -> Trace:
    return open_trace(path)


def _judged(seen: Seen, corpus: Path) -> Judgement:
    """Return what siptrace makes of the call."""
    trace = _opened(corpus / seen.file)
    return judge(trace.call(trace.message(seen.message).call))


def _deviations(found: Judgement) -> set[str]:
    """Return where the call leaves its flow."""
    match = found.match
    if match is None:
        return set()
    steps = {kind: getattr(match, kind) for kind in ("missing", "different", "reordered")}
    named = {f"{kind} F{match.flow.steps[step].f}" for kind, places in steps.items() for step in places}
    return named | {f"unexpected {found.messages[place].n}" for place in match.unexpected}


@pytest.mark.parametrize("seen", [_case(seen) for seen in (*REGISTRATIONS, *CALLS, *NO_FLOW)])
def test_a_real_call_follows_its_flow(seen: Seen, corpus: Path) -> None:
    found = _judged(seen, corpus)
    best = None if found.match is None else found.match.flow.id
    assert best == seen.flow, seen.story
    assert _deviations(found) == set(seen.deviations), seen.story


def test_the_table_is_large_enough() -> None:
    rows = [*REGISTRATIONS, *CALLS, *NO_FLOW]
    assert len({(seen.file, seen.message) for seen in rows}) == len(rows) >= 60
    assert sum(not seen.wrong for seen in rows) >= 30
