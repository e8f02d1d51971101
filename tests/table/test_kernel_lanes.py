"""Searches in wide registers find the first byte of a kind, at the end of a window and far from it."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.table.native import Native
from tests.kernels import loaded

ALNUM = string.ascii_letters + string.digits
INSIDE = {
    "token_chars": ALNUM + ".!%*_+`'~-",
    "host_chars": ALNUM + ".-",
    "uri_chars": ALNUM + ".!%*_+`'~:;@=&$?/-",
    "displayed": "".join(set(map(chr, range(32, 127))) - set('"<>,;\\')),
    "uppers": string.ascii_uppercase,
    "alphas": string.ascii_letters,
    "digits": string.digits,
}
"""What each search passes over; as in siptrace.table.kernel_lanes, which only numba may import."""
WANTED = {"find_break": "\r\n", "find_newline": "\n", "find_colon": ":"}
"""What each search looks for."""
SEARCHES = sorted([*INSIDE, *WANTED])

LANES = Native(
    "tests.table.lanes_kernel",
    {**dict.fromkeys(SEARCHES, "u1 n n"), "same": "u1 n n n"},
    ("siptrace.table.kernel_bytes", "siptrace.table.kernel_lanes"),
)


def is_found(name: str, byte: int) -> bool:
    """Return whether a search ends at a byte."""
    return chr(byte) in WANTED[name] if name in WANTED else chr(byte) not in INSIDE[name]


def check(name: str, data: bytes, start: int, end: int) -> None:
    """Hold that a search ends at the first byte that it should."""
    expected = next((at for at in range(start, end) if is_found(name, data[at])), end)
    assert loaded(LANES)(name, np.frombuffer(data, np.uint8), start, end) == expected


@pytest.mark.parametrize("name", SEARCHES)
def test_every_byte_alone_and_in_a_register(name: str) -> None:
    passed = ord(next(iter(INSIDE.get(name, "x"))))
    for code in range(256):
        for size, place in ((1, 0), (64, 0), (64, 31), (64, 32), (64, 63), (200, 130), (200, 199)):
            data = bytearray([passed] * size)
            data[place] = code
            check(name, bytes(data), 0, size)


@given(st.data(), st.sampled_from(SEARCHES))
def test_any_bytes_between_any_bounds(data: st.DataObject, name: str) -> None:
    passed = st.sampled_from(sorted(INSIDE.get(name, "abc"))).map(lambda char: char.encode())
    text = b"".join(data.draw(st.lists(passed | st.binary(max_size=2), max_size=150)))
    end = data.draw(st.integers(0, len(text)))
    check(name, text, data.draw(st.integers(0, end)), end)


@given(st.data())
def test_bytes_are_the_same_in_two_places_or_not(data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 64))
    text = data.draw(st.binary(min_size=length, max_size=length))
    wrong = data.draw(st.integers(0, length - 1))
    other = bytearray(text)
    other[wrong] ^= data.draw(st.integers(1, 255))
    rest = data.draw(st.sampled_from([0, 63 - length, 64 - length, 100]))
    same = loaded(LANES)
    for second, expected in ((text, 1), (bytes(other), 0)):
        whole = np.frombuffer(b"<" + text + b">" + second + bytes(max(rest, 0)), np.uint8)
        known = rest >= 64 - length  # nearer to the end of the window it does not say
        assert same("same", whole, 1, length + 2, length) == (expected if known else 0)
        assert same("same", whole, length + 2, 1, length) == (expected if known else 0)
