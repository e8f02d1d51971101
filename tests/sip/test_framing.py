from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.sip.framing import (
    MAX_HEADER_SECTION,
    MAX_START_LINE,
    MAX_STREAM_MESSAGE,
    Cut,
    CutKind,
    Framer,
)


def request(number: int = 1, body: bytes = b"", fields: str | None = None, line_end: str = "\r\n") -> bytes:
    lines = [
        f"OPTIONS sip:bob{number}@example.com SIP/2.0",
        "Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1",
        f"Content-Length: {len(body)}" if fields is None else fields,
    ]
    return line_end.join([*(line for line in lines if line), "", ""]).encode() + body


def cut(*pieces: bytes) -> list[Cut]:
    framer = Framer()
    cuts = [found for piece in pieces for found in framer.feed(piece)]
    return cuts + framer.finish()


def messages(cuts: list[Cut]) -> list[bytes]:
    return [found.data for found in cuts if found.kind is CutKind.MESSAGE]


def one_by_one(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


SIPFRAG = request(3, b"SIP/2.0 100 Trying\r\n")
STREAMS = {
    "one": [request(1)],
    "several": [request(1), request(2, b"v=0\r\n"), request(3, b"no line end")],
    "keep-alives": [b"\r\n\r\n" + request(1), b"\r\n\r\n" + request(2)],
    "a response": [b"SIP/2.0 200 OK\r\nl: 4\r\n\r\nbody", request(2)],
    "compact and spaced": [request(1, b"abc", "l : 3"), request(2, b"abc", "CONTENT-LENGTH:\t3 ")],
    "folded": [request(1, b"abc", "Content-Length:\r\n 3"), request(2)],
    "line feeds only": [request(1, b"abc", line_end="\n"), request(2, line_end="\n")],
    "repeated": [request(1, b"abc", "Content-Length: 3\r\nContent-Length: 3"), request(2)],
    "unreadable first": [request(1, b"abc", "Content-Length: some\r\nl: 3"), request(2)],
    "without a length or a body": [request(1, b"", ""), request(2, b"", "Content-Length: none"), request(3)],
    "without a length, with a body": [request(1, b"v=0\r\ns=-\r\n", "Content-Type: application/sdp"), request(2)],
    "a quoted start line": [SIPFRAG, request(4)],
    "a quoted message": [request(1, request(9)), request(2)],
}
WHOLE = [pytest.param(parts, id=name) for name, parts in STREAMS.items()]


@pytest.mark.parametrize("parts", WHOLE)
def test_messages_come_out_as_they_went_in(parts: list[bytes]) -> None:
    found = cut(b"".join(parts))
    assert {one.kind for one in found} == {CutKind.MESSAGE}
    assert messages(found) == [part.lstrip(b"\r\n") for part in parts]


@pytest.mark.parametrize("parts", WHOLE)
def test_byte_by_byte_is_the_same(parts: list[bytes]) -> None:
    assert cut(*one_by_one(b"".join(parts))) == cut(b"".join(parts))


@pytest.mark.parametrize("parts", WHOLE)
def test_positions_count_from_the_first_byte(parts: list[bytes]) -> None:
    stream = b"".join(parts)
    assert all(stream[one.start : one.end] == one.data for one in cut(stream))


@pytest.mark.parametrize("tail", [b"", b"\r\n\r\n", b"\n"])
def test_line_ends_at_the_end_are_nothing(tail: bytes) -> None:
    assert [one.kind for one in cut(request(1) + tail)] == [CutKind.MESSAGE]


def test_trailing_bytes_are_told_apart() -> None:
    assert [one.kind for one in cut(request(1) + b"\0\0 rubbish\r\n")] == [CutKind.MESSAGE, CutKind.SKIPPED]


def test_a_stream_cut_anywhere_gives_what_was_whole_and_says_what_was_not() -> None:
    parts = [request(1, b"body"), request(2)]
    stream = b"".join(parts)
    for length in range(len(stream) + 1):
        found = cut(stream[:length])
        whole = [part for part, end in zip(parts, itertools.accumulate(map(len, parts)), strict=True) if end <= length]
        assert messages(found) == whole
        assert sum(one.end - one.start for one in found) == length
        header_end = stream.index(b"\r\n\r\n") + 4
        if header_end <= length < len(parts[0]):
            assert found[-1].kind is CutKind.PARTIAL
        elif length not in {0, len(parts[0]), len(stream)}:
            assert found[-1].kind is CutKind.FRAGMENT


RUBBISH = b"\x16\x03\x01binary\r\nv=0\r\na=rtpmap:0 PCMU/8000\r\nSIP/2.0 is a protocol\r\n"


@pytest.mark.parametrize("rubbish", [RUBBISH, b"x", b"\r\nx" * 50, b"y" * 20_000 + b"\r\n", b"\xff" * 9000 + b"\n"])
def test_bytes_between_messages_are_passed_over(rubbish: bytes) -> None:
    stream = request(1) + rubbish.rstrip(b"\r\n") + b"\r\n" + request(2)
    for pieces in ([stream], one_by_one(stream)):
        found = cut(*pieces)
        assert [one.kind for one in found] == [CutKind.MESSAGE, CutKind.SKIPPED, CutKind.MESSAGE]
        assert messages(found) == [request(1), request(2)]
        assert found[1].end == found[2].start


def test_a_quoted_start_line_is_no_place_to_go_on() -> None:
    framer = Framer()
    framer.gap(100)
    found = framer.feed(b"Call-ID: 1\r\n\r\nSIP/2.0 100 Trying\r\n" + request(2))
    assert messages(found) == [request(2)]


def test_a_gap_cuts_a_message_and_the_next_one_is_found() -> None:
    framer = Framer()
    assert framer.feed(request(1, b"x" * 100)[:-50]) == []
    partial = framer.gap(50)
    assert [(one.kind, one.end) for one in partial] == [(CutKind.PARTIAL, len(request(1, b"x" * 100)) - 50)]
    found = framer.feed(request(2))
    assert messages(found) == [request(2)]
    assert found[0].start == len(request(1, b"x" * 100))


def test_a_message_may_begin_right_behind_a_gap() -> None:
    framer = Framer()
    framer.gap(10)
    assert [one.kind for one in framer.feed(request(1))] == [CutKind.MESSAGE]


def test_a_content_length_beyond_all_bounds_is_not_waited_for() -> None:
    huge = request(1, b"", "Content-Length: 999999999999")
    found = cut(huge + b"a body\r\n" + request(2))
    assert [one.kind for one in found] == [CutKind.TOO_LARGE, CutKind.SKIPPED, CutKind.MESSAGE]
    assert found[0].data == huge


def test_the_largest_message_is_whole_and_one_byte_more_is_not() -> None:
    fields = f"Content-Length: {MAX_STREAM_MESSAGE - len(request(1, b'', 'Content-Length: 1048576'))}"
    body = b"x" * int(fields.split()[1])
    assert [one.kind for one in cut(request(1, body))] == [CutKind.MESSAGE]
    assert cut(request(1, body + b"x"))[0].kind is CutKind.TOO_LARGE


def test_a_header_section_without_end_is_cut_off() -> None:
    head = b"OPTIONS sip:bob@example.com SIP/2.0\r\n" + b"X-Filler: 0123456789\r\n" * 4000
    found = cut(head + b"\r\n" + request(2))
    assert [one.kind for one in found] == [CutKind.TOO_LARGE, CutKind.SKIPPED, CutKind.MESSAGE]
    assert len(found[0].data) == MAX_HEADER_SECTION


def test_a_body_without_length_and_end_is_cut_off() -> None:
    head = request(1, b"", "Content-Type: text/plain")
    for pieces in ([head + b"y\r\n" * 30_000 + request(2)], [head, *[b"y\r\n" * 100] * 300, request(2)]):
        found = cut(*pieces)
        assert [one.kind for one in found] == [CutKind.TOO_LARGE, CutKind.SKIPPED, CutKind.MESSAGE]
        assert len(found[0].data) == len(head) + MAX_HEADER_SECTION


def test_little_is_kept_of_a_stream_that_is_no_sip() -> None:
    framer = Framer()
    for _ in range(1000):
        assert framer.feed(b"z" * 1000) == []
        assert framer.buffered <= MAX_START_LINE + 1000
    assert framer.skipped + framer.buffered == framer.position == 1_000_000


PARTS = st.sampled_from(
    [part for parts in STREAMS.values() for part in parts]
    + [b"\r\n\r\n", b"rubbish\r\n", RUBBISH, b"SIP/2.0 100 Trying\r\n\r\n", request(1)[:-20], b"A" * 9000]
)


@given(st.lists(PARTS, max_size=6), st.data())
def test_the_division_into_pieces_does_not_matter(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    ends = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    pieces = [stream[start:end] for start, end in itertools.pairwise([0, *ends, len(stream)])]
    assert cut(*pieces) == cut(stream)


@given(st.binary(max_size=300) | st.text("SIP/2.0 \r\n:OK", max_size=60).map(str.encode))
def test_any_bytes_are_accounted_for(stream: bytes) -> None:
    found = cut(stream)
    covered = sum(one.end - one.start for one in found)
    assert covered <= len(stream)
    assert len(stream) - covered <= stream.count(b"\r") + stream.count(b"\n")
