"""What a filter is asked about: the columns of a trace, and the way from its calls to its messages and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from siptrace.ingest.datagram import NO_TIME
from siptrace.sip.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from siptrace.correlate.survey import Survey
    from siptrace.reconstruct.overview import Overview
    from siptrace.sip.message import Message
    from siptrace.table.columns import MessageTable

__all__ = ["Subject"]

_DAY = 86_400 * 1_000_000_000


@dataclass(frozen=True, eq=False)
class Subject:
    """A trace as a filter sees it; calls and messages (rows) are their numbers from 0."""

    overview: Overview
    find_survey: Callable[[], Survey]
    """Makes the reference flows of all calls; only called when an expression asks for flows."""
    files: Sequence[str] = ()
    """The names of the files that the messages come from."""

    @property
    def table(self) -> MessageTable:
        """The columns."""
        return self.overview.table

    @cached_property
    def survey(self) -> Survey:
        """The reference flow of each call."""
        return self.find_survey()

    @property
    def end(self) -> int:
        """The time of the last message in nanoseconds since 1970, NO_TIME where no message has a time."""
        return self.table.time[-1] if len(self.table) else NO_TIME

    @cached_property
    def midnight(self) -> int:
        """The beginning, in UTC, of the day of the first message that has a time; 0 without one."""
        first = next((time for time in self.table.time if time != NO_TIME), 0)
        return first - first % _DAY

    def rows_of(self, calls: Sequence[int]) -> Sequence[int]:
        """Return the messages of some calls, call by call; all of them in the order of the trace."""
        if len(calls) == len(self.overview.calls):
            return range(len(self.table))
        return list(chain.from_iterable(map(self.overview.rows_of, calls)))

    def calls_of(self, rows: Iterable[int]) -> set[int]:
        """Return the calls that some messages belong to."""
        return set(map(self.overview.calls.of_row.__getitem__, rows))

    def message(self, row: int) -> Message:
        """Return the message of a row, parsed."""
        return parse(self.table.raw(row))
