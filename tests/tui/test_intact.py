"""Files that change while they are open: one sentence, and nothing is shown that was not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from siptrace.trace import open_trace
from siptrace.tui.intact import last_rows, trouble_with
from tests.tui.driving import PATHS

CONTENT = Path(PATHS[1]).read_bytes()
OTHER = Path(PATHS[2]).read_bytes()

CHANGES = {
    "nothing": (CONTENT, ""),
    "longer": (CONTENT + CONTENT[24:], ""),
    "cut": (CONTENT[:-20], "shorter than it was"),
    "empty": (b"", "shorter than it was"),
    "another one": (OTHER, "another one than that which was read"),
    "gone": (None, "cannot be read any more"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_became_of_a_file_is_said_with_its_name(change: str, tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    path.write_bytes(CONTENT)
    found = open_trace(path)
    after, text = CHANGES[change]
    path.unlink() if after is None else path.write_bytes(after)
    trouble = trouble_with(found, range(len(found.table)))
    assert text in trouble
    assert trouble.startswith(str(path)) == bool(text)


def test_a_cut_does_no_harm_to_what_lies_before_it_nor_to_other_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a.pcap", tmp_path / "b.pcap"]
    for path, content in zip(paths, (CONTENT, OTHER), strict=True):
        path.write_bytes(content)
    found = open_trace(*paths)
    last = last_rows(found)
    assert sorted(found.table.source[row] for row in last) == [0, 1]
    paths[0].write_bytes(CONTENT[:-20])
    broken = [row for row in range(len(found.table)) if trouble_with(found, [row])]
    assert len(broken) == 1
    assert broken[0] in last
    assert trouble_with(found, last)


def test_a_deleted_file_that_was_looked_at_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    path.write_bytes(CONTENT)
    found = open_trace(path)
    assert not trouble_with(found, [0])
    path.unlink()
    assert not trouble_with(found, range(len(found.table)))
