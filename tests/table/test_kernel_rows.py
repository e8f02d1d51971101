"""Rows become columns, their texts get numbers, and new texts are copied out of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from siptrace.table import layout
from siptrace.table.columns import MessageTable
from siptrace.table.interner import KERNEL
from siptrace.table.layout import KIND_COUNT, KINDS, ROW, TEXTS
from tests.kernels import loaded

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOM = 40


def rehashed(pairs: dict[int, int], size: int) -> dict[int, int]:
    """Return what a table of texts holds after it was moved into a larger one."""
    slots, larger = np.zeros(2 * 64, np.int64), np.zeros(2 * size, np.int64)
    for slot, (key, number) in enumerate(pairs.items()):
        slots[2 * slot : 2 * slot + 2] = key, number
    loaded(KERNEL)("rehash", slots, larger)
    for slot, (key, number) in enumerate(larger.reshape(-1, 2).tolist()):
        path = range(key & size - 1, slot + size if slot < key & size - 1 else slot)
        assert not number or all(larger[2 * (at % size) + 1] for at in path)
    return {key: number for key, number in larger.reshape(-1, 2).tolist() if number}


@given(st.dictionaries(st.integers(-(2**63), 2**63 - 1) | st.integers(125, 130), st.integers(1, 2**31), max_size=60))
def test_a_larger_table_holds_the_same_where_it_is_searched(pairs: dict[int, int]) -> None:
    assert rehashed(pairs, 128) == pairs


def put(rows: NDArray[np.int64], begin: int, count: int, first: int, slots: NDArray[np.int64]) -> list[NDArray[Any]]:
    """Put rows into columns; return those of 64, 32 and 16 bits, the places of new texts, and their numbers."""
    wide, middle, narrow = np.zeros(4 * ROOM, np.int64), np.zeros(13 * ROOM, np.int32), np.zeros(2 * ROOM, np.int16)
    fresh, found = np.zeros(2 * KIND_COUNT * ROOM, np.int64), np.zeros(2 * KIND_COUNT, np.int64)
    following = np.ones(KIND_COUNT, np.int64)
    loaded(KERNEL)(
        "put_rows", rows, begin, count, first, ROOM, slots, following, wide, middle, narrow, fresh, found
    )  # fmt: skip
    return [wide.reshape(4, ROOM), middle.reshape(13, ROOM), narrow.reshape(2, ROOM), fresh, found]


def test_every_number_comes_into_its_column() -> None:
    rows = np.zeros(12 * ROW, np.int64)
    rows.reshape(12, ROW)[:, :11] = np.arange(12)[:, None] * 20 + np.arange(11)
    wide, middle, narrow, _, found = put(rows, 2, 10, 5, np.zeros(32, np.int64))
    for columns, places in ((wide, layout.WIDE), (middle, layout.MIDDLE), (narrow, layout.NARROW)):
        for column, place in zip(columns, places, strict=False):
            assert column[5:15].tolist() == [row * 20 + place for row in range(2, 12)]
    assert not middle[2:].any()
    assert not found.any()


def test_equal_hashes_of_any_column_are_one_number_of_their_kind() -> None:
    rows = np.zeros((20, ROW), np.int64)
    for row in range(20):
        for text, place in enumerate(TEXTS.values()):
            rows[row, place : place + 3] = 100 * row, text + 1, 64 * (KINDS[text] * 100 + row % 3) - 1
    _, middle, _, fresh, found = put(rows.reshape(-1), 0, 20, 0, np.zeros(2 * 64, np.int64))
    for column in middle[2:]:
        assert column[:20].tolist() == [row % 3 + 1 for row in range(20)]
    assert found[:KIND_COUNT].tolist() == [3] * KIND_COUNT
    for kind in range(KIND_COUNT):
        text = KINDS.index(kind)
        place, ports = list(TEXTS.values())[text], 2 if kind == KINDS[-1] else 0
        assert fresh[2 * ROOM * kind :][:3].tolist() == [row * ROW + place for row in range(3)]
        assert found[KIND_COUNT + kind] == 3 * (text + 1 + ports)


def test_texts_are_copied_with_ports_and_sent_by_in_lower_case() -> None:
    data = np.frombuffer(b"..Long-Text-of-the-Window[HOST@]\xc0\x00\x02\x01\x13\xc4\x13\xc5", np.uint8)
    rows = np.zeros((2, ROW), np.int64)
    rows[:, layout.PORTS] = len(data) - 4
    rows[0, layout.CALL_ID : layout.CALL_ID + 3] = 2, 23, 1
    rows[1, layout.CALL_ID : layout.CALL_ID + 3] = 0, 1, 2
    rows[1, layout.SENT_BY : layout.SENT_BY + 3] = 25, 7, 3
    rows[1, layout.SRC : layout.SRC + 3] = 32, 4, 4
    rows[1, layout.DST : layout.DST + 3] = 32, 4, 5
    _, _, _, fresh, found = put(rows.reshape(-1), 0, 2, 0, np.zeros(32, np.int64))
    sizes, out, ends = np.arange(KIND_COUNT) * 1000, np.zeros(200, np.uint8), np.zeros(20, np.int64)
    size = KERNEL("copy_texts", data, rows.reshape(-1), fresh, found, ROOM, sizes, out, ends)
    src, dst = b"\xc0\x00\x02\x01\x13\xc4", b"\xc0\x00\x02\x01\x13\xc5"
    assert out[:size].tobytes() == b"Long-Text-of-the-Window" + b"." + b"[host@]" + src + dst
    assert ends[:5].tolist() == [2023, 2024, 5007, 7006, 7012]


def test_kinds_are_the_texts_of_a_table() -> None:
    table = MessageTable()
    texts = {kind: table.texts(name) for name, kind in zip(TEXTS, KINDS, strict=True)}
    assert sorted(texts) == list(range(KIND_COUNT))
    assert all(texts[kind] is table.texts(name) for name, kind in zip(TEXTS, KINDS, strict=True))
    assert len({id(text) for text in texts.values()}) == KIND_COUNT
