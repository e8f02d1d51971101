"""The values a user of the library holds: messages in their trace, transactions, dialogs, calls.

All are frozen. What costs a full parse (a message's fields, a call's transactions and dialogs) is made when it is asked
for, and once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.errors import Anomaly
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallState
from siptrace.sip.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.ingest.datagram import Transport
    from siptrace.reconstruct.call import Kind
    from siptrace.reconstruct.dialog import DialogState
    from siptrace.reconstruct.legs import Join
    from siptrace.reconstruct.overview import Overview
    from siptrace.reconstruct.transaction import State
    from siptrace.sip.message import Message
    from siptrace.table.columns import MessageTable

__all__ = ["Call", "Detail", "Dialog", "TracedMessage", "Transaction", "moment"]


def moment(time_ns: int | None) -> dt.datetime | None:
    """Return a time in nanoseconds since 1970 as an aware datetime in UTC (cut to microseconds), None for none."""
    if time_ns is None:
        return None
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_ns // 1000)


@dataclass(frozen=True, eq=False)
class TracedMessage:
    """One message with its place in the trace; `sip` is the message itself, parsed when it is first asked for.

    `n` counts from 1 in time order; `time_ns` is None where a log gives no time; `frame` is the frame number in its
    file or the line number in its log; `src` and `dst` are `ip:port` or the name a log gave. `transaction`, `dialog`
    and `call` are numbers from 1, `dialog` is None for a message outside of any.
    """

    n: int
    time_ns: int | None
    frame: int
    source: str
    source_index: int
    logged: bool
    """It comes from a text log, so `frame` is a line number."""
    transport: Transport
    src: str
    dst: str
    raw: bytes
    method: str
    status: int | None
    retransmission: bool
    transaction: int
    dialog: int | None
    call: int

    @cached_property
    def sip(self) -> Message:
        """The message in full: header fields, addresses, bodies, anomalies."""
        return parse(self.raw, frame=self.frame, source=self.source_index)

    @cached_property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What is wrong with the message and with the session description in it."""
        problems = self.sip.sdp.problems if self.sip.sdp is not None else ()
        described = (Anomaly(code, self.frame, detail, b"", self.source_index) for code, detail in problems)
        return (*self.sip.anomalies, *described)

    @property
    def time(self) -> dt.datetime | None:
        """When it was captured, in UTC; None where a log gives no time."""
        return moment(self.time_ns)

    @property
    def is_request(self) -> bool:
        """Whether it is a request."""
        return self.status is None


class Transaction(NamedTuple):
    """One request with its responses (RFC 3261 17), with the state each end's machine is in after the last message.

    `final` is the status of the last final response, None while there is none. `cancels` is the number of the INVITE
    transaction that a CANCEL is to end (RFC 3261 9.1), None for everything else.
    """

    n: int
    method: str
    messages: tuple[TracedMessage, ...]
    client: State
    server: State
    final: int | None
    cancels: int | None

    @property
    def request(self) -> TracedMessage | None:
        """The request, or None when the trace began after it."""
        return next((m for m in self.messages if m.is_request and m.method == self.method), None)

    @property
    def retransmissions(self) -> int:
        """How many of its messages are retransmissions."""
        return sum(m.retransmission for m in self.messages)


class Dialog(NamedTuple):
    """One dialog (RFC 3261 12): Call-ID and two tags; `caller_tag` is the From tag of its first message.

    `late` says that the trace began inside it.
    """

    n: int
    call_id: str
    caller_tag: str
    callee_tag: str
    state: DialogState
    late: bool
    messages: tuple[TracedMessage, ...]


class Detail(NamedTuple):
    """A call taken apart: its messages in time order, its transactions and dialogs in order of their first message."""

    messages: tuple[TracedMessage, ...]
    transactions: tuple[Transaction, ...]
    dialogs: tuple[Dialog, ...]


@dataclass(frozen=True, eq=False)
class Call:
    """One call (or registration, subscription ...): what it was, who took part, and how it ended.

    It is a view of the columns: each property is computed from the call's rows when it is asked for, so a list of
    many calls costs what is looked at. Times are nanoseconds since 1970 in UTC, None where there was none.
    """

    n: int
    """Its number in the trace, from 1."""
    overview: Overview = field(repr=False)
    load: Callable[[int], Detail] = field(repr=False)

    @property
    def kind(self) -> Kind:
        """What it is about."""
        return self.overview.kind(self.n - 1)

    @property
    def method(self) -> str:
        """The method of the request that it is about."""
        return self._table.methods.text(self.overview.calls.main[self.n - 1])

    @property
    def state(self) -> CallState:
        """How it stands at the end of the trace."""
        return self.overview.state(self.n - 1)

    @property
    def phase(self) -> CallState:
        """The state that the trace shows last: `in call` for one that is `incomplete` because nobody hung up yet."""
        return self.overview.phase(self.n - 1)

    @property
    def call_ids(self) -> tuple[str, ...]:
        """Its Call-IDs."""
        ids = dict.fromkeys(self._table.call_id[row] for row in self.overview.rows_of(self.n - 1))
        return tuple(map(self._table.call_ids.text, ids))

    @property
    def joins(self) -> tuple[Join, ...]:
        """What ties its Call-IDs together, where it has several."""
        return tuple(join for join in self.overview.joins if join.call == self.n - 1)

    @property
    def from_uri(self) -> str:
        """The URI of the caller, from the From of its first message."""
        return self._table.uris.text(self._table.from_uri[self._first])

    @property
    def to_uri(self) -> str:
        """The URI of the called, from the To of its first message."""
        return self._table.uris.text(self._table.to_uri[self._first])

    @property
    def start_ns(self) -> int | None:
        """The time of its first message."""
        return self._time(self._first)

    @property
    def answered_ns(self) -> int | None:
        """The time of the first 2xx to the initial INVITE."""
        return self._time(self.overview.calls.answered_row[self.n - 1])

    @property
    def end_ns(self) -> int | None:
        """The time of the BYE, or of the final failure."""
        return self._time(self.overview.calls.end_row[self.n - 1])

    @property
    def message_count(self) -> int:
        """The number of its messages, retransmissions included."""
        return self.overview.starts[self.n] - self.overview.starts[self.n - 1]

    @property
    def retransmissions(self) -> int:
        """The number of its messages that are retransmissions."""
        resent = self.overview.transactions.resent
        return sum(resent[row] for row in self.overview.rows_of(self.n - 1))

    @property
    def transaction_count(self) -> int:
        """The number of its transactions."""
        of_row = self.overview.transactions.of_row
        return len({of_row[row] for row in self.overview.rows_of(self.n - 1)})

    @property
    def dialog_count(self) -> int:
        """The number of its dialogs."""
        of_row = self.overview.dialogs.of_row
        return len({of_row[row] for row in self.overview.rows_of(self.n - 1)} - {-1})

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Everybody who sent or received one of its messages, as `ip:port`, in order of appearance."""
        table = self._table
        ends = (end for row in self.overview.rows_of(self.n - 1) for end in (table.src[row], table.dst[row]))
        return tuple(table.endpoint(end) for end in dict.fromkeys(ends))

    @property
    def final_status(self) -> int | None:
        """The final answer to the newest initial request, None while there is none."""
        return self.overview.calls.final[self.n - 1] or None

    @property
    def late_start(self) -> bool:
        """Whether the trace began inside it."""
        return bool(self.overview.calls.late[self.n - 1])

    @property
    def open_end(self) -> bool:
        """Whether the trace ended inside it."""
        running = self.phase in (CallState.TRYING, CallState.RINGING, CallState.IN_CALL)
        return running and self.state is CallState.INCOMPLETE

    @cached_property
    def detail(self) -> Detail:
        """The call taken apart; parses its messages."""
        return self.load(self.n)

    @property
    def messages(self) -> tuple[TracedMessage, ...]:
        """Its messages in time order."""
        return self.detail.messages

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """Its transactions in order of their first message."""
        return self.detail.transactions

    @property
    def dialogs(self) -> tuple[Dialog, ...]:
        """Its dialogs in order of their first message."""
        return self.detail.dialogs

    @property
    def _table(self) -> MessageTable:
        """The columns that it is a view of."""
        return self.overview.table

    @property
    def _first(self) -> int:
        """The row of its first message."""
        return self.overview.calls.first_row[self.n - 1]

    def _time(self, row: int) -> int | None:
        """Return the time of a row, None for row -1 and where a log gives no time."""
        time = self._table.time[row] if row >= 0 else NO_TIME
        return None if time == NO_TIME else time
