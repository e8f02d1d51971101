"""Which calls an expression selects, also when others were dropped before, and when the file has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from siptrace.errors import UnreadableInput
from siptrace.filters.problem import FilterError
from siptrace.trace import open_trace
from siptrace.tui.selection import select
from tests.tui.driving import PATHS, trace


def test_an_expression_selects_of_what_was_kept() -> None:
    found = trace()
    assert list(select(found, "", None).calls) == [0, 1, 2, 3, 4, 5]
    assert list(select(found, "", {4, 2}).calls) == [2, 4]
    assert list(select(found, "state == completed", None).calls) == [0, 1, 2, 3]
    assert list(select(found, "state == completed", {5, 4, 3}).calls) == [3]
    with pytest.raises(FilterError):
        select(found, "stat == completed", None)


def test_a_file_that_was_cut_is_told_when_messages_are_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes())
    found = open_trace(path)
    assert select(found, "body contains audio", None) == ([0], "")
    path.write_bytes(path.read_bytes()[:-300])
    assert select(found, "state == completed", None) == ([0], "")
    assert "shorter than it was" in select(found, "body contains audio", None).trouble


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes())
    found = open_trace(path)
    path.unlink()
    with pytest.raises(UnreadableInput):
        select(found, "body contains audio", None)
