"""`siptrace flows`: the list, one flow in every form, and flows of one's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siptrace.correlate.model import flow, flow_ids
from siptrace.ladder.flow import build_flow_ladder
from siptrace.render.cells import cells
from siptrace.render.json import ladder_object
from siptrace.render.text import render_text
from tests.cli.running import on_terminal, siptrace

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
id = "office-call"
title = "Call through our proxy"
actors.alice = ["Alice", "UA"]
actors.bob = ["Bob", "UA"]
steps = '''
F1  alice -> bob  MESSAGE
F2  alice <- bob  200 OK
'''
"""
LADDER = build_flow_ladder(flow("rfc3665-3.2"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a directory with one flow, and with a file that is none."""
    (tmp_path / "office.toml").write_text(OWN)
    (tmp_path / "notes.txt").write_text("no flow")
    return tmp_path


def test_the_list_has_every_flow_in_the_order_of_the_documents() -> None:
    code, out, err = siptrace("flows")
    assert (code, err) == (0, "")
    head, *lines = out.splitlines()
    assert head.split() == ["flow", "title", "where", "actors", "messages"]
    assert [line.split()[0] for line in lines] == list(flow_ids())
    line = next(line for line in lines if line.startswith("rfc3665-3.2 "))
    assert line.split("  ")[1].strip() == "Session Establishment Through Two Proxies"
    assert "RFC 3665 3.2" in line
    assert "Alice, Proxy 1, Proxy 2, Bob" in line
    assert line.endswith(" 23")


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_list_fits_the_terminal(columns: int) -> None:
    code, lines = on_terminal("flows", columns=columns)
    assert (code, len(lines)) == (0, 47)
    assert max(map(cells, lines)) <= columns
    assert siptrace("flows", "-w", str(columns)).out.splitlines() == lines


@pytest.mark.parametrize("words", [["--json"], ["-f", "json"]])
def test_the_list_as_data(words: list[str]) -> None:
    found = [json.loads(line) for line in siptrace("flows", *words).out.splitlines()]
    assert [item["flow"] for item in found] == list(flow_ids())
    assert [item["messages"] for item in found] == [len(flow(name).steps) for name in flow_ids()]
    assert found[0] == {
        "flow": "rfc3665-2.1",
        "title": "Successful New Registration",
        "document": "RFC 3665",
        "section": "2.1",
        "actors": [
            {"id": "bob", "label": "Bob", "role": "UA"},
            {"id": "server", "label": "SIP Server", "role": "registrar"},
        ],
        "messages": 4,
    }


FORMS = {
    "text": (["-w", "90"], render_text(LADDER, width=90)),
    "in a pipe": ([], render_text(LADDER, width=100)),
    "ascii": (["-f", "ascii", "-w", "60"], render_text(LADDER, width=60, ascii_only=True)),
    "without session descriptions": (["--no-sdp", "-w", "90"], render_text(LADDER, width=90, sdp=False)),
}


@pytest.mark.parametrize(("words", "drawn"), FORMS.values(), ids=FORMS)
def test_one_flow_is_drawn_as_any_ladder(words: list[str], drawn: str) -> None:
    assert siptrace("flows", "rfc3665-3.2", *words) == (0, drawn, "")


@pytest.mark.parametrize("words", [["--json"], ["-f", "json"]])
def test_one_flow_as_data(words: list[str]) -> None:
    assert json.loads(siptrace("flows", "rfc3665-3.2", *words).out) == ladder_object(LADDER)


def test_flows_of_ones_own_come_last_and_are_drawn_too(own: Path) -> None:
    lines = siptrace("flows", "--flows", str(own)).out.splitlines()
    assert len(lines) == 48
    assert lines[-1].split()[0] == "office-call"
    drawn = siptrace("flows", "office-call", "--flows", str(own)).out
    assert drawn.startswith("office-call: Call through our proxy\n2 messages\n")
    assert "F2" in drawn
    (found,) = (json.loads(line) for line in siptrace("flows", "--json", "--flows", str(own)).out.splitlines()[46:])
    assert (found["flow"], found["document"], found["section"]) == ("office-call", None, None)


NEAR = {
    "3.2": "the nearest: rfc3665-3.2.",
    "rfc3665-3.22": "the nearest: rfc3665-3.2, rfc3665-3.9, rfc3665-3.8, rfc3665-3.7.",
    "x": "`siptrace flows` lists them.",
    "": "`siptrace flows` lists them.",
}


@pytest.mark.parametrize(("flow_id", "hint"), NEAR.items())
def test_an_unknown_flow_is_told_with_those_near_it(flow_id: str, hint: str) -> None:
    assert siptrace("flows", flow_id) == (2, "", f"siptrace: There is no reference flow {flow_id!r}; {hint}\n")


def test_directories_without_flows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.mkdir()
    line = f"siptrace: {path}: holds no flows, which are files *.toml.\n"
    assert siptrace("flows", "--flows", str(path)) == (2, "", line)
    assert siptrace("flows", "--flows", str(path / "nowhere")).code == 2


def test_a_flow_that_cannot_be_read_is_told_with_its_line(own: Path) -> None:
    path = own / "bad.toml"
    path.write_text(OWN.replace("office-call", "bad").replace("bob  200", "bob  2x0"))
    code, out, err = siptrace("flows", "--flows", str(own))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"siptrace: {path}:8: ")


def test_two_flows_of_one_name_are_refused(own: Path) -> None:
    path = own / "z.toml"
    path.write_text(OWN)
    assert siptrace("flows", "--flows", str(own)) == (
        2,
        "",
        f"siptrace: {path}: there is another flow 'office-call'.\n",
    )
