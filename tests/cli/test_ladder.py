"""`siptrace ladder`: the choice of calls, forms and widths."""

from __future__ import annotations

import json

import pytest

from siptrace.ladder.build import build_ladder
from siptrace.render.text import render_text
from siptrace.trace import open_trace
from tests.cli.running import CALL, TWO_CALLS, siptrace
from tests.render.test_json import ARROW, LADDER

CALLS = list(open_trace(TWO_CALLS).calls)
DRAWN = [render_text(build_ladder(call), width=90) for call in CALLS]


def test_every_call_is_drawn_with_an_empty_line_between() -> None:
    assert siptrace("ladder", TWO_CALLS, "-w", "90") == (0, "\n".join(DRAWN), "")


@pytest.mark.parametrize("option", ["--call", "-n"])
def test_one_call_by_number(option: str) -> None:
    assert siptrace("ladder", TWO_CALLS, "--width", "90", option, "2") == (0, DRAWN[1], "")


def test_one_call_by_call_id() -> None:
    assert siptrace("ladder", TWO_CALLS, "-w", "90", "--call-id", CALLS[1].call_ids[0]) == (0, DRAWN[1], "")


@pytest.mark.parametrize("option", ["--format", "-f"])
def test_ascii(option: str) -> None:
    drawn = render_text(build_ladder(CALLS[1]), width=90, ascii_only=True)
    assert siptrace("ladder", TWO_CALLS, "-w", "90", "-n", "2", option, "ascii") == (0, drawn, "")
    assert drawn.isascii()


def test_without_session_descriptions() -> None:
    shown, hidden = siptrace("ladder", CALL, "--sdp").out, siptrace("ladder", CALL, "--no-sdp").out
    assert hidden == "".join(line for line in shown.splitlines(keepends=True) if "PCMU" not in line)
    assert hidden.count("\n") == shown.count("\n") - 2


def test_json_is_one_ladder_a_line() -> None:
    code, out, err = siptrace("ladder", TWO_CALLS, "-f", "json")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [list(ladder) for ladder in found] == [list(LADDER)] * 2
    assert all(list(arrow) == list(ARROW) for ladder in found for arrow in ladder["arrows"])
    assert [len(ladder["arrows"]) for ladder in found] == [7, 16]


def test_text_and_json_show_the_same_arrows() -> None:
    (ladder,) = (json.loads(line) for line in siptrace("ladder", CALL, "-f", "json").out.splitlines())
    lines = [line for line in siptrace("ladder", CALL, "--no-sdp").out.splitlines() if "▶" in line or "◀" in line]
    assert [int(line.split()[0]) for line in lines] == [arrow["n"] for arrow in ladder["arrows"]]
    assert all(arrow["label"] in line for arrow, line in zip(ladder["arrows"], lines, strict=True))
    assert ["▶" in line for line in lines] == [arrow["from"] < arrow["to"] for arrow in ladder["arrows"]]
