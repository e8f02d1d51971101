"""Another kernel for tests of `Native`."""

from __future__ import annotations

from numba import njit


@njit
def tripled(number: int) -> int:
    """Return three times a number."""
    return 3 * number
