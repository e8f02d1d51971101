from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.uri import Uri, distinct, parse_uri, uri_problems, user_and_host

VALID = {
    "host only": ("sip:example.com", Uri("sip:example.com", "sip", host="example.com")),
    "user": ("sip:alice@Example.com", Uri("sip:alice@Example.com", "sip", "alice", host="Example.com")),
    "scheme in upper case": ("SIPS:a@b", Uri("SIPS:a@b", "sips", "a", host="b")),
    "password": ("sip:a:pw@b", Uri("sip:a:pw@b", "sip", "a", "pw", "b")),
    "port": ("sip:a@b:5070", Uri("sip:a@b:5070", "sip", "a", host="b", port=5070)),
    "IPv6": ("sip:a@[2001:db8::9]:5070", Uri("sip:a@[2001:db8::9]:5070", "sip", "a", host="[2001:db8::9]", port=5070)),
    "parameters": (
        "sip:a@b;transport=TCP;lr",
        Uri("sip:a@b;transport=TCP;lr", "sip", "a", host="b", params={"transport": "TCP", "lr": None}),
    ),
    "headers": (
        "sip:a@b?Route=%3Csip:c%3E&x=",
        Uri("sip:a@b?Route=%3Csip:c%3E&x=", "sip", "a", host="b", headers=(("Route", "<sip:c>"), ("x", ""))),
    ),
    "semicolon in the user": (
        "sip:user;par=u%40example.net@example.com",
        Uri("sip:user;par=u%40example.net@example.com", "sip", "user;par=u%40example.net", host="example.com"),
    ),
    "question mark in the user": ("sip:a?b@c", Uri("sip:a?b@c", "sip", "a?b", host="c")),
    "escapes in parameters": (
        "sip:a@b;%6C%72;n%61me=v%61lue%25%34%31",
        Uri("sip:a@b;%6C%72;n%61me=v%61lue%25%34%31", "sip", "a", host="b", params={"lr": None, "name": "value%41"}),
    ),
    "tel": ("tel:+1-201-555-0123", Uri("tel:+1-201-555-0123", "tel", "+1-201-555-0123")),
    "tel with parameters": (
        "tel:7042;phone-context=example.com",
        Uri("tel:7042;phone-context=example.com", "tel", "7042", params={"phone-context": "example.com"}),
    ),
    "unknown scheme": ("urn:service:sos", Uri("urn:service:sos", "urn")),
    "a scheme with a dot": ("soap.beep://192.0.2.103:3002", Uri("soap.beep://192.0.2.103:3002", "soap.beep")),
}


@pytest.mark.parametrize(("text", "uri"), VALID.values(), ids=VALID)
def test_valid_uris(text: str, uri: Uri) -> None:
    assert parse_uri(text) == (uri, ())


BAD = {
    "no scheme": ("alice@example.com:5", Uri("alice@example.com:5", "alice@example.com")),
    "no colon": ("alice", Uri("alice")),
    "no host": ("sip:alice@", Uri("sip:alice@", "sip", "alice")),
    "bare at sign in the user": ("sip:a@b@c", Uri("sip:a@b@c", "sip", "a@b", host="c")),
    "unescaped hash": ("sip:#1@c", Uri("sip:#1@c", "sip", "#1", host="c")),
    "blank": ("sip:a@c; lr", Uri("sip:a@c; lr", "sip", "a", host="c", params={"lr": None})),
    "port too large": ("sip:a@c:70000", Uri("sip:a@c:70000", "sip", "a", host="c")),
    "IPv6 without brackets": ("sip:a@2001:db8::1", Uri("sip:a@2001:db8::1", "sip", "a", host="2001:db8::1")),
    "empty parameter": ("sip:a@c;;lr", Uri("sip:a@c;;lr", "sip", "a", host="c", params={"": None, "lr": None})),
    "half an escape": ("sip:a%4@c", Uri("sip:a%4@c", "sip", "a%4", host="c")),
    "tel without a number": ("tel:", Uri("tel:", "tel", "")),
    "blank in an unknown scheme": ("http://a b", Uri("http://a b", "http")),
}


@pytest.mark.parametrize(("text", "uri"), BAD.values(), ids=BAD)
def test_bad_uris_are_read_as_far_as_they_go(text: str, uri: Uri) -> None:
    found, problems = parse_uri(text)
    assert found == uri
    assert [code for code, _ in problems] == [AnomalyCode.BAD_URI]


def test_a_parameter_that_stands_twice_is_told_and_the_first_counts() -> None:
    uri, problems = parse_uri("sip:a@b;lr;x=1;X=2")
    assert uri.params == {"lr": None, "x": "1"}
    assert [code for code, _ in problems] == [AnomalyCode.REPEATED_PARAMETER]


@pytest.mark.parametrize(
    ("text", "aor"),
    [
        ("sip:%61lice:pw@Example.COM:5070;lr", "sip:alice@example.com"),
        ("sips:example.com", "sips:example.com"),
        ("tel:+1(201)555-01.23;ext=7", "tel:+12015550123"),
        ("urn:service:sos", "urn:service:sos"),
    ],
)
def test_the_aor_is_what_spellings_of_one_user_share(text: str, aor: str) -> None:
    assert parse_uri(text)[0].aor == aor


def test_the_user_is_offered_unescaped_nulls_and_all() -> None:
    uri = parse_uri("sip:null-%00-null@example.com")[0]
    assert (uri.user, uri.unescaped_user) == ("null-%00-null", "null-\0-null")


def test_a_uri_prints_as_it_was_written_and_can_be_a_key() -> None:
    uri = parse_uri("sip:a@b;lr")[0]
    assert str(uri) == "sip:a@b;lr"
    assert len({uri, parse_uri("sip:a@b;lr")[0]}) == 1


@given(st.text('sipteluri:@;?&=%41[].-<> "+#,/'))
def test_any_text_gives_a_uri_that_keeps_it(text: str) -> None:
    for prefix in ("", "sip:", "tel:"):
        uri, problems = parse_uri(prefix + text)
        assert uri.text == prefix + text
        assert uri.aor is not None
        assert uri.unescaped_user is not None
        if uri.text.partition(":")[1]:
            assert problems == uri_problems(uri.text)


@pytest.mark.parametrize(("params", "right"), [("", True), (";a", True), (";a;b", True), (";a;b=1;A=2", False)])
def test_distinct(params: str, right: bool) -> None:
    assert distinct(params) is right


@pytest.mark.parametrize(
    ("text", "shown"),
    [("sip:a@b.example;transport=tcp", "a@b.example"), ("tel:+1234", "+1234"), ("odd", "odd"), ("", "")],
)
def test_user_and_host(text: str, shown: str) -> None:
    assert user_and_host(text) == shown
