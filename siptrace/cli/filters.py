"""`siptrace filters`: the expressions of `--filter`, explained."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import fill, wrap
from typing import TYPE_CHECKING

import click

from siptrace.cli.output import page_width, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siptrace.filters.page import Line

__all__ = ["filters"]

_RULE = (
    "An expression holds fields against values: method == invite and status >= 400. A message has in the fields of "
    "calls the values of its call; a call has in the fields of messages the values of all its messages. A comparison "
    "holds when one of the values does; with != there must be values, and all must differ. same(...) asks for one "
    "message of which everything in it is true. The names of Wireshark mean what they mean there."
)
_VALUES = (
    "Quote values with blanks or signs in them. Durations: 200ms, 5s, 1m30s. Status codes: 486, 4xx. Times are in UTC: "
    '"2026-01-05 10:00", 10:00:05 (on the first day of the trace), 1767607200.5. Addresses: 10.0.0.1, 10.0.0.0/8, '
    "10.0.0.1:5060. Also: after TIME, before TIME, last DURATION (of the trace). Words such as methods and states are "
    "equal in any case of letters, texts only as they are; `matches` never minds the case."
)


_LEFT = 26
"""Columns for what is explained; a longer one has a line of its own."""


def _section(title: str, entries: Iterable[tuple[str, Sequence[str]]], wide: int) -> str:
    """Return a part of the help: what is explained on the left, and the sentences on it."""
    lines = ["", title, ""]
    for left, sentences in entries:
        right = [
            line
            for sentence in sentences
            for line in wrap(sentence, wide - _LEFT - 2, break_long_words=False, break_on_hyphens=False)
        ]
        heads = [left]
        if len(left) > _LEFT:
            lines.append(left)
            heads = []
        lines += [f"{head:{_LEFT}}  {text}" for head, text in zip_longest(heads, right, fillvalue="")]
    return "\n".join(lines) + "\n"


def _explained(line: Line) -> tuple[str, Sequence[str]]:
    """Return a field, and all there is to say of it."""
    return ", ".join(line.names), (f"{line.meaning} ({line.kind})", line.example)


def _paired(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, Sequence[str]]]:
    """Return what is explained in one sentence each."""
    return ((left, (right,)) for left, right in pairs)


@click.command()
def filters() -> None:
    """Explain the expressions that --filter takes: fields, operators, examples."""
    from siptrace.filters.page import EXAMPLES, families, field_lines, operator_lines  # noqa: PLC0415  (help needs none)
    from siptrace.filters.select import Level  # noqa: PLC0415

    wide = max(page_width(), 60)
    write("\n\n".join(fill(text, wide) for text in (_RULE, _VALUES)) + "\n")
    for title, level in (("Fields of calls", Level.CALL), ("Fields of messages", Level.MESSAGE)):
        write(_section(title, map(_explained, field_lines(level)), wide))
    for meaning, names in families():
        write("\n" + fill(f"{meaning}: {', '.join(names)}.", wide, break_on_hyphens=False) + "\n")
    write(_section("Operators", _paired((", ".join(names), meaning) for names, meaning in operator_lines()), wide))
    write(_section("Examples", _paired(EXAMPLES), wide))
