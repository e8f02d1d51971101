"""The registry of fields."""

from __future__ import annotations

from collections import Counter

import pytest

from siptrace.filters.registry import FIELDS, find, unknown
from siptrace.sip.headers import HEADERS


def test_a_name_stands_for_one_field() -> None:
    names = Counter(name.lower().replace("_", "-") for field in FIELDS for name in field.names)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("name", ["sip.Method", "SIP.METHOD", "sip.method", "call-id", "call_id", "Sip.Call_ID", "ip"])
def test_case_and_underscores_do_not_matter(name: str) -> None:
    assert find(name) is not None


def test_every_name_finds_its_field() -> None:
    assert all(find(name) is field for field in FIELDS for name in field.names)
    assert find("nothing") is None


def test_the_fields_that_the_command_line_prints_can_be_asked_for() -> None:
    of_calls = "kind state phase from to start answered end messages retransmissions transactions dialogs final_status"
    of_messages = "n time frame transport src dst method status reason call_id cseq from_tag to_tag branch transaction"
    for name in f"{of_calls} {of_messages} call flow score dialog retransmission".split():
        assert find(name), name


def test_what_is_said_of_an_unknown_name() -> None:
    assert unknown("methd") == 'There is no field "methd"; did you mean method?'
    assert unknown("sip.X-Account") == 'There is no field "sip.X-Account"; any header field is header["X-Account"].'
    assert unknown("qqqqqq") == 'There is no field "qqqqqq"; `siptrace filters` lists them.'


def test_header_fields_are_spelled_as_in_sip() -> None:
    known = {name.lower() for name in HEADERS}
    asked = {field.name[4:].lower() for field in FIELDS if field.family == "headers"}
    assert len(asked & known) > 60
