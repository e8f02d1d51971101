from __future__ import annotations

import re

import pytest

from siptrace.sip.grammar import TOKEN_VALID
from siptrace.sip.headers import HEADERS, LISTS, SINGLES, SPELLINGS, Shape, canonical_name, is_list

COMPACT = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "n": "Identity-Info",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}


def test_the_compact_forms_are_those_that_are_registered() -> None:
    assert {entry.compact: entry.name for entry in HEADERS.values() if entry.compact} == COMPACT


@pytest.mark.parametrize(("short", "name"), COMPACT.items())
def test_compact_names_stand_for_full_ones_in_both_cases(short: str, name: str) -> None:
    assert canonical_name(short) == canonical_name(short.upper()) == name


@pytest.mark.parametrize("name", HEADERS)
def test_each_field_is_found_in_any_case_and_explained(name: str) -> None:
    entry = HEADERS[name]
    assert canonical_name(name.lower()) == canonical_name(name.upper()) == canonical_name(name.swapcase()) == name
    assert TOKEN_VALID.fullmatch(name)
    assert re.fullmatch(r"(RFC \d{4}( [\d.]+)?|draft-[a-z0-9-]+)", entry.rfc)
    assert entry.meaning
    assert entry.meaning[-1] != "."


def test_an_unknown_name_stays_as_it_is() -> None:
    assert canonical_name("X-Call-Id") == "X-Call-Id"
    assert not is_list("X-Call-Id")


def test_every_field_of_rfc_3261_is_there() -> None:
    assert sum(entry.rfc.startswith("RFC 3261") for entry in HEADERS.values()) == 44


@pytest.mark.parametrize("name", ["Via", "Contact", "ROUTE", "m", "Supported", "P-Asserted-Identity"])
def test_lists(name: str) -> None:
    assert is_list(name)


@pytest.mark.parametrize(
    "name", ["From", "Date", "Subject", "WWW-Authenticate", "authorization", "Call-ID", "User-Agent"]
)
def test_fields_whose_commas_separate_nothing(name: str) -> None:
    assert not is_list(name)


def test_the_shapes_do_not_overlap() -> None:
    assert not LISTS & SINGLES
    lines = {entry.name for entry in HEADERS.values() if entry.shape is Shape.LINES}
    assert lines == {"Authorization", "Proxy-Authorization", "Proxy-Authenticate", "WWW-Authenticate"}


def test_the_fast_table_agrees_with_the_function() -> None:
    assert all(canonical_name(spelling.swapcase()) == name for spelling, name in SPELLINGS.items())
