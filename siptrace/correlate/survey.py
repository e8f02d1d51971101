"""The flow of every call of a trace: calls that went the same way are matched once."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siptrace.correlate.match import Match, best
from siptrace.correlate.seen import tokens_of
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.quick import quick_signatures
from siptrace.reconstruct.transaction import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from siptrace.correlate.model import Flow
    from siptrace.reconstruct.overview import Overview

__all__ = ["Survey", "may_go_on", "survey"]


@dataclass(frozen=True, eq=False)
class Survey:
    """The matches of all calls: `of_call` has for each call the index of its kind in `matches`.

    There are as many kinds as distinct signatures; the match of a kind is None where its calls follow no flow.
    """

    of_call: array[int]
    matches: tuple[Match | None, ...]

    def match(self, call: int) -> Match | None:
        """Return the match of a call, by its number from 0; messages in it are those of the first call of its kind."""
        return self.matches[self.of_call[call]]


def may_go_on(found: Overview, call: int) -> bool:
    """Return whether the trace ends so soon after a call's last message that more of it may have followed.

    After 64*T1 no transaction waits any longer (RFC 3261 17.1.1.2), so then what is missing never came.
    """
    last, end = found.table.time[found.rows[found.starts[call + 1] - 1]], found.table.time[-1]
    return NO_TIME in (last, end) or end - last < TIMEOUT


def _open_ends(found: Overview) -> list[bool]:
    """Return `may_go_on` of every call."""
    time, rows = found.table.time, found.rows
    if not len(time) or time[-1] == NO_TIME:
        return [True] * len(found.calls)
    late = time[-1] - TIMEOUT
    return [(last := time[rows[end - 1]]) > late or last == NO_TIME for end in found.starts[1:]]


def survey(found: Overview, flows: Sequence[Flow]) -> Survey:
    """Return the flow of every call, out of some flows."""
    kinds: dict[Hashable, int] = {}
    matches: list[Match | None] = []
    of_call = array("i")
    signatures = quick_signatures(found) or [-1] * len(found.calls)
    key: tuple[Hashable, bool]
    for call, key in enumerate(zip(signatures, _open_ends(found), strict=True)):
        if key[0] == -1:
            key = tokens_of(found, found.rows_of(call)), key[1]  # noqa: PLW2901  (most calls keep theirs)
        if key not in kinds:
            kinds[key] = len(matches)
            matches.append(best(tokens_of(found, found.rows_of(call)), flows, open_end=key[1]))
        of_call.append(kinds[key])
    return Survey(of_call, tuple(matches))
