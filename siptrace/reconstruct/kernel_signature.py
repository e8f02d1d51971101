"""What calls were apart from names, as numbers: equal calls, equal signatures. In machine code, like the overview.

Importing this module imports numba; only `siptrace.table.native` does, when there is no compiled copy yet.
"""

from __future__ import annotations

import numpy as np

from siptrace.table.kernel_bytes import folded_product, get, kernel

__all__ = ["both", "mix", "signatures"]


@kernel
def mix(value, more, secret):
    """Return a keyed hash of a hash and one more number: both halves of their product under secret numbers."""
    key = np.uint64(secret) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0xBF58476D1CE4E5B9)
    other = (key ^ key >> np.uint64(32)) * np.uint64(0x94D049BB133111EB)
    return np.int64(folded_product(np.uint64(value) ^ key, np.uint64(more) ^ other) >> np.uint64(1))


@kernel
def both(high, low):
    """Return two numbers of 32 bits as one."""
    return np.int64(high) << 32 | np.int64(low) & 0xFFFFFFFF


@kernel
def first_like(column, rows, begin, at):
    """Return how far into its call the first row is that has the value of a row in a column."""
    value = get(column, get(rows, at))
    for i in range(begin, at):
        if get(column, get(rows, i)) == value:
            return i - begin
    return at - begin


@kernel
def first_end(src, dst, rows, begin, at, value):
    """Return which end of a call's hops a value was first: sources and targets are one series."""
    for i in range(begin, at):
        other = get(rows, i)
        if get(src, other) == value:
            return 2 * (i - begin)
        if get(dst, other) == value:
            return 2 * (i - begin) + 1
    return 2 * (at - begin) + (0 if get(src, get(rows, at)) == value else 1)


@kernel
def signatures(
    rows, starts, most, method, status, flags, via_count, src, dst, src_host, dst_host, transaction, call_id, cseq,
    from_tag, to_tag, resent, secret, out,
):  # fmt: skip
    """Hash what each call was apart from names: equal calls get equal numbers.

    Texts count by where in the call they stood first. Calls of more than `most` messages get -1.
    """
    for call in range(starts.shape[0] - 1):
        begin, end = starts[call], starts[call + 1]
        if end - begin > most:
            out[call] = -1
            continue
        key = np.int64(end - begin)
        for at in range(begin, end):
            row = get(rows, at)
            key = mix(key, both(get(method, row), get(status, row)), secret)
            key = mix(key, both(get(flags, row), get(via_count, row) << 1 | get(resent, row)), secret)
            source = first_end(src, dst, rows, begin, at, get(src, row))
            target = first_end(src, dst, rows, begin, at, get(dst, row))
            key = mix(key, both(source, target), secret)
            source = first_end(src_host, dst_host, rows, begin, at, get(src_host, row))
            target = first_end(src_host, dst_host, rows, begin, at, get(dst_host, row))
            key = mix(key, both(source, target), secret)
            places = first_like(transaction, rows, begin, at) << 12 | first_like(call_id, rows, begin, at)
            tags = first_like(from_tag, rows, begin, at) << 12 | first_like(to_tag, rows, begin, at)
            empty = (get(from_tag, row) == 0) << 1 | (get(to_tag, row) == 0)
            key = mix(key, both(places, tags), secret)
            key = mix(key, both(first_like(cseq, rows, begin, at), empty), secret)
        out[call] = key
    return 0
