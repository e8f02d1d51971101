"""The flow of every call of a trace: calls that went the same way are matched once."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from siptrace.correlate.match import Match, best
from siptrace.correlate.seen import tokens_of
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.quick import begin_signatures
from siptrace.reconstruct.transaction import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from siptrace.correlate.model import Flow
    from siptrace.reconstruct.overview import Overview

__all__ = ["Survey", "begin_survey", "may_go_on", "open_ends", "survey"]


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


def open_ends(found: Overview) -> set[int]:
    """Return the calls of which `may_go_on` is true."""
    time, of_row = found.table.time, found.calls.of_row
    if not len(time) or time[-1] == NO_TIME:
        return set(of_row)
    late, timed = bisect_right(time, time[-1] - TIMEOUT), bisect_right(time, NO_TIME)  # what has no time comes first
    return set(of_row[late:]) | (set(of_row[:timed]) - set(of_row[timed:] if timed else ()))


def begin_survey(found: Overview) -> Callable[[Sequence[Flow]], Survey]:
    """Begin to find the flow of every call; return what finds it out of some flows, while threads do their part."""
    signatures = begin_signatures(found)

    def finish(flows: Sequence[Flow]) -> Survey:
        late = open_ends(found)
        kinds: dict[Hashable, int] = {}
        of_call = array("i")
        matches: list[Match | None] = []
        for call, number in enumerate(repeat(-1, len(found.calls)) if signatures is None else signatures()):
            tokens = tokens_of(found, found.rows_of(call)) if number == -1 else None
            # equal where calls went the same way, as far as a match sees it
            way: Hashable = tokens or number
            if call in late:
                way = way, "may go on"
            kind = kinds.setdefault(way, len(matches))
            if kind == len(matches):
                seen = tokens or tokens_of(found, found.rows_of(call))
                matches.append(best(seen, flows, open_end=may_go_on(found, call)))
            of_call.append(kind)
        return Survey(of_call, tuple(matches))

    return finish


def survey(found: Overview, flows: Sequence[Flow]) -> Survey:
    """Return the flow of every call, out of some flows."""
    return begin_survey(found)(flows)
