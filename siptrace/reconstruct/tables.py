"""State tables as plain numbers, for loops over rows: arithmetic on enum members is slow, so is looking them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import IntEnum

__all__ = ["flat"]

State = TypeVar("State", bound="IntEnum")
Input = TypeVar("Input", bound="IntEnum")


def flat(table: Mapping[tuple[State, Input], State], states: type[State], inputs: type[Input]) -> list[int]:
    """Return a table as a list: `state * len(inputs) + input` -> state; a pair that is not there changes nothing.

    The members of both enums must count from 0 without a gap.
    """
    width = len(inputs)
    steps = [state for state in range(len(states)) for _ in range(width)]
    for (state, event), after in table.items():
        steps[state * width + event] = int(after)
    return steps
