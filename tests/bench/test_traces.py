"""Traces of the benchmark: each kind is made, and a wrong answer of siptrace is seen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bench import traces
from bench.traces import CORNERS, SMALL, Kind, Made, make
from tests.cli.running import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {name: Kind(40, name=file, words=words) for name, (file, words) in CORNERS.items()}


@pytest.fixture(autouse=True)
def this_siptrace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "siptrace", lambda: COMMAND)


@pytest.mark.parametrize("kind", [Kind(40), Kind(40, rtp=2), SMALL, *KINDS.values()], ids=lambda kind: kind.file)
def test_siptrace_gives_the_totals_of_every_kind(kind: Kind, tmp_path: Path) -> None:
    made = make(tmp_path, kind, {})
    assert made.mistakes == ()
    assert made.path.stat().st_size == made.totals["file_bytes"]
    assert "equals the totals" in made.described()


def test_the_small_trace_has_ten_messages(tmp_path: Path) -> None:
    assert make(tmp_path, SMALL, {}).messages == 10


def test_a_trace_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[Kind, Made] = {}
    first = make(tmp_path, SMALL, known)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert make(tmp_path, SMALL, known) is first


def test_a_wrong_answer_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"messages": 9, "call_ids": 1, "retransmissions": 0, "states": {"busy": 1}}
    monkeypatch.setattr(traces, "_answer", lambda _: said)
    made = make(tmp_path, SMALL, {})
    assert made.mistakes == ("messages 9 instead of 10",)
    assert made.described().endswith("siptrace is WRONG: messages 9 instead of 10")


def test_no_two_kinds_share_a_file() -> None:
    kinds = [Kind(40), Kind(40, rtp=2), *KINDS.values()]
    assert len({kind.file for kind in kinds}) == len(kinds)
