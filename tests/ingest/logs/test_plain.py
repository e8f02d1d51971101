from __future__ import annotations

import io

import pytest

from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import Datagram, endpoint_text
from siptrace.ingest.logs.plain import Plain

HEAD = b"Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\nCall-ID: c\nCSeq: 1 NOTIFY\n"


def read(text: bytes) -> tuple[list[Datagram], AnomalyLog]:
    anomalies = AnomalyLog()
    return list(Plain().read(io.BytesIO(text), anomalies, 0)), anomalies


def starts(text: bytes) -> list[bytes]:
    return [datagram.payload.partition(b"\r\n")[0] for datagram in read(text)[0]]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"# Notes\n\nWe speak SIP/2.0\nVia: Hamburg\n",
        b"A request line looks like: INVITE sip:x SIP/2.0\nVia: is a header\n",
        b'char *m = "INVITE sip:b@h SIP/2.0\\r\\n"\n    "Via: SIP/2.0/UDP h\\r\\n";\n',
        b"<html><pre>INVITE sip:b@h SIP/2.0</pre>\n<p>From: somebody</p></html>\n",
        b"GET / HTTP/1.1\nHost: x\nVia: 1.1 proxy\n",
        b"INVITE sip:b@h SIP/2.0\n\nis how it begins.\n",
        b"INVITE sip:b@h SIP/2.0\nis a start line. From: me\n",
        bytes(range(256)) * 20,
        b"\x7fELF SIP/2.0 200 OK\x00\x00" * 9,
        b"Subject: hi\nFrom: a@b\nTo: c@d\n\nSIP/2.0 is old\n",
    ],
)
def test_what_is_no_log(text: bytes) -> None:
    assert not Plain().recognise(text)
    assert read(text)[0] == []


@pytest.mark.parametrize("margin", [b"", b"  ", b"\t", b"> ", b"// ", b" * ", b"# "])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_messages_behind_a_margin(margin: bytes, end: bytes) -> None:
    lines = [
        b"SIP/2.0 200 OK",
        *HEAD.splitlines(),
        b"l: 0",
        b"",
        b"",
        b"OPTIONS sip:b@h SIP/2.0",
        *HEAD.splitlines(),
        b"",
    ]
    text = b"\xef\xbb\xbf" + b"".join((margin + line).rstrip() + end for line in lines)
    assert Plain().recognise(text)
    found, anomalies = read(text)
    assert [datagram.payload.partition(b"\r\n")[0] for datagram in found] == [
        b"SIP/2.0 200 OK",
        b"OPTIONS sip:b@h SIP/2.0",
    ]
    assert [datagram.frame for datagram in found] == [1, 8]
    assert all(datagram.payload.endswith(b"\r\n\r\n") for datagram in found)
    assert dict(anomalies.counts) == {AnomalyCode.TIME_UNKNOWN: 1}


def test_the_next_message_interrupts_a_body_that_never_came() -> None:
    text = b"INVITE sip:b@h SIP/2.0\n" + HEAD + b"Content-Length: 90\n\nBYE sip:b@h SIP/2.0\n" + HEAD + b"l: 0\n"
    found, anomalies = read(text)
    assert len(found) == 2
    assert anomalies.counts[AnomalyCode.LOG_CUT] == 1


def test_a_message_inside_a_body_is_not_another() -> None:
    body = b"SIP/2.0 100 Trying\nVia: x\n"
    for kind in (b"message/sipfrag;version=2.0", b"message/sip", b"multipart/mixed;boundary=x"):
        text = b"NOTIFY sip:b@h SIP/2.0\n" + HEAD + b"c: " + kind + b"\nl: 28\n\n" + body
        found, anomalies = read(text)
        assert [datagram.payload.endswith(b"\r\n\r\n" + body.replace(b"\n", b"\r\n")) for datagram in found] == [True]
        assert AnomalyCode.LOG_CUT not in anomalies.counts


def test_an_edited_sdp_ends_before_the_words_that_follow() -> None:
    text = b"INVITE sip:b@h SIP/2.0\n" + HEAD + b"c: application/sdp\nl: 200\n\nv=0\ns=-\n\nSome words.\n" * 1
    found, anomalies = read(text + b"SIP/2.0 200 OK\n" + HEAD + b"l: 0\n\n")
    assert found[0].payload.endswith(b"\r\n\r\nv=0\r\ns=-\r\n")
    assert len(found) == 2
    assert anomalies.counts[AnomalyCode.LOG_CUT] == 1


def test_a_candidate_that_fails_may_hide_none() -> None:
    assert starts(b"OPTIONS sip:a SIP/2.0\nOPTIONS sip:b SIP/2.0\n" + HEAD + b"\n") == [b"OPTIONS sip:b SIP/2.0"]


def test_addresses_are_those_of_the_message() -> None:
    request = b"NOTIFY sip:b@10.0.0.2 SIP/2.0\n" + HEAD + b"l: 0\n\n"
    found, _ = read(request + b"SIP/2.0 200 OK\n" + HEAD + b"l: 0\n\n")
    assert [(endpoint_text(one.src), endpoint_text(one.dst)) for one in found] == [
        ("10.0.0.1:5060", "10.0.0.2:5060"),
        ("10.0.0.2:5060", "10.0.0.1:5060"),
    ]
