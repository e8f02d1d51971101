"""Parquet files, read back by pandas and by DuckDB, with the types that docs/data.md names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet
import pytest

from siptrace import __version__
from siptrace.export.column import Type
from siptrace.export.parquet import write_parquet
from siptrace.export.registry import TABLES
from siptrace.export.tables import frame
from siptrace.render.times import iso
from tests.export.traces import NAMES, opened

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
IN_DUCKDB = dict(re.findall(r"^\| `([^`]+)` \| `([A-Z_\[\] ]+)` \|", PAGE, re.MULTILINE))

each_table = pytest.mark.parametrize("table", TABLES)
each_trace = pytest.mark.parametrize("name", NAMES)


def ask(query: str) -> list[tuple[Any, ...]]:
    """Return what DuckDB answers."""
    relation = duckdb.sql(query)
    assert relation is not None
    return relation.fetchall()


def written(name: str, table: str, folder: Path) -> str:
    """Write a table of a trace; return the path."""
    path = folder / "x.parquet"
    with path.open("wb") as file:
        write_parquet(opened(name), table, file)
    return str(path)


@each_table
@each_trace
def test_pandas_reads_the_frame_that_was_written(name: str, table: str, tmp_path: Path) -> None:
    found, back = frame(opened(name), table), pd.read_parquet(written(name, table, tmp_path))
    assert {key: str(dtype) for key, dtype in back.dtypes.items()} == {c.name: c.type for c in TABLES[table].columns}
    for column in TABLES[table].columns:
        # What a file does not keep: arrays for lists, where pandas 2 has its texts, the type of no category.
        own = found[column.name].dtype
        back[column.name] = back[column.name].map(list) if column.type is Type.LIST else back[column.name].astype(own)
    pd.testing.assert_frame_equal(back, found)


@each_table
@each_trace
def test_duckdb_has_the_documented_types(name: str, table: str, tmp_path: Path) -> None:
    path = written(name, table, tmp_path)
    types = ask(f"describe from '{path}'")
    assert {row[0]: row[1] for row in types} == {c.name: IN_DUCKDB[c.type] for c in TABLES[table].columns}


@each_table
@each_trace
def test_duckdb_reads_the_values(name: str, table: str, tmp_path: Path) -> None:
    path, columns = written(name, table, tmp_path), TABLES[table].columns
    wanted = ", ".join(f'epoch_ns("{c.name}")' if c.type.startswith("datetime") else f'"{c.name}"' for c in columns)
    found = ask(f"select {wanted} from '{path}'")  # noqa: S608  (names of our own)
    times = [at for at, c in enumerate(columns) if c.type.startswith("datetime")]
    rows = [tuple(iso(value) if at in times else value for at, value in enumerate(row)) for row in found]
    assert rows == list(TABLES[table].rows(opened(name)))


@each_table
def test_every_field_says_what_it_means(table: str, tmp_path: Path) -> None:
    schema = pyarrow.parquet.read_schema(written("all logs", table, tmp_path))
    for column in TABLES[table].columns:
        about = schema.field(column.name).metadata
        assert about[b"description"].decode() == column.meaning
        assert about.get(b"unit", b"").decode() == column.unit
    assert schema.metadata[b"siptrace.table"].decode() == table
    assert schema.metadata[b"siptrace.version"].decode() == __version__


def test_rows_can_be_chosen(tmp_path: Path) -> None:
    with (tmp_path / "x.parquet").open("wb") as file:
        write_parquet(opened("all flows"), "calls", file, [4, 2])
    assert pd.read_parquet(tmp_path / "x.parquet")["call"].tolist() == [5, 3]
