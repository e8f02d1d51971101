"""The head of the list: what there is of the trace, or how far reading it is, in as much room as there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.render.cells import cells
from siptrace.render.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.trace import Progress
    from siptrace.tui.columns import CallRows

__all__ = ["fitted", "named", "reading_text", "totals"]

_LONG_NAME = 40
"""Characters of a file's name that are shown, its end."""

_BAR = 16
"""Cells of the bar that says how far reading is."""


def named(names: Sequence[str]) -> str:
    """Return the name of a trace: its first file and how many more there are."""
    name = names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
    return name if len(name) <= _LONG_NAME else "…" + name[1 - _LONG_NAME :]


def reading_text(progress: Progress | None, *, paused: bool = False) -> str:
    """Return how far reading is, with a bar where it is known how far it goes."""
    doing = "paused (p goes on)" if paused else "reading"
    if progress is None:
        return f"{doing} ..."
    if not progress.total:
        return f"{doing}, {progress.messages:,} messages"
    part = min(progress.read / progress.total, 1)
    if part == 1:
        return f"finding the calls of {progress.messages:,} messages ..."
    full = int(part * _BAR)
    return f"{doing} {'█' * full}{'░' * (_BAR - full)} {part:.0%}, {progress.messages:,} messages"


def totals(rows: CallRows, *, shown: int, marked: int, kept: int | None) -> list[str]:
    """Return how many calls and messages there are, the most important first, and whether files were not in order."""
    remarks = len(rows.trace.anomalies.counts)
    return [
        f"{count_of(len(rows), 'call')} ({'' if kept is None else f'{kept:,} kept, '}{shown:,} shown)",
        f"{marked:,} selected" if marked else "",
        f"{rows.unsuccessful:,} unsuccessful",
        f"! {count_of(remarks, 'remark')} on the files (i)" if remarks else "",
        count_of(len(rows.table), "message"),
    ]


def fitted(parts: Sequence[str], room: int) -> str:
    """Return as many parts as there is room for, the first one at least."""
    text = parts[0]
    for part in filter(None, parts[1:]):
        if cells(text) + 2 + cells(part) > room:
            break
        text = f"{text}  {part}"
    return text
