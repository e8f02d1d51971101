"""Parquet files: the frames of `siptrace.export.tables` with what their columns mean.

Every field carries `unit` and `description` as metadata, the file the table's name and the version of siptrace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from siptrace import __version__
from siptrace.export.column import Type
from siptrace.export.registry import TABLES
from siptrace.export.tables import frame, pa, pq

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.export.column import Column
    from siptrace.trace import Trace

__all__ = ["write_parquet"]

_TYPES = {
    Type.NUMBER: pa.int64(),
    Type.MAYBE_NUMBER: pa.int64(),
    Type.REAL: pa.float64(),
    Type.FLAG: pa.bool_(),
    Type.TIME: pa.timestamp("ns", "UTC"),
    Type.TEXT: pa.large_string(),
    Type.REPEATED: pa.dictionary(pa.int32(), pa.string()),
    Type.LIST: pa.list_(pa.string()),
}


def _field(column: Column) -> pa.Field:
    """Return the field of a column, with its documentation."""
    about = {"description": column.meaning} | ({"unit": column.unit} if column.unit else {})
    return pa.field(column.name, _TYPES[column.type], metadata=about)


def write_parquet(trace: Trace, name: str, file: BinaryIO, rows: Sequence[int] | None = None) -> None:
    """Write the table with a name in `TABLES` to a file; `rows` are the indices from 0 of those that it is to have."""
    schema = pa.schema([_field(column) for column in TABLES[name].columns])
    table = pa.Table.from_pandas(frame(trace, name, rows), schema=schema, preserve_index=False)
    about = {"siptrace.table": name, "siptrace.version": __version__}
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **about}), file, compression="zstd")
