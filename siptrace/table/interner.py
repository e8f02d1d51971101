"""Numbers for the texts of a table, found by the compiled indexer: equal text, equal number.

`Interner` does for whole windows what `Texts.number` does for one text. Invariant: it numbers every text of its table,
those of the plain path too, so that both paths agree.
"""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from siptrace.table.layout import KIND_COUNT, KIND_SHIFT, KINDS, MIDDLE, NARROW, NUMBERS, TEXTS, WIDE
from siptrace.table.native import Native

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from siptrace.table.columns import MessageTable

    Ints = NDArray[np.int64]

__all__ = ["KERNEL", "Interner"]

KERNEL = Native(
    "siptrace.table.kernel",
    {
        "index_records": "u1 i8 n n i8 i8 i8 i8",
        "walk_window": "u1 n n n n n n n i8 i8",
        "put_rows": "u1 i8 n n n n i8 i8 i8 i8 i4 i2 u1 i8 i8",
        "rehash": "i8 i8",
        "hash_key": "u1 n n n n",
    },
    constants=(
        "siptrace.ingest.limits",
        "siptrace.table.columns",
        "siptrace.table.kernel_bytes",
        "siptrace.table.kernel_fields",
        "siptrace.table.kernel_lanes",
        "siptrace.table.kernel_memo",
        "siptrace.table.kernel_rows",
        "siptrace.table.layout",
    ),
)
"""The compiled indexer."""

_ENDPOINTS = KINDS[list(TEXTS).index("src")]

_PLACES = {place: name for name, place in NUMBERS.items()}
_WIDE = [_PLACES[place] for place in WIDE]
_MIDDLE = [*(_PLACES[place] for place in MIDDLE), *TEXTS]
_NARROW = [_PLACES[place] for place in NARROW]
"""The columns that the kernel fills, in its order, by the size of their items."""


class _Room:
    """Arrays that the kernel fills for one window after the other: fresh memory costs more than filling it."""

    def __init__(self, rows: int) -> None:
        """Make room for so many rows."""
        self.rows = rows
        self.wide = np.empty(rows * len(_WIDE), np.int64)
        self.middle = np.empty(rows * len(_MIDDLE), np.int32)
        self.narrow = np.empty(rows * len(_NARROW), np.int16)
        self.ends = np.empty(2 * rows * KIND_COUNT, np.int64)

    def columns(self, count: int) -> dict[str, NDArray[Any]]:
        """Return the first rows of each column, in the memory of these arrays."""
        sizes = ((_WIDE, self.wide), (_MIDDLE, self.middle), (_NARROW, self.narrow))
        return {
            name: values[place * self.rows : place * self.rows + count]
            for names, values in sizes
            for place, name in enumerate(names)
        }


class Interner:
    """Numbers for the texts of a table by their keyed hash; from now on all of them come from here."""

    def __init__(self, table: MessageTable) -> None:
        """Take over the texts that have numbers already; the kernel must be loaded."""
        self.secret = (secrets.randbits(63), secrets.randbits(63))
        self._texts = dict(zip(KINDS, map(table.texts, TEXTS), strict=True))
        self._slots = np.zeros(2 << 12, np.int64)
        self._following = np.ones(KIND_COUNT, np.int64)
        self._known: list[dict[bytes, int]] = [{} for _ in range(KIND_COUNT)]
        self._room = _Room(0)
        self._copies = np.empty(0, np.uint8)
        for kind, texts in self._texts.items():
            for text in texts.all()[1:]:
                self._number(kind, text)

    def one(self, name: str, text: bytes) -> int:
        """Return the number of a text in a column, a new one when it is new."""
        if not text:
            return 0
        kind = _KIND_OF[name]
        texts = self._texts[kind]
        number = self._known[kind].get(text) or self._number(kind, text)
        if number == len(texts):
            texts.extend(text, (texts.size + len(text)).to_bytes(8, sys.byteorder))
        return number

    def _number(self, kind: int, text: bytes) -> int:
        """Return the number of a text that was not asked for before."""
        self._make_room(1)
        key, slots = self._hash(kind, text), self._slots
        mask = len(slots) // 2 - 1
        slot = key & mask
        while slots[2 * slot + 1] and slots[2 * slot] != key:
            slot = slot + 1 & mask
        if not slots[2 * slot + 1]:
            slots[2 * slot], slots[2 * slot + 1] = key, self._following[kind]
            self._following[kind] += 1
        number = self._known[kind][text] = int(slots[2 * slot + 1])
        return number

    def _hash(self, kind: int, text: bytes) -> int:
        """Return the hash that the kernel gives a text; of an endpoint it hashes address and port apart."""
        size = len(text) - 2 if kind == _ENDPOINTS else len(text)
        port = int.from_bytes(text[size:], "big") + 1 if kind == _ENDPOINTS else 0
        return KERNEL("hash_key", np.frombuffer(text, np.uint8), size, kind << KIND_SHIFT | port, *self.secret)

    def columns(self, data: NDArray[np.uint8], rows: Ints, spans: Iterable[tuple[int, int]]) -> dict[str, NDArray[Any]]:
        """Return the columns of rows of a window, its texts numbered; good until the next call.

        `spans` says where in `rows` there are some, and how many.
        """
        spans = list(spans)
        count = sum(size for _, size in spans)
        self._make_room(count * len(TEXTS))
        if self._room.rows < count:
            self._room = _Room(count + count // 4)
        space = len(data) + 10  # for all texts of a kind, which are parts of the window; untouched it costs nothing
        if len(self._copies) < space * KIND_COUNT:
            self._copies = np.empty(space * KIND_COUNT, np.uint8)
        room, found, first = self._room, np.zeros(2 * KIND_COUNT, np.int64), 0
        sizes = np.array([self._texts[kind].size for kind in range(KIND_COUNT)], np.int64)
        for begin, size in spans:
            full = KERNEL(
                "put_rows", data, rows, begin, size, first, room.rows, self._slots, self._following, sizes, room.wide,
                room.middle, room.narrow, self._copies, room.ends, found,
            )  # fmt: skip
            if full:
                raise RuntimeError("more text than the window has")
            first += size
        self._learn(found)
        return room.columns(count)

    def _learn(self, found: Ints) -> None:
        """Take over the new texts, in the order of their numbers."""
        counts, sizes = found[:KIND_COUNT].tolist(), found[KIND_COUNT:].tolist()
        for kind, (count, size) in enumerate(zip(counts, sizes, strict=True)):
            copies, ends = len(self._copies) // KIND_COUNT * kind, 2 * self._room.rows * kind
            self._texts[kind].extend(
                self._copies[copies : copies + size].data, self._room.ends[ends : ends + count].view(np.uint8).data
            )

    def _make_room(self, more: int) -> None:
        """Keep at least a third of the slots free."""
        size = len(self._slots)
        wanted = 3 * (int(self._following.sum()) + more)
        if wanted <= size:
            return
        while wanted > size:
            size *= 2
        slots = np.zeros(size, np.int64)
        KERNEL("rehash", self._slots, slots)
        self._slots = slots


_KIND_OF = dict(zip(TEXTS, KINDS, strict=True))
"""The kind of each column of texts."""
