"""The table of dialogs says what the dialogs of the trace say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from siptrace.export.dialogs import DIALOGS
from siptrace.render.times import iso
from tests.export.traces import NAMES, opened

if TYPE_CHECKING:
    from siptrace.reconstruct.model import Dialog


def expected(dialog: Dialog) -> dict[str, Any]:
    """Return what the row of a dialog should be."""
    return {
        "dialog": dialog.n,
        "call": dialog.messages[0].call,
        "call_id": dialog.call_id,
        "caller_tag": dialog.caller_tag,
        "callee_tag": dialog.callee_tag,
        "state": dialog.state.name.lower(),
        "late": dialog.late,
        "start": iso(dialog.messages[0].time_ns),
        "last": iso(dialog.messages[-1].time_ns),
        "messages": len(dialog.messages),
        "retransmissions": sum(message.retransmission for message in dialog.messages),
    }


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_the_dialogs(name: str) -> None:
    trace = opened(name)
    rows = [dict(zip(DIALOGS.names(), row, strict=True)) for row in DIALOGS.rows(trace)]
    found = [dialog for call in trace.calls for dialog in call.dialogs]
    assert rows == sorted(map(expected, found), key=lambda row: row["dialog"])
