"""The list of calls, column by column: what a person reads of each call in one line.

A trace may hold a hundred thousand calls, so the cells are made from the columns of the overview, a column at a time,
without an object a call.
"""

from __future__ import annotations

from array import array
from operator import sub
from typing import TYPE_CHECKING, TypeVar

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import RUNNING, CallState, last_seen
from siptrace.render.cells import all_visible, visible
from siptrace.render.times import clock, date, seconds
from siptrace.render.words import hundredths
from siptrace.sip.uri import users_and_hosts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siptrace.correlate.reading import Match
    from siptrace.correlate.step import Step
    from siptrace.correlate.survey import Survey
    from siptrace.reconstruct.overview import Overview
    from siptrace.table.columns import MessageTable

__all__ = [
    "CALL_HEADS",
    "RIGHT",
    "call_columns",
    "count_text",
    "finding_text",
    "flow_text",
    "people_of",
    "resent_by_call",
    "start_texts",
    "state_text",
    "talk_text",
]

CALL_HEADS = ("#", "method", "state", "start", "talk", "from", "to", "code", "msgs", "↺", "flow")
"""The heads of `call_columns`."""

RIGHT = (0, 4, 7, 8, 9)
"""The columns that stand on the right: numbers."""

_SECOND = 1_000_000_000

T = TypeVar("T")


def call_columns(overview: Overview, people: Sequence[str], survey: Callable[[], Survey]) -> list[Sequence[str]]:
    """Return the cells of all calls, one sequence a column of `CALL_HEADS`.

    `people` is what `people_of` says of the table; `survey` returns the flows of the calls and is asked last, because
    they may still be being found.
    """
    calls, table, starts = overview.calls, overview.table, overview.starts
    return [
        [*map(str, range(1, len(calls) + 1))],
        _each(calls.main, lambda number: visible(table.methods.text(number))),
        _states(overview),
        _starts(overview),
        _talks(overview),
        [people[table.from_uri[row]] for row in calls.first_row],
        [people[table.to_uri[row]] for row in calls.first_row],
        _each(calls.final, count_text),
        _each([*map(sub, starts[1:], starts)], str),
        _each(resent_by_call(overview), count_text),
        _flows(survey()),
    ]


def _each(values: Sequence[T], text: Callable[[T], str]) -> list[str]:
    """Return the text of each value, made once of those that are equal."""
    texts = {value: text(value) for value in set(values)}
    return [*map(texts.__getitem__, values)]


def count_text(number: int) -> str:
    """Return a number, nothing for 0."""
    return str(number or "")


def start_texts(first: int, last: int) -> Callable[[int], str]:
    """Return what tells a second since 1970 at which a call began, nothing for that of NO_TIME.

    It is the time of day where all calls of a trace begin on one, from the `first` second to the `last`; else the day
    stands before it, and the year where there are several.
    """
    begin, end = date(first * _SECOND), date(last * _SECOND)
    day = slice(5, None) if begin[:4] == end[:4] else slice(None)

    def text(second: int) -> str:
        if second == NO_TIME // _SECOND:
            return ""
        time = clock(second * _SECOND)[:8]
        return time if begin == end else f"{date(second * _SECOND)[day]} {time}"

    return text


def talk_text(span: int) -> str:
    """Return how many seconds somebody talked, nothing for NO_TIME."""
    return "" if span == NO_TIME else seconds(span * _SECOND)


def flow_text(match: Match | None) -> str:
    """Return a flow's id, with the score in percent where the call leaves it; empty for no flow."""
    if match is None:
        return ""
    return match.flow.id if match.score == 1 else f"{match.flow.id} {hundredths(match.score)}%"


def state_text(state: CallState, last: CallState) -> str:
    """Return how a call stands, and of an incomplete one what the trace shows `last`."""
    return f"{state}: {last}" if state is CallState.INCOMPLETE and last is not state else state.value


def finding_text(match: Match | None) -> str:
    """Return the worst way in which a call leaves its flow: a step that any call needs before one it may do without."""
    if match is None:
        return ""
    steps = match.flow.steps
    ways = {"missing": match.missing, "different": match.different, "reordered": match.reordered}
    found = [
        (_can_be_spared(steps[place]), rank, place) for rank, places in enumerate(ways.values()) for place in places
    ]
    for _, rank, place in sorted(found)[:1]:
        return f"{list(ways)[rank]}: F{steps[place].f} {steps[place].status or steps[place].method}"
    return "unexpected message" if match.unexpected else ""


def _can_be_spared(step: Step) -> bool:
    """Return whether calls go on without a step: an optional one, a provisional response, a retransmission."""
    return step.optional or (step.status or 200) < 200 or step.retransmission_of is not None


def _flows(survey: Survey) -> list[str]:
    """Return the flow that each call follows."""
    texts = [visible(flow_text(match)) for match in survey.matches]
    return [texts[kind] for kind in survey.of_call]


def _states(overview: Overview) -> list[str]:
    """Return how each call stands; of an incomplete one also the last that the trace shows of it."""
    calls = overview.calls
    over = {phase: last_seen(phase).value for phase in set(calls.phase) if phase not in RUNNING}
    texts = []
    for number, (phase, late) in enumerate(zip(calls.phase, calls.late, strict=True)):
        if not late and phase in over:
            texts.append(over[phase])
            continue
        texts.append(state_text(overview.state(number), overview.phase(number)))
    return texts


def _starts(overview: Overview) -> list[str]:
    """Return when each call began, to the second."""
    time = overview.table.time
    begins = [time[row] // _SECOND for row in overview.calls.first_row]
    known = set(begins) - {NO_TIME // _SECOND}
    return _each(begins, start_texts(min(known, default=0), max(known, default=0)))


def _talks(overview: Overview) -> list[str]:
    """Return the time from answer to end of each call."""
    calls, time = overview.calls, overview.table.time
    spans = [
        NO_TIME if answered < 0 or end < 0 or time[answered] == NO_TIME else (time[end] - time[answered]) // _SECOND
        for answered, end in zip(calls.answered_row, calls.end_row, strict=True)
    ]
    return _each(spans, talk_text)


def people_of(table: MessageTable) -> list[str]:
    """Return user and host of every URI of a table by its number, without scheme and parameters."""
    return all_visible(users_and_hosts(table.uris.many(range(len(table.uris)))))


def resent_by_call(overview: Overview) -> array[int]:
    """Return the number of retransmissions of each call; most rows are none, so they are searched for."""
    counts = array("i", bytes(4 * len(overview.calls)))
    resent, of_row = overview.transactions.resent, overview.calls.of_row
    row = resent.find(1)
    while row >= 0:
        counts[of_row[row]] += 1
        row = resent.find(1, row + 1)
    return counts
