"""The overview of a large table: the same as `siptrace.reconstruct.overview.overview`, by the compiled passes.

This module hands columns and state tables to the kernel and makes the same values of what comes back. Below some ten
thousand messages the plain passes are done before the kernel is loaded.
"""

from __future__ import annotations

import secrets
from array import array
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from siptrace.beside import Beside
from siptrace.reconstruct import dialog
from siptrace.reconstruct.call import CALL, EXCHANGE, RESPONSES, CallInput, Kind, flat, kind_of
from siptrace.reconstruct.dialog import Dialogs
from siptrace.reconstruct.overview import ENDS, NEVER_FIRST, TAGGED, Calls, Overview
from siptrace.reconstruct.transaction import WIRE, Transactions
from siptrace.table.columns import INVITE, KNOWN_METHODS
from siptrace.table.native import Native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from siptrace.table.columns import MessageTable

    Array = NDArray[np.generic]

__all__ = ["KERNEL", "begin_signatures", "fast_overview"]

KERNEL = Native(
    "siptrace.reconstruct.kernel",
    {
        "transactions": "i4 i2 i8 i4 i4 i4 i4 i4 i4 i4 i4 i4 i8 i4 i2 i2 n i4 i4 i8 i4 u1 i4 i4 i2 i2 i4",
        "dialogs": "i4 i2 i4 i4 i4 i4 i4 i4 i1 u1 u1 n i4 i4 i4 i4 i1 u1",
        "calls": "i4 i2 i4 i4 i4 i2 i4 u1 i4 i4 u1 u1 i1 i1 i1 u1 i4 i4 i4 i4 i1 u1 i2 i4 i4 i4 i4 i2",
        "rows_by_call": "i4 i4 i4 i4",
        "signatures": "i4 i4 i4 i2 i4 i2 i4 i4 i8 i4 i4 i8 i4 i4 u1 n i8 i8",
    },
    constants=(
        "siptrace.ingest.datagram",
        "siptrace.reconstruct.call",
        "siptrace.reconstruct.dialog",
        "siptrace.reconstruct.transaction",
        "siptrace.table.columns",
        "siptrace.table.kernel_bytes",
        "siptrace.reconstruct.kernel_signature",
    ),
)
"""The compiled passes."""

_AHEAD = 64
"""Rows that are hashed at once: more of them than the memory needs to answer, few enough to stay in the cache."""

LONGEST = 256
"""Messages of a call up to which its signature is made: the work grows with their square."""

_FEW = 2000
"""Calls whose signatures are there at once; most kinds of calls are among them."""

_METHODS = range(len(KNOWN_METHODS) + 1)


def _column(table: MessageTable, *names: str) -> list[Array]:
    """Return columns as arrays that share their memory."""
    return [table.numpy(name) for name in names]


def _slots(count: int) -> Array:
    """Return an empty table of slots, at most half of which will be taken."""
    return np.zeros(1 << max(2 * count, 16).bit_length(), np.int32)


def _flags(members: Iterable[int]) -> Array:
    """Return a flag for every known method (RFC numbers them nowhere; ours are those of the table)."""
    chosen = set(members)
    return np.array([method in chosen for method in _METHODS], np.uint8)


def _room(count: int) -> array[int]:
    """Return a column of zeros for the kernel to write into: what is copied afterwards takes fresh memory twice."""
    return array("i", (0,)) * count


def _view(column: array[int]) -> Array:
    """Return a column of `_room` as an array that shares its memory; while there is one, the column keeps its size."""
    return np.frombuffer(column, np.int32)


def _kept(code: str, values: Array, count: int) -> array[int]:
    """Return the first values of an array as a column."""
    column = array(code)
    column.frombytes(values[:count].view(np.uint8).data)
    return column


def fast_overview(table: MessageTable) -> Overview:
    """Reconstruct a whole table; raises NativeError where nothing can be compiled."""
    KERNEL.load()
    secret = secrets.randbits(62)
    transactions = _transactions(table, secret)
    calls = _calls(table, transactions)
    starts, rows = _room(len(calls) + 1), _room(len(table))
    KERNEL("rows_by_call", _view(calls.of_row), _view(starts), np.empty(len(starts), np.int32), _view(rows))
    return Overview(table, transactions, calls, rows, starts, find=partial(_dialogs, secret=secret))


def _transactions(table: MessageTable, secret: int) -> Transactions:
    """Do what `find_transactions` does."""
    size = len(table)
    of_row, resent = _room(size), bytearray(size)
    first, methods, cancels = (np.empty(size, np.int32) for _ in range(3))
    final, state = np.empty(size, np.int16), np.empty(size, np.int16)
    columns = _column(
        table, "method", "status", "cseq", "start", "call_id", "from_tag", "to_tag", "branch", "sent_by", "src", "dst",
        "flags", "time", "source",
    )  # fmt: skip
    wire = [np.array(WIRE[invite], np.int16) for invite in (False, True)]
    count = KERNEL(
        "transactions", *columns, *wire, secret, _slots(size), _slots(size), np.empty(2 * _AHEAD, np.int64),
        _view(of_row), np.frombuffer(resent, np.uint8), first, methods, final, state, cancels,
    )  # fmt: skip
    return Transactions(
        of_row,
        resent,
        _kept("i", first, count),
        _kept("i", methods, count),
        _kept("h", final, count),
        _kept("h", state, count),
        _kept("i", cancels, count),
    )


def _dialogs(table: MessageTable, transactions: Transactions, secret: int) -> Dialogs:
    """Do what `find_dialogs` does."""
    size = len(table)
    of_row, first = _room(size), np.empty(size, np.int32)
    state, late = np.empty(size, np.int8), np.empty(size, np.uint8)
    count = KERNEL(
        "dialogs",
        *_column(table, "method", "status", "call_id", "from_tag", "to_tag", "flags"),
        _view(transactions.of_row),
        _view(transactions.method),
        np.array(dialog.FLAT, np.int8),
        _flags(dialog.CREATING),
        _flags(dialog.OUTSIDE),
        secret,
        _slots(size),
        _slots(size),
        _view(of_row),
        first,
        state,
        late,
    )
    return Dialogs(of_row, _kept("i", first, count), _kept("b", state, count), bytearray(late[:count].tobytes()))


def _calls(table: MessageTable, transactions: Transactions) -> Calls:
    """Do what `find_calls` does."""
    size, ids = len(table), len(table.call_ids)
    of_row = _room(size)
    codes = {"first_row": "i", "main": "i", "phase": "b", "late": "B", "top": "h", "branch": "i", "request_row": "i",
             "answered_row": "i", "end_row": "i", "final": "h"}  # fmt: skip
    found = {name: np.empty(ids, np.dtype(code)) for name, code in codes.items()}
    count = KERNEL(
        "calls",
        *_column(table, "method", "status", "call_id", "to_tag", "branch", "via_count"),
        _view(transactions.of_row),
        np.frombuffer(transactions.resent, np.uint8),
        _view(transactions.first_row),
        np.array([INVITE if kind_of(method) == Kind.CALL else method for method in _METHODS], np.int32),
        _flags(NEVER_FIRST),
        _flags(TAGGED),
        np.array(RESPONSES, np.int8),
        np.array(flat(CALL), np.int8),
        np.array(flat(EXCHANGE), np.int8),
        np.array([place in ENDS for place in range(len(flat(CALL)) // len(CallInput))], np.uint8),
        np.zeros(ids, np.int32),
        _view(of_row),
        *found.values(),
    )
    columns = {name: _kept(codes[name], values, count) for name, values in found.items() if name != "late"}
    return Calls(of_row, late=bytearray(found["late"][:count].tobytes()), **columns)


def begin_signatures(found: Overview) -> Callable[[], Iterator[int]]:
    """Begin to make a number for each call that equal calls share whatever their names; -1 for very long calls.

    Returns what yields them in order, as far as they are made. Raises NativeError where nothing can be compiled.
    """
    KERNEL.load()
    table = found.table
    rows, starts = _view(found.rows), _view(found.starts)
    columns = (
        *_column(table, "method", "status", "flags", "via_count", "src", "dst"), _hosts(table),
        _view(found.transactions.of_row), *_column(table, "call_id", "cseq", "from_tag", "to_tag"),
        np.frombuffer(found.transactions.resent, np.uint8), secrets.randbits(62),
    )  # fmt: skip

    def begin(first: int, end: int) -> tuple[Beside[int], Array]:
        """Begin with some calls; return what waits for them, and their numbers."""
        room, out = np.empty(9 * LONGEST, np.int64), np.empty(end - first, np.int64)
        return Beside(lambda: KERNEL("signatures", rows, starts[first : end + 1], *columns, room, out)), out

    few = min(_FEW, len(found.calls))
    parts = [begin(*span) for span in pairwise((0, few, (few + len(found.calls)) // 2, len(found.calls)))]

    def signatures() -> Iterator[int]:
        for part, numbers in parts:
            part.result()
            yield from numbers.tolist()

    return signatures


def _hosts(table: MessageTable) -> Array:
    """Return for each endpoint a number that endpoints of one address share."""
    # An endpoint is its address and two bytes of port, or a name of odd length; most are IPv4.
    texts, ends = table.endpoints.numpy()
    starts = np.concatenate(([0], ends[:-1]))
    short = (ends - starts == 6).nonzero()[0]
    hosts = np.zeros(len(ends), np.int64)
    if len(short):
        addresses = np.lib.stride_tricks.sliding_window_view(texts, 4)[starts[short]]
        hosts[short] = addresses.view(np.uint32).ravel()
    numbers: dict[bytes, int] = {}
    for number in (ends - starts != 6).nonzero()[0].tolist():
        end = table.endpoints[number]
        hosts[number] = (1 << 32) + numbers.setdefault(end[:-2] if len(end) % 2 == 0 else end, len(numbers))
    return hosts
