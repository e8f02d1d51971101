from __future__ import annotations

import dataclasses

import pytest

from siptrace.sip.message import Header, Message
from siptrace.sip.parse import parse

HEAD = """\
INVITE sips:bob@example.com:5061;lr SIP/2.0
Via: SIP/2.0/TLS p2;branch=z9hG4bK2, SIP/2.0/TLS p1;branch=z9hG4bK1
v: SIP/2.0/TLS a;branch=z9hG4bK0
Max-Forwards: 68
f: "Alice" <sips:alice@example.com>;tag=1
t: Bob <sips:bob@example.com>
i: 7@a
CSeq: 12 INVITE
m: <sips:alice@a>;q=0.5, <tel:+1>
Route: <sips:r1;lr>, <sips:r2;lr>
Route: <sips:r3;lr>
Record-Route: <sips:rr;lr>
Path: <sips:path>
Service-Route: <sips:sr>
Expires: 60
k: timer, 100rel
Supported: replaces
Subject: a, b
X-Thing: 1, 2
x-thing: 3
Authorization: Digest username="alice", realm="r", nonce="n"
Proxy-Authorization: Digest username="al", realm="p", nonce="m"
"""
SDP = b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 h\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
NESTED = (
    b"--o\r\nContent-Type: multipart/alternative;boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
    b"--i\r\nContent-Type: application/sdp\r\n\r\n" + SDP + b"\r\n--i--\r\n--o--\r\n"
)


def message(more: str = "", body: bytes = b"") -> Message:
    return parse((HEAD + more + "\n").replace("\n", "\r\n").encode() + body)


def test_nothing_is_wrong_with_it() -> None:
    assert message().anomalies == ()


def test_the_parts_of_the_header() -> None:
    one = message()
    assert [via.host for via in one.vias] == ["p2", "p1", "a"]
    assert one.from_ is not None
    assert one.to is not None
    assert one.cseq is not None
    assert one.uri is not None
    assert (one.from_.display, one.from_.tag, one.to.display, one.to.tag) == ("Alice", "1", "Bob", None)
    assert (one.call_id, one.cseq.number, one.cseq.method) == ("7@a", 12, "INVITE")
    assert (one.uri.scheme, one.uri.port, one.max_forwards, one.expires) == ("sips", 5061, 68, 60)
    assert [str(contact.uri) for contact in one.contacts] == ["sips:alice@a", "tel:+1"]
    assert [route.uri.host for route in one.routes] == ["r1", "r2", "r3"]
    assert [route.uri.host for route in (*one.record_routes, *one.paths, *one.service_routes)] == ["rr", "path", "sr"]


@pytest.mark.parametrize(
    ("name", "first", "every"),
    [
        ("Subject", "a, b", ("a, b",)),
        ("s", "a, b", ("a, b",)),
        ("SUPPORTED", "timer, 100rel", ("timer", "100rel", "replaces")),
        ("k", "timer, 100rel", ("timer", "100rel", "replaces")),
        ("X-THING", "1, 2", ("1, 2", "3")),
        ("Nothing", None, ()),
    ],
)
def test_header_fields_by_any_spelling(name: str, first: str | None, every: tuple[str, ...]) -> None:
    assert message().get(name) == first
    assert message().get_all(name) == every


def test_values_are_the_uncut_lines() -> None:
    assert message().values("v") == (
        "SIP/2.0/TLS p2;branch=z9hG4bK2, SIP/2.0/TLS p1;branch=z9hG4bK1",
        "SIP/2.0/TLS a;branch=z9hG4bK0",
    )


def test_the_header_fields_keep_their_order() -> None:
    assert message().headers[3] == Header("From", '"Alice" <sips:alice@example.com>;tag=1')
    assert [header.name for header in message().headers[:3]] == ["Via", "Via", "Max-Forwards"]


def test_credentials_tell_whose_they_are() -> None:
    assert [(one.username, one.proxy) for one in message().credentials] == [("alice", False), ("al", True)]
    assert message().challenges == ()


def test_challenges_of_a_response() -> None:
    text = 'SIP/2.0 407 x\r\nProxy-Authenticate: Digest realm="p",nonce="1"\r\n'
    text += 'WWW-Authenticate: Digest realm="w",nonce="2"\r\n\r\n'
    assert [(one.realm, one.proxy) for one in parse(text.encode()).challenges] == [("p", True), ("w", False)]


def test_the_method_of_a_response_is_that_of_its_cseq() -> None:
    assert parse(b"SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\n\r\n").method == "BYE"
    assert parse(b"SIP/2.0 200 OK\r\n\r\n").method == ""


def test_what_is_missing_is_none_or_empty() -> None:
    one = parse(b"x")
    assert (one.from_, one.to, one.cseq, one.uri, one.content_type, one.sdp) == (None,) * 6
    assert (one.max_forwards, one.expires, one.content_length, one.status, one.request_uri) == (None,) * 5
    assert (one.vias, one.contacts, one.routes, one.challenges, one.credentials, one.parts) == ((),) * 6
    assert (one.call_id, one.method) == ("", "")


def test_a_session_description_as_body() -> None:
    session = message("c: application/SDP\n", SDP).sdp
    assert session is not None
    assert session.media[0].port == 4000


def test_a_session_description_without_a_content_type() -> None:
    assert message("", SDP).sdp is not None
    assert message("", b"hello").sdp is None


def test_another_body_is_no_session_description() -> None:
    assert message("c: text/plain\n", SDP).sdp is None
    assert message("c: application/sdp\n").sdp is None


def test_a_session_description_deep_in_a_multipart_body() -> None:
    one = message("c: multipart/mixed;boundary=o\n", NESTED)
    assert [str(part.content_type) for part in one.all_parts] == [
        "multipart/alternative",
        "text/plain",
        "application/sdp",
    ]
    assert len(one.parts) == 1
    assert one.sdp is not None
    assert one.sdp.media[0].port == 4000


def test_a_multipart_body_without_a_session_description() -> None:
    assert message("c: multipart/mixed;boundary=o\n", b"--o\r\n\r\nx\r\n--o--").sdp is None


def test_a_message_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        message().body = b""  # type: ignore[misc]


def test_equal_bytes_give_equal_messages() -> None:
    assert message() == message()
    assert hash(message()) == hash(message())
    assert message() != message("X: y\n")


def test_parts_are_read_once() -> None:
    one = message()
    assert one.vias is one.vias
    assert one.from_ is one.from_
