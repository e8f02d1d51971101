"""Whether the compiled indexer is worth its start, and whether it is there.

Loading it takes about as long as the plain indexer takes for a few thousand messages, so small traces never load it,
nor numpy. Compiling it takes some ten seconds, once; that is worth it only for a trace that is large indeed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.errors import NativeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siptrace.table.bulk import Bulk
    from siptrace.table.columns import MessageTable
    from siptrace.table.native import Native
    from siptrace.table.scan import Memo

__all__ = ["WORTH_COMPILING", "WORTH_LOADING", "BulkLoader"]

WORTH_LOADING = 6 * 1024 * 1024
"""Bytes of capture from which the kept machine code is loaded: below, the plain path is done sooner."""

WORTH_COMPILING = 64 * 1024 * 1024
"""Bytes of capture from which it is compiled when there is none yet: the plain path would take seconds as well."""


class BulkLoader:
    """Decides once whether windows go to a `Bulk`; `bulk` is it, from the window on that made it worth while."""

    def __init__(
        self,
        table: MessageTable,
        memo: Memo,
        total: int | None,
        notice: Callable[[str], None] | None,
        along: Callable[[], Sequence[Native]] = tuple,
    ) -> None:
        """Take the table to fill and the size of the input, None where it is not known before.

        `along` gives the kernels that will be wanted next: they are compiled and loaded when the indexer is.
        """
        self._table, self._memo, self._total = table, memo, total
        self._notice, self._along = notice or (lambda _: None), along
        self._refused = False
        self.bulk: Bulk | None = None

    def bulk_for(self, seen: int) -> Bulk | None:
        """Return the Bulk for the next window, None while the plain path will do; `seen` are the bytes so far."""
        if self.bulk is None and not self._refused and max(seen, self._total or 0) >= WORTH_LOADING:
            self._load(max(seen, self._total or 0))
        return self.bulk

    def _load(self, size: int) -> None:
        """Load the indexer, or compile it for a large input; without it, say what is missed."""
        try:
            from siptrace.table.bulk import KERNEL, Bulk  # noqa: PLC0415  (imports numpy)

            if not KERNEL.is_kept():
                if size < WORTH_COMPILING:
                    return
                KERNEL.require_compiler()
                self._notice("compiling the fast path for large traces, once; this takes some seconds")
            along = self._along()
            KERNEL.load(along)
            for kernel in along:  # loading takes many steps, each of which would wait for other threads later
                if kernel.is_kept():
                    kernel.load()
            self.bulk = Bulk(self._table, self._memo)
        except (NativeError, ImportError) as error:
            self._refused = True
            if size >= WORTH_COMPILING:
                self._notice(f"large traces are read the slow way: {error}")

    def finish(self) -> None:
        """Put what the end of the input brought into the table."""
        if self.bulk is not None:
            self.bulk.finish()
            self.bulk = None
