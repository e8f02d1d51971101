"""The table of transactions says what the transactions of the trace say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from siptrace.export.transactions import TRANSACTIONS
from siptrace.render.json import message_object
from siptrace.render.times import iso
from tests.export.traces import NAMES, opened

if TYPE_CHECKING:
    from siptrace.reconstruct.model import Transaction


def expected(transaction: Transaction) -> dict[str, Any]:
    """Return what the row of a transaction should be."""
    first, last = transaction.messages[0], transaction.messages[-1]
    shown = message_object(first)
    if shown["cseq"] is not None and not 0 <= shown["cseq"] < 2**31:
        shown["cseq"] = None
    return {
        "transaction": transaction.n,
        "call": first.call,
        "method": transaction.method,
        **{key: shown[key] for key in ("call_id", "cseq", "branch", "src", "dst")},
        "client": transaction.client.name.lower(),
        "server": transaction.server.name.lower(),
        "final_status": transaction.final,
        "cancels": transaction.cancels,
        "start": iso(first.time_ns),
        "last": iso(last.time_ns),
        "messages": len(transaction.messages),
        "retransmissions": transaction.retransmissions,
    }


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_the_transactions(name: str) -> None:
    trace = opened(name)
    rows = [dict(zip(TRANSACTIONS.names(), row, strict=True)) for row in TRANSACTIONS.rows(trace)]
    assert rows == sorted(
        (expected(found) for call in trace.calls for found in call.transactions), key=lambda row: row["transaction"]
    )
