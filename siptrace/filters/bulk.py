"""Verdicts on whole columns of large traces, with numpy: a number is judged once, its messages by looking it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["verdicts"]


def verdicts(columns: Sequence[Sequence[int]], passes: Callable[[int], bool]) -> bytes:
    """Return 1 for each message with a number that passes in one of some columns, else 0; the columns are not empty.

    Memory is taken for all numbers between the smallest and the largest, which is few where they count texts.
    """
    arrays = [np.asarray(column) for column in columns]
    low = min(int(numbers.min()) for numbers in arrays)
    there = np.zeros(max(int(numbers.max()) for numbers in arrays) - low + 1, np.bool_)
    for numbers in arrays:
        there[numbers - low] = True
    distinct = there.nonzero()[0]
    good = np.zeros(len(there), np.bool_)
    good[distinct] = [passes(number) for number in (distinct + low).tolist()]
    found = np.zeros(len(arrays[0]), np.bool_)
    for numbers in arrays:
        found |= good[numbers - low]
    return found.tobytes()
