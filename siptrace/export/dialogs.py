"""The table of dialogs: Call-ID and two tags (RFC 3261 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.export.column import Column, Flags, Moments, Numbers, Table, Type, Words, text_of
from siptrace.export.counting import at, counts, last_rows, resent, times
from siptrace.reconstruct.dialog import DialogState

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.reconstruct.dialog import Dialogs
    from siptrace.trace import Trace

__all__ = ["DIALOGS"]


def _all(trace: Trace) -> Dialogs:
    """Return the dialogs of a trace."""
    return trace.overview.dialogs


def _texts(column: str) -> Callable[[Trace], Words]:
    """Return what reads a text of the first messages."""

    def read(trace: Trace) -> Words:
        return Words(at(getattr(trace.table, column), _all(trace).first_row), text_of(trace.table.texts(column)))

    return read


DIALOGS = Table(
    "dialogs",
    "One row a dialog, in order of their first messages.",
    lambda trace: len(_all(trace)),
    (
        Column("dialog", Type.NUMBER, "its number, from 1", lambda t: Numbers(range(len(_all(t))), plus=1)),
        Column(
            "call", Type.NUMBER, "number of its call",
            lambda t: Numbers(at(t.overview.calls.of_row, _all(t).first_row), plus=1),
        ),
        Column("call_id", Type.TEXT, "Call-ID", _texts("call_id")),
        Column("caller_tag", Type.TEXT, "From tag of its first message", _texts("from_tag")),
        Column("callee_tag", Type.TEXT, "To tag of its first message", _texts("to_tag")),
        Column(
            "state", Type.REPEATED, "`early`, `confirmed` or `terminated`",
            lambda t: Words(_all(t).state, lambda state: DialogState(state).name.lower()),
        ),
        Column("late", Type.FLAG, "the trace began inside it", lambda t: Flags(_all(t).late)),
        Column("start", Type.TIME, "time of its first message", lambda t: Moments(times(t, _all(t).first_row))),
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
