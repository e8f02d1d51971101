"""`siptrace export`: a trace as a table in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.files import check_output, output_file, output_options
from siptrace.cli.options import filtered, opened, traces
from siptrace.errors import UsageError
from siptrace.export.formats import FORMATS, format_of, write_table
from siptrace.export.registry import TABLES

if TYPE_CHECKING:
    from siptrace.filters.filter import Filter
    from siptrace.trace import Trace

__all__ = ["export"]


def _chosen_format(form: str | None, output: str) -> str:
    """Return the format that is named, or that the file's name stands for; raises UsageError for none."""
    if form is not None:
        return form
    if output == "-":
        raise UsageError("Say with -o which file to write, or with --format what to write to standard output.")
    found = format_of(output)
    if found is None:
        ends = ", ".join(one.suffix for one in FORMATS.values())
        raise UsageError(f"{output}: the end of the name says no format (--format does, or one of {ends}).")
    return found.name


def _chosen_rows(trace: Trace, what: str, wanted: Filter) -> list[int]:
    """Return the rows of a table that a filter selects; of transactions and dialogs, those with a selected message."""
    if what == "calls":
        return wanted.calls(trace.subject)
    messages = wanted.messages(trace.subject)
    if what == "messages":
        return messages
    of_row = getattr(trace.overview, what).of_row
    return sorted({of_row[row] for row in messages} - {-1})


@click.command()
@traces
@filtered
@click.option("--what", type=click.Choice(list(TABLES)), default="calls", show_default=True, help="Which table.")
@click.option("--format", "-f", "form", type=click.Choice(list(FORMATS)), help="What to write [as FILE is named].")
@output_options
def export(
    traces: tuple[str, ...], wanted: Filter | None, what: str, form: str | None, output: str | None, force: bool
) -> None:
    """Write the calls, or another table of the trace, to a file: JSON, CSV or Parquet.

    JSON has the objects of --json, .json as one array and .jsonl as one object a line. CSV and Parquet have the
    columns that docs/data.md explains. In CSV a text that a spreadsheet could take for a formula begins with an
    apostrophe.
    """
    target = output or "-"
    name = _chosen_format(form, target)
    check_output(target, inputs=traces, force=force)
    trace = opened(traces)
    inputs = [source.path for source in trace.sources]
    rows = None if wanted is None else _chosen_rows(trace, what, wanted)
    with output_file(target, inputs=inputs, force=force, binary=not FORMATS[name].is_text) as file:
        write_table(trace, what, name, file, rows)
