"""Values that were read lately, for the compiled indexer: a Via, From or To comes again with every message of a dialog.

A memo has one place for each of some values, four integers: where the value stands in the window, its length with what
makes it comparable (see `find_known`), and where among the rows its two texts are, hashed already. A value is known
when all its bytes are the same. Importing this module imports numba.
"""

from __future__ import annotations

import numpy as np

from siptrace.table.kernel_bytes import folded_product, get, kernel, load8, put
from siptrace.table.kernel_fields import read_address, read_via
from siptrace.table.kernel_lanes import are_same
from siptrace.table.layout import MEMO_BITS

__all__ = ["read_twin"]

SHIFT = np.uint64(64 - MEMO_BITS)
SHORTEST, LONGEST = 8, 129
"""Bytes of a value that is remembered, and of one that no longer is."""

MIX_1, MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)


@kernel
def find_known(data, start, end, tag, memo):
    """Return the place of a value in a memo, or `-1 - place` where another one or none is remembered there.

    `tag` tells values apart that are not read alike, or not from rows that still stand.
    """
    middle = load8(data, (start + end) // 2 - 4)
    key = folded_product(load8(data, start) ^ MIX_1, load8(data, end - 8) ^ middle ^ MIX_2)
    place = np.int64(key >> SHIFT) * 4
    if get(memo, place + 1) != (tag << 16 | end - start):
        return -1 - place
    before, length = get(memo, place), end - start
    same = are_same(data, start, before, min(length, 64))
    if same and length > 64:
        same = are_same(data, end - 64, before + length - 64, 64)
    return place if same else -1 - place


@kernel
def copy_known(memo, place, rows, first, second):
    """Copy the two texts of a known value to their places among rows."""
    for i in range(3):
        put(rows, first + i, get(rows, get(memo, place + 2) + i))
        put(rows, second + i, get(rows, get(memo, place + 3) + i))


@kernel
def remember(memo, place, start, end, tag, first, second):
    """Remember a value and where its texts are."""
    put(memo, place, start)
    put(memo, place + 1, tag << 16 | end - start)
    put(memo, place + 2, first)
    put(memo, place + 3, second)


@kernel
def read_twin(data, start, end, rows, first, second, via, counts, memo, era):
    """Read a value of two texts, a Via or else a From or To; False to hand it over.

    Where it does not count, as a Via after the first, its texts are not put into the row.
    """
    tag, place = era << 1 | via, np.int64(-1)
    remembered = SHORTEST <= end - start < LONGEST
    if remembered:
        place = find_known(data, start, end, tag, memo)
        if place >= 0:
            if counts:
                copy_known(memo, place, rows, first, second)
            return True
    if via:
        good = read_via(data, start, end, rows, first, second, counts)
    else:
        good = read_address(data, start, end, rows, first, second)
    if remembered and counts:
        remember(memo, -1 - place, start, end, tag, first, second)
    return good
