"""The columns of the call list: what a cell says, and what sorting goes by.

Cells are made when they come into sight, because a trace may have a hundred thousand calls; what sorting goes by is
made of the columns of the overview, for all calls at once. Nothing here knows Textual.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.errors import SiptraceError
from siptrace.filters.registry import find, header_field
from siptrace.ingest.datagram import NO_TIME, Transport
from siptrace.reconstruct.call import CallState, Phase, last_seen
from siptrace.render.cells import visible
from siptrace.render.listing import finding_text, flow_text, resent_by_call, start_texts, state_text
from siptrace.render.times import date, elapsed, seconds
from siptrace.sip.uri import user_and_host, users_and_hosts
from siptrace.table.columns import Flag
from siptrace.tui.aliases import NO_ALIASES, Aliases

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Sequence

    from siptrace.correlate.survey import Survey
    from siptrace.trace import Trace

__all__ = ["COLUMNS", "DEFAULT", "GIVES_WAY", "UNSUCCESSFUL", "WIDE_ONLY", "CallRows", "Column", "cell", "ordered"]

_SECOND = 1_000_000_000

UNSUCCESSFUL = (CallState.BUSY, CallState.REJECTED, CallState.FAILED, CallState.UNANSWERED, CallState.CANCELLED)
"""The states of a call that came to nothing, whoever ended it (what RFC 3665 3.8 to 3.11 call unsuccessful)."""


class CallRows:
    """The calls of a trace as rows; `survey` is None as long as the flows are not known."""

    def __init__(self, trace: Trace, survey: Survey | None = None, aliases: Aliases = NO_ALIASES) -> None:
        """Take a trace whose overview is there, and names for its addresses."""
        self.trace, self.survey = trace, survey
        self.overview, self.table = trace.overview, trace.overview.table
        self.calls = self.overview.calls
        self.endpoint = cache(self._endpoint)
        self._aliases = aliases
        self._keys: dict[str, list[Any]] = {}

    def _endpoint(self, number: int) -> str:
        """Return the name of an endpoint, or else its address and port."""
        endpoint = self.table.endpoint(number)
        return self._aliases.name(endpoint) or endpoint

    def take_survey(self, survey: Survey) -> None:
        """Know the flows from now on."""
        self.survey = survey
        for name in ("flow", "score", "finding"):
            self._keys.pop(name, None)

    def counterparts(self, calls: Iterable[int], other: CallRows) -> dict[int, int]:
        """Return which calls some calls are in another reading of the same trace; nothing for those not in that."""
        found = {}
        for call in calls:
            number = other.table.call_ids.find(self.table.call_ids[self.first(call, self.table.call_id)])
            if number is not None and number in other.table.call_id:
                found[call] = other.calls.of_row[other.table.call_id.index(number)]
        return found

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
        return state_text(self.overview.state(call), self.overview.phase(call))

    def is_unsuccessful(self, call: int) -> bool:
        """Return whether a call came to nothing, also one of which the trace has a part alone."""
        return self.overview.phase(call) in UNSUCCESSFUL or self.overview.state(call) in UNSUCCESSFUL

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

    def finding(self, call: int) -> str:
        """Return the worst way in which a call leaves its flow; where it does not, whether a message is malformed."""
        found = "" if self.survey is None else finding_text(self.survey.match(call))
        return found or ("malformed message" if call in self._malformed else "")

    def keys(self, name: str) -> list[Any]:
        """Return what sorting by a column goes by, of every call; made once, and anew when the flows are known."""
        if name not in self._keys:
            column = COLUMNS[name]
            if column.uri:
                numbers = [getattr(self.table, column.uri)[row] for row in self.calls.first_row]
                self._keys[name] = users_and_hosts(self.table.uris.many(numbers))
            else:
                key = column.key or column.text
                self._keys[name] = [key(self, call) for call in range(len(self))]
        return self._keys[name]

    def warm(self, names: Iterable[str]) -> None:
        """Make what sorting by some columns will need, while nobody waits for it."""
        for name in names:
            self.keys(name)

    def setup(self, call: int) -> int | None:
        """Return the time in ns from the first INVITE to the first answer that tells the caller something."""
        return next(iter(self._setups(call)), None)

    def header(self, name: str, rows: Iterable[int]) -> str:
        """Return the first value of a header field in some messages, which are read for it; "" where there is none."""
        values = header_field(name).source.values(self.trace.subject)
        try:
            return next((str(value) for row in rows for value in values(row)), "")
        except (SiptraceError, OSError):  # the file is gone: the list stays, and opening a call says so
            return ""

    @cached_property
    def _malformed(self) -> set[int]:
        """The calls with a message that lacks what identifies it, or has it in a way that nobody can read."""
        of_row = self.calls.of_row
        return {of_row[row] for row, flags in enumerate(self.table.flags) if flags & Flag.MALFORMED}

    @cached_property
    def _setups(self) -> Callable[[int], Iterable[int]]:
        """What returns the setup time of a call: what filters ask for."""
        field = find("setup")
        assert field is not None  # noqa: S101  (it is in the registry)
        return field.source.values(self.trace.subject)

    @cached_property
    def begins(self) -> list[int]:
        """When each call began, in ns since 1970; NO_TIME where a log does not say."""
        return self.table.values("time", self.calls.first_row)

    @cached_property
    def start(self) -> Callable[[int], str]:
        """What tells the second at which a call began."""
        known = [begin // _SECOND for begin in self.begins if begin != NO_TIME]
        return start_texts(min(known, default=0), max(known, default=0))

    def width(self, name: str) -> int:
        """Return how many cells a column takes, or would like to take."""
        if name == "index":
            return max(len(str(len(self))), 2)
        if name == "time":
            return len(self.start(max(self.begins, default=0) // _SECOND)) or COLUMNS[name].width
        return COLUMNS[name].width

    @cached_property
    def unsuccessful(self) -> int:
        """How many calls came to nothing."""
        phases = self.calls.phase
        over = [phase for phase in Phase if last_seen(phase) in UNSUCCESSFUL]
        waiting = (call for call, phase in enumerate(phases) if phase == Phase.CALLING)
        return sum(map(phases.count, over)) + sum(map(self.is_unsuccessful, waiting if Phase.CALLING in phases else ()))

    @cached_property
    def resent(self) -> array[int]:
        """The number of retransmissions of each call."""
        return resent_by_call(self.overview)


class Column(NamedTuple):
    """A column: `text` makes a cell, `key` what sorting goes by (the cell where it is None); `width` in cells.

    A column that `reads` messages for its cells is none to sort by: that would read all of a trace. `elastic` ones
    share the room that is left over; a column on the `right` is aligned there. `uri` is the column of the table whose
    URIs it shows. Where there is much room it is as wide as its longest cells, `most`.
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
    reads: bool = False
    most: int = 0


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


def _precise(duration: int | None) -> str:
    """Return a duration with its milliseconds."""
    return "" if duration is None else elapsed(duration, 0)


COLUMNS = {
    column.name: column
    for column in (
        Column("index", "#", "number of the call", 6, lambda _, c: str(c + 1), lambda _, c: c, right=True),
        Column("method", "method", "method that began it", 9, lambda r, c: r.table.methods.text(r.calls.main[c])),
        Column("state", "state", "how it stands", 11, lambda r, c: r.state(c), most=19),
        Column("kind", "kind", "call, registration, subscription ...", 12, lambda r, c: r.overview.kind(c).value),
        Column("date", "date", "day of the first message (UTC)", 10, lambda r, c: date(_time(r, c)),
               lambda r, c: _number(_time(r, c))),
        Column("time", "start", "time of the first message (UTC)", 8, lambda r, c: r.start(r.begins[c] // _SECOND),
               lambda r, c: _number(_time(r, c))),
        Column("setup", "setup", "seconds from the first INVITE to ringing, or to another answer", 7,
               lambda r, c: _precise(r.setup(c)),
               lambda r, c: _number(r.setup(c)), right=True),
        Column("convdur", "talk", "from answer to end", 8, lambda r, c: seconds(r.talk(c)),
               lambda r, c: _number(r.talk(c)), right=True),
        Column("totaldur", "total", "from the first message to the last", 8, lambda r, c: seconds(r.total(c)),
               lambda r, c: _number(r.total(c)), right=True),
        Column("sipfrom", "from", "From", 12, lambda r, c: r.uri(c, r.table.from_uri), elastic=True,
               uri="from_uri"),
        Column("sipto", "to", "To", 12, lambda r, c: r.uri(c, r.table.to_uri), elastic=True, uri="to_uri"),
        Column("sipfromuser", "from user", "user of From", 16, lambda r, c: _user(r, c, r.table.from_uri)),
        Column("siptouser", "to user", "user of To", 16, lambda r, c: _user(r, c, r.table.to_uri)),
        Column("src", "source", "where the first message came from", 22,
               lambda r, c: r.endpoint(r.first(c, r.table.src))),
        Column("dst", "target", "where the first message went", 22,
               lambda r, c: r.endpoint(r.first(c, r.table.dst))),
        Column("transport", "transp", "how the first message travelled", 6,
               lambda r, c: Transport(r.first(c, r.table.transport)).name),
        Column("callid", "Call-ID", "Call-ID of the first message", 36,
               lambda r, c: r.table.call_ids.text(r.first(c, r.table.call_id))),
        Column("xcallid", "X-Call-ID", "Call-ID of another leg, as X-Call-ID or X-CID says", 36,
               lambda r, c: r.header("X-Call-ID", r.rows(c)[:1]) or r.header("X-CID", r.rows(c)[:1]), reads=True),
        Column("contact", "contact", "Contact of the first message", 30,
               lambda r, c: r.header("Contact", r.rows(c)[:1]), reads=True),
        Column("warning", "warning", "first Warning in its messages", 24,
               lambda r, c: r.header("Warning", r.rows(c)), reads=True),
        Column("file", "file", "file of the first message", 24,
               lambda r, c: PurePath(r.trace.sources[r.first(c, r.table.source)].path).name),
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
        Column("finding", "finding", "how it leaves its flow at worst, or a malformed message", 22,
               lambda r, c: r.finding(c)),
    )
}  # fmt: skip
"""Every column by its name: sngrep's where it has one."""

DEFAULT = (
    "index", "method", "sipfrom", "sipto", "msgcnt", "src", "dst", "state", "time", "convdur", "reason", "resent",
    "flow",
)  # fmt: skip
"""What the list shows at first."""

WIDE_ONLY = ("src", "dst")
"""Those of them that are shown where there is much room."""


GIVES_WAY = (
    "warning", "xcallid", "contact", "file", "finding", "score", "date", "callid", "transport", "setup", "sipfromuser",
    "siptouser", "kind", "totaldur", "dst", "src", "resent", "convdur", "reason", "time", "msgcnt", "flow", "method",
    "index", "state", "sipto", "sipfrom",
)  # fmt: skip
"""The columns that go first where the screen is narrow."""


def cell(rows: CallRows, name: str, call: int) -> str:
    """Return a visible cell."""
    return visible(COLUMNS[name].text(rows, call))


def ordered(rows: CallRows, name: str, calls: Sequence[int], *, down: bool) -> list[int]:
    """Return calls sorted by a column; those that are equal in it stay in their order."""
    return sorted(calls, key=rows.keys(name).__getitem__, reverse=down)
