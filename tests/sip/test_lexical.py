from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.lexical import host_port, number, parse_params, split_list, unescape, unquote

LISTS = {
    "one": ("a", ("a",)),
    "blanks around": (" a ,\tb ", ("a", "b")),
    "empty": ("", ()),
    "comma in quotes": ('"a, b" <sip:c>, d', ('"a, b" <sip:c>', "d")),
    "escaped quote in quotes": (r'"a\", b", c', (r'"a\", b"', "c")),
    "escaped backslash ends no quote": (r'"a\\", b', (r'"a\\"', "b")),
    "comma in angle brackets": ("<sip:a,b@c>, <sip:d>", ("<sip:a,b@c>", "<sip:d>")),
    "quote in angle brackets": ('<sip:a"@c>, b', ('<sip:a"@c>', "b")),
    "angle bracket in quotes": ('"<" <sip:a>, b', ('"<" <sip:a>', "b")),
}


@pytest.mark.parametrize(("value", "elements"), LISTS.values(), ids=LISTS)
def test_lists_are_cut_at_commas_outside_quotes_and_brackets(value: str, elements: tuple[str, ...]) -> None:
    assert split_list(value)[0] == elements


@pytest.mark.parametrize("value", ["a,,b", ",a", "a,", ",", '"a",,<b>'])
def test_an_empty_element_is_left_out_and_told(value: str) -> None:
    elements, problems = split_list(value)
    assert "" not in elements
    assert [code for code, _ in problems] == [AnomalyCode.EMPTY_ELEMENT]


def test_a_quote_without_end_swallows_the_rest_and_is_told() -> None:
    elements, problems = split_list('a, "b, c, d')
    assert elements == ("a", '"b, c, d')
    assert [code for code, _ in problems] == [AnomalyCode.UNCLOSED_QUOTE]


@given(st.lists(st.text(st.characters(exclude_characters=',"<', exclude_categories=["C", "Z"]), min_size=1)))
def test_what_is_joined_by_commas_is_split_again(elements: list[str]) -> None:
    assert split_list(", ".join(elements)) == (tuple(elements), ())


@given(st.text(',;"\\<>= ab'))
def test_splitting_loses_no_character_but_separators_and_blanks(value: str) -> None:
    elements, _ = split_list(value)
    kept = "".join(elements)
    assert kept.translate({44: None, 32: None}) == value.translate({44: None, 32: None})


PARAMS = {
    "value and none": ("tag=1;lr", {"tag": "1", "lr": None}),
    "names in lower case": ("TAG=aB", {"tag": "aB"}),
    "blanks": (" tag = 1 ; lr ", {"tag": "1", "lr": None}),
    "quoted": (r'a="x;\"y=";b=2', {"a": 'x;"y=', "b": "2"}),
    "IPv6 with and without brackets": ("a=[::1];b=fe80::1", {"a": "[::1]", "b": "fe80::1"}),
    "an empty quotation": ('a=""', {"a": ""}),
}


@pytest.mark.parametrize(("text", "params"), PARAMS.values(), ids=PARAMS)
def test_parameters(text: str, params: dict[str, str | None]) -> None:
    assert parse_params(text) == (params, ())


BAD_PARAMS = {
    "empty": ("a=1;;b", AnomalyCode.EMPTY_ELEMENT),
    "empty at the end": ("a=1;", AnomalyCode.EMPTY_ELEMENT),
    "twice": ("a=1;A=2", AnomalyCode.REPEATED_PARAMETER),
    "no value after the equals sign": ("a=", AnomalyCode.BAD_HEADER),
    "name with a blank": ("a b=1", AnomalyCode.BAD_HEADER),
    "value with a blank": ("a=1 2", AnomalyCode.BAD_HEADER),
    "no name": ("=1", AnomalyCode.BAD_HEADER),
    "value with an at sign": ("tag=a@b", AnomalyCode.BAD_HEADER),
}


@pytest.mark.parametrize(("text", "code"), BAD_PARAMS.values(), ids=BAD_PARAMS)
def test_bad_parameters_are_told_once_and_kept(text: str, code: AnomalyCode) -> None:
    params, problems = parse_params(text)
    assert [found for found, _ in problems] == [code]
    assert params


def test_the_first_of_two_equal_parameters_counts() -> None:
    assert parse_params("tag=1;tag=2")[0] == {"tag": "1"}


@pytest.mark.parametrize(
    ("text", "plain"),
    [("%41b", "Ab"), ("%2541", "%41"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%00", "\0"), ("%C3%A4", "ä")],
)
def test_unescape_replaces_once_and_only_escapes(text: str, plain: str) -> None:
    assert unescape(text) == plain


def test_an_escape_that_is_not_utf8_can_be_printed() -> None:
    assert unescape("a%FFb") == r"a\xffb"


@given(st.text())
def test_unescape_undoes_escaping(text: str) -> None:
    assert unescape("".join(f"%{byte:02x}" for byte in text.encode())) == text


@given(st.text())
def test_unquote_undoes_quoting(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert unquote(quoted) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("0068", 68),
        ("255", 255),
        ("256", None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1 ", None),
        ("٣", None),
        ("²", None),
        ("1" * 5000, None),
        ("0" * 5000 + "7", 7),
        ("1_0", None),
    ],
)
def test_numbers(text: str, value: int | None) -> None:
    assert number(text, 255) == value


HOSTS = {
    "name": ("a.example.com", "a.example.com", None, True),
    "name and port": ("A.example.com:5060", "A.example.com", 5060, True),
    "blanks around the colon": ("a :\t5060", "a", 5060, True),
    "IPv6": ("[2001:db8::1]", "[2001:db8::1]", None, True),
    "IPv6 and port": ("[2001:db8::1] : 5061", "[2001:db8::1]", 5061, True),
    "dot at the end": ("example.com.", "example.com.", None, True),
    "IPv6 without brackets": ("2001:db8::1", "2001:db8::1", None, False),
    "eight groups and a port without brackets": ("fe80:0:0:0:1:2:3:4:5060", "fe80:0:0:0:1:2:3:4", 5060, False),
    "port too large": ("a:65536", "a", None, False),
    "port empty": ("a:", "a", None, False),
    "port no number": ("a:b", "a", None, False),
    "empty": ("", "", None, False),
    "underscore": ("my_host", "my_host", None, False),
    "two dots": ("a..b", "a..b", None, False),
    "text after the bracket": ("[::1]x", "[::1]", None, False),
    "bracket without end": ("[::1", "[::1", None, False),
}


@pytest.mark.parametrize(("text", "host", "port", "right"), HOSTS.values(), ids=HOSTS)
def test_host_and_port(text: str, host: str, port: int | None, right: bool) -> None:
    found_host, found_port, trouble = host_port(text)
    assert (found_host, found_port, not trouble) == (host, port, right)
