"""The parts of a message as tables: what they say, and that nothing of a message reaches a terminal as a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.parts import proof_lines, session_lines, way_lines
from siptrace.sip.parse import parse
from siptrace.sip.sdp import parse_sdp


def message(*headers: str) -> bytes:
    """Return a message with some header fields."""
    return "\r\n".join(["SIP/2.0 401 No", *headers, "", ""]).encode()


def session(*lines: str) -> list[str]:
    """Return how a session description is shown."""
    return list(session_lines(parse_sdp("".join(f"{line}\r\n" for line in lines).encode())))


def test_the_way_begins_with_the_sender_and_says_where_it_came_from() -> None:
    vias = parse(
        message(
            "Via: SIP/2.0/TCP p.example.com;branch=z9hG4bKp",
            "Via: SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKa;received=192.0.2.1;rport=1027",
        )
    ).vias
    assert list(way_lines(vias)) == [
        "Via: the way of the request, from its sender on",
        "  1  UDP  10.0.0.1:5070  came from 192.0.2.1:1027  z9hG4bKa",
        "  2  TCP  p.example.com                            z9hG4bKp",
    ]
    assert list(way_lines(())) == []


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ("", "10.0.0.1"),
        (";rport", "10.0.0.1"),
        (";rport=99", "10.0.0.1  came from 10.0.0.1:99"),
        (";received=192.0.2.7", "10.0.0.1  came from 192.0.2.7"),
        (";received=2001:db8::7;rport=9", "10.0.0.1  came from [2001:db8::7]:9"),
        (";received=[2001:db8::7]", "10.0.0.1  came from [2001:db8::7]"),
    ],
)
def test_where_a_request_came_from(params: str, said: str) -> None:
    vias = parse(message(f"Via: SIP/2.0/UDP 10.0.0.1{params}")).vias
    assert list(way_lines(vias))[1] == f"  1  UDP  {said}  no branch"


def test_a_session_is_a_table_of_streams_and_formats() -> None:
    assert session(
        "v=0",
        "o=carol 28908 7 IN IP4 host.example.com",
        "s=-",
        "c=IN IP6 2001:db8::1",
        "t=0 0",
        "m=audio 49172 RTP/SAVP 0 111 101",
        "b=AS:64",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 useinbandfec=1",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendonly",
        "a=rtcp-mux",
        "a=crypto:1 KEYS_1 inline:abc",
        "m=video 0 RTP/AVP 31",
        "m=image 4444 udptl t38",
        "a=rtcp:4445 IN IP4 192.0.2.9",
        "a=fingerprint:SHA-256 AB:CD",
        "a=candidate:1 1 UDP 1 192.0.2.1 1 typ host",
    ) == [
        "session description 28908, version 7, of carol at host.example.com",
        "  audio  [2001:db8::1]:49172  RTP/SAVP  sendonly  ptime 20, AS 64, RTCP on the same port, SDES KEYS_1",
        "      0  PCMU/8000",
        "    111  opus/48000/2          useinbandfec=1",
        "    101  telephone-event/8000  0-15",
        "  video  rejected  RTP/AVP  sendrecv",
        "    31  H261/90000",
        "  image  [2001:db8::1]:4444  udptl  sendrecv  RTCP at 192.0.2.9 4445, DTLS sha-256, ICE, 1 candidate",
        "    t38",
    ]


def test_a_session_of_nobody() -> None:
    assert session("v=0", "o=- 1 2 IN IP4 192.0.2.1") == ["session description 1, version 2, of 192.0.2.1"]
    assert session("v=0") == ["session description"]


def test_who_is_asked_to_prove_what() -> None:
    sip = parse(
        message('Proxy-Authenticate: Digest realm="r", nonce="n1", stale=TRUE, x-own=1', "WWW-Authenticate: Bearer")
    )
    assert list(proof_lines(sip)) == [
        "Digest challenge of a proxy",
        "  realm  whose users are meant                 r",
        "  nonce  the server's text for the proof       n1",
        "  stale  true when only the nonce was too old  TRUE",
        "  x-own                                        1",
        "Bearer challenge of the server",
    ]


def test_who_proves_what() -> None:
    sip = parse(message('Authorization: Digest username="a", response=""', "Proxy-Authorization: Basic YTpi"))
    assert list(proof_lines(sip)) == [
        "Digest credentials for the server",
        "  username  who proves to be it                  a",
        "  response  the proof: a hash with the password",
        "Basic credentials for a proxy",
        "  token  YTpi",
    ]


@given(st.binary(max_size=60))
def test_no_byte_reaches_a_terminal_as_a_control(data: bytes) -> None:
    sip = parse(b"SIP/2.0 401 No\r\nVia: SIP/2.0/UDP h;branch=" + data + b"\r\nWWW-Authenticate: Digest a=" + data)
    described = parse_sdp(b"o=" + data + b" 1 2 IN IP4 h\r\nm=audio 1 RTP/AVP 0\r\na=fmtp:0 " + data)
    for line in (*way_lines(sip.vias), *proof_lines(sip), *session_lines(described)):
        assert line.isprintable()
