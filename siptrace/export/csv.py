"""CSV files that people open in spreadsheets: no cell starts a formula, and no control character gets through.

The first line has the names of the columns, lines end with LF, texts are UTF-8, times ISO 8601 in UTC; yes and no are
`true` and `false`, a list is its texts with a blank between two, and what is missing is an empty cell.

A text that a spreadsheet may take for a formula gets an apostrophe in front, and so does one that begins with an
apostrophe itself, so that without its first apostrophe every text is what it was. Spreadsheets of many countries cut
lines at semicolons, which SIP is full of, so what stands behind one is treated like the beginning of a cell. Numbers
are ours and stay numbers.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from siptrace.export.column import Type
from siptrace.patterns import pattern
from siptrace.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from siptrace.export.column import Table
    from siptrace.trace import Trace

__all__ = ["csv_lines", "safe"]

_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What begins a formula, also in the wide form that some spreadsheets take for the same (U+FF1D and others)."""

_FIRST = pattern(f"[ \"]*['{_STARTS}]")
_BEHIND = pattern(f'(;[ "]*)(?=[{_STARTS}])')
"""Blanks and quotation marks are passed over, because some readers drop them."""

_AT_ONCE = 2000
"""Rows: enough that a text which many have is looked at once, few enough to take no memory."""


def safe(text: str) -> str:
    """Return a text as a cell that a spreadsheet shows and does not run."""
    text = visible(text)
    if ";" in text:
        text = _BEHIND.sub("\\1'", text)
    return "'" + text if _FIRST.match(text) else text


def _cell(value: Any) -> Any:
    """Return a plain value as `csv` writes it."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe(" ".join(value)) if isinstance(value, list) else value


def _cells(values: list[Any], kind: Type) -> list[Any]:
    """Return the plain values of a column as `csv` writes them; a text that is there often is looked at once."""
    if kind in (Type.TEXT, Type.REPEATED):
        cells = {value: _cell(value) for value in set(values)}
        return [cells[value] for value in values]
    return list(map(_cell, values)) if kind in (Type.LIST, Type.FLAG) else values


def csv_lines(table: Table, trace: Trace, rows: Sequence[int] | None = None) -> Iterator[str]:
    """Yield a table as CSV, some lines at a time; `rows` are the indices from 0 of those that it is to have."""
    yield _written([table.names()])
    kinds = [column.type for column in table.columns]
    for block in table.blocks(trace, rows, at_once=_AT_ONCE):
        yield _written(zip(*map(_cells, block, kinds), strict=True))


def _written(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows of cells as lines."""
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows(rows)
    return held.getvalue()
