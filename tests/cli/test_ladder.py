"""`siptrace ladder`: the choice of calls, forms and widths."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from siptrace.correlate.judge import judge
from siptrace.ladder.build import build_ladder
from siptrace.ladder.matched import build_match_ladder
from siptrace.render.text import render_text
from siptrace.trace import open_trace
from tests.cli.running import CALL, CAPTURES, siptrace
from tests.ladder.matches import changed, written
from tests.render.test_json import ARROW, LADDER

if TYPE_CHECKING:
    from pathlib import Path

TWO = [str(CAPTURES / "rfc3665-2.1.udp4.pcap"), CALL]
CALLS = list(open_trace(*TWO).calls)
DRAWN = [render_text(build_ladder(call), width=90) for call in CALLS]


def test_every_call_is_drawn_with_an_empty_line_between() -> None:
    assert siptrace("ladder", *TWO, "-w", "90") == (0, "\n".join(DRAWN), "")


@pytest.mark.parametrize("option", ["--call", "-n"])
def test_one_call_by_number(option: str) -> None:
    assert siptrace("ladder", *TWO, "--width", "90", option, "2") == (0, DRAWN[1], "")


def test_one_call_by_call_id() -> None:
    assert siptrace("ladder", *TWO, "-w", "90", "--call-id", CALLS[1].call_ids[0]) == (0, DRAWN[1], "")


@pytest.mark.parametrize("option", ["--format", "-f"])
def test_ascii(option: str) -> None:
    drawn = render_text(build_ladder(CALLS[1]), width=90, ascii_only=True)
    assert siptrace("ladder", *TWO, "-w", "90", "-n", "2", option, "ascii") == (0, drawn, "")
    assert drawn.isascii()


def test_without_session_descriptions() -> None:
    shown, hidden = siptrace("ladder", CALL, "--sdp").out, siptrace("ladder", CALL, "--no-sdp").out
    assert hidden == "".join(line for line in shown.splitlines(keepends=True) if "PCMU" not in line)
    assert hidden.count("\n") == shown.count("\n") - 2


def test_json_is_one_ladder_a_line() -> None:
    code, out, err = siptrace("ladder", *TWO, "-f", "json")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [list(ladder) for ladder in found] == [list(LADDER)] * 2
    assert all(list(arrow) == list(ARROW) for ladder in found for arrow in ladder["arrows"])
    assert [len(ladder["arrows"]) for ladder in found] == [4, 6]


def test_text_and_json_show_the_same_arrows() -> None:
    (ladder,) = (json.loads(line) for line in siptrace("ladder", CALL, "-f", "json").out.splitlines())
    lines = [line for line in siptrace("ladder", CALL, "--no-sdp").out.splitlines() if "▶" in line or "◀" in line]
    assert [int(line.split()[0]) for line in lines] == [arrow["n"] for arrow in ladder["arrows"]]
    assert all(arrow["label"] in line for arrow, line in zip(ladder["arrows"], lines, strict=True))
    assert ["▶" in line for line in lines] == [arrow["from"] < arrow["to"] for arrow in ladder["arrows"]]


@pytest.fixture
def without_ack(tmp_path: Path) -> str:
    """Return a capture of a call whose 200 nobody acknowledges."""
    return str(written(tmp_path, changed("rfc3665-3.1", "removed", 4)))


@pytest.mark.parametrize("form", ["text", "ascii"])
def test_with_the_flow_as_text(without_ack: str, form: str) -> None:
    (call,) = open_trace(without_ack).calls
    drawn = render_text(build_match_ladder(judge(call)), width=90, ascii_only=form == "ascii")
    assert siptrace("ladder", without_ack, "--match", "-w", "90", "-f", form) == (0, drawn, "")
    ghosts = [line for line in drawn.splitlines() if "missing" in line]
    assert [line.split()[0] for line in ghosts] == ["F4"]


def test_with_the_flow_as_data(without_ack: str) -> None:
    found = json.loads(siptrace("ladder", without_ack, "--match", "-f", "json").out)
    assert [(arrow["n"], arrow["step"]) for arrow in found["arrows"]] == [
        (1, "F1"),
        (2, "F2"),
        (3, "F3"),
        (None, "F4"),
        (4, "F5"),
        (5, "F6"),
    ]
    assert found["arrows"][3]["marks"] == ["missing"]
    assert found["flow"] == "rfc3665-3.1"


def test_every_call_is_held_against_its_own_flow() -> None:
    out = siptrace("ladder", *TWO, "--match", "-w", "90", "-f", "json").out
    found = [json.loads(line) for line in out.splitlines()]
    assert [len(ladder["arrows"]) for ladder in found] == [4, 6]
    assert all("flow" in ladder for ladder in found)


def test_text_and_json_show_the_same_arrows_with_the_flow(without_ack: str) -> None:
    (ladder,) = (json.loads(line) for line in siptrace("ladder", without_ack, "--match", "-f", "json").out.splitlines())
    lines = siptrace("ladder", without_ack, "--match", "--no-sdp").out.splitlines()
    shown = [line for line in lines if re.search(r"F\d  .*[▶◀]", line)]
    assert [re.findall(r"F\d", line) for line in shown] == [[arrow["step"]] for arrow in ladder["arrows"]]
    assert all(arrow["label"] in line for arrow, line in zip(ladder["arrows"], shown, strict=True))


def test_flows_of_ones_own_are_held_against_too(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    steps = "F1  a -> b  INVITE | offer\nF2  a <- b  180 Ringing\nF3  a <- b  200 OK | answer\nF4  a -> b  ACK\n"
    bye = "event  They say goodbye\nF5  a <- b  BYE\nF6  a -> b  200 OK\n"
    actors = "actors.a = ['Phone A', 'UA']\nactors.b = ['Phone B', 'UA']\n"
    path.write_text(f"id = 'own'\ntitle = 'Ours'\n{actors}steps = '''\n{steps}{bye}'''\n")
    found = json.loads(siptrace("ladder", CALL, "--match", "--flows", str(tmp_path), "-f", "json").out)
    assert "own" in (found["flow"], *found["ties"])


def test_flows_without_match_are_refused(tmp_path: Path) -> None:
    code, out, err = siptrace("ladder", CALL, "--flows", str(tmp_path))
    assert (code, out, err) == (2, "", "siptrace: --flows is of use with --match only.\n")
