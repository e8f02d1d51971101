"""How often and when: what the columns of messages say about calls, transactions and dialogs."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING

from siptrace.ingest.datagram import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siptrace.trace import Trace

__all__ = ["at", "counts", "last_rows", "resent", "times"]


def at(column: array[int], rows: Iterable[int]) -> array[int]:
    """Return a column's values in some rows."""
    return array(column.typecode, map(column.__getitem__, rows))


def times(trace: Trace, rows: Sequence[int]) -> array[int]:
    """Return the times of some rows, in nanoseconds; NO_TIME for row -1."""
    time = trace.table.time
    return array("q", (time[row] if row >= 0 else NO_TIME for row in rows))


def counts(numbers: Iterable[int], size: int) -> list[int]:
    """Return how often each number below `size` is there."""
    found = Counter(numbers)
    return [found[number] for number in range(size)]


def resent(trace: Trace, of_row: Sequence[int], size: int) -> list[int]:
    """Return how many retransmissions each has, where `of_row` says whose each message is."""
    return counts(compress(of_row, trace.overview.transactions.resent), size)


def last_rows(of_row: Sequence[int], size: int) -> list[int]:
    """Return the row of the last message of each."""
    last = dict(zip(of_row, range(len(of_row)), strict=True))
    return [last[number] for number in range(size)]
