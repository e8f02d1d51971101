from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siptrace.ingest.pieces import Pieces, Place

HERE = Place(0, 1, 0)
TEXT = bytes(range(100))


def test_places_compare_in_the_order_of_capture() -> None:
    assert Place(0, 9, 5) < Place(1, 1, 4) < Place(1, 2, 3)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 40)), max_size=12))
def test_whatever_comes_in_whatever_order_each_byte_is_kept_once(spans: list[tuple[int, int]]) -> None:
    pieces = Pieces()
    covered: set[int] = set()
    for start, length in spans:
        data = TEXT[start : start + length]
        span = set(range(start, start + len(data)))
        assert pieces.add(start, data, HERE, 1000 + start) == (bool(span & covered), False)
        covered |= span
    kept = [at for piece in pieces.kept for at in range(piece.start, piece.end)]
    assert kept == sorted(covered)
    assert pieces.size == len(covered)
    assert all(piece.data == TEXT[piece.start : piece.end] for piece in pieces.kept)
    assert all(piece.offset == 1000 + piece.start for piece in pieces.kept)


def test_the_first_bytes_stand() -> None:
    pieces = Pieces()
    pieces.add(2, b"cd", HERE)
    assert pieces.add(0, b"abXXef", HERE) == (True, True)
    assert pieces.leading() == b"abcdef"
    assert pieces.pop_first().data == b"ab"
    assert pieces.size == 4


def test_leading_ends_at_the_first_hole() -> None:
    pieces = Pieces()
    pieces.add(0, b"ab", HERE)
    pieces.add(3, b"d", HERE)
    assert pieces.leading() == b"ab"
