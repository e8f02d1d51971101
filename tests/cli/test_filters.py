"""`siptrace filters`, and `--filter` of every command that has it."""

from __future__ import annotations

import json

import pytest

from siptrace.filters.registry import FIELDS
from tests.cli.running import CALL, TWO_CALLS, on_terminal, siptrace


def test_help_names_every_field() -> None:
    code, out, err = siptrace("filters")
    assert (code, err) == (0, "")
    words = set(out.replace(",", " ").replace(".\n", " ").split())
    assert {name for field in FIELDS for name in field.names} <= words
    assert max(map(len, out.splitlines())) <= 100


def test_help_fits_a_terminal() -> None:
    code, lines = on_terminal("filters", columns=72)
    assert code == 0
    assert max(map(len, lines)) <= 72


def test_calls() -> None:
    out = siptrace("calls", TWO_CALLS, "--filter", "from == UserB").out
    assert [line.split()[0] for line in out.splitlines()] == ["#", "2"]


def test_calls_in_every_form() -> None:
    words = ("calls", TWO_CALLS, "-F", "to contains UserC and talk > 5s")
    (line,) = siptrace(*words, "--json").out.splitlines()
    assert json.loads(line)["call"] == 2
    assert json.loads(line)["flow"] == "rfc3665-3.2"
    _, row = siptrace(*words, "--csv").out.splitlines()
    assert row.split(",")[0] == "2"


def test_messages() -> None:
    words = ("messages", TWO_CALLS, "-F", "sip.Method == BYE && call == 2")
    assert [line.split()[0] for line in siptrace(*words).out.splitlines()] == ["#", "23", "24"]
    assert [json.loads(line)["n"] for line in siptrace(*words, "--json").out.splitlines()] == [23, 24]
    assert [line.split(",")[0] for line in siptrace(*words, "--csv").out.splitlines()] == ["n", "23", "24"]


def test_ladders() -> None:
    out = siptrace("ladder", TWO_CALLS, "-F", "call > 1", "--format", "json").out
    (ladder,) = map(json.loads, out.splitlines())
    assert {arrow["call"] for arrow in ladder["arrows"]} == {2}


def test_matches() -> None:
    words = ("match", TWO_CALLS, "-F", "call > 1", "--json")
    (line,) = siptrace(*words).out.splitlines()
    assert json.loads(line)["call"] == 2
    assert json.loads(siptrace(*words, "--summary").out)["calls"] == 1
    (line,) = siptrace(*words, "--expect", "rfc3665-3.2").out.splitlines()
    assert json.loads(line)["follows"] is True


@pytest.mark.parametrize(
    ("what", "numbers"),
    [("calls", [2]), ("messages", [23, 24]), ("transactions", [11, 12]), ("dialogs", [2])],
)
def test_exports(what: str, numbers: list[int]) -> None:
    words = ("export", TWO_CALLS, "--what", what, "-f", "csv", "-F", "sip.Method == BYE and call == 2")
    _, *rows = siptrace(*words).out.splitlines()
    assert [int(row.split(",")[0]) for row in rows] == numbers


def test_nothing_selected_is_an_empty_list() -> None:
    code, out, err = siptrace("calls", CALL, "-F", "state == busy")
    assert (code, len(out.splitlines()), err) == (0, 1, "")
    assert siptrace("messages", CALL, "-F", "not sip", "--json") == (0, "", "")


def test_a_wrong_expression_is_pointed_at_before_the_trace_is_read() -> None:
    code, out, err = siptrace("calls", "no-such-file.pcap", "--filter", "sip and metod == INVITE")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        'siptrace: There is no field "metod"; did you mean method?',
        "  sip and metod == INVITE",
        "          ^^^^^",
    ]


@pytest.mark.parametrize("choice", [["--call", "1"], ["--call-id", "x"]])
def test_one_call_or_a_filter(choice: list[str]) -> None:
    for command in ("ladder", "match"):
        code, out, err = siptrace(command, CALL, *choice, "-F", "sip")
        assert (code, out) == (2, "")
        assert err.startswith("siptrace: Give either --filter or a call, not both.")


def test_signs_that_a_terminal_obeys_are_not_echoed() -> None:
    err = siptrace("calls", CALL, "-F", "sip \x1b[31m == 1").err
    assert "\x1b" not in err
