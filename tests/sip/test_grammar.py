from __future__ import annotations

import pytest

from siptrace.sip import grammar
from siptrace.sip.grammar import looks_like_sip

SIP = {
    "request": b"INVITE sip:a@b SIP/2.0\r\n",
    "response": b"SIP/2.0 200 OK\r\n",
    "response without reason": b"SIP/2.0 100",
    "line ends before it": b"\r\n\r\nBYE sip:a SIP/2.0\r\n",
    "line feed alone": b"BYE sip:a SIP/2.0\n",
    "no line end": b"BYE sip:a SIP/2.0",
    "more blanks": b"BYE  sip:a  SIP/2.0  \r\n",
    "blank in the URI": b"BYE sip:a; lr SIP/2.0\r\n",
    "another version": b"BYE sip:a SIP/7.0\r\n",
    "unknown method": b"!x%41' sip:a SIP/2.0\r\n",
}
NOT_SIP = {
    "empty": b"",
    "line ends only": b"\r\n\r\n",
    "HTTP": b"GET / HTTP/1.1\r\n",
    "method no token": b"IN(VITE sip:a SIP/2.0\r\n",
    "version in the second line": b"INVITE sip:a\r\nx SIP/2.0\r\n",
    "text after the version": b"INVITE sip:a SIP/2.0 x\r\n",
    "no URI": b"INVITE SIP/2.0\r\n",
    "version without code": b"SIP/2.0 \r\n",
    "RTP": b"\x80\x00\x00\x01",
}


@pytest.mark.parametrize("data", SIP.values(), ids=SIP)
def test_sip_is_recognised(data: bytes) -> None:
    assert looks_like_sip(data)
    assert looks_like_sip(b"xx" + data, 2)


@pytest.mark.parametrize("data", NOT_SIP.values(), ids=NOT_SIP)
def test_something_else_is_not(data: bytes) -> None:
    assert not looks_like_sip(data)


def test_the_start_decides_where_to_look() -> None:
    assert not looks_like_sip(b"xx\0INVITE sip:a SIP/2.0\r\n")


MATCHES = {
    "TOKEN_VALID": (["a", "-.!%*_+`'~9"], ["", "a b", "a@b", "ä", "a\n"]),
    "HOST_VALID": (
        ["a", "a-b.c", "a.b.", "192.0.2.1", "[::1]", "[::ffff:1.2.3.4]"],
        ["", "a_b", "-a", "a-", "a..b", "[", "::1"],
    ),
    "SIP_URI_VALID": (
        ["sip:a", "SIPS:a@b:1;c=d;e?f=g&h=", "sip:a:b@c", "sip:;?/@c", "sip:%41@c", "sip:a@b:65535"],
        [
            "sip:",
            "sip:@a",
            "sip:a@",
            "sip:a@b:65536",
            "sip:a@b;",
            "sip:a@b?",
            "sip:a b@c",
            "sip:%4@c",
            "tel:1",
            "sip:a@b?c",
        ],
    ),
    "TEL_URI_VALID": (["tel:+1-2.(3)", "TEL:7;a=b", "tel:*#1"], ["tel:", "tel:+", "tel:x y", "tel:1;"]),
    "URI_VALID": (["a:b", "soap.beep://x", "urn:service:sos"], ["a", ":b", "1:b", "a: b", "a:", "a:<b>"]),
    "DATE_VALID": (
        ["Sat, 15 Oct 2005 04:44:56 GMT", "sat, 15 oct 2005 04:44:56 gmt"],
        ["Fri, 01 Jan 2010 16:00:00 EST", "Sat, 15 Oct 2005 04:44:56", "Saturday, 15 Oct 2005 04:44:56 GMT", "0"],
    ),
    "CALL_ID_VALID": (["a", "a@b", "word%ZK-!.*_+'@word`~)(><:\\/\"][?}{"], ["", "@", "a@", "a@b@c", "a b", "ä"]),
    "QVALUE_VALID": (["0", "1", "0.5", "0.", "1.000", "0.123"], ["", "2", "1.1", "0.1234", ".5"]),
    "WARNING_VALID": (['399 a "x\\"y"', '301 isi.edu:5060 ""'], ['1812 a "x"', "399 a x", '399 "x"']),
    "REQUEST_LINE_VALID": (
        ["A b SIP/2.0", "A sip:b sip/2.0"],
        ["A b SIP/2.1", "A  b SIP/2.0", "A <b> SIP/2.0", "A b SIP/2.0 "],
    ),
    "STATUS_LINE_VALID": (
        ["SIP/2.0 200 OK", "SIP/2.0 100 "],
        ["SIP/2.0 100", "SIP/2.0 99 ", "SIP/2.0 700 ", "SIP/2.0  200 OK"],
    ),
}


@pytest.mark.parametrize(("name", "texts"), MATCHES.items(), ids=MATCHES)
def test_what_the_patterns_accept_and_refuse(name: str, texts: tuple[list[str], list[str]]) -> None:
    pattern = getattr(grammar, name)
    assert [text for text in texts[0] if not pattern.fullmatch(text)] == []
    assert [text for text in texts[1] if pattern.fullmatch(text)] == []


def test_every_pattern_has_its_name_in_all() -> None:
    public = {name for name, value in vars(grammar).items() if name[0] != "_" and hasattr(value, "pattern")}
    assert public | {"LWS", "looks_like_sip"} == set(grammar.__all__)


def test_a_datagram_of_blanks_is_refused_in_linear_time() -> None:
    steps = [b"A" + b" " * size for size in (60_000, 65_000)]
    assert not any(map(looks_like_sip, steps * 100))
