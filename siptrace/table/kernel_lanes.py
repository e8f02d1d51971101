"""Many bytes at once for the compiled indexer: where the first byte of a kind stands.

A search looks at whole registers of the processor as long as they are inside the window, never mind the end of the
message: what lies behind that end does not change what is found. The last bytes of a window are looked at one by one.
Importing this module imports numba.
"""

from __future__ import annotations

import string
from itertools import groupby
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from siptrace.table.kernel_bytes import byte_at, inlined, zeros_below

__all__ = [
    "TOKEN",
    "alphas",
    "digits",
    "displayed",
    "find_break",
    "find_colon",
    "find_newline",
    "host_chars",
    "members",
    "token_chars",
    "uppers",
    "uri_chars",
]


def _ranges(chars: str) -> list[tuple[int, int]]:
    """Return the ranges of codes that some ASCII characters make up."""
    codes = sorted(map(ord, set(chars)))
    groups = [[code for _, code in group] for _, group in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return [(group[0], group[-1]) for group in groups]


def members(chars: str) -> np.ndarray:
    """Return for each byte value whether it is one of some ASCII characters."""
    return np.array([chr(code) in chars for code in range(256)], np.bool_)


def _are_of(chars: str, lanes: int, wanted: bool) -> Any:
    """Return an intrinsic: which of the bytes from a place on, all of them there, are some characters, as bits.

    The lowest bit is that of the first byte; with `wanted` False the bits are those of the other bytes.
    """
    ranges = _ranges(chars)
    vector = ir.VectorType(ir.IntType(8), lanes)

    def all_of(code: int) -> ir.Constant:
        return ir.Constant(vector, [ir.Constant(ir.IntType(8), code)] * lanes)

    @intrinsic
    def are(context, data, at):  # noqa: ARG001  (numba's signature)
        def generate(context, builder, signature, arguments):
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            found = builder.load(builder.bitcast(builder.gep(array.data, [arguments[1]]), vector.as_pointer()))
            found.align = 1
            result = None
            for low, high in ranges:
                if low == high:
                    test = builder.icmp_unsigned("==", found, all_of(low))
                else:
                    test = builder.icmp_unsigned("<=", builder.sub(found, all_of(low)), all_of(high - low))
                result = test if result is None else builder.or_(result, test)
            result = result if wanted else builder.not_(result)
            return builder.zext(builder.bitcast(result, ir.IntType(lanes)), ir.IntType(64))

        return types.uint64(data, types.int64), generate

    return are


def _search(chars: str, *, wanted: bool, lanes: int = 32) -> Any:
    """Return a function that finds the first byte in `data[start:end]` that is one of some characters, or is none.

    It returns `end` where there is no such byte.
    """
    are = _are_of(chars, lanes, wanted)
    table = members(chars)

    @inlined
    def search(data, start, end):
        at = start
        while at < end and at + lanes <= data.shape[0]:
            found = np.uint64(are(data, at))
            if found:
                return min(at + np.int64(zeros_below(found)), end)
            at += lanes
        while at < end and table[byte_at(data, at)] != wanted:
            at += 1
        return min(at, end)

    return search


_WORDS = string.ascii_letters + string.digits
TOKEN = _WORDS + ".!%*_+`'~-"
"""What tokens are made of (RFC 3261 25.1)."""

find_break = _search("\r\n", wanted=True, lanes=64)
"""CR or LF; a register of most lines' length."""
find_newline = _search("\n", wanted=True)
find_colon = _search(":", wanted=True)

# Where some characters end: those of tokens, of host names, the usual ones of a URI and of a display name.
token_chars = _search(TOKEN, wanted=False)
host_chars = _search(_WORDS + ".-", wanted=False)
uri_chars = _search(_WORDS + ".!%*_+`'~:;@=&$?/-", wanted=False)
displayed = _search("".join(set(map(chr, range(32, 127))) - set('"<>,;\\')), wanted=False)
uppers = _search(string.ascii_uppercase, wanted=False)
alphas = _search(string.ascii_letters, wanted=False)
digits = _search(string.digits, wanted=False)
