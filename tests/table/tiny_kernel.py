"""A kernel for tests of `Native`: compiled in a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from tests.table.tiny_number import NUMBER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@njit
def scaled(numbers: NDArray[np.int64], marks: NDArray[np.uint8], more: int) -> int:
    """Multiply numbers in place, set the marks, and return the sum and one number more."""
    total = more
    for i in range(numbers.shape[0]):
        numbers[i] *= NUMBER
        marks[i] = 1
        total += numbers[i]
    return total


@njit
def half(number: int) -> int:
    """Return half of a number."""
    return number // 2


@njit
def negative(number: int) -> int:
    """Return a number with the other sign."""
    return -number


@njit
def quarter(number: int) -> int:
    """Return a quarter of a number, by way of another function."""
    return half(half(number))  # type: ignore[type-var,return-value]  # to mypy half makes a compiler


@njit
def listed(number: int) -> int:
    """Return a number by way of a list, which needs numba's runtime."""
    total = number
    for item in [number] * number:
        total += item
    return total
