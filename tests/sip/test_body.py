from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.body import MAX_DEPTH, MAX_PARTS, parse_parts
from siptrace.sip.fields import MediaType

MIXED = MediaType("multipart", "mixed", {"boundary": "b"})
TWO = (
    b"preamble\r\n--b\r\nContent-Type: application/sdp\r\nContent-ID:\r\n <1@x>\r\n\r\nv=0\r\n"
    b"\r\n--b  \r\n\r\n\x00\xff\r\n--bx\r\n--b--\r\nepilogue"
)


def test_two_parts_keep_their_bytes() -> None:
    (first, second), problems = parse_parts(TWO, MIXED)
    assert not problems
    assert first.headers == (("Content-Type", "application/sdp"), ("Content-ID", "<1@x>"))
    assert first.get("content-id") == "<1@x>"
    assert first.get("x") is None
    assert (str(first.content_type), first.body) == ("application/sdp", b"v=0\r\n")
    assert (str(second.content_type), second.body) == ("text/plain", b"\x00\xff\r\n--bx")


def test_line_feeds_alone_are_enough() -> None:
    (part,), problems = parse_parts(b"--b\nContent-Type: a/b\n\nx\n--b--\n", MIXED)
    assert (str(part.content_type), part.body, problems) == ("a/b", b"x", ())


def test_nested_parts_are_walked_in_their_order() -> None:
    inner = b"--in\r\n\r\n1\r\n--in\r\n\r\n2\r\n--in--"
    body = b'--b\r\nc: multipart/mixed;boundary="in"\r\n\r\n%s\r\n--b\r\n\r\n3\r\n--b--' % inner
    parts, problems = parse_parts(body, MIXED)
    assert not problems
    assert [len(part.parts) for part in parts] == [2, 0]
    assert [one.body for part in parts for one in part.walk() if not one.parts] == [b"1", b"2", b"3"]


def test_another_type_has_no_parts() -> None:
    assert parse_parts(TWO, MediaType("text", "plain", {"boundary": "b"})) == ((), ())
    assert parse_parts(TWO, None) == ((), ())
    assert parse_parts(b"", MIXED) == ((), ())


BAD = {
    "no boundary parameter": (TWO, MediaType("multipart", "mixed"), 0),
    "the boundary never comes": (b"x", MIXED, 0),
    "no closing boundary": (b"--b\r\n\r\n1\r\n--b\r\n\r\n2", MIXED, 2),
}


@pytest.mark.parametrize(("body", "kind", "count"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told(body: bytes, kind: MediaType, count: int) -> None:
    parts, problems = parse_parts(body, kind)
    assert [code for code, _ in problems] == [AnomalyCode.BAD_MULTIPART]
    assert len(parts) == count


def test_the_last_part_without_a_closing_boundary_reaches_to_the_end() -> None:
    assert parse_parts(b"--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n", MIXED)[0][1].body == b"2\r\n"


def test_parts_nest_to_a_limit() -> None:
    body = b"x"
    for level in range(MAX_DEPTH + 3, 0, -1):
        body = b"--%d\r\nc: multipart/mixed;boundary=%d\r\n\r\n%s\r\n--%d--" % (level, level + 1, body, level)
    parts, problems = parse_parts(body, MediaType("multipart", "mixed", {"boundary": "1"}))
    assert [code for code, _ in problems] == [AnomalyCode.BAD_MULTIPART]
    assert len(list(parts[0].walk())) == MAX_DEPTH


def test_parts_are_counted_to_a_limit() -> None:
    parts, problems = parse_parts(b"--b\r\n\r\n\r\n" * (MAX_PARTS + 5) + b"--b--", MIXED)
    assert len(parts) == MAX_PARTS
    assert [code for code, _ in problems] == [AnomalyCode.BAD_MULTIPART]


@given(st.lists(st.binary().filter(lambda data: b"--b" not in data), min_size=1))
def test_parts_come_out_as_they_went_in(bodies: list[bytes]) -> None:
    joined = b"".join(b"--b\r\n\r\n%s\r\n" % body for body in bodies) + b"--b--"
    parts, problems = parse_parts(joined, MIXED)
    assert ([part.body for part in parts], problems) == (bodies, ())


@given(st.lists(st.sampled_from([b"--b", b"--", b"\r\n", b"\n", b"c: multipart/x;boundary=b", b":", b" ", b"\xff"])))
def test_any_body_is_read_without_an_error(pieces: list[bytes]) -> None:
    parts, _ = parse_parts(b"".join(pieces), MIXED)
    assert all(isinstance(one.body, bytes) for part in parts for one in part.walk())
