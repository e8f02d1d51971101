"""Printouts of ngrep, sngrep and tcpdump: both ends are named, and the lines are not as they were on the wire."""

from __future__ import annotations

import io

import pytest

from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import Datagram, endpoint_text
from siptrace.ingest.logs import recognise

MESSAGE = b"FOO sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK1\r\nSubject: Ah...\r\nl: 0\r\n\r\n"
WITHOUT_CR = MESSAGE.replace(b"\r", b"")
HOP = b"192.0.2.1:5060 -> 192.0.2.2:5060\n"
IP = b"10:00:00.5 IP 192.0.2.1.5060 > 192.0.2.2.5060: "


def read(text: bytes) -> tuple[list[Datagram], AnomalyLog]:
    """Return what the dialect that finds itself in a text reads of it."""
    dialect, anomalies = recognise(text), AnomalyLog()
    assert dialect is not None
    return list(dialect.read(io.BytesIO(text), anomalies, 0)), anomalies


@pytest.mark.parametrize(
    "text",
    [
        b"U " + HOP + MESSAGE.replace(b"\r", b".") + b"\n",
        b"U " + HOP + WITHOUT_CR + b"\n",  # its lines ended with LF alone: these dots are its own
        b"2026/01/05 10:00:00 " + HOP + MESSAGE + b"\n\n",
        IP + b"SIP: FOO sip:b@192.0.2.2 SIP/2.0\nE..$@..\n." + WITHOUT_CR,
        IP + b"SIP, length: 99\n\t" + WITHOUT_CR.replace(b"\n", b"\n\t") + b"\n\t0x0000:  4500 0000  E...\n",
    ],
    ids=["ngrep", "ngrep, LF", "sngrep", "tcpdump", "tcpdump, decoded"],
)
def test_a_message_is_as_it_was_and_its_ends_are_those_of_the_packet(text: bytes) -> None:
    found, anomalies = read(text)
    assert [datagram.payload for datagram in found] == [MESSAGE]
    assert [(endpoint_text(one.src), endpoint_text(one.dst)) for one in found] == [("192.0.2.1:5060", "192.0.2.2:5060")]
    assert AnomalyCode.LOG_CUT not in anomalies.counts


@pytest.mark.parametrize("before", [b"E..", b"..A", b"zzBYE", b'.."...INV', b"...:", b"SIP"])
def test_a_known_method_begins_where_the_headers_of_a_packet_end(before: bytes) -> None:
    message = WITHOUT_CR.replace(b"FOO", b"INVITE")
    found, _ = read(IP + b"SIP\n" + before + message)
    assert [datagram.payload for datagram in found] == [MESSAGE.replace(b"FOO", b"INVITE")]


def test_a_message_that_tcp_carried_in_two_packets_is_cut() -> None:
    mark = b"T 192.0.2.1:40000 -> 192.0.2.2:5060 [A] #1\n"
    text = MESSAGE.replace(b"l: 0", b"c: text/plain\r\nl: 90").replace(b"\r", b".")
    found, anomalies = read(mark + text + b"the beginning\n\n" + mark + b"and the end\n")
    assert len(found) == 1
    assert anomalies.counts[AnomalyCode.LOG_CUT] == 1


@pytest.mark.parametrize("text", [IP + b"SIP: OPTIONS sip:b@192.0.2.2 SIP/2.0\nE..nothing\n", b"U " + HOP + b"\n\nx\n"])
def test_packets_without_a_message_are_no_log(text: bytes) -> None:
    assert recognise(text) is None
