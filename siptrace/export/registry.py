"""The tables by name, and the page that documents their columns."""

from __future__ import annotations

from siptrace.export.calls import CALLS
from siptrace.export.dialogs import DIALOGS
from siptrace.export.messages import MESSAGES
from siptrace.export.transactions import TRANSACTIONS

__all__ = ["TABLES", "reference"]

TABLES = {table.name: table for table in (MESSAGES, CALLS, TRANSACTIONS, DIALOGS)}
"""Every table; the names are those of `siptrace export --what` and of the sequences of a `Trace`."""


def reference() -> str:
    """Return the columns of all tables as Markdown."""
    lines: list[str] = []
    for table in TABLES.values():
        lines += [f"### {table.name}", "", f"{table.meaning}", "", "| column | type | unit | meaning |"]
        lines += ["| --- | --- | --- | --- |"]
        lines += [f"| `{c.name}` | `{c.type}` | {c.unit} | {c.meaning} |" for c in table.columns]
        lines += [""]
    return "\n".join(lines)
