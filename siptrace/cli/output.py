"""All of standard output: data, byte-exact, and nothing else.

Text is written as UTF-8 whatever the locale says, because a ladder of question marks helps nobody and data must not
depend on the terminal. A reader that goes away (`siptrace calls x.pcap | head`) ends the program quietly.
"""

from __future__ import annotations

import os
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

from siptrace.errors import ExitCode, OutputError
from siptrace.render.cells import cells, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from siptrace.trace import Trace

__all__ = ["aligned", "page_width", "table", "width", "write", "write_bytes", "write_csv", "write_json"]


def write(text: str) -> None:
    """Write text to standard output as UTF-8."""
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are; raises OutputError when the system refuses, as a full disk does."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Point the descriptor elsewhere, so that the interpreter's own flush at exit does not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise SystemExit(ExitCode.DONE) from None
        raise OutputError(f"standard output: cannot be written: {error.strerror}") from None


def write_json(objects: Iterable[Mapping[str, Any]], *, at_once: int = 200) -> None:
    """Write one JSON object a line, some lines at a time."""
    from siptrace.render.json import json_line  # noqa: PLC0415  (text needs none)

    lines: list[str] = []
    for item in objects:
        lines.append(json_line(item))
        if len(lines) >= at_once:
            write("".join(lines))
            lines.clear()
    if lines:
        write("".join(lines))


def write_csv(trace: Trace, name: str, rows: Sequence[int] | None = None) -> None:
    """Write a table of a trace as CSV; `rows` are the indices from 0 of those to write."""
    from siptrace.export.csv import csv_lines  # noqa: PLC0415  (text needs none)
    from siptrace.export.registry import TABLES  # noqa: PLC0415

    for lines in csv_lines(TABLES[name], trace, rows):
        write(lines)


def width() -> int | None:
    """Return the terminal's width in cells, or None when standard output is no terminal."""
    if not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size  # noqa: PLC0415  (brings every kind of compression along)

    return get_terminal_size().columns


_PIPE_WIDTH = 100
"""Columns when standard output is no terminal: what a ticket shows without wrapping."""


def page_width() -> int:
    """Return how wide drawings and texts are: as wide as the terminal, or what fits a ticket."""
    return width() or _PIPE_WIDTH


_NARROW = 8
"""A column gives way to this many cells before others have to."""


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Iterable[int] = (),
    elastic: Sequence[int] = (),
    limit: int | None,
) -> str:
    """Return rows as aligned columns under their heads; `right` columns are right-aligned.

    With a `limit` in cells, the `elastic` columns give way first, the widest of them ahead, then all others; where
    that is not enough, lines are cut.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    return "".join(aligned(heads, columns, right=right, elastic=elastic, limit=limit))


def aligned(
    heads: Sequence[str],
    columns: Iterable[Sequence[str]],
    *,
    right: Iterable[int] = (),
    elastic: Sequence[int] = (),
    limit: int | None,
    at_once: int = 2000,
) -> Iterator[str]:
    """Yield columns under their heads, as `table` does with rows, some lines at a time: a list may have 100,000."""
    columns = [[head, *column] for head, column in zip(heads, columns, strict=True)]
    even = [_is_even(column) for column in columns]
    widths = [max(map(len if each else cells, column)) for each, column in zip(even, columns, strict=True)]
    full = list(widths)
    if limit is not None:
        _narrow(widths, elastic, limit - 2 * (len(widths) - 1))
        _narrow(widths, range(len(widths)), limit - 2 * (len(widths) - 1))
    rights = set(right)
    columns = [
        column if wide >= whole else [fit(text, wide) for text in column]
        for column, wide, whole in zip(columns, widths, full, strict=True)
    ]
    shaped = zip(columns, widths, even, strict=True)
    fitted = [_fitted(column, wide, each, i in rights) for i, (column, wide, each) in enumerate(shaped)]
    line = "  ".join(form for form, _ in fitted)
    rows = zip(*(column for _, column in fitted), strict=True)
    while lines := [(line % cut).rstrip() for cut in islice(rows, at_once)]:
        if limit is not None:
            lines = [fit(line, limit) for line in lines]
        lines.append("")
        yield "\n".join(lines)


def _is_even(column: Sequence[str]) -> bool:
    """Return whether every character takes one cell; a whole column at once, because a list may have 100,000 rows."""
    whole = "".join(column)
    return whole.isascii() or all(cells(char) == 1 for char in set(whole))


def _fitted(column: Sequence[str], wide: int, is_even: bool, right: bool) -> tuple[str, Sequence[str]]:
    """Return texts of at most so many cells, and the form (for `%`) that fills them up with blanks."""
    if is_even:
        return f"%{wide}s" if right else f"%-{wide}s", column
    blanks = [" " * (wide - cells(text)) for text in column]
    return "%s", [blank + text if right else text + blank for text, blank in zip(column, blanks, strict=True)]


def _narrow(widths: list[int], columns: Sequence[int], room: int) -> None:
    """Take cells from the widest of some columns until all columns together fit into the room."""
    while columns and sum(widths) > room:
        widest = max(columns, key=widths.__getitem__)
        if widths[widest] <= _NARROW:
            return
        widths[widest] -= 1
