"""The values a user of the library holds: messages in their trace, transactions, dialogs, calls.

All are frozen. What costs a full parse (a message's fields, a call's transactions and dialogs) is made when it is asked
for, and once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from siptrace.reconstruct.call import CallState
from siptrace.sip.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.ingest.datagram import Transport
    from siptrace.reconstruct.call import Kind
    from siptrace.reconstruct.dialog import DialogState
    from siptrace.reconstruct.transaction import State
    from siptrace.sip.message import Message

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

    @property
    def time(self) -> dt.datetime | None:
        """When it was captured, in UTC; None where a log gives no time."""
        return moment(self.time_ns)

    @property
    def is_request(self) -> bool:
        """Whether it is a request."""
        return self.status is None


@dataclass(frozen=True, eq=False)
class Transaction:
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


@dataclass(frozen=True, eq=False)
class Dialog:
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


@dataclass(frozen=True, eq=False)
class Detail:
    """A call taken apart: its messages in time order, its transactions and dialogs in order of their first message."""

    messages: tuple[TracedMessage, ...]
    transactions: tuple[Transaction, ...]
    dialogs: tuple[Dialog, ...]


@dataclass(frozen=True, eq=False)
class Call:
    """One call (or registration, subscription ...): what it was, who took part, and how it ended.

    Times are nanoseconds since 1970 in UTC, None where there was none. `answered_ns` is the first 2xx to the initial
    INVITE, `end_ns` the BYE or the final failure. `final_status` is the final answer to the newest initial request.
    `transaction_count` and `dialog_count` are known without the objects, which are in `detail`.
    """

    n: int
    kind: Kind
    state: CallState
    phase: CallState
    """The state that the trace shows last: `in call` for a call that is `incomplete` because nobody hung up yet."""
    call_ids: tuple[str, ...]
    from_uri: str
    to_uri: str
    start_ns: int | None
    answered_ns: int | None
    end_ns: int | None
    message_count: int
    retransmissions: int
    transaction_count: int
    dialog_count: int
    endpoints: tuple[str, ...]
    final_status: int | None
    method: str
    late_start: bool
    """The trace began inside it."""
    load: Callable[[int], Detail] = field(repr=False)

    @cached_property
    def detail(self) -> Detail:
        """The call taken apart; parses its messages."""
        return self.load(self.n)

    @property
    def open_end(self) -> bool:
        """Whether the trace ended inside it."""
        running = self.phase in (CallState.TRYING, CallState.RINGING, CallState.IN_CALL)
        return running and self.state is CallState.INCOMPLETE

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
