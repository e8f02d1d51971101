"""Texts of the plain path and of whole windows get one number each."""

from __future__ import annotations

import numpy as np

from siptrace.table import layout
from siptrace.table.columns import KNOWN_METHODS, MessageTable
from siptrace.table.interner import KERNEL, Interner
from siptrace.table.layout import KIND_SHIFT, KINDS, ROW, TEXTS
from tests.kernels import loaded


def interner_of(table: MessageTable) -> Interner:
    """Return an interner for a table."""
    loaded(KERNEL)
    return Interner(table)


def test_known_texts_keep_their_numbers() -> None:
    table = MessageTable()
    table.call_ids.number(b"one")
    table.tags.number(b"two")
    interner = interner_of(table)
    assert [interner.one("method", method) for method in KNOWN_METHODS] == list(range(1, len(KNOWN_METHODS) + 1))
    assert interner.one("call_id", b"one") == interner.one("from_tag", b"two") == interner.one("to_tag", b"two") == 1
    assert interner.one("call_id", b"two") == 2
    assert interner.one("call_id", b"") == 0
    assert table.call_ids.all() == [b"", b"one", b"two"]


def test_thousands_of_texts() -> None:
    table = MessageTable()
    interner = interner_of(table)
    texts = [b"%d" % n for n in range(5000)]
    assert [interner.one("branch", text) for text in texts * 2] == [*range(1, 5001)] * 2
    assert table.branches.all() == [b"", *texts]


def test_a_window_and_the_plain_path_agree() -> None:
    table = MessageTable()
    interner = interner_of(table)
    assert interner.one("call_id", b"plain") == 1
    data = b"plain....fresh....another text"
    array, rows = np.frombuffer(data, np.uint8), np.zeros((6, ROW), np.int64)
    kind = KINDS[list(TEXTS).index("call_id")]
    for row, (start, size) in {0: (0, 5), 1: (9, 5), 4: (18, 12), 5: (9, 5)}.items():
        hashed = KERNEL("hash_key", array[start:], size, kind << KIND_SHIFT, *interner.secret)
        rows[row, layout.CALL_ID : layout.CALL_ID + 3] = start, size, hashed
    rows[:, layout.TIME] = range(6)
    columns = interner.columns(array, rows.reshape(-1), [(0, 2), (4, 2)])
    assert columns["call_id"].tolist() == [1, 2, 3, 2]
    assert columns["time"].tolist() == [0, 1, 4, 5]
    assert table.call_ids.all() == [b"", b"plain", b"fresh", b"another text"]
    assert interner.one("call_id", b"another text") == 3
    assert interner.one("call_id", b"last") == 4
    assert interner.columns(array, rows.reshape(-1), [(4, 2)])["call_id"].tolist() == [3, 2]


def test_nothing_in_a_window() -> None:
    columns = interner_of(MessageTable()).columns(np.empty(0, np.uint8), np.empty(0, np.int64), [])
    assert {len(column) for column in columns.values()} == {0}
