"""Bytes for the compiled indexer: classes, comparisons, numbers, line ends and keyed hashes, in machine code.

Every function reads only inside the bounds it is given. Importing this module imports numba.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

__all__ = [
    "ALPHA",
    "BEGINS",
    "CLASSES",
    "DIGIT",
    "DISPLAY",
    "HOST",
    "TOKEN",
    "UPPER",
    "URI",
    "byte_at",
    "hash_text",
    "inlined",
    "is_ascii",
    "kernel",
    "line_end",
    "pack",
    "packed_text",
    "span",
    "u16",
    "u32",
]

kernel = njit(nogil=True, error_model="numpy")
"""A function that Python calls."""

inlined = njit(nogil=True, error_model="numpy", inline="never")
"""A function that kernels call; LLVM inlines it, numba need not."""

# Classes of bytes, as bits of one table: what may begin a message, tokens (RFC 3261 25.1), host, URI, display name.
BEGINS, TOKEN, HOST, URI, DISPLAY, UPPER, ALPHA, DIGIT = 1, 2, 4, 8, 16, 32, 64, 128


def _classes() -> np.ndarray:
    """Return the classes of each byte value."""
    table = np.zeros(256, np.uint8)
    for code in range(128):
        char = chr(code)
        word = char.isalnum()
        bits = 0
        bits |= BEGINS if word or char in ".!%*_+`'~-\r\n" else 0
        bits |= TOKEN if word or char in ".!%*_+`'~-" else 0
        bits |= HOST if word or char in ".-" else 0
        bits |= URI if word or char in ".!%*_+`'~:;@=&$?/-" else 0
        bits |= DISPLAY if 32 <= code < 127 and char not in '"<>,;\\' else 0
        bits |= UPPER if "A" <= char <= "Z" else 0
        bits |= ALPHA if char.isalpha() else 0
        bits |= DIGIT if char.isdigit() else 0
        table[code] = bits
    return table


CLASSES = _classes()


def packed_text(text: bytes) -> int:
    """Return what `pack` returns of a text of up to eight bytes."""
    return int.from_bytes(text.lower(), "little")


@inlined
def byte_at(data, at):
    """Return a byte; an unsigned index spares the question whether it counts from the end, which costs most of all."""
    return data[np.uint64(at)]


@inlined
def load8(data, at):
    """Return eight bytes as a number; LLVM makes one load of it."""
    i = np.uint64(at)
    return (
        np.uint64(data[i])
        | np.uint64(data[i + np.uint64(1)]) << np.uint64(8)
        | np.uint64(data[i + np.uint64(2)]) << np.uint64(16)
        | np.uint64(data[i + np.uint64(3)]) << np.uint64(24)
        | np.uint64(data[i + np.uint64(4)]) << np.uint64(32)
        | np.uint64(data[i + np.uint64(5)]) << np.uint64(40)
        | np.uint64(data[i + np.uint64(6)]) << np.uint64(48)
        | np.uint64(data[i + np.uint64(7)]) << np.uint64(56)
    )


@intrinsic
def folded_product(context, value, other):  # noqa: ARG001  (numba's signature)
    """Return the two halves of a 128-bit product, one xor the other: a mixer of all bits that is one instruction."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))
        return builder.xor(high, builder.trunc(product, ir.IntType(64)))

    return types.uint64(types.uint64, types.uint64), generate


@inlined
def tail8(data, start, count, lower):
    """Return up to eight bytes as a number (lower-cased with `lower`), the missing ones as zero."""
    word = np.uint64(0)
    for i in range(count):
        byte = byte_at(data, start + i)
        if lower and 65 <= byte <= 90:
            byte += np.uint8(32)
        word |= np.uint64(byte) << np.uint64(8 * i)
    return word


@inlined
def hash_text(data, start, length, more, key0, key1, lower):
    """Return a keyed hash of some bytes (lower-cased with `lower`) and one more number, as int64.

    The construction is that of wyhash: each eight bytes and the state so far are multiplied under secret numbers. The
    secrets are random in each process, so that a hostile trace cannot aim at collisions; Go's maps rely on the same.
    """
    state, at = key0 ^ np.uint64(more), 0
    while at + 8 <= length:
        word = tail8(data, start + at, 8, True) if lower else load8(data, start + at)
        state = folded_product(word ^ key1, state ^ np.uint64(0x9E3779B97F4A7C15))
        at += 8
    word = tail8(data, start + at, length - at, lower)
    state = folded_product(word ^ key1, state ^ np.uint64(0xD1B54A32D192ED03))
    return np.int64(folded_product(state ^ np.uint64(length), key1 ^ np.uint64(0x8CB92BA72F3D8DD7)))


@inlined
def pack(data, start, end):
    """Return up to eight bytes as one number, letters in lower case: what they say in one comparison."""
    word = np.int64(0)
    for i in range(min(end - start, 8)):
        byte = np.int64(byte_at(data, start + i))
        if 65 <= byte <= 90:
            byte += 32
        word |= byte << (8 * i)
    return word


@inlined
def span(data, start, end, bits):
    """Return where the bytes of a class end."""
    at = start
    while at < end and CLASSES[byte_at(data, at)] & bits:
        at += 1
    return at


@inlined
def holds(word, byte):
    """Return whether one of the eight bytes of a number equals a byte that fills another number."""
    rest = word ^ byte
    return (rest - np.uint64(0x0101010101010101)) & ~rest & np.uint64(0x8080808080808080) != 0


@inlined
def line_end(data, start, end):
    """Return where the CR LF of a line begins; -1 where there is none, or a CR or LF alone."""
    at = start
    while at + 8 <= end:
        word = load8(data, at)
        if holds(word, np.uint64(0x0D0D0D0D0D0D0D0D)) or holds(word, np.uint64(0x0A0A0A0A0A0A0A0A)):
            break
        at += 8
    while at < end:
        byte = byte_at(data, at)
        if byte == 13:
            return at if at + 1 < end and byte_at(data, at + 1) == 10 else -1
        if byte == 10:
            return -1
        at += 1
    return -1


@inlined
def is_ascii(data, start, end):
    """Return whether all bytes are ASCII."""
    for i in range(start, end):
        if byte_at(data, i) > 127:
            return False
    return True


@inlined
def u16(data, at):
    """Return two bytes in network order."""
    return np.int64(byte_at(data, at)) << 8 | np.int64(byte_at(data, at + 1))


@inlined
def u32(data, at, swapped):
    """Return four bytes in the order of a capture file: little endian, or `swapped`."""
    a, b, c, d = (
        np.int64(byte_at(data, at)),
        np.int64(byte_at(data, at + 1)),
        np.int64(byte_at(data, at + 2)),
        np.int64(byte_at(data, at + 3)),
    )
    return a << 24 | b << 16 | c << 8 | d if swapped else d << 24 | c << 16 | b << 8 | a
