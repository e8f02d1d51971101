"""An overview in which calls are what people call one: Call-IDs that belong together have one number."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

from siptrace.reconstruct.legs import find_joins, groups, telling
from siptrace.reconstruct.overview import Calls, rows_by_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.reconstruct.legs import Join
    from siptrace.reconstruct.overview import Overview

__all__ = ["joined"]


def joined(found: Overview) -> Overview:
    """Return the overview with calls joined; the same one where nothing ties any two of them together.

    A joined call begins with the first message of all its Call-IDs, and went as its first INVITE did, or the last try
    of that.
    """
    joins = find_joins(found)
    if not joins:
        return found
    members = groups(len(found.calls), joins)
    calls = _calls(found, members, joins)
    of_old = {old: new for new, group in enumerate(members) for old in group}
    renamed = tuple(join._replace(call=of_old[join.first]) for join in joins)
    rows, starts = rows_by_call(calls)
    return replace(found, calls=calls, rows=rows, starts=starts, joins=renamed)


def _calls(found: Overview, members: Sequence[Sequence[int]], joins: Sequence[Join]) -> Calls:
    """Return the calls of the groups."""
    before = found.calls
    new = array("i", bytes(4 * len(before)))
    after = Calls(array("i"))
    by_member: dict[int, list[Join]] = {}
    for join in joins:
        by_member.setdefault(join.first, []).append(join)
    for number, group in enumerate(members):
        for old in group:
            new[old] = number
        own = [join for old in group for join in by_member.get(old, ())] if len(group) > 1 else []
        how = telling(group, before.main, own)
        after.first_row.append(before.first_row[group[0]])
        for name in ("main", "phase", "late", "top", "branch", "request_row", "answered_row", "end_row", "final"):
            getattr(after, name).append(getattr(before, name)[how])
    after.of_row = array("i", map(new.__getitem__, before.of_row))
    return after
