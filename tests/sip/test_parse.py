from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.parse import KEPT_BYTES, MAX_HEAD_BYTES, MAX_HEADERS, parse

if TYPE_CHECKING:
    from siptrace.sip.message import Message

C = AnomalyCode

HEAD = (
    "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n"
    "Call-ID: x@y\r\nCSeq: 1 OPTIONS\r\n"
)
DERIVED = (
    *("method", "uri", "vias", "from_", "to", "call_id", "cseq", "contacts", "routes", "record_routes", "paths"),
    *("service_routes", "max_forwards", "expires", "content_length", "content_type", "challenges", "credentials"),
    *("parts", "all_parts", "sdp", "is_request", "is_response"),
)


def request(more: str = "", *, start: str = "OPTIONS sip:c@d SIP/2.0", head: str = HEAD, body: bytes = b"") -> Message:
    """Return the message that has this start line, the head, more header fields and this body."""
    return parse(f"{start}\r\n{head}{more}\r\n".encode() + body)


def codes(message: Message) -> list[AnomalyCode]:
    return [anomaly.code for anomaly in message.anomalies]


def test_a_request() -> None:
    message = request("Content-Type: text/plain\r\nl: 2\r\n", body=b"hi")
    assert message.anomalies == ()
    assert (message.method, message.request_uri, message.version) == ("OPTIONS", "sip:c@d", "SIP/2.0")
    assert (message.status, message.reason, message.body) == (None, "", b"hi")
    assert message.is_request
    assert not message.is_response


def test_a_response() -> None:
    message = request(start="SIP/2.0 486 Busy Here")
    assert message.anomalies == ()
    assert (message.status, message.reason, message.version) == (486, "Busy Here", "SIP/2.0")
    assert (message.method, message.request_uri, message.uri) == ("OPTIONS", None, None)
    assert message.is_response
    assert not message.is_request


START_LINES = {
    "two blanks": ("OPTIONS  sip:c@d  SIP/2.0", [C.EXTRA_SPACE]),
    "blanks at the end": ("OPTIONS sip:c@d SIP/2.0  ", [C.EXTRA_SPACE]),
    "a blank before": (" OPTIONS sip:c@d SIP/2.0", [C.EXTRA_SPACE]),
    "a tab": ("OPTIONS\tsip:c@d SIP/2.0", [C.EXTRA_SPACE]),
    "brackets": ("OPTIONS <sip:c@d> SIP/2.0", [C.BRACKETED_REQUEST_URI]),
    "headers": ("OPTIONS sip:c@d?a=b SIP/2.0", [C.HEADERS_IN_REQUEST_URI]),
    "blank in the URI": ("OPTIONS sip:c@d; lr SIP/2.0", [C.BAD_REQUEST_URI]),
    "URI without scheme": ("OPTIONS c@d SIP/2.0", [C.BAD_REQUEST_URI]),
    "parameter twice": ("OPTIONS sip:c@d;lr;lr SIP/2.0", [C.REPEATED_PARAMETER]),
    "another version": ("OPTIONS sip:c@d SIP/7.0", [C.BAD_VERSION]),
    "version in lower case": ("OPTIONS sip:c@d sip/2.0", []),
    "a question mark in the user": ("OPTIONS sip:c?x@d SIP/2.0", []),
    "an unknown scheme": ("OPTIONS nobodyKnows:this SIP/2.0", []),
    "method no token": ("OPT@ONS sip:c@d SIP/2.0", [C.BAD_METHOD, C.CSEQ_MISMATCH]),
    "no version": ("OPTIONS sip:c@d", [C.BAD_START_LINE]),
    "a word": ("OPTIONS", [C.BAD_START_LINE]),
    "status too large": ("SIP/2.0 4294967301 no", [C.BAD_STATUS]),
    "status too small": ("SIP/2.0 099 no", [C.BAD_STATUS]),
    "status 700": ("SIP/2.0 700 no", [C.BAD_STATUS]),
    "status no number": ("SIP/2.0 2x0 no", [C.BAD_STATUS]),
    "two blanks before the status": ("SIP/2.0  200 OK", [C.EXTRA_SPACE]),
    "no blank after the status": ("SIP/2.0 200", [C.BAD_START_LINE]),
    "empty reason": ("SIP/2.0 200 ", []),
    "any reason": ("SIP/2.0 200 = 2**3 * 5**2 но", []),
    "another version of a response": ("SIP/3.0 200 OK", [C.BAD_VERSION]),
}


@pytest.mark.parametrize(("line", "expected"), START_LINES.values(), ids=START_LINES)
def test_start_lines(line: str, expected: list[AnomalyCode]) -> None:
    message = request("Contact: <sip:c@d>\r\n", start=line)
    assert codes(message) == expected
    if C.BAD_START_LINE not in expected:
        assert message.is_request is not message.is_response
        assert message.request_uri is None or message.request_uri[:1] not in (" ", "<")


@pytest.mark.parametrize(("code", "status"), [("700", 700), ("4294967301", 4294967301), ("x", 0), ("1" * 99, 0)])
def test_a_status_that_is_none_is_still_a_response(code: str, status: int) -> None:
    message = request(start=f"SIP/2.0 {code} x")
    assert (message.status, message.is_response) == (status, True)


def test_a_line_that_is_neither_request_nor_response() -> None:
    message = request(start="hello")
    assert (message.method, message.request_uri, message.status, message.version) == ("", None, None, "")
    assert (message.is_request, message.is_response, message.call_id) == (False, False, "x@y")


def test_folded_lines_are_one_value() -> None:
    message = request("Subject: a\r\n  b\r\n\tc\r\n  \r\n d\r\nX:\r\n y\r\n")
    assert (message.get("s"), message.get("x"), message.anomalies) == ("a b c  d", "y", ())


def test_names_are_canonical_and_unknown_ones_stay() -> None:
    message = request("tO-x : 1\r\nSUBJECT\t: 2\r\nk: a, b\r\n")
    assert [header.name for header in message.headers[-3:]] == ["tO-x", "Subject", "Supported"]
    assert [header.value for header in message.headers[-3:]] == ["1", "2", "a, b"]
    assert message.anomalies == ()


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_other_line_ends_are_told_and_read(end: str) -> None:
    message = parse(
        f"OPTIONS sip:c@d SIP/2.0\r\n{HEAD}Content-Type: a/b\r\n\r\nbody\n\nx".replace("\r\n", end).encode()
    )
    assert codes(message) == [C.BARE_LINE_END]
    assert (message.cseq is not None, message.body) == (True, b"body\n\nx")


def test_a_single_line_feed_in_a_head_is_told_and_ends_a_line() -> None:
    message = request("X: 1\nY: 2\r\n")
    assert codes(message) == [C.BARE_LINE_END]
    assert (message.get("x"), message.get("y")) == ("1", "2")


def test_line_ends_before_the_start_line_are_no_part_of_it() -> None:
    assert parse(b"\r\n\r\n\r\n" + request().raw).anomalies == ()
    assert parse(b"\r\n\r\n" + request().raw).headers == request().headers


def test_the_empty_line_must_be_there() -> None:
    for missing in (2, 4):
        message = parse(request().raw[:-missing])
        assert codes(message) == [C.NO_BLANK_LINE]
        assert message.headers == request().headers


HEADER_LINES = {
    "no colon": ("hello\r\n", C.BAD_HEADER_LINE, 6),
    "known name and no colon": ("Via\r\n", C.BAD_HEADER_LINE, 6),
    "no name": (": x\r\n", C.BAD_HEADER_LINE, 6),
    "name no token": ("a b: x\r\n", C.BAD_HEADER_LINE, 7),
    "repeated": ("Call-ID: z\r\n", C.REPEATED_HEADER, 7),
    "a bad value": ("Date: today\r\n", C.BAD_DATE, 7),
    "not UTF-8": ("X: \udcff\r\n", C.NOT_TEXT, 7),
}


@pytest.mark.parametrize(("line", "code", "count"), HEADER_LINES.values(), ids=HEADER_LINES)
def test_header_lines(line: str, code: AnomalyCode, count: int) -> None:
    message = parse(f"OPTIONS sip:c@d SIP/2.0\r\n{HEAD}{line}\r\n".encode(errors="surrogateescape"))
    assert codes(message) == [code]
    assert len(message.headers) == count


def test_a_continuation_of_the_start_line_is_passed_over() -> None:
    message = parse(b"OPTIONS sip:c@d SIP/2.0\r\n x: y\r\n z\r\n" + HEAD.encode() + b"\r\n")
    assert codes(message) == [C.BAD_HEADER_LINE]
    assert message.headers == request().headers


def test_bytes_that_are_no_text_can_be_printed_and_stay_in_raw() -> None:
    message = parse(request("X: \r\n").raw.replace(b"X: ", b"X: \xff\xc3\xa4"))
    assert message.get("X") == r"\xffä"
    assert b"\xff" in message.raw


@pytest.mark.parametrize("name", ["Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq"])
def test_what_every_request_must_have(name: str) -> None:
    head = "".join(line + "\r\n" for line in HEAD.split("\r\n") if line and not line.startswith(name))
    message = request(head=head)
    assert [(anomaly.code, anomaly.detail) for anomaly in message.anomalies] == [(C.MISSING_HEADER, name)]
    response = request(head=head, start="SIP/2.0 200 OK")
    assert len(response.anomalies) == (name != "Max-Forwards")


@pytest.mark.parametrize(
    ("start", "missing"),
    [
        ("INVITE sip:c@d SIP/2.0", True),
        ("ACK sip:c@d SIP/2.0", False),
        ("SIP/2.0 200 OK", True),
        ("SIP/2.0 180 R", False),
    ],
)
def test_both_sides_of_an_invite_need_a_contact(start: str, missing: bool) -> None:
    head = HEAD.replace("OPTIONS", "ACK" if start.startswith("ACK") else "INVITE")
    assert codes(request(start=start, head=head)) == [C.MISSING_HEADER] * missing
    assert codes(request("Contact: <sip:a@b>\r\n", start=start, head=head)) == []


def test_the_method_of_the_cseq() -> None:
    assert codes(request(start="BYE sip:c@d SIP/2.0")) == [C.CSEQ_MISMATCH]


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        ("SIP/2.0/UDP h", [C.NO_BRANCH]),
        ("SIP/2.0/UDP h;branch=1", [C.NO_BRANCH]),
        ("SIP/2.0/UDP h;branch=1, SIP/2.0/UDP i;branch=z9hG4bK2", [C.NO_BRANCH]),
        ("SIP/2.0/UDP h;branch=z9hG4bK", [C.EMPTY_BRANCH]),
        ("SIP/2.0/UDP h;branch = z9hG4bK2, SIP/2.0/UDP i", []),
    ],
)
def test_the_branch_of_the_top_via(via: str, expected: list[AnomalyCode]) -> None:
    assert codes(request(head=HEAD.replace("SIP/2.0/UDP h;branch=z9hG4bK1", via))) == expected


BODIES = {
    "right": ("l: 3\r\n", b"abc", [], None),
    "none": ("", b"abc", [], None),
    "too small": ("l: 1\r\n", b"a", [C.TRAILING_BYTES], 1),
    "too large": ("l: 4\r\n", b"abc", [C.BODY_CUT], 4),
    "zero": ("l: 0\r\n", b"", [C.TRAILING_BYTES], 0),
    "no number": ("l: -1\r\n", b"abc", [C.BAD_CONTENT_LENGTH], None),
    "twice": ("l: 1\r\nContent-Length: 2\r\n", b"abc", [C.REPEATED_HEADER], None),
    "absurd": (f"l: {10**100}\r\n", b"abc", [C.BAD_CONTENT_LENGTH], None),
}


@pytest.mark.parametrize(("line", "body", "expected", "length"), BODIES.values(), ids=BODIES)
def test_content_length(line: str, body: bytes, expected: list[AnomalyCode], length: int | None) -> None:
    message = request("Content-Type: text/plain\r\n" + line, body=b"abc")
    assert (message.body, codes(message)) == (body, expected)
    assert length is None or message.content_length == length


def test_a_body_needs_a_type() -> None:
    assert codes(request(body=b"x")) == [C.MISSING_HEADER]
    assert codes(request("l: 0\r\n", body=b"x")) == [C.TRAILING_BYTES]


def test_an_anomaly_knows_its_place_and_keeps_a_bounded_part_of_the_bytes() -> None:
    message = parse(request(f"Date: {'x' * 999}\r\n").raw, frame=7, source=2)
    (anomaly,) = message.anomalies
    assert (anomaly.frame, anomaly.source, anomaly.code, anomaly.detail) == (7, 2, C.BAD_DATE, "Date")
    assert anomaly.data == b"x" * KEPT_BYTES


def test_the_number_of_header_fields_has_a_limit() -> None:
    fits = request("X-A: 1\r\n" * (MAX_HEADERS - 6))
    assert (len(fits.headers), codes(fits)) == (MAX_HEADERS, [])
    more = request("X-A: 1\r\n" * (MAX_HEADERS - 5))
    assert (len(more.headers), codes(more)) == (MAX_HEADERS, [C.TOO_MANY_HEADERS])


def test_the_size_of_the_head_has_a_limit() -> None:
    message = request("X: " + "x" * MAX_HEAD_BYTES + "\r\n")
    assert codes(message) == [C.MESSAGE_TOO_LARGE]
    assert len(message.get("X") or "") < MAX_HEAD_BYTES


def read_everything(message: Message) -> None:
    """Ask a message for all it knows; what may raise would raise here."""
    for name in DERIVED:
        getattr(message, name)
    for name in {header.name for header in message.headers}:
        assert message.get_all(name) is not None
    if message.sdp:
        assert all(len(media.codecs) == len(media.formats) for media in message.sdp.media)


@given(st.binary(), st.binary())
def test_any_bytes_give_a_message_that_keeps_them(data: bytes, more: bytes) -> None:
    for given_bytes in (data, request().raw[:-2] + data + b"\r\n\r\n" + more):
        message = parse(given_bytes)
        assert message.raw == given_bytes
        assert message.body in given_bytes
        read_everything(message)


NAMES = st.sampled_from(
    [
        "Via",
        "v",
        "From",
        "To",
        "m",
        "CSeq",
        "Route",
        "WWW-Authenticate",
        "Authorization",
        "c",
        "l",
        "Expires",
        "X",
        "Path",
    ]
)
VALUES = st.one_of(
    st.text('<sip:a@b>;="\\, %41[]*/2.0\t', max_size=20),
    st.sampled_from(["multipart/mixed;boundary=b", "application/sdp", "0", "Digest a=b", "1 ACK", "\r\n x", "\xff"]),
)
BODIES_WITH_PARTS = st.sampled_from(
    [b"", b"v=0\r\nm=audio 1 RTP/AVP 0", b"--b\r\nc: application/sdp\r\n\r\nv=0\r\n--b--"]
)


@given(st.lists(st.tuples(NAMES, VALUES)), BODIES_WITH_PARTS)
def test_no_header_field_makes_a_message_raise(headers: list[tuple[str, str]], body: bytes) -> None:
    lines = "".join(f"{name}:{value}\r\n" for name, value in headers)
    read_everything(request(lines, head="", body=body))


def test_a_message_cut_anywhere_is_read() -> None:
    whole = request("Content-Type: application/sdp\r\nl: 5\r\n", body=b"v=0\r\n").raw
    for end in range(len(whole)):
        read_everything(parse(whole[:end]))


PATTERNS = (
    *(
        ",",
        '"',
        '"\\"',
        "\\",
        " ",
        "\t",
        ";",
        "<",
        ">",
        "<>",
        '"a,',
        ":",
        "@",
        "%",
        "%41",
        "/",
        "=",
        "a=b,",
        "a=b ",
        "a;",
    ),
    *(
        "a=1;",
        "sip:",
        "[",
        "-",
        "a-",
        "a.",
        "\r\n a",
        "\r\n ",
        "\r\na:b",
        '";',
        '<"',
        "Digest ",
        "Digest a=b,",
        "?a=b&",
    ),
    *("SIP/2.0/UDP a;branch=z9hG4bK1,", "(", "1", '\\"', " =", "a ", " ;", " SIP/2.0", "\r", "\n", "\0", "é"),
)
PLACES = (
    *(
        "",
        "INV",
        "INVITE sip:",
        "SIP/2.0 200 ",
        "Via: SIP/2.0/UDP h;",
        'To: "',
        "From: <sip:",
        "Contact: ",
        "Contact: sip:",
    ),
    *("CSeq: ", "Call-ID: ", "Route: <sip:a@", "WWW-Authenticate: Digest ", 'Authorization: Digest a="', "Date: "),
    *("Content-Type: multipart/mixed;boundary=", "Warning: 399 a ", "X: "),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_64_kilobytes_of_one_pattern_cost_no_more_than_their_length(pattern: str) -> None:
    # With quadratic work a single one of these takes minutes; together they take a moment.
    hostile = pattern * (65_000 // len(pattern.encode()))
    for place in PLACES:
        start = "" if place[:3] in ("", "INV", "SIP") else "OPTIONS sip:c@d SIP/2.0\r\n"
        for end in ("", "x\r\n\r\n"):
            read_everything(parse(f"{start}{place}{hostile}{end}".encode()))


def test_ten_thousand_vias_on_a_line_are_read() -> None:
    message = request("v: " + ",".join(["SIP/2.0/UDP h;a"] * 10_000) + "\r\n")
    assert len(message.vias) == 10_001
    assert message.anomalies == ()
