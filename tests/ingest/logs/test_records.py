"""What all dialects with marks share, shown with each of them."""

from __future__ import annotations

import io

import pytest

from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import Datagram, Transport, endpoint_text
from siptrace.ingest.logs import DIALECTS, HEAD_SIZE, Dialect, recognise

BY_NAME = {dialect.name: dialect for dialect in DIALECTS}
MESSAGE = (
    b"OPTIONS sip:b@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n"
)
RULE = b"-" * 47 + b" 2026-01-05 10:00:00.000000\n"
SIZE = str(len(MESSAGE)).encode()


def read(dialect: Dialect, text: bytes) -> tuple[list[Datagram], AnomalyLog]:
    anomalies = AnomalyLog()
    return list(dialect.read(io.BytesIO(text), anomalies, 0)), anomalies


MARKS = [
    (
        "sipp",
        RULE + b"UDP message sent (" + SIZE + b" bytes):\n\n",
        "UDP",
        None,
    ),
    (
        "sipp",
        RULE + b"TLS message received [" + SIZE + b"] bytes :\n\n",
        "TLS",
        None,
    ),
    (
        "sipp",
        RULE + b"TCP control message sent (" + SIZE + b" bytes):\n\n",
        "TCP",
        None,
    ),
    (
        "sipp",
        RULE + b"UDP message sent:\n\n",
        "UDP",
        None,
    ),
    (
        "asterisk",
        b"<--- Received SIP request (" + SIZE + b" bytes) from UDP:192.0.2.9:5080 --->\n",
        "UDP",
        "192.0.2.9:5080",
    ),
    (
        "asterisk",
        b"\x1b[0m<--- Received SIP request (" + SIZE + b" bytes) from WSS:[2001:db8::9]:443 --->\n",
        "WSS",
        "[2001:db8::9]:443",
    ),
    (
        "asterisk",
        b"[Jan  5 10:00:00] <--- Transmitting SIP request (1 bytes) to tls:h.example:5061 --->\n",
        "TLS",
        "h.example:5061",
    ),
    (
        "asterisk",
        b"<--- SIP read from 192.0.2.9:5080 --->\n",
        "UDP",
        "192.0.2.9:5080",
    ),
    (
        "asterisk",
        b"Retransmitting #3 (NAT) to 192.0.2.9:5080:\n",
        "UDP",
        "192.0.2.9:5080",
    ),
    (
        "asterisk",
        b"<--- Reliably Transmitting (no NAT) to 192.0.2.9:5080 --->\n",
        "UDP",
        "192.0.2.9:5080",
    ),
    (
        "freeswitch",
        b"recv " + SIZE + b" bytes from udp/[192.0.2.9]:5080 at 10:00:00.000001:\n",
        "UDP",
        "192.0.2.9:5080",
    ),
    (
        "freeswitch",
        b"send " + SIZE + b" bytes to tls/[2001:db8::9]:5061/7;comp=sigcomp at 10:00:00:\n",
        "TLS",
        "[2001:db8::9]:5061",
    ),
    (
        "freeswitch",
        b"send " + SIZE + b" bytes to udp/[192.0.2.9] at 10:00:00.000001:\n",
        "UDP",
        "192.0.2.9:5060",
    ),
    (
        "freeswitch",
        b"\x1b[mrecv " + SIZE + b" bytes from ws/[192.0.2.9]:80 at 10:00:00.000001:\n",
        "WS",
        "192.0.2.9:80",
    ),
    ("ngrep", b"U 10.0.0.1:5060 -> 10.0.0.2:5061\n", "UDP", "10.0.0.2:5061"),
    ("ngrep", b"T 2026/01/05 10:00:00.000001 10.0.0.1:40000 -> 10.0.0.2:5060 [AP] #12\n", "TCP", "10.0.0.1:40000"),
    ("ngrep", b"> U +0.031250 fe80::1:5060 -> fe80::2:5061 #3\n", "UDP", "[fe80::2]:5061"),
    ("sngrep", b"2026/01/05 10:00:00.000001 [fe80::1]:5060 -> [fe80::2]:5061\n", "UDP", "[fe80::2]:5061"),
    (
        "tcpdump",
        b"10:00:00.000001 IP 10.0.0.1.5061 > 10.0.0.2.sip: SIP: OPTIONS sip:b@10.0.0.2 SIP/2.0\nE..h..\n!..A",
        "UDP",
        "10.0.0.1:5061",
    ),
    (
        "tcpdump",
        b"2026-01-05 10:00:00.1 eth0 In IP (tos 0x0, ttl 64)\n    10.0.0.1.5061 > 10.0.0.2.sips: Flags [P.]\nE..",
        "TCP",
        "10.0.0.1:5061",
    ),
    (
        "tcpdump",
        b"1767607200.5 IP6 (hlim 64, next-header UDP (17)) fe80::1.5060 > fe80::2.5061: [udp sum ok] SIP\n",
        "UDP",
        "[fe80::2]:5061",
    ),
]


@pytest.mark.parametrize(("name", "mark", "transport", "peer"), MARKS)
def test_every_spelling_of_a_mark(name: str, mark: bytes, transport: str, peer: str | None) -> None:
    text = b"starting up\n" * 50 + mark + MESSAGE + b"\n"
    assert recognise(text) is BY_NAME[name]
    found, anomalies = read(BY_NAME[name], text)
    assert [datagram.payload for datagram in found] == [MESSAGE]
    assert found[0].transport is Transport[transport]
    assert found[0].frame == 51 + mark.count(b"\n")
    assert AnomalyCode.LOG_CUT not in anomalies.counts
    if peer:
        assert peer in (endpoint_text(found[0].src), endpoint_text(found[0].dst))


@pytest.mark.parametrize(("name", "mark", "transport", "peer"), MARKS)
def test_the_next_mark_interrupts_a_message(name: str, mark: bytes, transport: str, peer: str | None) -> None:
    assert transport
    assert peer is None or peer
    found, anomalies = read(BY_NAME[name], mark + MESSAGE[:-20] + b"\n" + mark + MESSAGE)
    assert [datagram.payload.startswith(b"OPTIONS ") for datagram in found] == [True, True]
    assert found[1].payload == MESSAGE
    assert anomalies.counts[AnomalyCode.LOG_CUT] == 1


@pytest.mark.parametrize(("name", "mark", "transport", "peer"), MARKS)
def test_a_mark_without_a_message_is_nothing(name: str, mark: bytes, transport: str, peer: str | None) -> None:
    assert transport
    assert peer is None or peer
    text = mark + b"other words\n" * 9 + MESSAGE
    assert not BY_NAME[name].recognise(text)
    assert read(BY_NAME[name], text)[0] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_head_that_ends_behind_a_mark_is_recognised(dialect: Dialect) -> None:
    for name, mark, _, _ in MARKS:
        if name == dialect.name:
            assert dialect.recognise(b"x" * 63 + b"\n" + (b"y" * 63 + b"\n") * (HEAD_SIZE // 64) + mark)


@pytest.mark.parametrize(
    "text",
    [
        b"# How to read a trace\n\nLook for `<--- Received SIP request (412 bytes) from UDP:192.0.2.9:1 --->` there.\n",
        b're.compile(rb"recv (\\d+) bytes from udp/")\nprint("UDP message sent (3 bytes):")\n',
        b"<html><p>recv 412 bytes from udp/[192.0.2.9]:5080 at 10:00:00.000001:</p></html>\n" * 3,
        b"\x00\x01\x02 message sent <--- bytes SIP/2.0 \xff" * 500,
    ],
)
def test_words_about_logs_are_no_log(text: bytes) -> None:
    assert recognise(text) is None


def test_a_fence_ends_a_message_only_where_one_was_opened() -> None:
    mark = b"<--- Received SIP request (999 bytes) from UDP:192.0.2.9:5080 --->\n"
    body = MESSAGE.replace(b"l: 0", b"l: 9") + b"```\nx\n```"
    asterisk = BY_NAME["asterisk"]
    assert read(asterisk, mark.replace(b"999", str(len(body)).encode()) + body + b"\n")[0][0].payload == body
    fenced, _ = read(asterisk, b"```\n" + mark + MESSAGE[:-2] + b"```\nwords\n")
    assert [datagram.payload for datagram in fenced] == [MESSAGE]
