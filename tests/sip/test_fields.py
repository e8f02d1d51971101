from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.fields import (
    CSeq,
    MediaType,
    NameAddr,
    Via,
    parse_cseq,
    parse_media_type,
    parse_name_addr,
    parse_name_addrs,
    parse_number,
    parse_via,
)
from siptrace.sip.uri import Uri, parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable

C = AnomalyCode

VIAS = {
    "plain": ("SIP/2.0/UDP a.b:5060;branch=z9hG4bK1", Via("SIP", "2.0", "UDP", "a.b", 5060, {"branch": "z9hG4bK1"})),
    "blanks": (
        "SIP  /\t2.0  / tcp     A.b  :  5061 ;\tbranch  =   z9hG4bK1",
        Via("SIP", "2.0", "TCP", "A.b", 5061, {"branch": "z9hG4bK1"}),
    ),
    "IPv6": ("SIP/2.0/TLS [2001:db8::9]:5061", Via("SIP", "2.0", "TLS", "[2001:db8::9]", 5061)),
    "unknown transport": ("SIP/2.0/X-1 h", Via("SIP", "2.0", "X-1", "h")),
    "another version": ("SIP/7.0/UDP h", Via("SIP", "7.0", "UDP", "h")),
    "all parameters": (
        "SIP/2.0/UDP h;rport=99;received=192.0.2.1;maddr=224.2.0.1;ttl=16;branch=z9hG4bK1;x",
        Via(
            *("SIP", "2.0", "UDP", "h", None),
            {
                "rport": "99",
                "received": "192.0.2.1",
                "maddr": "224.2.0.1",
                "ttl": "16",
                "branch": "z9hG4bK1",
                "x": None,
            },
        ),
    ),
}


@pytest.mark.parametrize(("value", "via"), VIAS.values(), ids=VIAS)
def test_via(value: str, via: Via) -> None:
    assert parse_via(value) == ((via,), ())


def test_a_via_stack_keeps_its_order() -> None:
    vias, problems = parse_via('SIP/2.0/UDP a ,\tSIP/2.0/TCP b;x="1,2", SIP/2.0/UDP c')
    assert ([via.host for via in vias], problems) == (["a", "b", "c"], ())


def test_the_properties_of_a_via() -> None:
    via = parse_via("SIP/2.0/UDP Host.Example:5070;rport=99;received=192.0.2.1;maddr=224.2.0.1;ttl=16;branch=z9hG4bK1")[
        0
    ][0]
    assert (via.branch, via.received, via.rport, via.wants_rport) == ("z9hG4bK1", "192.0.2.1", 99, True)
    assert (via.maddr, via.ttl, via.sent_by, via.is_rfc3261) == ("224.2.0.1", 16, "host.example:5070", True)
    bare = parse_via("SIP/2.0/UDP Host.Example;rport")[0][0]
    assert (bare.branch, bare.received, bare.rport, bare.wants_rport) == (None, None, None, True)
    assert (bare.maddr, bare.ttl, bare.sent_by, bare.is_rfc3261) == (None, None, "host.example", False)


@pytest.mark.parametrize(("branch", "right"), [("z9hG4bK", False), ("Z9HG4BKx", True), ("x", False), ("z9hG4b", False)])
def test_the_magic_cookie_alone_is_no_transaction(branch: str, right: bool) -> None:
    assert parse_via(f"SIP/2.0/UDP h;branch={branch}")[0][0].is_rfc3261 is right


BAD_VIAS = {
    "empty": ("", {C.BAD_VIA}, 0),
    "no slashes": ("UDP h", {C.BAD_VIA}, 0),
    "no host": ("SIP/2.0/UDP ;branch=z9hG4bK1", {C.BAD_VIA}, 1),
    "no transport": ("SIP/2.0/ h", {C.BAD_VIA}, 1),
    "bad port": ("SIP/2.0/UDP h:99999", {C.BAD_VIA}, 1),
    "text after the host": ("SIP/2.0/UDP h x", {C.BAD_VIA}, 1),
    "IPv6 without brackets": ("SIP/2.0/UDP 2001:db8::1", {C.BAD_VIA}, 1),
    "bad parameter": ("SIP/2.0/UDP h;a b", {C.BAD_VIA}, 1),
    "separators": ("SIP/2.0/UDP h;;,;,,", {C.EMPTY_ELEMENT, C.BAD_VIA}, 1),
    "cookie only": ("SIP/2.0/UDP h;branch=z9hG4bK", {C.EMPTY_BRANCH}, 1),
    "branch without value": ("SIP/2.0/UDP h;branch", {C.EMPTY_BRANCH}, 1),
    "rport": ("SIP/2.0/UDP h;rport=x", {C.BAD_NUMBER}, 1),
    "ttl": ("SIP/2.0/UDP h;ttl=256", {C.BAD_NUMBER}, 1),
    "twice": ("SIP/2.0/UDP h;x;x", {C.REPEATED_PARAMETER}, 1),
    "unclosed quote": ('SIP/2.0/UDP h;x="1', {C.UNCLOSED_QUOTE, C.BAD_VIA}, 1),
}


@pytest.mark.parametrize(("value", "codes", "count"), BAD_VIAS.values(), ids=BAD_VIAS)
def test_bad_via(value: str, codes: set[AnomalyCode], count: int) -> None:
    vias, problems = parse_via(value)
    assert {code for code, _ in problems} == codes
    assert len(vias) == count


def test_a_thousand_bad_vias_have_one_problem() -> None:
    vias, problems = parse_via(",".join(["SIP/2.0/UDP h:x"] * 1000))
    assert (len(vias), len(problems)) == (1000, 1)


ADDRESSES = {
    "in brackets": ("<sip:a@b;lr>;tag=1", "", "sip:a@b;lr", {"tag": "1"}),
    "without brackets parameters are the field's": ("sip:a@b;lr;tag=1", "", "sip:a@b", {"lr": None, "tag": "1"}),
    "tokens": ("Alice B. <sip:a@b>", "Alice B.", "sip:a@b", {}),
    "no blank": ("caller<sip:a@b>;tag=323", "caller", "sip:a@b", {"tag": "323"}),
    "quoted": (r'"J \"R\" \\ <x>, y" <sip:a@b> ; tag = 1', r'J "R" \ <x>, y', "sip:a@b", {"tag": "1"}),
    "empty display name": ('""<sip:a@b>', "", "sip:a@b", {}),
    "comma in the user": ("<sip:a,b@c>", "", "sip:a,b@c", {}),
    "header in the URI": ("<sip:a@b?x=y>;q=1", "", "sip:a@b?x=y", {"q": "1"}),
    "tel": ("<tel:+1-2;ext=3>", "", "tel:+1-2;ext=3", {}),
    "unknown scheme": ("isbn:2983792873", "", "isbn:2983792873", {}),
    "quoted parameter": (
        '<sip:a@b>;+sip.instance="<urn:uuid:1;2>"',
        "",
        "sip:a@b",
        {"+sip.instance": "<urn:uuid:1;2>"},
    ),
}


@pytest.mark.parametrize(("value", "display", "uri", "params"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses(value: str, display: str, uri: str, params: dict[str, str | None]) -> None:
    assert parse_name_addr(value) == (NameAddr(display, parse_uri(uri)[0], params), ())


BAD_ADDRESSES = {
    "unclosed quote": ('"Mr. J <sip:a@b>;tag=1', C.UNCLOSED_QUOTE, "Mr. J", "sip:a@b"),
    "unclosed quote, two URIs": ('"Mr J <sip:a@b> <sip:c@d>', C.UNCLOSED_QUOTE, "Mr J <sip:a@b>", "sip:c@d"),
    "blanks in brackets": ('"W, T" < sip:a@b >', C.BAD_ADDRESS, "W, T", "sip:a@b"),
    "display name with a comma": ("Bell, Alexander <sip:a@b>;tag=43", C.BAD_ADDRESS, "Bell, Alexander", "sip:a@b"),
    "question mark without brackets": ("sip:a@b?Route=%3Csip:c%3E", C.UNBRACKETED_URI, "", "sip:a@b?Route=%3Csip:c%3E"),
    "comma without brackets": ("sip:a,b@c;tag=1", C.UNBRACKETED_URI, "", "sip:a,b@c"),
    "no closing bracket": ("<sip:a@b;tag=1", C.BAD_ADDRESS, "", "sip:a@b;tag=1"),
    "text after the bracket": ("<sip:a@b> x;tag=1", C.BAD_ADDRESS, "", "sip:a@b"),
    "text after the quote": ('"A" b <sip:a@b>', C.BAD_ADDRESS, "A", "sip:a@b"),
    "empty element": ("<sip:a@b>;;tag=1", C.EMPTY_ELEMENT, "", "sip:a@b"),
    "bad parameter": ("<sip:a@b>;a b", C.BAD_ADDRESS, "", "sip:a@b"),
    "bad URI": ("<sip:a@>;tag=1", C.BAD_URI, "", "sip:a@"),
}


@pytest.mark.parametrize(("value", "code", "display", "uri"), BAD_ADDRESSES.values(), ids=BAD_ADDRESSES)
def test_bad_addresses_are_read_as_far_as_they_go(value: str, code: AnomalyCode, display: str, uri: str) -> None:
    address, problems = parse_name_addr(value)
    assert [found for found, _ in problems] == [code]
    assert address is not None
    assert (address.display, address.uri.text) == (display, uri)
    assert address.tag in (None, "1", "43")


def test_a_semicolon_in_a_user_without_brackets_is_told() -> None:
    address, problems = parse_name_addr("sip:user;par=u@example.net")
    assert address is not None
    assert address.uri.text == "sip:user"
    assert C.UNBRACKETED_URI in {code for code, _ in problems}


def test_no_address_at_all() -> None:
    assert parse_name_addr(" ") == (None, ((C.BAD_ADDRESS, "empty"),))


def test_the_wildcard_contact() -> None:
    (address,), problems = parse_name_addrs("*")
    assert address.is_wildcard
    assert not problems
    assert address == NameAddr("", Uri("*"))


def test_lists_of_addresses() -> None:
    addresses, problems = parse_name_addrs('"a, b" <sip:a@b>;q=1, sip:c@d;q=0.5,<sip:e,f@g>')
    assert [str(address.uri) for address in addresses] == ["sip:a@b", "sip:c@d", "sip:e,f@g"]
    assert [address.params.get("q") for address in addresses] == ["1", "0.5", None]
    assert not problems


@pytest.mark.parametrize(
    ("value", "cseq", "right"),
    [
        ("0009 INVITE", CSeq(9, "INVITE"), True),
        (" 1\t  in%56ITE ", CSeq(1, "in%56ITE"), True),
        ("2147483647 ACK", CSeq(2147483647, "ACK"), True),
        ("2147483648 ACK", CSeq(2147483648, "ACK"), False),
        ("4294967296 ACK", CSeq(-1, "ACK"), False),
        ("36893488147419103232 REGISTER", CSeq(-1, "REGISTER"), False),
        ("1INVITE", CSeq(1, "INVITE"), False),
        ("1 a@b", CSeq(1, "a@b"), False),
        ("1", None, False),
        ("-1 ACK", None, False),
        ("INVITE 1", None, False),
        ("1 INVITE 2", None, False),
        ("", None, False),
    ],
)
def test_cseq(value: str, cseq: CSeq | None, right: bool) -> None:
    found, problems = parse_cseq(value)
    assert found == cseq
    assert [code for code, _ in problems] == ([] if right else [C.BAD_CSEQ])


def test_numbers_name_the_code_they_are_given() -> None:
    assert parse_number(" 0068 ", 255) == (68, ())
    assert parse_number("256", 255)[1][0][0] is C.BAD_NUMBER
    assert parse_number("five", 255, C.BAD_CONTENT_LENGTH) == (
        None,
        ((C.BAD_CONTENT_LENGTH, "not a number from 0 to 255"),),
    )


@pytest.mark.parametrize(
    ("value", "kind", "right"),
    [
        ("application/sdp", MediaType("application", "sdp"), True),
        (' Multipart / Mixed ; Boundary="a b"', MediaType("multipart", "mixed", {"boundary": "a b"}), True),
        ("text", None, False),
        ("a b/c", MediaType("a b", "c"), False),
        ("text/plain;;", MediaType("text", "plain"), False),
    ],
)
def test_media_types(value: str, kind: MediaType | None, right: bool) -> None:
    found, problems = parse_media_type(value)
    assert (found, not problems) == (kind, right)


def test_a_media_type_prints_without_its_parameters() -> None:
    assert str(MediaType("text", "plain", {"charset": "x"})) == "text/plain"


@given(st.text('SIP/2.0UDP <>"\\,;:@=*?a1%[]\t'))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for value in (text, f"<sip:{text}", f"SIP/2.0/UDP {text}", f'"{text}', f"1 {text}"):
        for via in parse_via(value)[0]:
            assert via.sent_by.startswith(via.host.lower())
            assert via.ttl is None or 0 <= via.ttl <= 255
        for address in parse_name_addrs(value)[0]:
            assert address.uri.text in value
        assert len(parse_name_addr(value)) == len(parse_cseq(value)) == len(parse_media_type(value)) == 2


PARSED = {
    "Via": lambda: parse_via("SIP/2.0/UDP h:1;branch=z9hG4bK1")[0],
    "address": lambda: parse_name_addr('"A" <sip:a@b;lr>;tag=1')[0],
    "another scheme": lambda: parse_uri("urn:service:sos")[0],
    "media type": lambda: parse_media_type("multipart/mixed;boundary=a")[0],
}


@pytest.mark.parametrize("parsed", PARSED.values(), ids=PARSED)
def test_values_with_parameters_compare_hash_and_pickle(parsed: Callable[[], object]) -> None:
    assert parsed() == parsed()
    assert len({parsed(), parsed()}) == 1
    assert pickle.loads(pickle.dumps(parsed())) == parsed()  # noqa: S301 - our own


def test_parameters_belong_to_equality_but_not_to_the_hash() -> None:
    one, other = (Via("SIP", "2.0", "UDP", "h", None, {"branch": branch}) for branch in "ab")
    assert one != other
    assert hash(one) == hash(other)
