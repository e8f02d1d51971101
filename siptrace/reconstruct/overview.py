"""The overview: every transaction, dialog and call of a trace, from the columns alone.

Passes over the rows, each in time order and linear: transactions, calls, and dialogs when they are asked for. No
message is parsed and no object is made a message; `siptrace.reconstruct.detail` does that for the calls that somebody
opens, with the same tables, and the two must agree.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import (
    CALL,
    EXCHANGE,
    CallInput,
    CallState,
    Kind,
    Phase,
    flat,
    input_of,
    kind_of,
    last_seen,
    state_of,
)
from siptrace.reconstruct.dialog import Dialogs, find_dialogs
from siptrace.reconstruct.transaction import TIMEOUT, Transactions, find_transactions
from siptrace.table.columns import ACK, BYE, CANCEL, INVITE, KNOWN_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.reconstruct.legs import Join
    from siptrace.table.columns import MessageTable

__all__ = ["Calls", "Overview", "find_calls", "overview", "rows_by_call"]

NEVER_FIRST = frozenset((ACK, BYE, CANCEL, KNOWN_METHODS.index(b"PRACK") + 1))
"""Requests that only make sense after another one, so that a call which begins with them began before the trace."""

TAGGED = frozenset(KNOWN_METHODS.index(method) + 1 for method in (b"REGISTER", b"PUBLISH", b"OPTIONS", b"MESSAGE"))
"""Requests that need no dialog: with a To tag (a refresh, in some phones) they do not prove that there was one."""

_STEPS = len(CallInput)
_FLAT = {True: flat(CALL), False: flat(EXCHANGE)}


@dataclass(slots=True)
class Calls:
    """The calls of a table: `of_row` is one entry a row, the rest one a call; rows are -1 where there is none."""

    of_row: array[int]
    first_row: array[int] = field(default_factory=lambda: array("i"))
    main: array[int] = field(default_factory=lambda: array("i"))
    """Method number that the call is about."""
    phase: array[int] = field(default_factory=lambda: array("b"))
    late: bytearray = field(default_factory=bytearray)
    """1 where the trace began inside the call."""
    top: array[int] = field(default_factory=lambda: array("h"))
    """Fewest Via values of its initial request: the hop nearest to the caller."""
    branch: array[int] = field(default_factory=lambda: array("i"))
    """Branch of the newest initial request on that hop."""
    request_row: array[int] = field(default_factory=lambda: array("i"))
    """Newest initial request on that hop; what is no call also begins anew with a request inside its dialog."""
    answered_row: array[int] = field(default_factory=lambda: array("i"))
    end_row: array[int] = field(default_factory=lambda: array("i"))
    final: array[int] = field(default_factory=lambda: array("h"))
    """Newest final status to the initial request on that hop, 0 for none."""

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.first_row)

    def add(self, row: int, method: int, late: bool, vias: int) -> int:
        """Append a call that begins at a row; return its number."""
        self.first_row.append(row)
        self.main.append(INVITE if kind_of(method) == Kind.CALL else method)
        self.phase.append(Phase.NONE)
        self.late.append(late)
        self.top.append(vias)
        self.branch.append(-1)
        self.request_row.append(-1)
        self.answered_row.append(-1)
        self.end_row.append(-1)
        self.final.append(0)
        return len(self.first_row) - 1

    def becomes_call(self, number: int, late: bool, vias: int) -> None:
        """Begin anew with an INVITE: what another method did before it (OPTIONS, SUBSCRIBE) is no part of the call."""
        self.main[number], self.phase[number], self.top[number] = INVITE, Phase.NONE, vias
        self.branch[number] = self.request_row[number] = self.answered_row[number] = self.end_row[number] = -1
        self.late[number], self.final[number] = late, 0


ENDS = frozenset((Phase.COMPLETED, Phase.CANCELLED, Phase.CHALLENGED, Phase.BUSY, Phase.REJECTED, Phase.REDIRECTED,
                   Phase.UNANSWERED, Phase.FAILED))  # fmt: skip


_ANSWERED = frozenset((Phase.IN_CALL, Phase.COMPLETED))
"""Phases of an INVITE that was answered: the 487 of a fork that lost says nothing about the call."""


def find_calls(table: MessageTable, transactions: Transactions) -> Calls:
    """Group the rows into calls (one Call-ID each) and run the call table of each.

    Retransmissions are no inputs; nor is what happens further from the caller than its first hop in the trace.
    """
    count = len(table)
    found = Calls(array("i", bytes(4 * count)))
    numbers: dict[int, int] = {}
    rows = zip(
        range(count), table.method, table.status, table.call_id, table.to_tag, table.branch, table.via_count,
        transactions.of_row, transactions.resent, strict=True,
    )  # fmt: skip
    for row, method, status, call_id, to_tag, branch, vias, transaction, resent in rows:
        number = numbers.get(call_id)
        if number is None:
            late = status != 0 or method in NEVER_FIRST or (to_tag != 0 and method not in TAGGED)
            number = numbers[call_id] = found.add(row, method, late, vias)
        elif method == INVITE and found.main[number] != INVITE:
            found.becomes_call(number, status != 0 or to_tag != 0, vias)
        found.of_row[row] = number
        if resent:
            continue
        first = transactions.first_row[transaction] if status else row
        inside = table.to_tag[first] != 0 and table.status[first] == 0
        what = input_of(method, status, found.main[number], inside)
        if what is not None:
            _step(found, number, row, what, status, method, branch, vias, inside)
    return found


def _step(
    found: Calls, number: int, row: int, what: CallInput, status: int, method: int, branch: int, vias: int, inside: bool
) -> None:
    """Give one message to its call's machine, unless it belongs to a hop further from the caller."""
    if method == found.main[number] and not (inside and method == INVITE):
        if vias > found.top[number]:
            return
        if status == 0:
            found.branch[number], found.request_row[number] = branch, row
            found.top[number] = vias
        elif status >= 200 and (method != INVITE or found.phase[number] not in _ANSWERED):
            found.final[number] = status
    elif what == CallInput.CANCEL and branch != found.branch[number]:
        return
    before = found.phase[number]
    after = _FLAT[found.main[number] == INVITE][before * _STEPS + what]
    if after == before:
        return
    found.phase[number] = after
    if after in ENDS:
        found.end_row[number] = row
    elif after == Phase.IN_CALL and what == CallInput.SUCCESS:
        found.answered_row[number] = row
    if after not in ENDS:
        found.end_row[number] = -1


@dataclass(slots=True)
class Overview:
    """Everything the columns tell about a trace; numbers count from 0."""

    table: MessageTable
    transactions: Transactions
    calls: Calls
    rows: array[int]
    """The rows of all calls, call by call, each in time order; call n has `rows[starts[n]:starts[n + 1]]`."""
    starts: array[int]
    joins: tuple[Join, ...] = ()
    """What ties the Call-IDs of calls together that have several."""
    find: Callable[[MessageTable, Transactions], Dialogs] = field(default=find_dialogs, repr=False, compare=False)
    _dialogs: Dialogs | None = field(default=None, repr=False, compare=False)

    @property
    def dialogs(self) -> Dialogs:
        """The dialogs; found when somebody asks for them, because the list of calls does without."""
        if self._dialogs is None:
            self._dialogs = self.find(self.table, self.transactions)
        return self._dialogs

    def rows_of(self, call: int) -> array[int]:
        """Return the rows of a call in time order."""
        return self.rows[self.starts[call] : self.starts[call + 1]]

    def kind(self, call: int) -> Kind:
        """Return what a call is about."""
        return kind_of(self.calls.main[call])

    def phase(self, call: int) -> CallState:
        """Return the state that the trace shows last of a call, even when the trace holds only a part of it."""
        return last_seen(self.calls.phase[call])

    def state(self, call: int, *, growing: bool = False) -> CallState:
        """Return the state of a call at the end of the trace; `growing` while more is to come."""
        calls, time = self.calls, self.table.time
        asked = calls.request_row[call]
        expired = asked >= 0 and time[asked] != NO_TIME and time[-1] - time[asked] >= TIMEOUT
        return state_of(calls.phase[call], late=bool(calls.late[call]), expired=expired, growing=growing)


def overview(table: MessageTable) -> Overview:
    """Reconstruct a whole table; linear in its rows."""
    transactions = find_transactions(table)
    calls = find_calls(table, transactions)
    return Overview(table, transactions, calls, *rows_by_call(calls))


def rows_by_call(calls: Calls) -> tuple[array[int], array[int]]:
    """Return the rows sorted by call and where each begins; a counting sort, so a call's rows stay in time order."""
    starts = array("i", bytes(4 * (len(calls) + 1)))
    for call in calls.of_row:
        starts[call + 1] += 1
    for call in range(len(calls)):
        starts[call + 1] += starts[call]
    place = array("i", starts)
    rows = array("i", bytes(4 * len(calls.of_row)))
    for row, call in enumerate(calls.of_row):
        rows[place[call]] = row
        place[call] += 1
    return rows, starts
