"""What was measured, as tables of text."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.keys import Waits
    from bench.measure import Tool

__all__ = ["columns", "comparison", "growth", "times", "waiting"]


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns: the first to the left, the others to the right; the first row is the heads."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def comparison(tools: Sequence[Tool], names: Sequence[str] = ()) -> str:
    """Return the table of tools, under other `names` if need be: medians, and how many times the first one's they are.

    In front of each "times" stands what it is about: the seconds, the peak of memory.
    """
    first = tools[0]
    rows = [["", "runs", "seconds", "least", "most", "times", "peak MB", "times", "private MB"]]
    for name, tool in zip(names or [tool.name for tool in tools], tools, strict=True):
        if not tool.costs:
            continue
        seconds = [cost.seconds for cost in tool.costs]
        row = [name, str(len(seconds)), f"{tool.seconds:.3f}", f"{min(seconds):.3f}", f"{max(seconds):.3f}"]
        private = f"{tool.private / 1e6:.1f}" if tool.private else "-"
        row += [times(tool.seconds, first.seconds), f"{tool.peak / 1e6:.1f}", times(tool.peak, first.peak), private]
        rows.append(row)
    named = zip(names or [tool.name for tool in tools], tools, strict=True)
    troubles = [f"{name}: {tool.trouble}" for name, tool in named if tool.trouble]
    return "\n".join([columns(rows), *troubles])


def growth(sizes: Sequence[int], tools: Sequence[Tool]) -> str:
    """Return what one tool took for traces of so many messages, and what each further message cost."""
    rows = [["messages", "seconds", "us a message", "us a further message", "peak MB", "bytes a further message"]]
    before: tuple[int, Tool] | None = None
    for size, tool in zip(sizes, tools, strict=True):
        if not tool.costs:
            rows.append([f"{size:,}", "-", tool.trouble or "-", "", "", ""])
            continue
        further = ["", ""]
        if before is not None:
            more = size - before[0]
            seconds, peak = tool.seconds - before[1].seconds, tool.peak - before[1].peak
            further = [f"{seconds / more * 1e6:.2f}", f"{peak / more:.0f}"]
        per_message = f"{tool.seconds / size * 1e6:.2f}"
        rows.append([f"{size:,}", f"{tool.seconds:.3f}", per_message, further[0], f"{tool.peak / 1e6:.1f}", further[1]])
        before = (size, tool)
    return columns(rows)


def waiting(waits: Sequence[Waits], calls: Tool, whole: Tool) -> str:
    """Return how long the terminal application took on a small trace and on a large one, beside the list of calls.

    `whole` are runs of it until the list of the large one was whole, in turn with those of `calls`.

    Keys are in milliseconds: medians until the last frame that a key caused was drawn, the most of these, and the
    median until the pilot was done, which takes its time for a key that does nothing too.
    """
    small, large = waits
    rows = [["", "small", "large"]]
    rows += [[f"seconds to the {name}", f"{getattr(small, field):.2f}", f"{getattr(large, field):.2f}"]
             for name, field in (("first rows", "first"), ("whole list", "whole"))]  # fmt: skip
    rows += [["peak MB", f"{small.peak:.0f}", f"{large.peak:.0f}"]]
    beside = [
        f"siptrace calls: {calls.seconds:.2f} s, {calls.peak / 1e6:.0f} MB",
        f"the whole list: {whole.seconds:.2f} s, {times(whole.seconds, calls.seconds)} its time",
    ]
    keys = [["key", "small ms", "large ms", "most", "pilot done"]]
    for name, found in large.drawn.items():
        keys.append([name, f"{median(small.drawn[name]):.0f}", f"{median(found):.0f}", f"{max(found):.0f}",
                     f"{median(large.done[name]):.0f}"])  # fmt: skip
    return "\n".join([columns(rows), *beside, "", columns(keys)])


def times(value: float, first: float) -> str:
    """Return how many times the first value a value is."""
    return f"{value / first:.2f}x" if value and first else "-"
