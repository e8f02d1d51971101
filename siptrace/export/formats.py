"""The formats of tables: their names, the ends of file names, and who writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from siptrace.export.csv import csv_lines
from siptrace.export.lines import json_array, json_lines
from siptrace.export.registry import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.trace import Trace

__all__ = ["FORMATS", "Format", "format_of", "write_table"]


class Format(NamedTuple):
    """A format: its name, the end of a file's name that stands for it, and what it is."""

    name: str
    suffix: str
    meaning: str
    is_text: bool = True


FORMATS = {
    one.name: one
    for one in (
        Format("json", ".json", "an array of JSON objects, one a line"),
        Format("jsonl", ".jsonl", "one JSON object a line"),
        Format("csv", ".csv", "comma-separated values, for spreadsheets"),
        Format("parquet", ".parquet", "typed columns, for pandas and DuckDB", is_text=False),
    )
}
"""Every format by its name."""


def format_of(path: str) -> Format | None:
    """Return the format that the end of a file's name stands for, None for none."""
    return next((one for one in FORMATS.values() if path.lower().endswith(one.suffix)), None)


def write_table(trace: Trace, name: str, form: str, file: BinaryIO, rows: Sequence[int] | None = None) -> None:
    """Write a table of `TABLES` in a format of `FORMATS`; `rows` are the indices from 0 of those that it is to have.

    Raises MissingTool for Parquet where pandas or pyarrow is not installed.
    """
    if form == "parquet":
        from siptrace.export.parquet import write_parquet  # noqa: PLC0415  (text needs no pandas)

        write_parquet(trace, name, file, rows)
        return
    file.writelines(text.encode("utf-8", "backslashreplace") for text in _text(trace, name, form, rows))


def _text(trace: Trace, name: str, form: str, rows: Sequence[int] | None) -> Iterator[str]:
    """Return a table as text, piece by piece."""
    if form == "csv":
        return csv_lines(TABLES[name], trace, rows)
    return (json_array if form == "json" else json_lines)(trace, name, rows)
