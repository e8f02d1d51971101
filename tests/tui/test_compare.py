"""What differs between two messages, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.sip.parse import parse
from siptrace.tui.compare import Row, Sign, compare


def message(*headers: str, body: str = "", start: str = "INVITE sip:b@b SIP/2.0") -> bytes:
    """Return the bytes of a message."""
    return "\r\n".join([start, *headers, "", body]).encode()


def rows(first: bytes, second: bytes) -> list[Row]:
    """Return the rows of two messages without those that are the same."""
    return [row for row in compare(parse(first), parse(second)) if row.sign is not Sign.SAME]


def marked(row: Row) -> str:
    """Return a row as text: what differs in brackets, what always differs in braces."""
    around = {Sign.DIFFERENT: "[{}]", Sign.VARIES: "{{{}}}"}
    sides = ("".join(around.get(p.sign, "{}").format(p.text) for p in side) for side in (row.left, row.right))
    return f" {row.sign} ".join(sides)


HEADERS = {
    "branch": ("Via: SIP/2.0/UDP a;branch=z9hG4bK1;rport", "Via: SIP/2.0/UDP a;branch=z9hG4bK2;rport", Sign.VARIES),
    "hop": ("Via: SIP/2.0/UDP a;branch=z9hG4bK1", "Via: SIP/2.0/TCP a;branch=z9hG4bK2", Sign.DIFFERENT),
    "CSeq number": ("CSeq: 1 INVITE", "CSeq: 2 INVITE", Sign.VARIES),
    "CSeq method": ("CSeq: 1 INVITE", "CSeq: 1 BYE", Sign.DIFFERENT),
    "From tag": ("From: <sip:a@a>;tag=1", "f: <sip:a@a>;tag=2", Sign.VARIES),
    "From URI": ("From: <sip:a@a>;tag=1", "From: <sip:b@a>;tag=1", Sign.DIFFERENT),
    "To tag added": ("To: <sip:b@b>", "To: <sip:b@b>;tag=2", Sign.DIFFERENT),
    "Call-ID": ("Call-ID: 1", "i: 2", Sign.VARIES),
    "Date": ("Date: Sat, 13 Nov 2010 23:29:00 GMT", "Date: Sat, 13 Nov 2010 23:29:01 GMT", Sign.VARIES),
    "length": ("Content-Length: 1", "l: 2", Sign.VARIES),
    "hops": ("Max-Forwards: 70", "Max-Forwards: 69", Sign.VARIES),
    "nonce": (
        'Authorization: Digest realm="a", nonce="1", cnonce="2", nc=00000001, response="3"',
        'Authorization: Digest realm="a", nonce="9", cnonce="8", nc=00000002, response="7"',
        Sign.VARIES,
    ),
    "realm": ('WWW-Authenticate: Digest realm="a", nonce="1"', 'WWW-Authenticate: Digest realm="b"', Sign.DIFFERENT),
    "RAck": ("RAck: 1 2 INVITE", "RAck: 3 4 INVITE", Sign.VARIES),
    "anything else": ("Supported: timer", "Supported: 100rel", Sign.DIFFERENT),
}


@pytest.mark.parametrize(("left", "right", "sign"), HEADERS.values(), ids=HEADERS)
def test_header_fields(left: str, right: str, sign: Sign) -> None:
    assert [row.sign for row in rows(message(left), message(right))] == [sign]


def test_only_what_differs_in_a_line_is_marked() -> None:
    found = rows(
        message("Contact: <sip:a@192.0.2.1:5060>;expires=60", "CSeq: 1 INVITE"),
        message("Contact: <sip:a@192.0.2.1:5062>;expires=60", "CSeq: 2 BYE"),
    )
    assert [marked(row) for row in found] == [
        "Contact: <sip:a@192.0.2.1:[5060]>;expires=60 ≠ Contact: <sip:a@192.0.2.1:[5062]>;expires=60",
        "CSeq: {1} [INVITE] ≠ CSeq: {2} [BYE]",
    ]


def test_order_of_names_is_no_difference() -> None:
    assert rows(message("To: b", "From: a"), message("From: a", "To: b")) == []


def test_a_line_more_moves_no_other() -> None:
    found = rows(
        message("Via: SIP/2.0/UDP a;branch=1", "To: b"),
        message("Via: SIP/2.0/UDP p;branch=2", "Via: SIP/2.0/UDP a;branch=1;received=192.0.2.1", "X-Y: 1", "To: b"),
    )
    assert [marked(row) for row in found] == [
        " > Via: SIP/2.0/UDP p;branch=2",
        "Via: SIP/2.0/UDP a;branch=1 ≠ Via: SIP/2.0/UDP a;branch=1[;received=192.0.2.1]",
        " > X-Y: 1",
    ]


def test_what_only_the_second_has_stands_behind_what_it_follows() -> None:
    names = [
        "".join(part.text for part in row.left or row.right).partition(":")[0]
        for row in compare(
            parse(message("Ab: 1", "Bb: 1", "Cb: 1")), parse(message("Xb: 1", "Bb: 1", "Yb: 1", "Zb: 1"))
        )
    ]
    assert names[1:] == ["Xb", "Ab", "Bb", "Yb", "Zb", "Cb"]


def test_bodies_are_compared_line_by_line() -> None:
    found = rows(
        message(body="v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"),
        message(body="v=0\r\no=- 1 2 IN IP4 h\r\nm=audio 4002 RTP/AVP 0\r\na=ptime:20\r\na=sendonly\r\n"),
    )
    assert [marked(row) for row in found] == [
        "o=- {1 1} IN IP4 h ~ o=- {1 2} IN IP4 h",
        "m=audio [4000] RTP/AVP 0 ≠ m=audio [4002] RTP/AVP 0",
        "a=rtpmap:0 PCMU/8000 < ",
        " > a=ptime:20",
        "a=[sendrecv] ≠ a=[sendonly]",
    ]


def test_start_lines_are_compared() -> None:
    found = rows(message(start="SIP/2.0 180 Ringing"), message(start="SIP/2.0 200 OK"))
    assert [marked(row) for row in found] == ["SIP/2.0 [180] [Ringing] ≠ SIP/2.0 [200] [OK]"]


def test_what_is_shown_is_safe() -> None:
    texts = [
        part.text for row in rows(message("X: \x1b[31m"), message("X: \x9b2J\xff")) for part in row.left + row.right
    ]
    assert texts
    assert all(text.isprintable() for text in texts)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_can_be_compared(first: bytes, second: bytes) -> None:
    assert {row.sign for row in compare(parse(first), parse(first))} <= {Sign.SAME}
    for row in compare(parse(first), parse(second)):
        assert (row.sign is Sign.LEFT) <= (not row.right)
        assert (row.sign is Sign.RIGHT) <= (not row.left)
        assert all(part.text.isprintable() for part in (*row.left, *row.right))
