"""An overview in which calls are what people call one: Call-IDs that belong together have one number."""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import accumulate, compress
from typing import TYPE_CHECKING, TypeVar

from siptrace.reconstruct.legs import find_joins, groups, telling
from siptrace.reconstruct.overview import Calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.reconstruct.legs import Join
    from siptrace.reconstruct.overview import Overview

__all__ = ["joined"]


Column = TypeVar("Column", "array[int]", bytearray)

_BY_CALL = ("main", "phase", "late", "top", "branch", "request_row", "answered_row", "end_row", "final")
"""The columns of calls that say how each went."""


def joined(found: Overview) -> Overview:
    """Return the overview with calls joined; the same one where nothing ties any two of them together.

    A joined call begins with the first message of all its Call-IDs, and went as its first INVITE did, or the last try
    of that.
    """
    joins = find_joins(found)
    if not joins:
        return found
    several = [group for group in groups(len(found.calls), joins) if len(group) > 1]
    new = _renumbered(len(found.calls), several)
    rows, starts = _regrouped(found, several)
    renamed = tuple(join._replace(call=new[join.first]) for join in joins)
    calls = _calls(found.calls, several, new, joins)
    return replace(found, calls=calls, rows=rows, starts=starts, joins=renamed)


def _renumbered(count: int, several: Sequence[Sequence[int]]) -> list[int]:
    """Return the new number of each call."""
    dropped = {call for group in several for call in group[1:]}
    new = list(accumulate((call not in dropped for call in range(count)), initial=-1))[1:]
    for group in several:
        for call in group[1:]:
            new[call] = new[group[0]]
    return new


def _regrouped(found: Overview, several: Sequence[Sequence[int]]) -> tuple[array[int], array[int]]:
    """Return the rows call by call and where each begins; those of all other calls are taken over as they stand."""
    leaders = {group[0]: group for group in several}
    rows, lengths, done = array("i"), array("i"), 0
    sizes = array("i", map(int.__sub__, found.starts[1:], found.starts))
    for call in sorted(call for group in several for call in group):
        rows += found.rows[found.starts[done] : found.starts[call]]
        lengths += sizes[done:call]
        done = call + 1
        if call in leaders:
            own = sorted(row for member in leaders[call] for row in found.rows_of(member))
            rows.extend(own)
            lengths.append(len(own))
    rows += found.rows[found.starts[done] :]
    lengths += sizes[done:]
    return rows, array("i", accumulate(lengths, initial=0))


def _calls(before: Calls, several: Sequence[Sequence[int]], new: list[int], joins: Sequence[Join]) -> Calls:
    """Return the calls of the groups."""
    by_first: dict[int, list[Join]] = {}
    for join in joins:
        by_first.setdefault(join.first, []).append(join)
    tellers = {
        group[0]: telling(group, before.main, [join for call in group for join in by_first.get(call, ())])
        for group in several
    }
    dropped = {call for group in several for call in group[1:]}
    kept = [call not in dropped for call in range(len(before))]
    after = Calls(array("i", map(new.__getitem__, before.of_row)), _only(before.first_row, kept))
    for name in _BY_CALL:
        column = getattr(before, name)[:]
        for leader, teller in tellers.items():
            column[leader] = getattr(before, name)[teller]
        setattr(after, name, _only(column, kept))
    return after


def _only(column: Column, kept: Sequence[bool]) -> Column:
    """Return the entries of a column that are kept."""
    chosen = compress(column, kept)
    return bytearray(chosen) if isinstance(column, bytearray) else array(column.typecode, chosen)
