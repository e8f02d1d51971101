"""What calls were apart from names, as numbers: equal calls, equal signatures. In machine code, like the overview.

Importing this module imports numba; only `siptrace.table.native` does, when there is no compiled copy yet.
"""

from __future__ import annotations

import numpy as np

from siptrace.table.kernel_bytes import folded_product, get, kernel, prefetch, put

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
def first_like(room, column, at):
    """Return how far into its call the first message is that has the value of another, in a column of `room`."""
    value = get(room, column + at)
    for i in range(at):
        if get(room, column + i) == value:
            return i
    return at


@kernel
def first_end(room, column, other, at, value):
    """Return which end of a call's hops a value was first: sources and targets, two columns, are one series."""
    for i in range(at):
        if get(room, column + i) == value:
            return 2 * i
        if get(room, other + i) == value:
            return 2 * i + 1
    return 2 * at + (0 if get(room, column + at) == value else 1)


@kernel
def signatures(
    rows, starts, method, status, flags, via_count, src, dst, hosts, transaction, call_id, cseq, from_tag, to_tag,
    resent, secret, room, out,
):  # fmt: skip
    """Hash what each call was apart from names: equal calls get equal numbers.

    Texts count by where in the call they stood first. `hosts` has the number of the address of each endpoint. `room`
    takes the nine columns that are searched, so that they lie together; a call that it is too small for gets -1.
    """
    most = room.shape[0] // 9
    a_src, a_dst, a_from_host, a_to_host, a_transaction, a_call_id, a_cseq, a_from_tag, a_to_tag = (
        0, most, 2 * most, 3 * most, 4 * most, 5 * most, 6 * most, 7 * most, 8 * most
    )  # fmt: skip
    for call in range(starts.shape[0] - 1):
        begin, count = starts[call], starts[call + 1] - starts[call]
        for at in range(starts[call + 1], starts[min(call + 2, starts.shape[0] - 1)]):
            row = np.int64(get(rows, at))
            for column in (method, src, dst, flags, transaction, call_id, from_tag, to_tag):
                prefetch(column, row)
            prefetch(status, row)
            prefetch(via_count, row)
            prefetch(cseq, row)
            prefetch(resent, row)
        if count > most:
            out[call] = -1
            continue
        key = np.int64(count)
        for at in range(count):
            row = get(rows, begin + at)
            put(room, a_src + at, get(src, row))
            put(room, a_dst + at, get(dst, row))
            put(room, a_from_host + at, get(hosts, get(src, row)))
            put(room, a_to_host + at, get(hosts, get(dst, row)))
            put(room, a_transaction + at, get(transaction, row))
            put(room, a_call_id + at, get(call_id, row))
            put(room, a_cseq + at, get(cseq, row))
            put(room, a_from_tag + at, get(from_tag, row))
            put(room, a_to_tag + at, get(to_tag, row))
            key = mix(key, both(get(method, row), get(status, row)), secret)
            key = mix(key, both(get(flags, row), get(via_count, row) << 1 | get(resent, row)), secret)
            source = first_end(room, a_src, a_dst, at, get(room, a_src + at))
            target = first_end(room, a_src, a_dst, at, get(room, a_dst + at))
            key = mix(key, both(source, target), secret)
            source = first_end(room, a_from_host, a_to_host, at, get(room, a_from_host + at))
            target = first_end(room, a_from_host, a_to_host, at, get(room, a_to_host + at))
            key = mix(key, both(source, target), secret)
            places = first_like(room, a_transaction, at) << 12 | first_like(room, a_call_id, at)
            tags = first_like(room, a_from_tag, at) << 12 | first_like(room, a_to_tag, at)
            empty = (get(from_tag, row) == 0) << 1 | (get(to_tag, row) == 0)
            key = mix(key, both(places, tags), secret)
            key = mix(key, both(first_like(room, a_cseq, at), empty), secret)
        out[call] = key
    return 0
