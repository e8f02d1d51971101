from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.ingest.logs.assembly import MESSAGE_LIMIT, Assembly, is_fence

SDP = b"v=0\r\ns=-\r\nt=0 0\r\n"


def message(body: bytes = b"", length: int | None = None, kind: bytes = b"text/plain", end: bytes = b"\r\n") -> bytes:
    size = len(body) if length is None else length
    head = b"MESSAGE sip:b@h SIP/2.0\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, size)
    return head.replace(b"\r\n", end) + body


def assemble(text: bytes, size: int | None = None, *, bounded: bool = True) -> tuple[bytes, bool]:
    assembly = Assembly(1, size)
    for line in io.BytesIO(text):
        if assembly.add(line):
            break
    return assembly.finish(bounded=bounded)


def test_crlf_is_kept_and_the_log_s_own_line_end_goes() -> None:
    whole = message(SDP, kind=b"application/sdp")
    assert assemble(whole + b"\n") == (whole, False)


def test_a_body_that_does_not_end_its_line_loses_the_log_s_line_end() -> None:
    whole = message(b"one\ntwo")
    assert assemble(whole + b"\n", len(whole)) == (whole, False)
    assert assemble(whole + b"\nlog line\n") == (whole, False)


@given(body=st.binary(max_size=300))
def test_any_body_comes_back_from_a_log_that_keeps_bytes(body: bytes) -> None:
    whole = message(body)
    assert assemble(whole + b"\n", len(whole))[0] == whole


@pytest.mark.parametrize("body", [SDP, b"a\r\n\r\nb", b"first\nsecond\nthird\n", b"", b"\r\n", b"a\r\nb"])
def test_lf_becomes_what_content_length_says(body: bytes) -> None:
    lf = message(body, end=b"\n").replace(b"\r\n", b"\n")
    assert assemble(lf + b"\n[log] next\n") == (message(body), False)


def test_the_count_of_the_log_is_trusted_before_content_length() -> None:
    datagram = message(SDP, length=5) + b"trailing\r\n"
    assert assemble(datagram, len(datagram)) == (datagram, False)


def test_a_count_that_fits_nowhere_gives_way_to_content_length() -> None:
    whole = message(SDP)
    assert assemble(whole + b"more\r\n" * 9, len(whole) + 7) == (whole, False)


def test_an_sdp_with_a_wrong_length_ends_with_its_last_line() -> None:
    edited = message(SDP, length=7, kind=b"application/sdp")
    assert assemble(edited, bounded=False)[0] == edited
    assert assemble(edited + b"[log] x\r\n" * 9, bounded=False)[0] == edited
    short = message(SDP, length=500, kind=b"application/sdp")
    assert assemble(short + b"[log] x\r\n" * 99, bounded=False) == (short, True)


def test_a_wrong_length_cuts_only_where_other_lines_follow() -> None:
    text = message(b"first line\r\nsecond line\r\n", length=14)
    assert assemble(text, bounded=True)[0] == text
    assert assemble(text, bounded=False)[0] == text[: text.index(b"first") + 14]


def test_an_end_inside_the_body_or_the_header_is_a_cut() -> None:
    whole = message(SDP)
    assert assemble(whole[:-9]) == (whole[:-9], True)
    assert assemble(whole[:30])[1]


def test_a_lost_empty_line_comes_back_when_nothing_else_is_lost() -> None:
    whole = b"OPTIONS sip:b@h SIP/2.0\r\nl: 0\r\n\r\n"
    assert assemble(whole[:-2]) == (whole, False)
    assert assemble(b"OPTIONS sip:b@h SIP/2.0\nl: 0") == (whole, False)
    no_length = b"OPTIONS sip:b@h SIP/2.0\r\nVia: x\r\n\r\n"
    assert assemble(no_length[:-2], len(no_length)) == (no_length, False)
    assert assemble(no_length[:-2]) == (no_length[:-2], True)


def test_without_length_and_type_the_header_is_all() -> None:
    assembly = Assembly(1)
    assert [assembly.add(line) for line in (b"BYE sip:b@h SIP/2.0\n", b"Via: x\n", b"\n")] == [False, False, True]


def test_a_message_over_the_limit_is_cut_at_it() -> None:
    assembly = Assembly(1)
    lines = 0
    while not assembly.add(b"X: " + b"y" * 1000 + b"\r\n"):
        lines += 1
        assert lines < MESSAGE_LIMIT
    payload, is_cut = assembly.finish(bounded=True)
    assert assembly.too_large
    assert is_cut
    assert MESSAGE_LIMIT - 2 <= len(payload) <= MESSAGE_LIMIT + 2


def test_a_length_of_more_digits_than_fit_is_none() -> None:
    text = message(b"abc\r\n").replace(b"Length: 5", b"Length: " + b"9" * 5000)
    assert assemble(text) == (text, False)


@pytest.mark.parametrize("line", [b"```\n", b"  ```sip\n", b"> ~~~\n"])
def test_fences(line: bytes) -> None:
    assert is_fence(line)
    assert not is_fence(b"x " + line)
