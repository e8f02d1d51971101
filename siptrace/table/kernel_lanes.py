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

__all__ = [
    "TOKEN",
    "alphas",
    "are_same",
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


_WORD, _BYTES = ir.IntType(64), ir.IntType(8).as_pointer()


def _are_of(builder: ir.IRBuilder, place: ir.Value, chars: str, lanes: int) -> ir.Value:
    """Emit which bytes from a place on, all of them there, are some characters: bits, the first byte's the lowest."""
    vector = ir.VectorType(ir.IntType(8), lanes)

    def all_of(code: int) -> ir.Constant:
        return ir.Constant(vector, [ir.Constant(ir.IntType(8), code)] * lanes)

    found = builder.load(builder.bitcast(place, vector.as_pointer()))
    found.align = 1
    result = None
    for low, high in _ranges(chars):
        if low == high:
            test = builder.icmp_unsigned("==", found, all_of(low))
        else:
            test = builder.icmp_unsigned("<=", builder.sub(found, all_of(low)), all_of(high - low))
        result = test if result is None else builder.or_(result, test)
    return builder.bitcast(result, ir.IntType(lanes))


def _stride(function: ir.Function, start: ir.Value, chars: str, wanted: bool, lanes: int) -> ir.Value:
    """Emit a loop that looks at so many bytes at once while they are there, and returns where it finds some.

    The builder's blocks end where the loop did without; returned is where that was.
    """
    data, size, _, end = function.args
    before = function.blocks[-1]
    loop, look, found, following, after = (function.append_basic_block() for _ in range(5))
    ir.IRBuilder(before).branch(loop)
    builder = ir.IRBuilder(loop)
    at = builder.phi(_WORD)
    at.add_incoming(start, before)
    behind = builder.add(at, _WORD(lanes))
    there = builder.and_(builder.icmp_signed("<", at, end), builder.icmp_signed("<=", behind, size))
    builder.cbranch(there, look, after)
    builder = ir.IRBuilder(look)
    bits = _are_of(builder, builder.gep(data, [at]), chars, lanes)
    bits = builder.zext(bits if wanted else builder.not_(bits), _WORD)
    builder.cbranch(builder.icmp_unsigned("!=", bits, _WORD(0)), found, following)
    builder = ir.IRBuilder(found)
    place = builder.add(at, builder.cttz(bits, ir.IntType(1)(1)))
    builder.ret(builder.select(builder.icmp_signed("<", place, end), place, end))
    builder = ir.IRBuilder(following)
    builder.branch(loop)
    at.add_incoming(behind, following)
    return at


def _search(chars: str, *, wanted: bool, lanes: int = 32) -> Any:
    """Return an intrinsic that finds the first byte in `data[start:end]` that is one of some characters, or is none.

    It returns `end` where there is no such byte. Its code is written here, because numba takes long to find the types.
    """
    name = f"siptrace.search.{wanted}.{lanes}." + "".join(f"{low:02x}{high:02x}" for low, high in _ranges(chars))

    def function_in(module: ir.Module) -> ir.Function:
        function = module.globals.get(name)
        if function is None:
            function = ir.Function(module, ir.FunctionType(_WORD, [_BYTES, _WORD, _WORD, _WORD]), name)
            function.linkage = "linkonce_odr"
            function.append_basic_block()
            at = _stride(function, function.args[2], chars, wanted, lanes)
            _stride(function, at, chars, wanted, 1)
            ir.IRBuilder(function.blocks[-1]).ret(function.args[3])
        return function

    @intrinsic
    def search(context, data, start, end):  # noqa: ARG001  (numba's signature)
        def generate(context, builder, signature, arguments):
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            size = builder.extract_value(array.shape, 0)
            return builder.call(function_in(builder.module), [array.data, size, *arguments[1:]])

        return types.int64(data, types.int64, types.int64), generate

    return search


@intrinsic
def are_same(context, data, start, other, length):  # noqa: ARG001  (numba's signature)
    """Return whether up to 64 bytes (at least one) are the same in two places; False also too near the window's end."""

    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        size, (start, other, length) = builder.extract_value(array.shape, 0), arguments[1:]
        later = builder.select(builder.icmp_signed(">", start, other), start, other)
        there = builder.icmp_signed("<=", builder.add(later, _WORD(64)), size)
        before = builder.block
        with builder.if_then(there, likely=True):
            vector = ir.VectorType(ir.IntType(8), 64)
            found = []
            for place in (start, other):
                load = builder.load(builder.bitcast(builder.gep(array.data, [place]), vector.as_pointer()))
                load.align = 1
                found.append(load)
            bits = builder.bitcast(builder.icmp_unsigned("!=", *found), _WORD)
            wanted = builder.lshr(_WORD(-1), builder.sub(_WORD(64), length))
            same, inside = builder.icmp_unsigned("==", builder.and_(bits, wanted), _WORD(0)), builder.block
        result = builder.phi(ir.IntType(1))
        result.add_incoming(ir.IntType(1)(0), before)
        result.add_incoming(same, inside)
        return result

    return types.boolean(data, types.int64, types.int64, types.int64), generate


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
