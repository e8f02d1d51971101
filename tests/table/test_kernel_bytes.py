"""Bytes in machine code say what the same words say in Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.table.bulk import KERNEL
from siptrace.table.native import Native
from tests.kernels import loaded

BYTES = Native(
    "siptrace.table.kernel_bytes",
    {
        "pack": "u1 n n",
        "is_ascii": "u1 n n",
        "u16": "u1 n",
        "u32": "u1 n n",
        "is_printed": "u1 n n n",
        "load": "u1 n n",
        "put8": "u1 n n",
    },
)


def call(name: str, data: bytes, *numbers: int) -> int:
    """Call a function with bytes in an array of their size."""
    return loaded(BYTES)(name, np.frombuffer(data, np.uint8), *numbers)


@given(st.binary(max_size=12))
def test_packed_bytes_are_lower_case_and_eight_at_most(data: bytes) -> None:
    packed = call("pack", data, 0, len(data))
    assert packed & 2**64 - 1 == int.from_bytes(data[:8].lower(), "little")


@given(st.binary(max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_up_to_eight_bytes_as_they_are(data: bytes, start: int, count: int) -> None:
    start = min(start, len(data))
    taken = data[start : start + min(count, 8)]
    assert call("load", data, start, len(taken)) & 2**64 - 1 == int.from_bytes(taken, "little")


@given(st.binary(min_size=8, max_size=12), st.binary(min_size=8, max_size=8), st.integers(0, 4))
def test_eight_bytes_are_put_back(data: bytes, word: bytes, at: int) -> None:
    at = min(at, len(data) - 8)
    array = np.array(list(data), np.uint8)
    loaded(BYTES)("put8", array, at, int.from_bytes(word, "little", signed=True))
    assert array.tobytes() == data[:at] + word + data[at + 8 :]


@given(st.binary(max_size=20) | st.text("~ !a", max_size=40).map(str.encode), st.integers(0, 20))
def test_what_is_printed(data: bytes, start: int) -> None:
    start = min(start, len(data))
    for lowest in (32, 33):
        expected = all(lowest <= byte <= 126 for byte in data[start:])
        assert call("is_printed", data, start, len(data), lowest) == expected


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16])
def test_each_byte_alone_is_printed_or_not(size: int) -> None:
    for byte, place in ((byte, place) for byte in range(256) for place in range(size)):
        data = b"a" * place + bytes([byte]) + b"a" * (size - place - 1)
        assert call("is_printed", data, 0, size, 33) == (33 <= byte <= 126)


@given(st.binary(max_size=12) | st.text(max_size=20).map(str.encode))
def test_ascii(data: bytes) -> None:
    assert call("is_ascii", data, 0, len(data)) == data.isascii()


@given(st.binary(min_size=4, max_size=4))
def test_numbers_of_either_order(data: bytes) -> None:
    assert call("u16", data, 1) == int.from_bytes(data[1:3], "big")
    assert call("u32", data, 0, 0) == int.from_bytes(data, "little")
    assert call("u32", data, 0, 1) == int.from_bytes(data, "big")


def hashed(text: bytes, more: int = 0, keys: tuple[int, int] = (1 << 40, 1 << 50)) -> int:
    """Return the hash that a text has in a row."""
    return loaded(KERNEL)("hash_key", np.frombuffer(text, np.uint8), len(text), more, *keys)


def test_hashes_tell_texts_of_all_lengths_apart() -> None:
    texts = [bytes([fill]) * size for fill in (0, 1, 65, 97, 255) for size in range(1, 70)]
    texts += [b"z9hG4bK" + bytes([a, b]) for a in range(64) for b in range(0, 256, 5)]
    assert len({hashed(text) for text in texts}) == len(texts)
    assert len({hashed(b"\xc0\x00\x02\x01", more) for more in range(0, 65537, 64)}) == 1025


def test_hashes_depend_on_both_secrets_and_on_nothing_else() -> None:
    found = {hashed(b"one@example.com", 0, keys) for keys in [(1, 2), (2, 2), (1, 3), (2**62, 2), (1, 2**62)]}
    assert len(found) == 5
    assert hashed(b"one@example.com") == hashed(b"one@" + b"example.com")


@given(st.binary(min_size=1, max_size=40), st.integers(0, 39), st.integers(0, 7))
def test_every_bit_counts(text: bytes, place: int, bit: int) -> None:
    place %= len(text)
    other = text[:place] + bytes([text[place] ^ 1 << bit]) + text[place + 1 :]
    assert hashed(text) != hashed(other)
