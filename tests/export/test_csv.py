"""CSV: any reader has the same cells, and no spreadsheet runs one."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siptrace.export.column import Type
from siptrace.export.csv import csv_lines, safe
from siptrace.export.registry import TABLES
from siptrace.render.cells import visible
from tests.export.traces import NAMES, opened

if TYPE_CHECKING:
    from siptrace.trace import Trace

FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""What OWASP names, with the wide forms."""

NASTY = st.text(alphabet="=+-@'\"|;, \t\r\n\uff1d\uff0b\uff0d\uff20\u200b\u3000\xa0aé1日", max_size=12) | st.text(
    max_size=20
)

each_table = pytest.mark.parametrize("table", TABLES)


def csv_of(trace: Trace, table: str, rows: list[int] | None = None) -> str:
    """Return a table as CSV."""
    return "".join(csv_lines(TABLES[table], trace, rows))


def cells(text: str, separator: str = ",") -> list[list[str]]:
    """Return the cells as a reader with this separator sees them."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def cell(value: Any) -> str:
    """Return what should stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return json.dumps(value)
    return (
        str(value)
        if not isinstance(value, str | list)
        else safe(" ".join([value] if isinstance(value, str) else value))
    )


@each_table
@pytest.mark.parametrize("name", NAMES)
def test_the_cells_are_the_values_of_the_rows(name: str, table: str) -> None:
    trace = opened(name)
    head, *rows = cells(csv_of(trace, table))
    assert head == TABLES[table].names()
    assert rows == [list(map(cell, row)) for row in TABLES[table].rows(trace)]


@each_table
@pytest.mark.parametrize("name", ["all flows", "all logs"])
def test_pandas_reads_the_same_values(name: str, table: str) -> None:
    trace = opened(name)
    found = pd.read_csv(io.StringIO(csv_of(trace, table)), keep_default_na=False, na_values=[""])
    for column, values in zip(TABLES[table].columns, zip(*TABLES[table].rows(trace), strict=True), strict=True):
        back = [None if pd.isna(value) else value for value in found[column.name].tolist()]
        if column.type in (Type.TEXT, Type.REPEATED, Type.LIST, Type.TIME):
            assert [value or "" for value in back] == [cell(value) for value in values]
        else:
            assert back == list(values)


@given(NASTY)
@example("=1+1")
@example(" =1")
@example("\t=1")
@example("\u3000=1")
@example("\uff1d1")
@example('a";=1')
@example("a; =1;=2")
@example("'=1")
def test_no_cell_starts_a_formula(text: str) -> None:
    shown = safe(text)
    assert shown.isprintable()
    assert not any(part.lstrip(' "').startswith(tuple(FORMULA)) for part in shown.split(";"))


@given(st.lists(NASTY, min_size=1, max_size=4))
@example([';"=1'])
@example(['a;""', '=1;"', ';" "=1'])
def test_nor_does_one_in_a_line_whatever_the_separator_of_the_reader(texts: list[str]) -> None:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerow(["1", *map(safe, texts)])
    for separator in (",", ";", "\t"):
        for row in cells(held.getvalue(), separator):
            assert not [found for found in row if found.lstrip(' "\n').startswith(tuple(FORMULA))]


@given(NASTY)
def test_without_its_apostrophe_a_text_is_what_it_was(text: str) -> None:
    shown = safe(text)
    if ";" not in text:
        assert shown.removeprefix("'") == visible(text)
    assert len(shown) - len(visible(text)) <= 1 + text.count(";")


def test_plain_texts_stay_as_they_are() -> None:
    for text in ("", "sip:+4930123@example.com;user=phone", "a-b=c", "日本", "INVITE", "192.0.2.1:5060", "a;b; c"):
        assert safe(text) == text


def test_numbers_stay_numbers() -> None:
    trace = opened("odd texts")
    head, *rows = cells(csv_of(trace, "messages"))
    statuses = [row[head.index("status")] for row in rows]
    assert "4294967301" in statuses
    assert [row[head.index("n")] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]


def test_hostile_texts_of_a_trace_are_harmless() -> None:
    text = csv_of(opened("odd texts"), "messages")
    assert text.replace("\n", "").isprintable()
    for separator in (",", ";"):
        assert not [c for row in cells(text, separator) for c in row if c.lstrip(' "').startswith(tuple(FORMULA))]


def test_lines_come_in_pieces_and_rows_can_be_chosen() -> None:
    trace = opened("all flows")
    pieces = list(csv_lines(TABLES["messages"], trace, [0] * 10_000))
    assert len(pieces) > 2
    assert max(piece.count("\n") for piece in pieces) < 5000
    whole = csv_of(trace, "messages").splitlines()
    assert csv_of(trace, "messages", [4, 0]).splitlines() == [whole[0], whole[5], whole[1]]
