"""Text logs give the messages that stand in them, and a log and a capture of one run give the same calls."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from siptrace.errors import AnomalyCode
from siptrace.trace import Trace, open_trace

if TYPE_CHECKING:
    from pathlib import Path

DIALECTS = {
    "sipp-messages": "sipp",
    "asterisk-pjsip": "asterisk",
    "asterisk-chan_sip": "asterisk",
    "freeswitch-siptrace": "freeswitch",
    "ngrep-byline": "ngrep",
    "sngrep-text": "sngrep",
    "tcpdump-A": "tcpdump",
    "tcpdump-vvA": "tcpdump",
    "tcpdump-X": "tcpdump",
}
"""The dialect that reads a format; all others are read as plain text with SIP messages in it."""

CHECKED_BY_HAND = {
    "logs/resiprocate--data1.msg": (1, "its start line is `MESSAGE bubba@caley SIP/2.0`: no scheme, but a message"),
}
"""How many messages we read where the manifest counts otherwise, and why."""

MANGLED = {
    "logs/gb28181-restreamer--service.log": "the log's own line stands between a start line and its headers",
    "logs/derived--tcpdump-X-sip-over-tcp.txt": "a hexadecimal dump, with no line of SIP in one piece",
}
"""Printouts of other tools that are not read yet, and what stands in the way."""

SAME_RUN = [
    ("captures/loopback--udp4.pcap", "logs/loopback--udp4.uac_messages.log", 18),
    ("captures/loopback--udp4.pcap", "logs/loopback--udp4.uas_messages.log", 18),
    ("captures/loopback--tcp2.pcap", "logs/loopback--tcp2.uac_messages.log", 240),
    ("captures/loopback--tcp2.pcap", "logs/loopback--tcp2.uas_messages.log", 240),
    ("captures/loopback--kamailio-open.pcap", "logs/loopback--kamailio-open-uac_messages.log", 8),
]
"""A capture, a log of one of its ends, and how many messages that end saw."""


def wanted(log: dict[str, Any]) -> int:
    """Return how many messages are to be read from a log."""
    if log["file"] in CHECKED_BY_HAND:
        return CHECKED_BY_HAND[log["file"]][0]
    return int(log["record_headers"] or log["startlines"])


def test_every_message_of_a_log_is_read(log: dict[str, Any], corpus: Path, request: pytest.FixtureRequest) -> None:
    if log["file"] in MANGLED:
        request.applymarker(pytest.mark.xfail(strict=True, reason=MANGLED[log["file"]], raises=Exception))
    trace = open_trace(corpus / log["file"])
    assert len(trace.messages) == wanted(log)
    assert len({message.sip.call_id for message in trace.messages} - {""}) == log["call_ids"]


def test_a_log_is_read_by_its_own_dialect(log: dict[str, Any], corpus: Path) -> None:
    if log["file"] in MANGLED:
        return
    trace = open_trace(corpus / log["file"])
    assert trace.sources[0].kind == f"log:{DIALECTS.get(log['format'], 'plain')}"


def test_what_a_log_cannot_tell_is_said(log: dict[str, Any], corpus: Path) -> None:
    if log["file"] in MANGLED:
        return
    trace = open_trace(corpus / log["file"])
    undated = any(message.time_ns is None for message in trace.messages)
    assert not undated or trace.anomalies.counts[AnomalyCode.TIME_UNKNOWN]


@pytest.mark.parametrize(("capture_file", "log_file", "seen"), SAME_RUN)
def test_a_log_and_the_capture_of_its_run_tell_the_same_calls(
    capture_file: str, log_file: str, seen: int, corpus: Path
) -> None:
    capture, log = open_trace(corpus / capture_file), open_trace(corpus / log_file)
    assert len(log.messages) == seen
    assert states(log) == states(capture)
    assert not bytes_of(log) - bytes_of(capture)
    if seen == len(capture.messages):
        assert {call.call_ids: call.message_count for call in log.calls} == {
            call.call_ids: call.message_count for call in capture.calls
        }


def states(trace: Trace) -> dict[tuple[str, ...], str]:
    """Return the state of each call by its Call-IDs."""
    return {call.call_ids: call.state.value for call in trace.calls}


def bytes_of(trace: Trace) -> Counter[bytes]:
    """Return the messages as they are, without blanks at their ends, which a log may not keep."""
    return Counter(message.raw.rstrip() for message in trace.messages)
