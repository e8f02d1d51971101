"""The formats of tables: found by the end of a file's name, and each writes what its reader reads."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from siptrace.export.csv import csv_lines
from siptrace.export.formats import FORMATS, format_of, write_table
from siptrace.export.registry import TABLES
from tests.export.traces import opened


def written(form: str, rows: list[int] | None = None) -> bytes:
    """Return the calls of the logs in a format."""
    file = io.BytesIO()
    write_table(opened("all flows"), "calls", form, file, rows)
    return file.getvalue()


def test_a_format_is_found_by_the_end_of_a_name() -> None:
    assert [format_of(f"a.b/C{one.suffix.upper()}") for one in FORMATS.values()] == list(FORMATS.values())
    assert [format_of(name) for name in ("x", "x.json.gz", "json", "x.svg", "-")] == [None] * 5


@pytest.mark.parametrize("rows", [None, [3, 1]])
def test_every_format_holds_the_same_calls(rows: list[int] | None) -> None:
    calls = [row[0] for row in TABLES["calls"].rows(opened("all flows"), rows)]
    assert [item["call"] for item in json.loads(written("json", rows))] == calls
    assert [json.loads(line)["call"] for line in written("jsonl", rows).splitlines()] == calls
    assert pd.read_csv(io.BytesIO(written("csv", rows)))["call"].tolist() == calls
    assert pd.read_parquet(io.BytesIO(written("parquet", rows)))["call"].tolist() == calls


def test_text_is_utf_8_and_what_is_no_text_says_so() -> None:
    assert written("csv") == "".join(csv_lines(TABLES["calls"], opened("all flows"))).encode()
    assert {name for name, one in FORMATS.items() if not one.is_text} == {"parquet"}
