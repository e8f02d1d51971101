"""Start lines and URIs: the quick reading is that of the parsers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.filters.starts import Start, UriParts, request_uri, start_line, uri_parts
from siptrace.sip.parse import parse
from siptrace.sip.uri import parse_uri

LINES = {
    "INVITE sip:bob@b.example SIP/2.0": Start("sip:bob@b.example", None),
    "INVITE <sip:bob@b.example> SIP/2.0": Start("sip:bob@b.example", None),
    "INVITE  sip:bob@b.example  SIP/2.0": Start("sip:bob@b.example", None),
    "invite tel:+1 sip/2.0": Start("tel:+1", None),
    "SIP/2.0 200 OK": Start(None, "OK"),
    "SIP/2.0 200 ": Start(None, ""),
    "SIP/2.0 486 Busy Here": Start(None, "Busy Here"),
    "SIP/2.0 9999 Odd": Start(None, "Odd"),
    "nonsense": Start(None, None),
    "": Start(None, None),
}


@pytest.mark.parametrize(("line", "meant"), LINES.items())
def test_start_lines(line: str, meant: Start) -> None:
    assert start_line(line) == meant


URIS = {
    "sip:alice@a.example": UriParts("alice", "a.example", ""),
    "SIPS:alice@a.example:5061;transport=tls": UriParts("alice", "a.example", "5061"),
    "sip:alice:secret@a.example": UriParts("alice", "a.example", ""),
    "sip:a.example": UriParts("", "a.example", ""),
    "sip:alice@[2001:db8::1]:5060": UriParts("alice", "[2001:db8::1]", "5060"),
    "sip:alice;x=y@a.example?Subject=a@b": UriParts("alice;x=y", "a.example", ""),
    "tel:+1-201-555": UriParts("+1-201-555", "", ""),
    "alice": UriParts("", "", ""),
}


@pytest.mark.parametrize(("text", "parts"), URIS.items())
def test_uris(text: str, parts: UriParts) -> None:
    assert uri_parts(text) == parts
    assert request_uri(f"INVITE {text} SIP/2.0") == parts


def test_responses_have_no_request_uri() -> None:
    assert request_uri("SIP/2.0 200 OK") is None


WORDS = (
    "sip:", "SIP/2.0", "INVITE", " ", "alice", "@", "a.example", ":", "5060", ";", "x=y", "?", "<", ">",
    "[", "::1", "]",
    "200", "OK", "é", "tel:", "%41", "0", "65536",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(WORDS), max_size=10).map("".join)


@given(PIECES)
def test_the_quick_reading_is_that_of_the_uri_parser(text: str) -> None:
    uri = parse_uri(text)[0]
    assert uri_parts(text) == UriParts(uri.user or "", uri.host, "" if uri.port is None else str(uri.port))


@given(PIECES)
def test_the_quick_reading_is_that_of_the_message_parser(text: str) -> None:
    start = parse(f"{text}\r\n\r\n".encode()).start
    assert start_line(text) == Start(start.uri, None if start.status is None else start.reason)
    found = request_uri(text)
    assert found == (None if start.uri is None else uri_parts(start.uri))
