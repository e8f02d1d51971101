"""JSON of a table: for messages and calls the objects of `--json`, for the others their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siptrace.export.registry import TABLES
from siptrace.render.json import call_object, json_line, message_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from siptrace.trace import Trace

__all__ = ["json_array", "json_lines", "objects"]


def objects(trace: Trace, name: str, rows: Sequence[int] | None = None) -> Iterator[Mapping[str, Any]]:
    """Yield an object for each row of a table; `rows` are the indices from 0 of those to be had.

    Messages and calls are parsed and have the keys of the command line; the others have the table's columns.
    """
    table = TABLES[name]
    chosen: Sequence[int] = range(table.count(trace)) if rows is None else rows
    if name == "messages":
        messages = trace.messages
        return (message_object(messages[row]) for row in chosen)
    if name == "calls":
        calls, survey = trace.calls, trace.survey
        return (call_object(calls[row], survey.match(row)) for row in chosen)
    keys = table.names()
    return (dict(zip(keys, row, strict=True)) for row in table.rows(trace, chosen))


def json_lines(trace: Trace, name: str, rows: Sequence[int] | None = None) -> Iterator[str]:
    """Yield one object a line."""
    return map(json_line, objects(trace, name, rows))


def json_array(trace: Trace, name: str, rows: Sequence[int] | None = None) -> Iterator[str]:
    """Yield the same as one array, which is what a JSON file holds: still one object a line."""
    before = "[\n"
    for line in json_lines(trace, name, rows):
        yield before + line.removesuffix("\n")
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"
