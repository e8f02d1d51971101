"""The detail of one call: its messages parsed in full, then the same tables as the overview, on objects.

The rows here are made from parsed messages and not by the indexer, so that a difference between the two readings of a
message shows up as a difference between overview and detail; the tests compare them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ingest.datagram import Datagram
from siptrace.reconstruct.dialog import DialogState, find_dialogs
from siptrace.reconstruct.model import Detail, Dialog, Transaction
from siptrace.reconstruct.transaction import find_transactions
from siptrace.table.columns import MessageTable
from siptrace.table.scan import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.reconstruct.dialog import Dialogs
    from siptrace.reconstruct.model import TracedMessage
    from siptrace.reconstruct.transaction import Transactions

__all__ = ["take_apart"]


def take_apart(
    messages: Sequence[TracedMessage], transaction_numbers: Sequence[int], dialog_numbers: Sequence[int]
) -> Detail:
    """Return the transactions and dialogs of one call's messages, numbered with the given numbers in their order."""
    table = MessageTable()
    for message in messages:
        place = Datagram(message.time_ns or 0, message.frame, message.transport, message.src, message.dst, b"", 0)
        table.append(0, place, columns_of(message.sip))
    transactions = find_transactions(table)
    dialogs = find_dialogs(table, transactions)
    return Detail(
        tuple(messages),
        _transactions(messages, table, transactions, transaction_numbers),
        _dialogs(messages, table, dialogs, dialog_numbers),
    )


def _transactions(
    messages: Sequence[TracedMessage], table: MessageTable, found: Transactions, numbers: Sequence[int]
) -> tuple[Transaction, ...]:
    """Make the transaction values."""
    members: list[list[TracedMessage]] = [[] for _ in range(len(found))]
    for message, number in zip(messages, found.of_row, strict=True):
        members[number].append(message)
    return tuple(
        Transaction(
            n,
            table.methods.text(found.method[i]),
            tuple(group),
            found.client(i),
            found.server(i),
            found.final[i] or None,
            numbers[found.cancels[i]] if found.cancels[i] >= 0 else None,
        )
        for i, (n, group) in enumerate(zip(numbers, members, strict=True))
    )


def _dialogs(
    messages: Sequence[TracedMessage], table: MessageTable, found: Dialogs, numbers: Sequence[int]
) -> tuple[Dialog, ...]:
    """Make the dialog values."""
    members: list[list[TracedMessage]] = [[] for _ in range(len(found))]
    for message, number in zip(messages, found.of_row, strict=True):
        if number >= 0:
            members[number].append(message)
    return tuple(
        Dialog(
            n,
            table.call_ids.text(table.call_id[first]),
            table.tags.text(table.from_tag[first]),
            table.tags.text(table.to_tag[first]),
            DialogState(found.state[i]),
            bool(found.late[i]),
            tuple(members[i]),
        )
        for i, (n, first) in enumerate(zip(numbers, found.first_row, strict=True))
    )
