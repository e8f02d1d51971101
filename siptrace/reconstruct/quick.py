"""Whether the compiled overview is worth its start."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from siptrace.errors import NativeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siptrace.reconstruct.overview import Overview
    from siptrace.table.columns import MessageTable
    from siptrace.table.native import Native

__all__ = ["WORTH_COMPILING", "WORTH_LOADING", "begin_signatures", "quick_kernels", "quick_overview"]

T = TypeVar("T")

_FAST = "siptrace.reconstruct.fast"
"""Imported when it is worth it: it imports numpy."""

WORTH_LOADING = 8_000
"""Messages from which the kept machine code is loaded: below, the plain passes are done sooner."""

WORTH_COMPILING = 400_000
"""Messages from which it is compiled when there is none yet."""


def quick_kernels() -> list[Native]:
    """Return the compiled passes, which may not be compiled yet: who reads large traces will want them."""
    return [import_module(_FAST).KERNEL]


def quick_overview(table: MessageTable) -> Overview | None:
    """Return the overview by the compiled passes, None where the table is small or nothing can be compiled."""
    return _compiled(table, lambda: import_module(_FAST).fast_overview(table))


def begin_signatures(found: Overview) -> Callable[[], Iterator[int]] | None:
    """Begin to make a number for each call that equal calls share, -1 for a call that is too long for it.

    Returns what yields them; None where the table is small or nothing can be compiled.
    """
    return _compiled(found.table, lambda: import_module(_FAST).begin_signatures(found))


def _compiled(table: MessageTable, work: Callable[[], T]) -> T | None:
    """Return what the compiled passes make, None where they are not worth their start, or cannot be had."""
    if len(table) < WORTH_LOADING:
        return None
    try:
        if len(table) < WORTH_COMPILING and not import_module(_FAST).KERNEL.is_kept():
            return None
        return work()
    except (NativeError, ImportError):
        return None
