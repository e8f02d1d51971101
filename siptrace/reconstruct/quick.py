"""Whether the compiled overview is worth its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.errors import NativeError

if TYPE_CHECKING:
    from siptrace.reconstruct.overview import Overview
    from siptrace.table.columns import MessageTable

__all__ = ["WORTH_COMPILING", "WORTH_LOADING", "quick_overview"]

WORTH_LOADING = 20_000
"""Messages from which the kept machine code is loaded: below, the plain passes are done sooner."""

WORTH_COMPILING = 400_000
"""Messages from which it is compiled when there is none yet."""


def quick_overview(table: MessageTable) -> Overview | None:
    """Return the overview by the compiled passes, None where the table is small or nothing can be compiled."""
    if len(table) < WORTH_LOADING:
        return None
    try:
        from siptrace.reconstruct.fast import KERNEL, fast_overview  # noqa: PLC0415  (imports numpy)

        if len(table) < WORTH_COMPILING and not KERNEL.is_kept():
            return None
        return fast_overview(table)
    except (NativeError, ImportError):
        return None
