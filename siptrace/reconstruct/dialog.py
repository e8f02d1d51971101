"""Dialogs: Call-ID and the two tags, early or confirmed, forks apart (RFC 3261 section 12, RFC 6665 4.4.1).

A dialog begins with a response that has a To tag, to a request that may create one; where the trace begins later, the
first request inside it shows that it exists. Every hop and both directions show the same dialog, because the tags are
compared as a pair.

Weak spot: an early dialog whose fork never answers again stays `EARLY`: nothing on the wire ends it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from siptrace.reconstruct.tables import flat
from siptrace.table.columns import ACK, BYE, INVITE, KNOWN_METHODS, NOTIFY, REFER, SUBSCRIBE, Flag

if TYPE_CHECKING:
    from siptrace.reconstruct.transaction import Transactions
    from siptrace.table.columns import MessageTable

__all__ = ["TRANSITIONS", "DialogInput", "DialogState", "Dialogs", "find_dialogs"]


class DialogState(IntEnum):
    """The states of RFC 3261 12: NONE is before the first message."""

    NONE = 0
    EARLY = 1
    CONFIRMED = 2
    TERMINATED = 3


class DialogInput(IntEnum):
    """What a message is to the dialog of its tags."""

    PROVISIONAL = 0
    """101 to 199 to a request that may create a dialog."""
    SUCCESS = 1
    """2xx to a request that may create a dialog."""
    FAILURE = 2
    """3xx to 6xx to INVITE."""
    REQUEST = 3
    """A request inside the dialog (its To tag is there)."""
    END = 4
    """BYE, or NOTIFY that says the subscription is terminated (RFC 6665 4.1.3)."""
    GONE = 5
    """481 or 408 inside the dialog (RFC 3261 12.2.1.2)."""


_S, _I = DialogState, DialogInput

TRANSITIONS: dict[tuple[DialogState, DialogInput], DialogState] = {
    (_S.NONE, _I.PROVISIONAL): _S.EARLY,
    (_S.NONE, _I.SUCCESS): _S.CONFIRMED,
    (_S.NONE, _I.REQUEST): _S.CONFIRMED,
    (_S.NONE, _I.END): _S.TERMINATED,
    (_S.EARLY, _I.SUCCESS): _S.CONFIRMED,
    (_S.EARLY, _I.FAILURE): _S.TERMINATED,
    (_S.EARLY, _I.END): _S.TERMINATED,
    (_S.EARLY, _I.GONE): _S.TERMINATED,
    (_S.CONFIRMED, _I.END): _S.TERMINATED,
    (_S.CONFIRMED, _I.GONE): _S.TERMINATED,
}
"""RFC 3261 12.1 to 12.3; a pair that is not here changes nothing."""

_INPUTS = len(DialogInput)
FLAT = flat(TRANSITIONS, DialogState, DialogInput)
"""`state * INPUTS + input` -> state."""

CREATING = frozenset((INVITE, SUBSCRIBE, REFER))
"""Methods whose responses create dialogs (RFC 3261 12.1, RFC 6665 4.4.1, RFC 3515 2.4.4)."""

_SUBSCRIPTION_ENDED = int(Flag.SUBSCRIPTION_ENDED)

OUTSIDE = frozenset(KNOWN_METHODS.index(m) + 1 for m in (b"REGISTER", b"PUBLISH", b"OPTIONS", b"MESSAGE", b"CANCEL"))
"""Methods that do not prove a dialog even with a To tag: they are sent outside of dialogs as well."""


@dataclass(slots=True)
class Dialogs:
    """The dialogs of a table: `of_row` is one entry a row (-1 for none), the rest one a dialog."""

    of_row: array[int]
    first_row: array[int]
    state: array[int]
    late: bytearray
    """1 where the trace began inside the dialog."""

    def __len__(self) -> int:
        """Return the number of dialogs."""
        return len(self.first_row)


def input_of(method: int, status: int, flags: int) -> DialogInput | None:
    """Return what a message with a To tag is to its dialog, or None when it is nothing to it."""
    if status < 0:
        return None
    if status < 100:
        ends = method == BYE or (method == NOTIFY and flags & _SUBSCRIPTION_ENDED)
        return DialogInput.END if ends else DialogInput.REQUEST
    if status in (481, 408):
        return DialogInput.GONE
    if status >= 300:
        return DialogInput.FAILURE if method == INVITE else None
    if method not in CREATING or status == 100:
        return None
    return DialogInput.PROVISIONAL if status < 200 else DialogInput.SUCCESS


def find_dialogs(table: MessageTable, transactions: Transactions) -> Dialogs:
    """Give every row with both tags to its dialog, and run the dialog table.

    The ACK of a failure, and requests that need no dialog, join one that is known but prove none. By its tags such an
    ACK is known even where its branch is wrong (RFC 3665 has some in 3.3 and 3.8).
    """
    count = len(table)
    found = Dialogs(array("i", b"\xff" * (4 * count)), array("i"), array("b"), bytearray())
    numbers: dict[tuple[int, int, int], int] = {}
    refused: set[tuple[int, int, int]] = set()
    rows = zip(
        range(count), table.method, table.status, table.call_id, table.from_tag, table.to_tag, table.flags,
        transactions.of_row, strict=True,
    )  # fmt: skip
    for row, method, status, call_id, from_tag, to_tag, flags, transaction in rows:
        if not to_tag:
            continue
        key = (call_id, from_tag, to_tag) if from_tag < to_tag else (call_id, to_tag, from_tag)
        what = input_of(method, status, flags)
        number = numbers.get(key)
        if number is None:
            inside = status < 100
            if inside and (method in OUTSIDE or transactions.method[transaction] != method):
                continue
            if what is None or (method == ACK and key in refused):
                continue
            if not inside and what > DialogInput.SUCCESS:
                refused.add(key)
                continue
            number = numbers[key] = len(found.state)
            found.first_row.append(row)
            found.state.append(0)
            found.late.append(inside and method != NOTIFY)
        found.of_row[row] = number
        if what is not None:
            found.state[number] = FLAT[found.state[number] * _INPUTS + what]
    return found
