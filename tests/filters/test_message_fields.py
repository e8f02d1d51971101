"""The fields of messages that the columns answer, on messages made for them."""

from __future__ import annotations

import pytest

from siptrace.filters.message_fields import MESSAGE_FIELDS
from siptrace.filters.select import Column
from siptrace.ingest.datagram import host_of
from siptrace.trace import Trace, open_trace
from tests.cli.running import CAPTURES, ROOT
from tests.messages import SDP, invite, response_to, trace_of

ODD = (
    invite(body=SDP),
    response_to(invite(), 200),
    b"INVITE  <sip:bob@b.example.com:5080;user=phone>  SIP/2.0\r\nCall-ID: odd\r\nCSeq: x\r\n\r\n",
    b"SIP/2.0 999 Odd\r\nFrom: <tel:+1-201;x=y>\r\nTo: <sip:[2001:db8::1]:5070>\r\nCall-ID: odd\r\n\r\n",
    b"SIP/2.0 200\r\nCall-ID: \xff\r\n\r\n",
)
"""Two messages in good order, and three that are not."""

SELECTED = {
    "uri.user == bob": [1, 3],
    "uri.port == 5080": [3],
    'uri contains "user=phone"': [3],
    "sip.r-uri.host == b.example.com": [3],
    "request": [1, 3],
    "response": [2, 4, 5],
    "status": [2, 5],
    "reason == Odd": [4],
    "reason": [2, 4],
    "cseq": [1, 2],
    "cseq == 1": [1, 2],
    "method == invite": [1, 2, 3],
    "sip.Method": [1, 3],
    "sip.Status-Line": [2, 4, 5],
    "sip.Request-Line contains bob": [1, 3],
    "sip.from.user == +1-201": [4],
    'sip.from.addr contains "tel:"': [4],
    "sip.to.port == 5070": [4],
    'sip.to.host == "[2001:db8::1]"': [4],
    r'call-id == "\xff"': [5],
    "call-id === odd": [3, 4],
    "sip.to.tag": [2],
    "tag == a1": [1, 2],
    "tag !== a1": [2],
    "sdp": [1],
    "sdp == false": [2, 3, 4, 5],
    "sdp != true": [2, 3, 4, 5],
    "branch": [1, 2],
    "length < 100": [3, 4, 5],
    "file == made.pcap": [1, 2, 3, 4, 5],
    "not dialog": [1, 3, 4, 5],
}


@pytest.mark.parametrize(("expression", "messages"), SELECTED.items())
def test_what_messages_have(expression: str, messages: list[int]) -> None:
    assert [message.n for message in trace_of(ODD).select_messages(expression)] == messages


TRACES = (
    [CAPTURES / "rfc3665-3.2.tcp6.pcap", CAPTURES / "rfc3665-3.9.udp4.pcap"],
    [ROOT / "fixtures" / "logs" / "freeswitch.log"],
    [ROOT / "fixtures" / "logs" / "plain.txt"],
    [ROOT / "fixtures" / "links" / "every-link.pcapng"],
)


@pytest.fixture(params=TRACES, ids=lambda paths: paths[0].name)
def trace(request: pytest.FixtureRequest) -> Trace:
    return open_trace(*request.param)


def test_values_are_those_of_the_messages(trace: Trace) -> None:
    """Each column is read as the message that it was made of."""
    for message in trace.messages:
        sip, row = message.sip, message.n - 1
        got = {field.name: values_of(field.source, trace, row) for field in MESSAGE_FIELDS}
        assert got["method"] == ([message.method] if message.method else [])
        assert got["sip.Method"] == ([message.method] if message.is_request else [])
        assert got["status"] == ([message.status] if message.status else [])
        assert got["uri"] == ([sip.request_uri] if sip.request_uri else [])
        assert got["uri.user"] == ([sip.uri.user] if sip.uri and sip.uri.user else [])
        assert got["reason"] == ([sip.reason] if sip.reason else [])
        assert got["call-id"] == [sip.call_id]
        assert got["cseq"] == ([sip.cseq.number] if sip.cseq else [])
        assert got["sip.from.user"] == ([sip.from_.uri.user] if sip.from_ and sip.from_.uri.user else [])
        assert got["sip.to.host"] == ([sip.to.uri.host] if sip.to else [])
        assert got["to-tag"] == ([sip.to.tag] if sip.to and sip.to.tag else [])
        assert got["branch"] == ([sip.vias[0].branch] if sip.vias and sip.vias[0].branch else [])
        assert got["sdp"] == [sip.sdp is not None]
        assert got["transport"] == [message.transport.name]
        assert got["frame"] == [message.frame]
        assert got["time"] == ([] if message.time_ns is None else [message.time_ns])
        assert got["length"] == [len(message.raw)]
        assert got["retransmission"] == [message.retransmission]
        assert got["transaction"] == [message.transaction]
        assert got["dialog"] == ([] if message.dialog is None else [message.dialog])
        port = message.src.rpartition(":")[2]
        assert got["srcport"] == ([int(port)] if host_of(message.src) != message.src else [])


def values_of(source: object, trace: Trace, row: int) -> list[object]:
    """Return the values of a field of a message."""
    assert isinstance(source, Column)
    subject = trace.subject
    if source.where is not None and getattr(subject.table, source.where[0])[row] not in source.where[1]:
        return []
    found = [column[row] for column in source.columns(subject)]
    if source.least is not None:
        return [number for number in found if number >= source.least]
    read = source.values(subject)
    return [value for number in found for value in read(number)]


def test_a_tunnel_of_protocols() -> None:
    trace = open_trace(CAPTURES / "rfc3665-3.1.tcp4.pcap")
    assert len(trace.select_messages("tcp and tcp.port == 5060 and not udp")) == 6
    assert len(trace.select_messages("udp.port or tls or websocket or sctp")) == 0


def test_ports_of_names_in_logs() -> None:
    trace = open_trace(ROOT / "fixtures" / "logs" / "freeswitch.log")
    whole = len(trace.messages)
    assert len(trace.select_messages("addr")) == whole
    assert len(trace.select_messages("port")) + len(trace.select_messages("not port")) == whole
