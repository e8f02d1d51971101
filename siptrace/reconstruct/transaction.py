"""Transactions: one request with its responses on one hop, by the tables of RFC 3261 section 17 and RFC 6026.

A trace sees the wire, not the two ends, but what crosses the wire is an input to both of them: the same INVITE is
*sent* to the client machine and *received* by the server machine. So each transaction runs both, and a state such as
"client COMPLETED, server COMPLETED" (an ACK that never came) says which end waits for what.

The four tables below are keyed `(state, input)`; a pair that is not there leaves the state as it is, which is how the
RFC treats retransmissions. `WIRE` is client and server together, flat, for the loop over rows.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from siptrace.reconstruct.tables import flat
from siptrace.table.columns import ACK, CANCEL, INVITE, Flag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siptrace.table.columns import MessageTable

__all__ = [
    "INVITE_CLIENT",
    "INVITE_SERVER",
    "NON_INVITE_CLIENT",
    "NON_INVITE_SERVER",
    "T1",
    "TIMEOUT",
    "Input",
    "State",
    "Transactions",
    "find_transactions",
]

T1 = 500_000_000
"""The round-trip estimate of RFC 3261 17.1.1.1, in nanoseconds."""

TIMEOUT = 64 * T1
"""Timers B, F and H (RFC 3261 17.1.1.2, 17.1.2.2, 17.2.1), and L and M of RFC 6026: 32 s, in nanoseconds."""


class State(IntEnum):
    """The states of RFC 3261 17 and RFC 6026; UNSEEN: the trace holds no message of this end yet."""

    UNSEEN = 0
    CALLING = 1
    TRYING = 2
    PROCEEDING = 3
    COMPLETED = 4
    ACCEPTED = 5
    CONFIRMED = 6
    TERMINATED = 7


class Input(IntEnum):
    """What a machine reacts to: a message on the wire, or time."""

    REQUEST = 0
    PROVISIONAL = 1
    SUCCESS = 2
    FAILURE = 3
    ACK = 4
    EXPIRED = 5
    """Timer B, F or H: no final response, or no ACK, in time."""
    LINGERED = 6
    """Timer D, I, J, K, L or M: late copies need no longer be absorbed."""


_S, _I = State, Input
Table = dict[tuple[State, Input], State]

# RFC 3261 17.1.1, figure 5, with ACCEPTED of RFC 6026 7.2. From UNSEEN the trace began inside the transaction.
INVITE_CLIENT: Table = {
    (_S.UNSEEN, _I.REQUEST): _S.CALLING,
    (_S.UNSEEN, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.UNSEEN, _I.SUCCESS): _S.ACCEPTED,
    (_S.UNSEEN, _I.FAILURE): _S.COMPLETED,
    (_S.UNSEEN, _I.ACK): _S.COMPLETED,
    (_S.CALLING, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.CALLING, _I.SUCCESS): _S.ACCEPTED,
    (_S.CALLING, _I.FAILURE): _S.COMPLETED,
    (_S.CALLING, _I.EXPIRED): _S.TERMINATED,
    (_S.PROCEEDING, _I.SUCCESS): _S.ACCEPTED,
    (_S.PROCEEDING, _I.FAILURE): _S.COMPLETED,
    (_S.COMPLETED, _I.LINGERED): _S.TERMINATED,
    (_S.ACCEPTED, _I.LINGERED): _S.TERMINATED,
}

# RFC 3261 17.2.1, figure 7, with ACCEPTED of RFC 6026 7.1.
INVITE_SERVER: Table = {
    (_S.UNSEEN, _I.REQUEST): _S.PROCEEDING,
    (_S.UNSEEN, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.UNSEEN, _I.SUCCESS): _S.ACCEPTED,
    (_S.UNSEEN, _I.FAILURE): _S.COMPLETED,
    (_S.UNSEEN, _I.ACK): _S.CONFIRMED,
    (_S.PROCEEDING, _I.SUCCESS): _S.ACCEPTED,
    (_S.PROCEEDING, _I.FAILURE): _S.COMPLETED,
    (_S.COMPLETED, _I.ACK): _S.CONFIRMED,
    (_S.COMPLETED, _I.EXPIRED): _S.TERMINATED,
    (_S.ACCEPTED, _I.LINGERED): _S.TERMINATED,
    (_S.CONFIRMED, _I.LINGERED): _S.TERMINATED,
}

# RFC 3261 17.1.2, figure 6.
NON_INVITE_CLIENT: Table = {
    (_S.UNSEEN, _I.REQUEST): _S.TRYING,
    (_S.UNSEEN, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.UNSEEN, _I.SUCCESS): _S.COMPLETED,
    (_S.UNSEEN, _I.FAILURE): _S.COMPLETED,
    (_S.TRYING, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.TRYING, _I.SUCCESS): _S.COMPLETED,
    (_S.TRYING, _I.FAILURE): _S.COMPLETED,
    (_S.TRYING, _I.EXPIRED): _S.TERMINATED,
    (_S.PROCEEDING, _I.SUCCESS): _S.COMPLETED,
    (_S.PROCEEDING, _I.FAILURE): _S.COMPLETED,
    (_S.PROCEEDING, _I.EXPIRED): _S.TERMINATED,
    (_S.COMPLETED, _I.LINGERED): _S.TERMINATED,
}

# RFC 3261 17.2.2, figure 8.
NON_INVITE_SERVER: Table = {
    (_S.UNSEEN, _I.REQUEST): _S.TRYING,
    (_S.UNSEEN, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.UNSEEN, _I.SUCCESS): _S.COMPLETED,
    (_S.UNSEEN, _I.FAILURE): _S.COMPLETED,
    (_S.TRYING, _I.PROVISIONAL): _S.PROCEEDING,
    (_S.TRYING, _I.SUCCESS): _S.COMPLETED,
    (_S.TRYING, _I.FAILURE): _S.COMPLETED,
    (_S.PROCEEDING, _I.SUCCESS): _S.COMPLETED,
    (_S.PROCEEDING, _I.FAILURE): _S.COMPLETED,
    (_S.COMPLETED, _I.LINGERED): _S.TERMINATED,
}

_STATES, _INPUTS = len(State), len(Input)


def both_ends(client: Table, server: Table) -> list[int]:
    """Return two tables as one flat list: `(client * STATES + server) * INPUTS + input` -> the same two states."""
    clients, servers = flat(client, State, Input), flat(server, State, Input)
    return [
        clients[c * _INPUTS + i] * _STATES + servers[s * _INPUTS + i]
        for c in range(_STATES)
        for s in range(_STATES)
        for i in range(_INPUTS)
    ]


WIRE = {False: both_ends(NON_INVITE_CLIENT, NON_INVITE_SERVER), True: both_ends(INVITE_CLIENT, INVITE_SERVER)}
"""The joint machine by "is it an INVITE transaction"."""


def input_of(status: int) -> Input:
    """Return the input that a message is, by its status (0 or less: a request)."""
    if status < 100:
        return Input.REQUEST
    if status < 200:
        return Input.PROVISIONAL
    return Input.SUCCESS if status < 300 else Input.FAILURE


@dataclass(slots=True)
class Transactions:
    """The transactions of a table: one entry a row (`of_row`, `resent`), one a transaction (the rest)."""

    of_row: array[int]
    """Number of the row's transaction, from 0."""
    resent: bytearray
    """1 where the row is a retransmission."""
    first_row: array[int]
    method: array[int]
    """Method number; INVITE also stands for the ACK of its failure."""
    final: array[int]
    """Status of the last final response, 0 while there is none."""
    state: array[int]
    """`client * len(State) + server`."""
    cancels: array[int]
    """Of a CANCEL: the number of the INVITE transaction that it is to end (RFC 3261 9.1); -1 otherwise."""

    def client(self, number: int) -> State:
        """Return the state that the client's machine is in after the last message."""
        return State(self.state[number] // _STATES)

    def server(self, number: int) -> State:
        """Return the state that the server's machine is in after the last message."""
        return State(self.state[number] % _STATES)

    def __len__(self) -> int:
        """Return the number of transactions."""
        return len(self.first_row)


def find_transactions(table: MessageTable) -> Transactions:
    """Group the rows into transactions, run both machines of each, and mark retransmissions.

    The key is top Via branch, sent-by, method, Call-ID and CSeq number (RFC 3261 17.1.3, 17.2.3; Call-ID and CSeq
    because real proxies and the RFC's own examples reuse branches). Without the magic cookie the From tag joins the
    key, which with the top Via is the RFC 2543 rule as far as a response can be matched by it. An ACK belongs to the
    INVITE with its branch unless a 2xx answered that: then it is a transaction of its own (17.1.1.3, 13.2.2.4).

    A retransmission is the same start line with the same To tag in the same transaction, between the same two
    endpoints in the same direction. The same message on another hop is a copy; so is one that a second capture saw
    sooner than anybody sends again.
    """
    count = len(table)
    found = Transactions(
        array("i", bytes(4 * count)), bytearray(count), array("i"), array("i"), array("h"), array("h"), array("i")
    )
    numbers: dict[tuple[int, int, int, int, int, int], int] = {}
    seen: dict[tuple[int, int, int, int, int], int] = {}
    final, states, cookie = found.final, found.state, int(Flag.COOKIE)
    rows = zip(
        range(count), table.method, table.status, table.cseq, table.start, table.call_id, table.from_tag,
        table.to_tag, table.branch, table.sent_by, table.src, table.dst, table.flags, strict=True,
    )  # fmt: skip
    for row, method, status, cseq, start, call_id, from_tag, to_tag, branch, sent_by, src, dst, flags in rows:
        if flags & cookie:
            from_tag = 0  # noqa: PLW2901  (a branch of RFC 3261 is unique without it)
        what = input_of(status)
        number = None
        if method == ACK and what == Input.REQUEST:
            number = numbers.get((branch, sent_by, INVITE, call_id, cseq, from_tag))
            if number is not None and 200 <= final[number] < 300:
                number = None
            elif number is not None:
                what = Input.ACK
        if number is None:
            key = (branch, sent_by, method, call_id, cseq, from_tag)
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(states)
                found.first_row.append(row)
                found.method.append(method)
                found.cancels.append(numbers.get((branch, sent_by, INVITE, *key[3:]), -1) if method == CANCEL else -1)
                final.append(0)
                states.append(0)
        found.of_row[row] = number
        mark = (number, start, to_tag, src, dst)
        before = seen.get(mark)
        seen[mark] = row
        if before is not None:
            found.resent[row] = not _same_moment(table, before, row)
            continue
        if what in (Input.SUCCESS, Input.FAILURE):
            final[number] = status
        states[number] = WIRE[found.method[number] == INVITE][states[number] * _INPUTS + what]
    return found


def _same_moment(table: MessageTable, before: int, row: int) -> bool:
    """Return whether two equal messages of two captures are one that both saw: nothing is sent again before T1."""
    return table.source[before] != table.source[row] and table.time[row] - table.time[before] < T1 // 2


def named(table: Table) -> Mapping[tuple[str, str], str]:
    """Return a table with the names of its states and inputs, for documentation and tests."""
    return {(state.name, event.name): after.name for (state, event), after in table.items()}
