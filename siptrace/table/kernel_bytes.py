"""Bytes for the compiled indexer: comparisons, numbers and keyed hashes, in machine code.

Every function reads only inside the bounds it is given. Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = [
    "APART",
    "apart",
    "byte_at",
    "folded_product",
    "get",
    "hash_text",
    "is_ascii",
    "is_printed",
    "kernel",
    "load",
    "load8",
    "lowered",
    "pack",
    "packed_text",
    "prefetch",
    "put",
    "put8",
    "u16",
    "u32",
]

# Nothing is allocated, so no references are counted: that was half of all time. Python calls through
# `siptrace.table.native`, not through numba's wrappers, which take a third of compiling.
_OPTIONS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}

kernel = njit(nogil=True, error_model="numpy", **_OPTIONS)
"""A function of machine code, for others of the kind or an entry from outside; LLVM inlines it."""


APART: list[Any] = []
"""The kernels that `apart` made."""


def apart(function: Any) -> Any:
    """Make a kernel that LLVM does not inline, because it does much with one value.

    In one large function the registers do not suffice, and what is in memory instead costs a fifth of all time.
    """
    made = kernel(function)
    APART.append(made)
    return made


def packed_text(text: bytes) -> int:
    """Return what `pack` returns of a text of up to eight bytes."""
    return int.from_bytes(text.lower(), "little")


@kernel
def byte_at(data, at):
    """Return a byte; an unsigned index spares the question whether it counts from the end, which costs most of all."""
    return data[np.uint64(at)]


@intrinsic
def prefetch(context, array, index):  # noqa: ARG001  (numba's signature)
    """Have an item of an array brought into the processor's cache."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, shape, "llvm.prefetch.p0i8")
        place = builder.bitcast(builder.gep(data, [arguments[1]]), pointer)
        builder.call(function, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(array, types.int64), generate


@kernel
def get(array, index):
    """Return an item; an unsigned index spares the question whether it counts from the end."""
    return array[np.uint64(index)]


@kernel
def put(array, index, value):
    """Set an item, in the same way."""
    array[np.uint64(index)] = value


@kernel
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


@kernel
def load(data, at, count):
    """Return up to eight bytes as a number, the missing ones as zero; one load too, but at the end of the window."""
    if count >= 8:
        return load8(data, at)
    if at + 8 <= data.shape[0]:
        return load8(data, at) & ((np.uint64(1) << np.uint64(8 * count)) - np.uint64(1))
    word = np.uint64(0)
    for i in range(count):
        word |= np.uint64(byte_at(data, at + i)) << np.uint64(8 * i)
    return word


ONES, TOPS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
"""The lowest and the highest bit of each of eight bytes."""


@kernel
def put8(out, at, word):
    """Put eight bytes; LLVM makes one store of it."""
    for i in range(8):
        out[np.uint64(at) + np.uint64(i)] = np.uint8(word >> np.uint64(8 * i))


@kernel
def lowered(word):
    """Return eight bytes with A to Z in lower case."""
    low = word & ~TOPS
    # Adding sets the highest bit of the bytes from A on, and of those behind Z.
    upper = ((low + ONES * np.uint64(128 - 65)) ^ (low + ONES * np.uint64(128 - 91))) & ~word & TOPS
    return word | upper >> np.uint64(2)


@intrinsic
def folded_product(context, value, other):  # noqa: ARG001  (numba's signature)
    """Return the two halves of a 128-bit product, one xor the other: a mixer of all bits that is one instruction."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))
        return builder.xor(high, builder.trunc(product, ir.IntType(64)))

    return types.uint64(types.uint64, types.uint64), generate


@kernel
def hash_text(data, start, length, more, key0, key1, lower):
    """Return a keyed hash of some bytes (lower-cased with `lower`) and one more number, as int64.

    The construction is that of wyhash: each eight bytes and the state so far are multiplied under secret numbers. The
    secrets are random in each process, so that a hostile trace cannot aim at collisions; Go's maps rely on the same.
    """
    state, at = key0 ^ np.uint64(more), 0
    while at + 8 <= length:
        word = load8(data, start + at)
        if lower:
            word = lowered(word)
        state = folded_product(word ^ key1, state ^ np.uint64(0x9E3779B97F4A7C15))
        at += 8
    word = load(data, start + at, length - at)
    if lower:
        word = lowered(word)
    state = folded_product(word ^ key1, state ^ np.uint64(0xD1B54A32D192ED03))
    return np.int64(folded_product(state ^ np.uint64(length), key1 ^ np.uint64(0x8CB92BA72F3D8DD7)))


@kernel
def pack(data, start, end):
    """Return up to eight bytes as one number, letters in lower case: what they say in one comparison."""
    return np.int64(lowered(load(data, start, end - start)))


@kernel
def is_printed(data, start, end, lowest):
    """Return whether all bytes are from `lowest` (at most 128) to 126."""
    at = start
    while at < end:
        size = min(end - at, 8)
        word = load(data, at, size)
        if size < 8:
            word |= (ONES * np.uint64(126)) << np.uint64(8 * size)
        if (word | (word + ONES) | ~((word | TOPS) - ONES * np.uint64(lowest))) & TOPS:
            return False
        at += 8
    return True


@kernel
def is_ascii(data, start, end):
    """Return whether all bytes are ASCII."""
    at = start
    seen = np.uint64(0)
    while at < end:
        seen |= load(data, at, min(end - at, 8))
        at += 8
    return seen & TOPS == 0


@kernel
def u16(data, at):
    """Return two bytes in network order."""
    return np.int64(byte_at(data, at)) << 8 | np.int64(byte_at(data, at + 1))


@kernel
def u32(data, at, swapped):
    """Return four bytes in the order of a capture file: little endian, or `swapped`."""
    a, b, c, d = (
        np.int64(byte_at(data, at)),
        np.int64(byte_at(data, at + 1)),
        np.int64(byte_at(data, at + 2)),
        np.int64(byte_at(data, at + 3)),
    )
    return a << 24 | b << 16 | c << 8 | d if swapped else d << 24 | c << 16 | b << 8 | a
