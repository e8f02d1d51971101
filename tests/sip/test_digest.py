from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.digest import parse_challenges, parse_credentials

C = AnomalyCode


def test_a_digest_challenge() -> None:
    (challenge,), problems = parse_challenges(
        'Digest realm="a, \\"b\\"", nonce="n==", opaque="", stale=TRUE, algorithm=SHA-256, qop="auth, auth-int"',
        proxy=True,
    )
    assert not problems
    assert (challenge.scheme, challenge.is_digest, challenge.proxy) == ("Digest", True, True)
    assert (challenge.realm, challenge.nonce, challenge.opaque) == ('a, "b"', "n==", "")
    assert (challenge.stale, challenge.algorithm, challenge.qop) == (True, "SHA-256", ("auth", "auth-int"))


def test_what_a_challenge_does_not_say() -> None:
    (challenge,), problems = parse_challenges('Digest realm="r",nonce="n"')
    assert not problems
    assert (challenge.stale, challenge.algorithm, challenge.qop, challenge.opaque) == (False, "MD5", (), "")


def test_digest_credentials() -> None:
    (credentials,), problems = parse_credentials(
        'Digest username="bob", realm="r", nonce="n", uri="sip:a;b@c", response="0f", qop=Auth, nc=0000001f, cnonce="x"'
    )
    assert not problems
    assert (credentials.username, credentials.uri, credentials.response) == ("bob", "sip:a;b@c", "0f")
    assert (credentials.qop, credentials.nonce_count, credentials.algorithm) == ("auth", 31, "MD5")
    assert credentials.params["cnonce"] == "x"


@pytest.mark.parametrize("text", ["", "x", "123456789", "-1"])
def test_a_nonce_count_that_is_none(text: str) -> None:
    (credentials,), _ = parse_credentials(f'Digest realm="r", nonce="n", nc={text}')
    assert credentials.nonce_count is None


def test_an_unknown_scheme_is_read() -> None:
    (credentials,), problems = parse_credentials("NoOneKnowsThisScheme opaque-data=here")
    assert not problems
    assert (credentials.scheme, credentials.params) == ("NoOneKnowsThisScheme", {"opaque-data": "here"})
    assert (credentials.algorithm, credentials.username, credentials.is_digest) == ("", "", False)


def test_a_scheme_with_a_token_instead_of_parameters() -> None:
    (credentials,), problems = parse_credentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    assert (credentials.token, credentials.params, problems) == ("QWxhZGRpbjpvcGVuIHNlc2FtZQ==", {}, ())


def test_two_challenges_on_one_line_are_two() -> None:
    challenges, problems = parse_challenges('Digest realm="a", nonce="1", algorithm=MD5, Digest realm="b", nonce="2"')
    assert [(challenge.realm, challenge.nonce) for challenge in challenges] == [("a", "1"), ("b", "2")]
    assert not problems


BAD = {
    "no comma": ('Digest realm="r" nonce="n"', C.BAD_AUTH),
    "no scheme": ('realm="r", nonce="n"', C.BAD_AUTH),
    "empty": ("", C.BAD_AUTH),
    "no nonce": ('Digest realm="r"', C.BAD_AUTH),
    "no realm": ('Digest nonce="r"', C.BAD_AUTH),
    "unclosed quote": ('Digest nonce="n", realm="r', C.UNCLOSED_QUOTE),
    "twice": ('Digest nonce="n", realm="r", NONCE="m"', C.REPEATED_PARAMETER),
    "text behind": ('Digest nonce="n", realm="r", =', C.BAD_AUTH),
}


@pytest.mark.parametrize(("value", "code"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told(value: str, code: AnomalyCode) -> None:
    assert [found for found, _ in parse_challenges(value)[1]] == [code]


def test_without_commas_every_parameter_is_still_read() -> None:
    (credentials,), _ = parse_credentials('Digest username="bob" realm="r"  nonce="n"\turi="sip:x" response="0"')
    assert list(credentials.params) == ["username", "realm", "nonce", "uri", "response"]
    assert credentials.params["nonce"] == "n"


@given(st.text('Digest realm="n\\,\t'))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for prefix in ("", "Digest ", 'Digest realm="'):
        challenges, _ = parse_challenges(prefix + text)
        credentials, _ = parse_credentials(prefix + text)
        assert len(challenges) == len(credentials)
        assert all(isinstance(one.qop, tuple) for one in challenges)
        assert all(one.nonce_count is None or one.nonce_count >= 0 for one in credentials)
