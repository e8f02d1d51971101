"""Where ladders go: drawn for the terminal they are on, one after the other, or as data."""

from __future__ import annotations

import json

import pytest

from siptrace.cli.drawing import write_ladders
from siptrace.correlate.model import flow
from siptrace.ladder.flow import build_flow_ladder
from siptrace.render.cells import cells
from siptrace.render.text import render_text
from tests.cli.running import CALL, on_terminal, siptrace

LADDERS = [build_flow_ladder(flow(flow_id)) for flow_id in ("rfc3665-2.1", "rfc3665-3.1")]


@pytest.mark.parametrize("form", ["text", "ascii"])
def test_an_empty_line_stands_between_two(form: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_ladders(LADDERS, form, 70, sdp=True)
    drawn = [render_text(one, width=70, ascii_only=form == "ascii") for one in LADDERS]
    assert capsysbinary.readouterr().out.decode() == "\n".join(drawn)


def test_json_is_an_object_a_line(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_ladders(LADDERS, "json", None, sdp=True)
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert [json.loads(line)["flow"] for line in lines] == ["rfc3665-2.1", "rfc3665-3.1"]


COMMANDS = {
    "ladder": ["ladder", CALL],
    "ladder with its flow": ["ladder", CALL, "--match"],
    "flows": ["flows", "rfc3665-3.2"],
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_drawing_is_as_wide_as_the_terminal(words: list[str]) -> None:
    code, lines = on_terminal(*words, columns=72)
    assert code == 0
    assert max(map(cells, lines)) <= 72
    assert siptrace(*words, "-w", "72").out.splitlines() == lines
