"""The table of transactions: one request with its responses on one hop (RFC 3261 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.export.column import Column, Moments, Numbers, Table, Type, Words, text_of
from siptrace.export.counting import at, counts, last_rows, resent, times
from siptrace.reconstruct.transaction import State
from siptrace.table.columns import NO_NUMBER

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from siptrace.reconstruct.transaction import Transactions
    from siptrace.trace import Trace

__all__ = ["TRANSACTIONS"]


def _all(trace: Trace) -> Transactions:
    """Return the transactions of a trace."""
    return trace.overview.transactions


def _first(trace: Trace, column: str) -> array[int]:
    """Return a column of the table of messages in the first message of each transaction."""
    return at(getattr(trace.table, column), _all(trace).first_row)


def _texts(column: str, *, none: bool = False) -> Callable[[Trace], Words]:
    """Return what reads a text of the first messages."""
    return lambda trace: Words(_first(trace, column), text_of(trace.table.texts(column), none=none))


def _ends(column: str) -> Callable[[Trace], Words]:
    """Return what reads an endpoint of the first messages."""
    return lambda trace: Words(_first(trace, column), trace.table.endpoint)


def _states(end: Callable[[int], int]) -> Callable[[Trace], Words]:
    """Return what reads the states of one end's machine."""
    return lambda trace: Words(_all(trace).state, lambda both: State(end(both)).name.lower())


TRANSACTIONS = Table(
    "transactions",
    "One row a transaction on one hop, in order of their first messages.",
    lambda trace: len(_all(trace)),
    (
        Column("transaction", Type.NUMBER, "its number, from 1", lambda t: Numbers(range(len(_all(t))), plus=1)),
        Column(
            "call", Type.NUMBER, "number of its call",
            lambda t: Numbers(at(t.overview.calls.of_row, _all(t).first_row), plus=1),
        ),
        Column(
            "method", Type.REPEATED, "method; INVITE also for the ACK of its failure",
            lambda t: Words(_all(t).method, t.table.methods.text),
        ),
        Column("call_id", Type.TEXT, "Call-ID", _texts("call_id")),
        Column(
            "cseq", Type.MAYBE_NUMBER, "CSeq number; none where it is missing or not below 2³¹",
            lambda t: Numbers(_first(t, "cseq"), missing=NO_NUMBER),
        ),
        Column("branch", Type.TEXT, "branch of the top Via", _texts("branch", none=True)),
        Column("src", Type.REPEATED, "who sent its first message", _ends("src")),
        Column("dst", Type.REPEATED, "who received its first message", _ends("dst")),
        Column(
            "client", Type.REPEATED,
            "state of the client's machine after the last message: `calling`, `trying`, `proceeding`, `completed`, "
            "`accepted`, `confirmed` or `terminated`; `unseen` before its first",
            _states(lambda both: both // len(State)),
        ),
        Column("server", Type.REPEATED, "the same of the server's machine", _states(lambda both: both % len(State))),
        Column(
            "final_status", Type.MAYBE_NUMBER, "status of the last final response; none while there is none",
            lambda t: Numbers(_all(t).final, missing=0),
        ),
        Column(
            "cancels", Type.MAYBE_NUMBER, "of a CANCEL: number of the INVITE transaction that it is to end",
            lambda t: Numbers(_all(t).cancels, plus=1, missing=-1),
        ),
        Column("start", Type.TIME, "time of its first message", lambda t: Moments(_first(t, "time"))),
        Column(
            "last", Type.TIME, "time of its last message",
            lambda t: Moments(times(t, last_rows(_all(t).of_row, len(_all(t))))),
        ),
        Column(
            "messages", Type.NUMBER, "number of its messages, retransmissions included",
            lambda t: Numbers(counts(_all(t).of_row, len(_all(t)))),
        ),
        Column(
            "retransmissions", Type.NUMBER, "how many of them are retransmissions",
            lambda t: Numbers(resent(t, _all(t).of_row, len(_all(t)))),
        ),
    ),
)  # fmt: skip
