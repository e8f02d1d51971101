"""The columns of the call list: what a cell says, and what sorting goes by.

Cells are made when they come into sight, because a trace may have a hundred thousand calls; what sorting goes by is
made of the columns of the overview, for all calls at once. Nothing here knows Textual.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallState
from siptrace.render.cells import visible
from siptrace.render.listing import flow_text
from siptrace.render.times import clock, date, seconds
from siptrace.sip.uri import user_and_host

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

    from siptrace.correlate.survey import Survey
    from siptrace.trace import Trace

__all__ = ["COLUMNS", "DEFAULT", "GIVES_WAY", "CallRows", "Column", "cell", "ordered"]

_SECOND = 1_000_000_000


class CallRows:
    """The calls of a trace as rows; `survey` is None as long as the flows are not known."""

    def __init__(self, trace: Trace, survey: Survey | None = None) -> None:
        """Take a trace whose overview is there."""
        self.trace, self.survey = trace, survey
        self.overview, self.table = trace.overview, trace.overview.table
        self.calls = self.overview.calls
        self._keys: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.calls)

    def first(self, call: int, column: array[int]) -> int:
        """Return what a call's first message has in a column."""
        return column[self.calls.first_row[call]]

    def rows(self, call: int) -> Sequence[int]:
        """Return the rows of a call's messages."""
        return self.overview.rows_of(call)

    def uri(self, call: int, column: array[int]) -> str:
        """Return user and host of a URI of a call's first message."""
        return user_and_host(self.table.uris.text(self.first(call, column)))

    def state(self, call: int) -> str:
        """Return how a call stands, and of an incomplete one what the trace shows last."""
        state, last = self.overview.state(call), self.overview.phase(call)
        return f"{state}: {last}" if state is CallState.INCOMPLETE and last is not state else state.value

    def failed(self, call: int) -> bool:
        """Return whether a call was refused or failed."""
        return self.calls.final[call] >= 400

    def lasting(self, begin: int, end: int) -> int | None:
        """Return the time between two rows in ns, None where one is missing or has no time."""
        if begin < 0 or end < 0:
            return None
        times = self.table.time[begin], self.table.time[end]
        return None if NO_TIME in times else times[1] - times[0]

    def talk(self, call: int) -> int | None:
        """Return the time from answer to end."""
        return self.lasting(self.calls.answered_row[call], self.calls.end_row[call])

    def total(self, call: int) -> int | None:
        """Return the time from the first message to the last one."""
        rows = self.rows(call)
        return self.lasting(rows[0], rows[-1])

    def score(self, call: int) -> float:
        """Return how well a call fits its flow, -1 where it follows none."""
        match = self.survey.match(call) if self.survey is not None else None
        return -1.0 if match is None else match.score

    def flow(self, call: int) -> str:
        """Return the flow that a call follows."""
        return "…" if self.survey is None else flow_text(self.survey.match(call))

    def keys(self, name: str) -> list[Any]:
        """Return what sorting by a column goes by, of every call; made once, and anew when the flows are known."""
        if name not in self._keys:
            column = COLUMNS[name]
            if column.uri:
                numbers = [getattr(self.table, column.uri)[row] for row in self.calls.first_row]
                self._keys[name] = [user_and_host(text) for text in self.table.uris.many(numbers)]
            else:
                key = column.key or column.text
                self._keys[name] = [key(self, call) for call in range(len(self))]
        return self._keys[name]

    @cached_property
    def resent(self) -> list[int]:
        """The number of retransmissions of each call."""
        counts = [0] * len(self)
        flags = self.overview.transactions.resent
        row = flags.find(1)
        while row >= 0:
            counts[self.calls.of_row[row]] += 1
            row = flags.find(1, row + 1)
        return counts


class Column(NamedTuple):
    """A column: `text` makes a cell, `key` what sorting goes by (the cell where it is None); `width` in cells.

    `elastic` columns share the room that is left over; a column on the `right` is aligned there. `uri` is the column of
    the table whose URIs it shows.
    """

    name: str
    head: str
    meaning: str
    width: int
    text: Callable[[CallRows, int], str]
    key: Callable[[CallRows, int], float | str] | None = None
    right: bool = False
    elastic: bool = False
    uri: str = ""


def _user(rows: CallRows, call: int, column: array[int]) -> str:
    """Return the user part of a URI."""
    user, at, _ = rows.uri(call, column).rpartition("@")
    return user if at else ""


def _time(rows: CallRows, call: int) -> int | None:
    """Return when a call began."""
    time = rows.first(call, rows.table.time)
    return None if time == NO_TIME else time


def _number(value: int | None) -> float:
    """Return a number to sort by, nothing before everything."""
    return -1 if value is None else value


COLUMNS = {
    column.name: column
    for column in (
        Column("index", "#", "number of the call", 6, lambda _, c: str(c + 1), lambda _, c: c, right=True),
        Column("method", "method", "method that began it", 9, lambda r, c: r.table.methods.text(r.calls.main[c])),
        Column("state", "state", "how it stands", 11, lambda r, c: r.state(c)),
        Column("kind", "kind", "call, registration, subscription ...", 12, lambda r, c: r.overview.kind(c).value),
        Column("date", "date", "day of the first message (UTC)", 10, lambda r, c: date(_time(r, c)),
               lambda r, c: _number(_time(r, c))),
        Column("time", "start", "time of the first message (UTC)", 8, lambda r, c: clock(_time(r, c))[:8],
               lambda r, c: _number(_time(r, c))),
        Column("convdur", "talk", "from answer to end", 6, lambda r, c: seconds(r.talk(c)),
               lambda r, c: _number(r.talk(c)), right=True),
        Column("totaldur", "total", "from the first message to the last", 7, lambda r, c: seconds(r.total(c)),
               lambda r, c: _number(r.total(c)), right=True),
        Column("sipfrom", "from", "From", 12, lambda r, c: r.uri(c, r.table.from_uri), elastic=True,
               uri="from_uri"),
        Column("sipto", "to", "To", 12, lambda r, c: r.uri(c, r.table.to_uri), elastic=True, uri="to_uri"),
        Column("sipfromuser", "from user", "user of From", 16, lambda r, c: _user(r, c, r.table.from_uri)),
        Column("siptouser", "to user", "user of To", 16, lambda r, c: _user(r, c, r.table.to_uri)),
        Column("src", "source", "where the first message came from", 22,
               lambda r, c: r.table.endpoint(r.first(c, r.table.src))),
        Column("dst", "target", "where the first message went", 22,
               lambda r, c: r.table.endpoint(r.first(c, r.table.dst))),
        Column("callid", "Call-ID", "Call-ID of the first message", 36,
               lambda r, c: r.table.call_ids.text(r.first(c, r.table.call_id))),
        Column("reason", "code", "final status", 4, lambda r, c: str(r.calls.final[c] or ""),
               lambda r, c: r.calls.final[c], right=True),
        Column("msgcnt", "msgs", "number of messages", 4, lambda r, c: str(len(r.rows(c))),
               lambda r, c: len(r.rows(c)), right=True),
        Column("resent", "↺", "number of retransmissions", 4, lambda r, c: str(r.resent[c] or ""),
               lambda r, c: r.resent[c], right=True),
        Column("flow", "flow", "reference flow that it follows, with the score where it leaves it", 16,
               lambda r, c: r.flow(c)),
        Column("score", "score", "how well it fits its flow", 5,
               lambda r, c: "" if r.score(c) < 0 else f"{int(r.score(c) * 100)}%", lambda r, c: r.score(c), right=True),
    )
}  # fmt: skip
"""Every column by its name: sngrep's where it has one."""

DEFAULT = ("index", "method", "sipfrom", "sipto", "msgcnt", "state", "time", "convdur", "reason", "resent", "flow")
"""What the list shows at first."""


GIVES_WAY = (
    "score", "date", "callid", "sipfromuser", "siptouser", "kind", "totaldur", "resent", "convdur", "reason", "time",
    "src", "dst", "msgcnt", "flow", "method", "index", "state", "sipto", "sipfrom",
)  # fmt: skip
"""The columns that go first where the screen is narrow."""


def cell(rows: CallRows, name: str, call: int) -> str:
    """Return a visible cell."""
    return visible(COLUMNS[name].text(rows, call))


def ordered(rows: CallRows, name: str, calls: Sequence[int], *, down: bool) -> list[int]:
    """Return calls sorted by a column; those that are equal in it stay in their order."""
    return sorted(calls, key=rows.keys(name).__getitem__, reverse=down)
