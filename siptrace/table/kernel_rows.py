"""The rows of a window into columns, in machine code: numbers for texts, and copies of the new ones.

The table of texts is one for all kinds, with open addressing: two integers a slot, the keyed hash of a text and its
number, which is 0 where the slot is free. Importing this module imports numba.
"""

from __future__ import annotations

import numpy as np

from siptrace.table.kernel_bytes import apart, byte_at, get, kernel, load, lowered, prefetch, put, put8
from siptrace.table.layout import (
    KIND_COUNT,
    KINDS,
    METHOD,
    MIDDLE,
    NARROW,
    PORTS,
    ROW,
    SENT_BY,
    SRC,
    WIDE,
)

__all__ = ["put_rows", "rehash"]

KIND_OF, WIDE_PLACES = np.array(KINDS, np.int64), np.array(WIDE, np.int64)
MIDDLE_PLACES, NARROW_PLACES = np.array(MIDDLE, np.int64), np.array(NARROW, np.int64)
FIRST_ENDPOINT, SENT_BY_TEXT = (SRC - METHOD) // 3, (SENT_BY - METHOD) // 3
TEXT_COUNT, WIDE_COUNT, MIDDLE_COUNT, NARROW_COUNT = len(KINDS), len(WIDE), len(MIDDLE), len(NARROW)

AHEAD = 6
"""Rows whose slots are asked for before they are needed: about as many as the memory takes to answer."""


@apart
def copy_text(data, rows, row, text, copies, to):
    """Copy a text of a row to a place, an endpoint with its port, sent-by in lower case; return its bytes there."""
    place = row + METHOD + 3 * text
    start, length = get(rows, place), get(rows, place + 1)
    for done in range(0, length, 8):
        word = load(data, start + done, min(length - done, 8))
        put8(copies, to + done, lowered(word) if text == SENT_BY_TEXT else word)
    if text < FIRST_ENDPOINT:
        return length
    port = get(rows, row + PORTS) + 2 * (text - FIRST_ENDPOINT)
    put(copies, to + length, byte_at(data, port))
    put(copies, to + length + 1, byte_at(data, port + 1))
    return length + 2


@kernel
def put_rows(data, rows, begin, count, first, room, slots, following, sizes, wide, middle, narrow, copies, ends, found):
    """Turn `count` rows of a window from `begin` on into columns, from item `first` on; number texts, copy new ones.

    Equal hash, equal number; an empty text is 0.

    A column has `room` items in `wide`, `middle` or `narrow`, in the order of `siptrace.table.layout`; those of the
    texts stand last in `middle`. `following` has the next number of each kind, `sizes` the bytes that there are of it.
    `copies`, an equal part for each kind, gets the new texts, an endpoint with its port and sent-by in lower case;
    `ends` where each ends among all texts of its kind, a kind's from 2 * room * kind on. `found` counts how many
    there are of each kind, and their bytes. Returns 1 where the copies do not fit, with ten bytes to spare.
    """
    mask, space = slots.shape[0] // 2 - 1, copies.shape[0] // KIND_COUNT
    for row in range(begin, begin + count):
        item = first + row - begin
        if row + AHEAD < begin + count:
            for text in range(TEXT_COUNT):
                prefetch(slots, 2 * (get(rows, (row + AHEAD) * ROW + METHOD + 3 * text + 2) & mask))
        for i in range(WIDE_COUNT):
            put(wide, i * room + item, get(rows, row * ROW + get(WIDE_PLACES, i)))
        for i in range(MIDDLE_COUNT):
            put(middle, i * room + item, get(rows, row * ROW + get(MIDDLE_PLACES, i)))
        for i in range(NARROW_COUNT):
            put(narrow, i * room + item, get(rows, row * ROW + get(NARROW_PLACES, i)))
        for text in range(TEXT_COUNT):
            place = row * ROW + METHOD + 3 * text
            length, number = get(rows, place + 1), np.int64(0)
            if length:
                key = get(rows, place + 2)
                slot = key & mask
                while get(slots, 2 * slot + 1) != 0 and get(slots, 2 * slot) != key:
                    slot = (slot + 1) & mask
                number = get(slots, 2 * slot + 1)
                if number == 0:
                    kind = get(KIND_OF, text)
                    number, new = get(following, kind), get(found, kind)
                    put(following, kind, number + 1)
                    put(slots, 2 * slot, key)
                    put(slots, 2 * slot + 1, number)
                    size = get(found, KIND_COUNT + kind)
                    if size + length + 10 > space:
                        return 1
                    size += copy_text(data, rows, row * ROW, text, copies, space * kind + size)
                    put(ends, 2 * room * kind + new, get(sizes, kind) + size)
                    put(found, kind, new + 1)
                    put(found, KIND_COUNT + kind, size)
            put(middle, (MIDDLE_COUNT + text) * room + item, number)
    return 0


@kernel
def rehash(slots, larger):
    """Move a table of texts into a larger one."""
    mask = larger.shape[0] // 2 - 1
    for i in range(slots.shape[0] // 2):
        number = get(slots, 2 * i + 1)
        if number != 0:
            key = get(slots, 2 * i)
            slot = key & mask
            while get(larger, 2 * slot + 1) != 0:
                slot = (slot + 1) & mask
            put(larger, 2 * slot, key)
            put(larger, 2 * slot + 1, number)
    return 0
