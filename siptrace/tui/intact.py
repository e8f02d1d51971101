"""Whether the files of an open trace still hold what was read from them.

A trace holds columns, and reads the bytes of a message when somebody looks at it. Meanwhile a file may be deleted, cut
or replaced; then one sentence says so, and nothing that stands there now is taken for a message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.errors import SiptraceError
from siptrace.table.columns import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siptrace.trace import Trace

__all__ = ["last_rows", "trouble_with"]


def trouble_with(trace: Trace, rows: Iterable[int]) -> str:
    """Return what is wrong with the file of some messages, "" where they can be read.

    Of each file the message that lies farthest in it is looked at: what is cut is cut at the end. The file stays open
    from then on, so that deleting it does no harm.
    """
    table, farthest = trace.table, dict[int, int]()
    for row in rows:
        source = table.source[row]
        if not table.flags[row] & Flag.ASIDE and table.offset[row] >= table.offset[farthest.get(source, row)]:
            farthest[source] = row
    for source, row in farthest.items():
        try:
            raw = table.raw(row)
        except (SiptraceError, OSError) as error:
            return str(error)
        path = trace.sources[source].path
        if len(raw) < table.length[row]:
            return f"{path}: the file is shorter than it was when it was read, so messages are missing."
        if not raw.startswith(table.starts[table.start[row]]):
            return f"{path}: the file is another one than that which was read, so its messages cannot be shown."
    return ""


def last_rows(trace: Trace) -> list[int]:
    """Return the last message of each file."""
    return list(dict(zip(trace.table.source, range(len(trace.table)), strict=True)).values())
