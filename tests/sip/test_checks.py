from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip import checks, grammar
from siptrace.sip.checks import CHECKS
from siptrace.sip.fields import parse_name_addr, parse_name_addrs, parse_via
from siptrace.sip.headers import HEADERS
from siptrace.sip.uri import distinct, parse_uri

C = AnomalyCode

RIGHT = {
    "Via": ["SIP/2.0/UDP h;rport;branch=z9hG4bK1", "SIP / 2.0 / UDP h , SIP/2.0/TCP [::1]:5060", "SIP/2.0/UDP h;ttl=5"],
    "From": ["<sip:a@b>;tag=1", 'A <sip:a@b>;x="y;z";tag=1', "sip:a@b;tag=1", "<tel:+1>;TAG=1"],
    "To": ["sip:a@b", "<sip:a@b;lr>;tag=1", '"a\\"b" <urn:x:y>'],
    "Call-ID": ["a@b", "("],
    "CSeq": ["1 INVITE", "0009\tx"],
    "Max-Forwards": ["0", "255", "0070"],
    "Contact": [
        "*",
        "<sip:a@b>;q=0.5;expires=3600",
        "<sip:a@b>;qos=1;EXPIRES=4294967295;Q=1.0",
        'sip:a@b, <sip:c@d>;+x="<a,b>"',
        "<name:John_Smith>",
    ],
    "Route": ["<sip:a;lr>", "<sip:a;lr>,\t<sip:b>;x=y"],
    "Content-Length": ["0", "00150"],
    "Content-Type": ["application/sdp", 'multipart/mixed; boundary="x"'],
    "Expires": ["0", "4294967295"],
    "Retry-After": ["18000;duration=3600", "120 (I'm in a meeting)"],
    "Date": ["Sat, 13 Nov 2010 23:29:00 GMT"],
    "Warning": ['301 h "a, b", 399 h "c"'],
    "WWW-Authenticate": ['Digest realm="r",nonce="n"'],
    "Authorization": ["Unknown a=b", 'Digest realm="r", nonce="n", uri="sip:x"'],
    "Refer-To": ["<sip:a@b?Replaces=1%3Bto-tag%3D2>"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_right_values_have_no_problem(name: str, value: str) -> None:
    assert CHECKS[name](value) == ()


WRONG = {
    "Via": [
        ("", C.BAD_VIA),
        ("SIP/2.0/UDP h;branch=z9hG4bK", C.EMPTY_BRANCH),
        ("SIP/2.0/UDP h;rport=x", C.BAD_NUMBER),
        ("SIP/2.0/UDP h;a=1;a=2", C.REPEATED_PARAMETER),
        ("SIP/2.0/UDP h;ttl=256", C.BAD_NUMBER),
    ],
    "From": [
        ("<sip:a@b>", C.MISSING_TAG),
        ("<sip:a@b;tag=1>", C.MISSING_TAG),
        ("sip:a@b;tag", C.MISSING_TAG),
        ("<sip:a@b>;xtag=1", C.MISSING_TAG),
        ('<sip:a@b>;x=";tag=1"', C.MISSING_TAG),
    ],
    "To": [("*", C.BAD_URI), ("", C.BAD_ADDRESS), ("<sip:a@b>;tag=1;tag=2", C.REPEATED_PARAMETER)],
    "Call-ID": [("", C.BAD_HEADER), ("a b", C.BAD_HEADER)],
    "CSeq": [("x", C.BAD_CSEQ)],
    "Max-Forwards": [("256", C.BAD_NUMBER), ("", C.BAD_NUMBER)],
    "Contact": [
        ("<sip:a@b>;q=2", C.BAD_NUMBER),
        ("sip:a@b;expires=4294967296", C.BAD_NUMBER),
        ("", C.BAD_ADDRESS),
        ("*, <sip:a@b>", C.BAD_ADDRESS),
        ("<sip:a@b>;EXPIRES=x", C.BAD_NUMBER),
        ("<sip:a@b>;Q=x", C.BAD_NUMBER),
    ],
    "Route": [("sip:a;lr", C.BAD_ADDRESS), ("", C.BAD_ADDRESS), ("<sip:a>,,<sip:b>", C.EMPTY_ELEMENT)],
    "Content-Length": [("-1", C.BAD_CONTENT_LENGTH), ("five", C.BAD_CONTENT_LENGTH), ("1, 1", C.BAD_CONTENT_LENGTH)],
    "Content-Type": [("sdp", C.BAD_HEADER)],
    "Expires": [("4294967296", C.BAD_NUMBER), ("Sat, 13 Nov 2010 23:29:00 GMT", C.BAD_NUMBER)],
    "Retry-After": [("949302838503028349304023988", C.BAD_NUMBER)],
    "Date": [("Sat, 13 Nov 2010 23:29:00 EST", C.BAD_DATE)],
    "Warning": [('1812 overture "In Progress"', C.BAD_HEADER)],
    "WWW-Authenticate": [("", C.BAD_AUTH)],
    "Authorization": [('Digest realm="r"', C.BAD_AUTH)],
}


@pytest.mark.parametrize(("name", "value", "code"), [(name, *case) for name, cases in WRONG.items() for case in cases])
def test_wrong_values_have_their_problem(name: str, value: str, code: AnomalyCode) -> None:
    assert [found for found, _ in CHECKS[name](value)] == [code]


def test_every_checked_field_is_registered() -> None:
    assert set(CHECKS) <= set(HEADERS)


PIECES = st.lists(
    st.sampled_from(
        [
            *("SIP/2.0/UDP ", "SIP/2.0/TCP h", "h", ":5060", ":99999", ";", "branch=z9hG4bK", "1", "rport", "ttl=9"),
            *("sip:", "sips:", "tel:", "<", ">", '"', "a", "@", "b.c", "[::1]", ";tag=1", ";lr", "=", "?x=y", " ", ","),
            *("<sip:a@b>", "%41", "\\", "A", "received=1.2.3.4", "*", ";q=2", ";expires=5", "-", ".", "/", "&"),
        ]
    ),
    max_size=8,
).map("".join)


@given(st.one_of(PIECES, PIECES.map("SIP/2.0/UDP h".__add__)))
def test_what_the_via_pattern_accepts_has_no_problem(value: str) -> None:
    match = grammar.VIA_VALID.fullmatch(value)
    if match and distinct(match[1]):
        assert parse_via(value)[1] == ()


@given(
    st.one_of(PIECES, PIECES.map("<sip:a@b".__add__), PIECES.map("<sip:a@b>".__add__), PIECES.map("sip:a@b".__add__))
)
def test_what_the_address_patterns_accept_has_no_problem(value: str) -> None:
    if checks._plain_params(value) is not None:
        address, problems = parse_name_addr(value)
        assert problems == ()
        assert address is not None
        assert parse_name_addrs(value) == ((address,), ())
        assert parse_uri(address.uri.text)[1] == ()
        assert bool(checks.check_from(value)) is not bool(address.tag)


@given(st.one_of(PIECES, PIECES.map("SIP/2.0/UDP h,".__add__)))
def test_the_checks_of_lists_agree_with_the_functions(value: str) -> None:
    assert set(CHECKS["Via"](value)) == set(parse_via(value)[1])
    if not CHECKS["Route"](value):
        assert parse_name_addrs(value)[1] == ()
    if not CHECKS["Contact"](value):
        assert all(contact.params.get("q") != "2" for contact in parse_name_addrs(value)[0])


@given(st.sampled_from(sorted(CHECKS)), st.one_of(st.text(), PIECES))
def test_no_check_raises_and_each_tells_every_problem_once(name: str, value: str) -> None:
    problems = CHECKS[name](value)
    assert len(set(problems)) == len(problems)
