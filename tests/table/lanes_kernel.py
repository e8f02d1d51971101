"""The searches of `siptrace.table.kernel_lanes` as functions that can be called from outside."""

from __future__ import annotations

from typing import Any

from siptrace.table import kernel_lanes
from siptrace.table.kernel_bytes import kernel


def _function_of(search: Any) -> Any:
    """Return a kernel that does one search."""

    @kernel
    def function(data, start, end):
        return search(data, start, end)

    return function


alphas = _function_of(kernel_lanes.alphas)
digits = _function_of(kernel_lanes.digits)
displayed = _function_of(kernel_lanes.displayed)
find_break = _function_of(kernel_lanes.find_break)
find_colon = _function_of(kernel_lanes.find_colon)
find_newline = _function_of(kernel_lanes.find_newline)
host_chars = _function_of(kernel_lanes.host_chars)
token_chars = _function_of(kernel_lanes.token_chars)
uppers = _function_of(kernel_lanes.uppers)
uri_chars = _function_of(kernel_lanes.uri_chars)


@kernel
def same(data, start, other, length):
    """Return whether bytes are the same in two places, as a number."""
    return 1 if kernel_lanes.are_same(data, start, other, length) else 0
