"""Standard output: exact bytes, aligned columns, and no line wider than the terminal."""

from __future__ import annotations

import subprocess
from pathlib import Path
from subprocess import PIPE

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.cli.output import table
from siptrace.render.cells import cells, visible
from siptrace.render.text import MIN_WIDTH
from tests.cli.running import BUSY, CALL, CAPTURES, COMMAND, ROOT, on_terminal, siptrace

TEXTS = (st.text(max_size=30) | st.text(alphabet="日🎉e\u0301", max_size=30)).map(visible)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=8)


@given(ROWS, st.none() | st.integers(5, 120))
def test_columns_are_aligned_and_within_the_limit(rows: list[tuple[str, ...]], limit: int | None) -> None:
    lines = table(("one", "two", "n"), rows, right=(2,), elastic=(1,), limit=limit).removesuffix("\n").split("\n")
    assert len(lines) == len(rows) + 1
    if limit is not None:
        assert max(map(cells, lines)) <= limit
    ends = {cells(line) for line, row in zip(lines[1:], rows, strict=True) if row[2].strip()}
    if limit is None:
        assert len(ends) <= 1 or any(row[2].endswith(" ") for row in rows), "the right column ends in one place"


def test_elastic_columns_give_way_before_others() -> None:
    rows = [("a" * 20, "b" * 30)]
    assert table(("x", "y"), rows, elastic=(1,), limit=40) == f"x{' ' * 21}y\n{'a' * 20}  {'b' * 17}…\n"
    assert table(("x", "y"), rows, elastic=(1,), limit=None) == f"x{' ' * 21}y\n{'a' * 20}  {'b' * 30}\n"


def test_a_table_of_nothing_is_its_heads() -> None:
    assert table(("x", "y"), [], limit=80) == "x  y\n"


@pytest.mark.parametrize("columns", [40, 80, 132])
@pytest.mark.parametrize("words", [["calls"], ["messages"], ["ladder"], ["ladder", "-f", "ascii"]], ids=" ".join)
def test_nothing_wraps_on_a_terminal(words: list[str], columns: int) -> None:
    code, lines = on_terminal(*words, str(CAPTURES / "rfc3665-3.2.tcp6.pcap"), BUSY, columns=columns)
    assert code == 0
    assert len(lines) > 2
    assert max(map(cells, lines)) <= (max(columns, MIN_WIDTH) if words[0] == "ladder" else columns)


def test_a_ladder_takes_the_width_of_its_terminal_and_100_in_a_pipe() -> None:
    _, lines = on_terminal("ladder", CALL, columns=72)
    assert "\n".join(lines) + "\n" == siptrace("ladder", CALL, "-w", "72").out
    assert siptrace("ladder", CALL).out == siptrace("ladder", CALL, "-w", "100").out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("words", [["calls"], ["calls", "--json"], ["messages", "--csv"], ["ladder"]], ids=" ".join)
def test_a_full_disk_is_told_in_one_line(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *words, CALL], stdout=full, stderr=PIPE, text=True, cwd=ROOT, check=False)
    assert done.stderr == "siptrace: standard output: cannot be written: No space left on device\n"
    assert done.returncode == 2


def test_a_pipe_gets_whole_texts_and_utf_8_in_any_locale() -> None:
    found = siptrace("calls", BUSY, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "COLUMNS": "40"})
    assert (found.code, found.err) == (0, "")
    assert "alice@atlanta.example.com" in found.out
    assert "↺" in found.out.splitlines()[0]
