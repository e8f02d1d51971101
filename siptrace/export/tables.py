"""Frames of pandas, with the documented columns and types: the only door to pandas and pyarrow.

A column is made from the trace's arrays as a whole: each distinct text is read once, and no object is made a message.
What is in a frame is a copy, so the trace and the frame do not depend on each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siptrace.errors import MissingTool
from siptrace.export.column import Flags, Lists, Moments, Numbers, Reals, Type, Words
from siptrace.export.registry import TABLES

try:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise MissingTool(
        f"Frames and Parquet need pandas and pyarrow ({error.name} is missing): pip install 'siptrace[data]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from siptrace.export.column import Column, Values
    from siptrace.trace import Trace

__all__ = ["frame", "pa", "pq"]

_INTEGERS = {"b": np.int8, "B": np.uint8, "h": np.int16, "i": np.int32, "q": np.int64}


def frame(trace: Trace, name: str, rows: Sequence[int] | None = None) -> pd.DataFrame:
    """Return the table with a name in `TABLES`; `rows` are the indices from 0 of those that it is to have."""
    table = TABLES[name]
    chosen = np.arange(table.count(trace)) if rows is None else np.asarray(rows, np.int64)
    return pd.DataFrame({column.name: _series(column, column.read(trace), chosen) for column in table.columns})


def _series(column: Column, values: Values, rows: NDArray[Any]) -> Any:
    """Return the values of a column in some rows, as pandas keeps columns of its type."""
    match values:
        case Numbers():
            return _numbers(values, rows, maybe=column.type is Type.MAYBE_NUMBER)
        case Reals():
            return np.array(values.values, np.float64)[rows]
        case Flags():
            return (_integers(values.values)[rows] & values.mask) != 0
        case Moments():
            times = _integers(values.values).astype(np.int64)[rows].view("datetime64[ns]")  # NO_TIME is NaT
            return pd.DatetimeIndex(times).tz_localize("UTC")
        case Words():
            return _texts(values, rows, repeated=column.type is Type.REPEATED)
        case Lists():
            return pd.Series(values.plain(rows.tolist()), dtype="object")


def _integers(values: Sequence[int]) -> NDArray[Any]:
    """Return integers as an array; that of an `array.array` shares its memory for as long as it is looked at."""
    code = "B" if isinstance(values, bytearray) else getattr(values, "typecode", "")
    if code:
        return np.frombuffer(values, _INTEGERS[code]) if len(values) else np.empty(0, _INTEGERS[code])  # type: ignore[call-overload]
    return np.array(values, np.int64)


def _numbers(values: Numbers, rows: NDArray[Any], *, maybe: bool) -> Any:
    """Return whole numbers; those that may be missing as an array with a mask."""
    found = _integers(values.values)[rows]
    numbers = found.astype(np.int64) + values.plus
    return pd.arrays.IntegerArray(numbers, found == values.missing) if maybe else numbers


def _texts(values: Words, rows: NDArray[Any], *, repeated: bool) -> Any:
    """Return texts, each distinct one read once: as categories where rows repeat them, else as strings of Arrow."""
    numbers, places = np.unique(_integers(values.numbers)[rows], return_inverse=True)
    texts = [values.text(number) for number in numbers.tolist()]
    if not repeated:
        return pd.array(pa.array(texts, pa.large_string()).take(pa.array(places)), dtype=pd.StringDtype("pyarrow"))
    # Different numbers may read the same: methods of one kind, bytes that become equal escapes.
    known = {text: number for number, text in enumerate(dict.fromkeys(text for text in texts if text is not None))}
    codes = np.array([-1 if text is None else known[text] for text in texts], np.int64)
    return pd.Categorical.from_codes(codes[places], categories=pd.Index(list(known), dtype=str))
