"""Where ladders go: drawn for the terminal they are on, one after the other, or as data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from siptrace.cli.drawing import Drawing, write_ladders
from siptrace.correlate.model import flow
from siptrace.ladder.flow import build_flow_ladder
from siptrace.render.cells import cells
from siptrace.render.text import render_text
from tests.cli.running import CALL, TWO_CALLS, on_terminal, siptrace

LADDERS = [build_flow_ladder(flow(flow_id)) for flow_id in ("rfc3665-2.1", "rfc3665-3.1")]


@pytest.mark.parametrize("form", ["text", "ascii"])
def test_an_empty_line_stands_between_two(form: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_ladders(LADDERS, Drawing(form, 70))
    drawn = [render_text(one, width=70, ascii_only=form == "ascii") for one in LADDERS]
    assert capsysbinary.readouterr().out.decode() == "\n".join(drawn)


def test_json_is_an_object_a_line(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_ladders(LADDERS, Drawing("json"))
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


needs_dot = pytest.mark.skipif(shutil.which("neato") is None, reason="graphviz is not installed")


@needs_dot
@pytest.mark.parametrize(("name", "start"), [("x.svg", b"<svg"), ("x.PNG", b"\x89PNG"), ("x.pdf", b"%PDF-")])
def test_the_name_of_a_file_says_what_to_draw(name: str, start: bytes, tmp_path: Path) -> None:
    done = siptrace("ladder", CALL, "-o", str(tmp_path / name))
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_format_that_is_named_counts_more(tmp_path: Path) -> None:
    assert siptrace("flows", "rfc3665-2.1", "-o", str(tmp_path / "x.svg"), "-f", "json").code == 0
    assert json.loads((tmp_path / "x.svg").read_text())["flow"] == "rfc3665-2.1"


@pytest.mark.parametrize("name", ["x", "x.docx", "x.svgz"])
def test_a_name_that_says_nothing_is_refused(name: str, tmp_path: Path) -> None:
    done = siptrace("ladder", CALL, "-o", str(tmp_path / name))
    assert (done.code, done.out) == (2, "")
    assert "the end of the name says no format" in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["svg", "png", "mermaid"])
def test_a_picture_has_room_for_one_call(form: str, tmp_path: Path) -> None:
    done = siptrace("ladder", TWO_CALLS, "-f", form, "-o", str(tmp_path / "x"))
    assert (done.code, done.out) == (2, "")
    assert done.err == f"siptrace: One {form} file shows one call: choose it with --call N.\n"
    assert not list(tmp_path.iterdir())


def test_a_file_is_not_overwritten_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("mine")
    done = siptrace("ladder", CALL, "-o", str(path))
    assert done.code == 2
    assert "--force" in done.err
    assert path.read_text() == "mine"
    assert siptrace("ladder", CALL, "-o", str(path), "--force").code == 0
    assert path.read_text("utf-8") == siptrace("ladder", CALL, "-w", "100").out


def test_a_capture_that_is_read_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(Path(CALL).read_bytes())
    done = siptrace("ladder", str(path), "-o", str(path), "--force")
    assert done.code == 2
    assert path.read_bytes() == Path(CALL).read_bytes()


@needs_dot
def test_pixels_are_not_for_a_terminal() -> None:
    code, lines = on_terminal("ladder", CALL, "-f", "png", columns=80)
    assert code == 2
    assert "-o names a file" in " ".join(lines)
