"""The head of the list: how far reading is, and what is left out where there is no room."""

from __future__ import annotations

import pytest

from siptrace.trace import Progress
from siptrace.tui.calls_head import fitted, named, reading_text, totals
from siptrace.tui.columns import CallRows
from tests.tui.driving import trace


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (None, "reading ..."),
        (Progress(0, 1000, 0), "reading ░░░░░░░░░░░░░░░░ 0%, 0 messages"),
        (Progress(340, 1000, 12_345), "reading █████░░░░░░░░░░░ 34%, 12,345 messages"),
        (Progress(1000, 1000, 99), "finding the calls of 99 messages ..."),
        (Progress(1200, 1000, 99), "finding the calls of 99 messages ..."),
        (Progress(340, None, 7), "reading, 7 messages"),
    ],
)
def test_how_far_reading_is(progress: Progress | None, text: str) -> None:
    assert reading_text(progress) == text


def test_names_of_many_files_and_long_ones() -> None:
    assert named(["a.pcap"]) == "a.pcap"
    assert named(["a.pcap", "b.pcap", "c.pcap"]) == "a.pcap and 2 more"
    assert named(["x" * 99 + ".pcap"]) == "…" + "x" * 34 + ".pcap"


def test_totals() -> None:
    rows = CallRows(trace())
    messages = f"{len(rows.table)} messages"
    assert totals(rows, shown=5, marked=0, kept=None) == ["6 calls (5 shown)", "", "2 unsuccessful", "", messages]
    assert totals(rows, shown=2, marked=1, kept=3)[:2] == ["6 calls (3 kept, 2 shown)", "1 selected"]


@pytest.mark.parametrize(("room", "text"), [(99, "abc  de  fgh"), (12, "abc  de  fgh"), (11, "abc  de"), (1, "abc")])
def test_what_does_not_fit_is_left_out_whole(room: int, text: str) -> None:
    assert fitted(["abc", "", "de", "fgh"], room) == text
