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


def put(
    data: bytes, rows: NDArray[np.int64], begin: int, count: int, first: int, slots: NDArray[np.int64], space: int = 99
) -> list[NDArray[Any]]:
    """Put rows into columns; return those of 64, 32 and 16 bits, the new texts, their ends, and how many there are."""
    wide, middle, narrow = np.zeros(4 * ROOM, np.int64), np.zeros(13 * ROOM, np.int32), np.zeros(2 * ROOM, np.int16)
    copies, ends = np.zeros(KIND_COUNT * space, np.uint8), np.zeros(2 * KIND_COUNT * ROOM, np.int64)
    found, following = np.zeros(2 * KIND_COUNT, np.int64), np.ones(KIND_COUNT, np.int64)
    full = loaded(KERNEL)(
        "put_rows", np.frombuffer(data, np.uint8), rows, begin, count, first, ROOM, slots, following,
        np.arange(KIND_COUNT) * 1000, wide, middle, narrow, copies, ends, found,
    )  # fmt: skip
    assert full in (0, 1)
    texts = copies.reshape(KIND_COUNT, space) if not full else np.zeros(0, np.uint8)
    return [wide.reshape(4, ROOM), middle.reshape(13, ROOM), narrow.reshape(2, ROOM), texts,
            ends.reshape(KIND_COUNT, 2 * ROOM), found]  # fmt: skip


def test_every_number_comes_into_its_column() -> None:
    rows = np.zeros(12 * ROW, np.int64)
    rows.reshape(12, ROW)[:, :11] = np.arange(12)[:, None] * 20 + np.arange(11)
    wide, middle, narrow, _, _, found = put(b"", rows, 2, 10, 5, np.zeros(32, np.int64))
    for columns, places in ((wide, layout.WIDE), (middle, layout.MIDDLE), (narrow, layout.NARROW)):
        for column, place in zip(columns, places, strict=False):
            assert column[5:15].tolist() == [row * 20 + place for row in range(2, 12)]
    assert not middle[2:].any()
    assert not found.any()


def test_equal_hashes_of_any_column_are_one_number_of_their_kind() -> None:
    rows, data = np.zeros((20, ROW), np.int64), bytes(range(97, 117))
    for row in range(20):
        for text, place in enumerate(TEXTS.values()):
            rows[row, place : place + 3] = row % 3, text + 1, 64 * (KINDS[text] * 100 + row % 3) - 1
    _, middle, _, copies, ends, found = put(data, rows.reshape(-1), 0, 20, 0, np.zeros(2 * 64, np.int64))
    for column in middle[2:]:
        assert column[:20].tolist() == [row % 3 + 1 for row in range(20)]
    assert found[:KIND_COUNT].tolist() == [3] * KIND_COUNT
    for kind in range(KIND_COUNT):
        text = KINDS.index(kind)
        ports = data[:2] if kind == KINDS[-1] else b""
        texts = [data[row : row + text + 1] + ports for row in range(3)]
        assert copies[kind, : found[KIND_COUNT + kind]].tobytes() == b"".join(texts)
        assert ends[kind, :3].tolist() == [1000 * kind + (row + 1) * len(texts[0]) for row in range(3)]


def texts_of_a_window() -> tuple[bytes, NDArray[np.int64]]:
    """Return a window and rows with texts in it."""
    data = b"..Long-Text-of-the-Window[HOST@]\xc0\x00\x02\x01\x13\xc4\x13\xc5"
    rows = np.zeros((2, ROW), np.int64)
    rows[:, layout.PORTS] = len(data) - 4
    rows[0, layout.CALL_ID : layout.CALL_ID + 3] = 2, 23, 1
    rows[1, layout.CALL_ID : layout.CALL_ID + 3] = 0, 1, 2
    rows[1, layout.SENT_BY : layout.SENT_BY + 3] = 25, 7, 3
    rows[1, layout.SRC : layout.SRC + 3] = 32, 4, 4
    rows[1, layout.DST : layout.DST + 3] = 32, 4, 5
    return data, rows.reshape(-1)


def test_texts_are_copied_with_ports_and_sent_by_in_lower_case() -> None:
    _, _, _, copies, ends, found = put(*texts_of_a_window(), 0, 2, 0, np.zeros(32, np.int64))
    src, dst = b"\xc0\x00\x02\x01\x13\xc4", b"\xc0\x00\x02\x01\x13\xc5"
    wanted = {"call_id": b"Long-Text-of-the-Window.", "sent_by": b"[host@]", "src": src + dst}
    kinds = {KINDS[list(TEXTS).index(name)]: text for name, text in wanted.items()}
    assert {kind: copies[kind, :size].tobytes() for kind, size in enumerate(found[KIND_COUNT:]) if size} == kinds
    assert {kind: ends[kind, : found[kind]].tolist() for kind in kinds} == {2: [2023, 2024], 5: [5007], 7: [7006, 7012]}


def test_texts_that_do_not_fit_are_not_copied() -> None:
    assert len(put(*texts_of_a_window(), 0, 2, 0, np.zeros(32, np.int64), space=34)[3])
    assert not len(put(*texts_of_a_window(), 0, 2, 0, np.zeros(32, np.int64), space=33)[3])


def test_kinds_are_the_texts_of_a_table() -> None:
    table = MessageTable()
    texts = {kind: table.texts(name) for name, kind in zip(TEXTS, KINDS, strict=True)}
    assert sorted(texts) == list(range(KIND_COUNT))
    assert all(texts[kind] is table.texts(name) for name, kind in zip(TEXTS, KINDS, strict=True))
    assert len({id(text) for text in texts.values()}) == KIND_COUNT
