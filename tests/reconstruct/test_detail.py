"""Two tiers, one truth: a call taken apart from parsed messages is what the overview says of its rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.flows.make_flows import CAPTURES
from fixtures.torture.make_torture import all_cases
from siptrace.ingest.open import find_sources
from siptrace.reconstruct.transaction import State
from siptrace.trace import open_trace
from tests.messages import SDP, ack_2xx, in_dialog, invite, response_to, trace_of

if TYPE_CHECKING:
    from siptrace.trace import Trace

LOGS = Path(__file__).parents[2] / "fixtures" / "logs"


def check(trace: Trace) -> int:
    """Hold every call's detail against the overview; return the number of calls."""
    found, table = trace.overview, trace.table
    for index, call in enumerate(trace.calls):
        detail = call.detail
        rows = list(found.rows_of(index))
        assert [message.n - 1 for message in detail.messages] == rows
        assert [message.method for message in detail.messages] == [message.sip.method for message in detail.messages]
        assert [message.status for message in detail.messages] == [message.sip.status for message in detail.messages]

        of_transaction, of_dialog = found.transactions.of_row, found.dialogs.of_row
        assert [t.n - 1 for t in detail.transactions] == sorted({of_transaction[row] for row in rows})
        for transaction in detail.transactions:
            number = transaction.n - 1
            assert [m.n - 1 for m in transaction.messages] == [row for row in rows if of_transaction[row] == number]
            assert {m.transaction for m in transaction.messages} == {transaction.n}
            assert transaction.method == table.methods.text(found.transactions.method[number])
            assert transaction.final == (found.transactions.final[number] or None)
            ends = (found.transactions.client(number), found.transactions.server(number))
            assert (transaction.client, transaction.server) == ends

        assert [d.n - 1 for d in detail.dialogs] == sorted({of_dialog[row] for row in rows} - {-1})
        for dialog in detail.dialogs:
            number = dialog.n - 1
            assert [m.n - 1 for m in dialog.messages] == [row for row in rows if of_dialog[row] == number]
            assert {m.dialog for m in dialog.messages} == {dialog.n}
            assert (dialog.state, dialog.late) == (found.dialogs.state[number], bool(found.dialogs.late[number]))
            tags = {dialog.caller_tag, dialog.callee_tag}
            assert all(
                {m.sip.from_.tag or "", m.sip.to.tag or ""} == tags for m in dialog.messages if m.sip.from_ and m.sip.to
            )
    return len(trace.calls)


@pytest.mark.parametrize("path", sorted(CAPTURES.iterdir()), ids=lambda path: path.stem)
def test_of_the_flow_captures(path: Path) -> None:
    assert check(open_trace(path)) in range(1, 6)


@pytest.mark.parametrize("path", [Path(path) for path in find_sources([LOGS])], ids=lambda path: path.name)
def test_of_the_logs(path: Path) -> None:
    assert check(open_trace(path)) > 0


@pytest.mark.parametrize("directory", ["captures", "logs"])
def test_of_the_corpus(directory: str) -> None:
    corpus = os.environ.get("SIPTRACE_CORPUS")
    if not corpus:
        pytest.skip("SIPTRACE_CORPUS is not set")
    calls = [check(open_trace(path)) for path in find_sources([Path(corpus, directory)])]
    assert sum(calls) > 100


def test_of_the_messages_of_rfc_4475() -> None:
    assert check(trace_of([case.make() for case in all_cases().values()])) > 30


def test_of_a_small_call() -> None:
    call = invite(body=SDP)
    bye = in_dialog(call, "BYE", from_callee=True)
    trace = trace_of(
        [call, call, response_to(call, 180), response_to(call, 200), ack_2xx(call), bye, response_to(bye, 200)]
    )
    (found,) = trace.calls
    detail = found.detail
    assert [(t.n, t.method, t.final, t.client, t.server, t.retransmissions) for t in detail.transactions] == [
        (1, "INVITE", 200, State.ACCEPTED, State.ACCEPTED, 1),
        (2, "ACK", None, State.TRYING, State.TRYING, 0),
        (3, "BYE", 200, State.COMPLETED, State.COMPLETED, 0),
    ]
    assert [t.request.n if t.request else None for t in detail.transactions] == [1, 5, 6]
    (dialog,) = detail.dialogs
    assert (dialog.call_id, dialog.caller_tag, dialog.callee_tag, dialog.late) == ("one@example.com", "a1", "b1", False)
    assert [message.n for message in dialog.messages] == [3, 4, 5, 6, 7]
    assert (found.messages, found.transactions, found.dialogs) == (detail.messages, detail.transactions, detail.dialogs)
    assert found.detail is detail


def test_a_transaction_whose_request_is_not_in_the_trace() -> None:
    (transaction,) = trace_of([response_to(invite(), 200)]).transactions
    assert transaction.request is None
    assert transaction.method == "INVITE"
