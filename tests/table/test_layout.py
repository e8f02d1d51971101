"""The row of integers: every place is used once, and a row is as long as its last text."""

from __future__ import annotations

from siptrace.table import layout
from siptrace.table.columns import COLUMNS

NUMBERS = ("TIME", "FRAME", "OFFSET", "LENGTH", "STATUS", "CSEQ", "VIAS", "FLAGS", "ADDRESS", "ADDRESS_BYTES", "PORTS")


def test_every_place_of_a_row_has_one_meaning() -> None:
    places = [getattr(layout, name) for name in NUMBERS]
    places += [place + part for place in layout.TEXTS.values() for part in range(3)]
    assert sorted(places) == list(range(layout.ROW))


def test_endpoints_are_the_last_texts() -> None:
    assert sorted(layout.TEXTS.values())[-2:] == [layout.SRC, layout.DST]


def test_every_column_comes_from_a_row_or_from_the_window() -> None:
    assert {*layout.NUMBERS, *layout.TEXTS, "source", "transport"} == set(COLUMNS)
    assert not set(layout.NUMBERS) & set(layout.TEXTS)
