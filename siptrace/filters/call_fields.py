"""The fields of calls: what `siptrace calls` shows of each, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siptrace.filters.select import Each, Field, Level
from siptrace.filters.starts import uri_parts
from siptrace.filters.times import Duration, Time
from siptrace.filters.types import Number, Share, Status, Text, Word
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallState, Kind
from siptrace.sip.uri import user_and_host
from siptrace.table.columns import INVITE

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Sequence

    from siptrace.filters.subject import Subject
    from siptrace.filters.types import Type
    from siptrace.reconstruct.overview import Overview
    from siptrace.table.columns import MessageTable

__all__ = ["CALL_FIELDS"]

_FLOWS = 3
"""Cost of asking for flows: all calls are held against them first."""

_WAITING = (100, 401, 407)
"""Answers that do not tell the caller anything (RFC 6076 4.3.1, and challenges, which are answered at once)."""

_TEXT, _NUMBER, _TIME, _DURATION = Text(), Number(), Time(), Duration()


def _field(name: str, kind: Type, meaning: str, source: Each, example: str, *aliases: str) -> Field:
    """Return a field of calls."""
    return Field(name, kind, Level.CALL, meaning, source, example, aliases)


def _each(value: Callable[[Overview, int], Any], cost: int = 1) -> Each:
    """Return one value a call; None is no value."""

    def values(subject: Subject) -> Callable[[int], Iterable[Any]]:
        found = subject.overview
        return lambda call: () if (one := value(found, call)) is None else (one,)

    return Each(values, cost)


def _uris(read: Callable[[str], Iterable[str]], *sides: str) -> Each:
    """Return what is read from the URIs in From or To of the first message; each distinct text is read once."""

    def values(subject: Subject) -> Callable[[int], Iterable[str]]:
        first, text = subject.overview.calls.first_row, subject.table.uris.text
        columns: Sequence[array[int]] = [getattr(subject.table, f"{side}_uri") for side in sides]
        known: dict[int, tuple[str, ...]] = {}

        def of_call(call: int) -> Iterable[str]:
            found: tuple[str, ...] = ()
            for column in columns:
                number = column[first[call]]
                if number not in known:
                    known[number] = tuple(filter(None, read(text(number)))) if number else ()
                found += known[number]
            return found

        return of_call

    return Each(values)


def _called(text: str) -> tuple[str, ...]:
    """Return all that people call a URI: the whole, without scheme and parameters, and the user alone."""
    return tuple(dict.fromkeys((text, user_and_host(text), uri_parts(text).user)))


def _at(table: MessageTable, row: int) -> int | None:
    """Return the time of a row, None for row -1 and where there is none."""
    time = table.time[row] if row >= 0 else NO_TIME
    return None if time == NO_TIME else time


def _between(table: MessageTable, first: int, last: int) -> int | None:
    """Return the time from one row to another."""
    begun, ended = _at(table, first), _at(table, last)
    return None if begun is None or ended is None else ended - begun


def _setup_end(found: Overview, call: int) -> int:
    """Return the row of the first answer that tells the caller something, -1 where there is none."""
    table, calls = found.table, found.calls
    if calls.late[call] or calls.main[call] != INVITE:
        return -1
    return next(
        (
            row
            for row in found.rows_of(call)
            if table.method[row] == INVITE
            and (status := table.status[row]) >= 100
            and status not in _WAITING
            and table.via_count[row] <= calls.top[call]
        ),
        -1,
    )


def _setup_begin(found: Overview, call: int) -> int:
    """Return the row of the first INVITE, -1 where there is none."""
    table = found.table
    return next((row for row in found.rows_of(call) if table.method[row] == INVITE and table.status[row] == 0), -1)


def _setup(found: Overview, call: int) -> int | None:
    """Return the time from the first INVITE to the first answer that tells the caller something."""
    end = _setup_end(found, call)
    return None if end < 0 else _between(found.table, _setup_begin(found, call), end)


def _talk(found: Overview, call: int) -> int | None:
    """Return the time from answer to end."""
    answered, end = found.calls.answered_row[call], found.calls.end_row[call]
    return None if answered < 0 or end < 0 else _between(found.table, answered, end)


def _duration(found: Overview, call: int) -> int | None:
    """Return the time from the first message to the last."""
    return _between(found.table, found.rows[found.starts[call]], found.rows[found.starts[call + 1] - 1])


def _resent(found: Overview, call: int) -> int:
    """Return the number of retransmissions."""
    return sum(map(found.transactions.resent.__getitem__, found.rows_of(call)))


def _distinct(column: array[int], found: Overview, call: int) -> int:
    """Return how many different numbers, except -1, the messages of a call have in a column."""
    return len(set(map(column.__getitem__, found.rows_of(call))) - {-1})


def _flow(subject: Subject) -> Callable[[int], Iterable[str]]:
    """Return the id of the flow that a call follows."""
    ids = [() if match is None else (match.flow.id,) for match in subject.survey.matches]
    return lambda call: ids[subject.survey.of_call[call]]


def _score(subject: Subject) -> Callable[[int], Iterable[float]]:
    """Return how well a call follows its flow."""
    scores = [() if match is None else (match.score,) for match in subject.survey.matches]
    return lambda call: scores[subject.survey.of_call[call]]


CALL_FIELDS: tuple[Field, ...] = (
    _field("call", _NUMBER, "number of the call in the trace", _each(lambda _, call: call + 1), "call in {1..3, 7}"),
    _field("kind", Word(*Kind), "what it is about", _each(lambda found, call: found.kind(call)),
           "kind == registration"),
    _field("state", Word(*CallState), "how it stands at the end of the trace",
           _each(lambda found, call: found.state(call)), "state in {busy, rejected, failed}"),
    _field("phase", Word(*CallState), "the state that the trace shows last, also of an incomplete call",
           _each(lambda found, call: found.phase(call)), 'phase == "in call"'),
    _field("final", Status(), "final answer to its newest initial request",
           _each(lambda found, call: found.calls.final[call] or None), "final == 486", "code", "final-status"),
    _field("from", _TEXT, "who calls: the whole URI, user@host, or the user alone", _uris(_called, "from"),
           "from == alice", "caller"),
    _field("to", _TEXT, "who is called: the whole URI, user@host, or the user alone", _uris(_called, "to"),
           'to contains "biloxi"', "callee"),
    _field("user", _TEXT, "user of who calls and of who is called",
           _uris(lambda text: (uri_parts(text).user,), "from", "to"), "user == bob"),
    _field("host", _TEXT, "host in the URI of who calls and of who is called",
           _uris(lambda text: (uri_parts(text).host,), "from", "to"), "host == atlanta.example.com", "domain"),
    _field("start", _TIME, "when its first message was captured, in UTC",
           _each(lambda found, call: _at(found.table, found.calls.first_row[call])), "start >= 10:00:05"),
    _field("answered", _TIME, "when it was answered; alone: it was",
           _each(lambda found, call: _at(found.table, found.calls.answered_row[call])), "not answered"),
    _field("end", _TIME, "when it was over; alone: it was",
           _each(lambda found, call: _at(found.table, found.calls.end_row[call])), "end < 10:01"),
    _field("duration", _DURATION, "from its first message to its last", _each(_duration), "duration > 5m"),
    _field("setup", _DURATION, "from its first INVITE to the first answer that is neither 100 nor a challenge",
           _each(_setup), "setup > 2s", "pdd"),
    _field("talk", _DURATION, "from answer to end", _each(_talk), "talk < 10s"),
    _field("messages", _NUMBER, "number of its messages",
           _each(lambda found, call: found.starts[call + 1] - found.starts[call]), "messages > 50", "msgs"),
    _field("retransmissions", _NUMBER, "number of its messages that are retransmissions", _each(_resent),
           "retransmissions > 0"),
    _field("transactions", _NUMBER, "number of its transactions",
           _each(lambda found, call: _distinct(found.transactions.of_row, found, call)), "transactions >= 3"),
    _field("dialogs", _NUMBER, "number of its dialogs",
           _each(lambda found, call: _distinct(found.dialogs.of_row, found, call)), "dialogs > 1"),
    _field("flow", Word(), "reference flow that it follows; alone: it follows one", Each(_flow, _FLOWS),
           "flow == rfc3665-3.8"),
    _field("score", Share(), "how much of it and its flow agree, from 0 to 1", Each(_score, _FLOWS), "score < 90%"),
)  # fmt: skip
"""The fields of calls; a message has those of its call."""
