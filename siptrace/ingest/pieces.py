"""Pieces of a whole that arrive in any order, some of them twice: what IP fragments and TCP segments have in common.

Invariant: the pieces kept never overlap and are sorted; where bytes arrive twice, the first ones stand.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import NamedTuple

__all__ = ["Piece", "Pieces", "Place"]


class Place(NamedTuple):
    """Where something was captured; places compare in the order of capture."""

    source: int
    frame: int
    time_ns: int


class Piece(NamedTuple):
    """Bytes at a position in the whole; `offset` is where they lie in the file, or NO_OFFSET."""

    start: int
    data: bytes
    place: Place
    offset: int

    @property
    def end(self) -> int:
        """The position behind the last byte."""
        return self.start + len(self.data)


class Pieces:
    """A sorted collection of pieces that do not overlap."""

    def __init__(self) -> None:
        """Start empty."""
        self.kept: list[Piece] = []
        self.size = 0

    def add(self, start: int, data: bytes, place: Place, offset: int = -1) -> tuple[bool, bool]:
        """Keep what is new of the bytes at `start`; return whether some overlapped, and whether such bytes differed."""
        if not data:
            return False, False
        end = start + len(data)
        at, overlapped, differed = start, False, False
        first = max(bisect_right(self.kept, start, key=_start_of) - 1, 0)
        fresh: list[tuple[int, int]] = []
        for piece in self.kept[first:]:
            if piece.start >= end:
                break
            if piece.end <= at:
                continue
            low, high = max(piece.start, at), min(piece.end, end)
            overlapped = True
            differed |= piece.data[low - piece.start : high - piece.start] != data[low - start : high - start]
            if at < low:
                fresh.append((at, low))
            at = high
        if at < end:
            fresh.append((at, end))
        for low, high in fresh:
            part = data[low - start : high - start]
            insort(self.kept, Piece(low, part, place, offset + low - start if offset >= 0 else offset), key=_start_of)
            self.size += high - low
        return overlapped, differed

    def pop_first(self) -> Piece:
        """Take the first piece out."""
        piece = self.kept.pop(0)
        self.size -= len(piece.data)
        return piece

    def leading(self) -> bytes:
        """Return the bytes from position 0 up to the first hole."""
        parts, at = [], 0
        for piece in self.kept:
            if piece.start != at:
                break
            parts.append(piece.data)
            at = piece.end
        return b"".join(parts)


def _start_of(piece: Piece) -> int:
    return piece.start
