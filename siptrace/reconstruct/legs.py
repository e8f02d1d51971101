"""Legs: Call-IDs that serve one conversation, and what ties them together.

Every join has its reason in the messages: a header field that names another dialog (Replaces, Join), a third party to
call (Refer-To; Also of the drafts before it) and the call that was made to it, or the same request again under a new
Call-ID. Equal users alone are no reason: on a trunk everybody is the same user.

Only messages with such header fields are parsed; the table says which have them.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import Phase
from siptrace.reconstruct.transaction import TIMEOUT
from siptrace.sip.lexical import unescape
from siptrace.sip.parse import parse
from siptrace.sip.uri import user_and_host
from siptrace.table.columns import INVITE, MESSAGE, SUBSCRIBE, Flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.reconstruct.overview import Overview
    from siptrace.sip.message import Message

__all__ = ["Join", "Reason", "find_joins", "groups", "telling"]


class Reason(StrEnum):
    """Why two Call-IDs are one call; the value is the words to show."""

    REPLACES = "Replaces names the other call"
    JOIN = "Join names the other call"
    REFERRED = "the call was asked for by Refer-To"
    ALSO = "the call was asked for by Also"
    SAME_TAG = "the same From tag under a new Call-ID"
    CREDENTIALS = "the same request again, with credentials"
    CONSULTATION = "made by whoever put the other call on hold"
    ARRANGED = "arranged with a party of the call that was replaced"
    REDIAL = "made to whom was busy, after asking to be told"


class Join(NamedTuple):
    """Two Call-IDs that are one call, and why; calls are numbered from 0, before they are joined.

    `call` is the number of the call that the two are part of, -1 until it is known.
    """

    first: int
    second: int
    reason: Reason
    call: int = -1


_ANSWERED = (Phase.IN_CALL, Phase.COMPLETED)


class _Reference(NamedTuple):
    """Somebody was asked to call a third party: when, in which call, and whom."""

    time: int
    call: int
    target: str
    reason: Reason


def find_joins(found: Overview) -> tuple[Join, ...]:
    """Return what ties the calls of a trace together; each call has one Call-ID here."""
    if not len(found.calls):
        return ()
    search = _Search(found)
    named = list(search.by_header())
    joins = {*named, *search.same_request(), *search.consultations(), *search.redials(), *search.arranged(named)}
    return tuple(sorted(joins, key=lambda join: (join.second, join.first)))


class _Search:
    """The search for joins in one trace."""

    def __init__(self, found: Overview) -> None:
        self.found, self.table, self.calls = found, found.table, found.calls
        self._people: dict[int, str] = {}

    def by_header(self) -> Iterator[Join]:
        """Yield joins that header fields name: Replaces (RFC 3891), Join (RFC 3911), Refer-To (RFC 3515), Also."""
        of_id: dict[str, int] | None = None
        references: list[_Reference] = []
        for row in self._flagged(Flag.REPLACES | Flag.REFERENCE):
            message, call = parse(self.table.raw(row)), self.calls.of_row[row]
            of_id = of_id if of_id is not None else self._by_call_id()
            for name, reason in (("Replaces", Reason.REPLACES), ("Join", Reason.JOIN)):
                for value in (*message.values(name), *_asked_for(message, name)):
                    yield from self._join(of_id.get(value.partition(";")[0].strip()), call, reason)
            references += self._references(message, row, call)
        if references:
            yield from self._followed(references)

    def same_request(self) -> Iterator[Join]:
        """Yield requests that were sent again under a new Call-ID: after no answer, or with credentials.

        RFC 3261 22.1 wants the same Call-ID then; older agents, and those that try the next server, take a new one.
        """
        tags = self.table.values("from_tag", self.calls.first_row)
        often = {tag for tag, other in pairwise(sorted(tags)) if tag == other} - {0}
        challenged = Phase.CHALLENGED in self.calls.phase
        refused: dict[tuple[int, int, int], int] = {}
        unanswered: dict[tuple[int, int, int], int] = {}
        # Other calls are neither tries nor tried again.
        for call in range(len(tags)) if challenged else [call for call, tag in enumerate(tags) if tag in often]:
            row = self.calls.first_row[call]
            people = self.table.from_uri[row], self.table.to_uri[row]
            tag, key = tags[call], (*people, self.calls.main[call])
            fresh = tag and not self.table.to_tag[row] and not self.table.status[row]
            before = unanswered.get((tag, *people)) if fresh else None
            if before is not None and self._soon(before, row):
                yield from self._join(before, call, Reason.SAME_TAG)
            before = refused.get(key)
            if before is not None and self.table.flags[row] & Flag.CREDENTIALS and self._soon(before, row):
                yield from self._join(before, call, Reason.CREDENTIALS)
            if self.calls.phase[call] == Phase.CHALLENGED:
                refused[key] = call
            if fresh and self.calls.main[call] == INVITE and self.calls.phase[call] not in _ANSWERED:
                unanswered[tag, *people] = call

    def consultations(self) -> Iterator[Join]:
        """Yield calls that were made by whoever had just put another call on hold."""
        held: dict[int, list[int]] = {}
        for row in self._flagged(Flag.HOLD):
            if self._is_reinvite(row):
                held.setdefault(self.table.from_uri[row], []).append(row)
        callers = self.table.values("from_uri", self.calls.first_row) if held else []
        if held.keys().isdisjoint(callers):
            return
        for call, who in enumerate(callers):
            if who not in held or self.calls.main[call] != INVITE:
                continue
            row = self.calls.first_row[call]
            holding = max((at for at in held[who] if at < row), default=-1)
            if holding >= 0 and self._within(holding, row, TIMEOUT):
                yield from self._join(self.calls.of_row[holding], call, Reason.CONSULTATION)

    def redials(self) -> Iterator[Join]:
        """Yield a subscription to somebody who was busy, and the call that followed it (RFC 5359 2.17)."""
        if SUBSCRIBE not in self.calls.main or Phase.BUSY not in self.calls.phase:
            return
        busy: dict[tuple[int, int], int] = {}
        waiting: dict[tuple[int, int], int] = {}
        for call, row in enumerate(self.calls.first_row):
            people, main = (self.table.from_uri[row], self.table.to_uri[row]), self.calls.main[call]
            if main == INVITE and people in waiting:
                yield from self._join(waiting.pop(people), call, Reason.REDIAL)
            elif main == SUBSCRIBE and people in busy and self._soon(busy[people], row):
                waiting[people] = busy.pop(people)
                yield from self._join(waiting[people], call, Reason.REDIAL)
            if main == INVITE and self.calls.phase[call] == Phase.BUSY:
                busy[people] = call

    def arranged(self, joins: list[Join]) -> Iterator[Join]:
        """Yield exchanges just before a call with Replaces, between its maker and a party of the call it replaced."""
        replacing = {join.second: join.first for join in joins if join.reason is Reason.REPLACES}
        if not replacing:
            return
        talks = [c for c in range(len(self.calls)) if self.calls.main[c] in (SUBSCRIBE, MESSAGE)]
        for call, replaced in replacing.items():
            row = self.calls.first_row[call]
            maker = self._person(self.table.from_uri[row])
            parties = self._parties(replaced)
            for talk in talks:
                first = self.calls.first_row[talk]
                people = self._parties(talk)
                if first < row and self._within(first, row, TIMEOUT) and maker in people and people & parties:
                    yield from self._join(talk, call, Reason.ARRANGED)

    def _references(self, message: Message, row: int, call: int) -> Iterator[_Reference]:
        """Yield whom a message asks to be called."""
        if not message.is_request:
            return
        for name, reason in (("Refer-To", Reason.REFERRED), ("Also", Reason.ALSO)):
            for value in message.values(name):
                uri = value.partition("<")[2].partition(">")[0] if "<" in value else value.partition(";")[0]
                target = user_and_host(uri.partition("?")[0].strip())
                if target:
                    yield _Reference(row, call, target, reason)

    def _followed(self, references: list[_Reference]) -> Iterator[Join]:
        """Yield the calls that were made because somebody was asked to."""
        targets = {reference.target for reference in references}
        made: dict[str, list[int]] = {}
        for call, row in enumerate(self.calls.first_row):
            target = self._person(self.table.to_uri[row])
            if target in targets and self.calls.main[call] == INVITE:
                made.setdefault(target, []).append(call)
        for reference in references:
            for call in made.get(reference.target, ()):
                row = self.calls.first_row[call]
                if row > reference.time and self._within(reference.time, row, TIMEOUT):
                    yield from self._join(reference.call, call, reference.reason)

    def _flagged(self, flags: int) -> Iterator[int]:
        """Yield the rows of requests with one of some flags, retransmissions left out."""
        resent, status = self.found.transactions.resent, self.table.status
        for row in self.table.flagged(int(flags)):
            if not resent[row] and status[row] == 0:
                yield row

    def _is_reinvite(self, row: int) -> bool:
        """Return whether a row is an INVITE in a call that runs; the To tag may be forgotten."""
        return self.table.method[row] == INVITE and self.calls.first_row[self.calls.of_row[row]] != row

    def _by_call_id(self) -> dict[str, int]:
        """Return the number of each call by its Call-ID."""
        return {self.table.call_ids.text(self.table.call_id[row]): c for c, row in enumerate(self.calls.first_row)}

    def _join(self, other: int | None, call: int, reason: Reason) -> Iterator[Join]:
        """Yield a join of two calls, if they are two."""
        if other is not None and other != call:
            yield Join(min(other, call), max(other, call), reason)

    def _person(self, uri: int) -> str:
        """Return user and host of a URI."""
        if uri not in self._people:
            self._people[uri] = user_and_host(self.table.uris.text(uri))
        return self._people[uri]

    def _parties(self, call: int) -> set[str]:
        """Return who takes part in a call."""
        row = self.calls.first_row[call]
        return {self._person(self.table.from_uri[row]), self._person(self.table.to_uri[row])}

    def _soon(self, call: int, row: int) -> bool:
        """Return whether a row comes within the time of a transaction after a call's last message."""
        return self._within(self.found.rows_of(call)[-1], row, TIMEOUT)

    def _within(self, before: int, row: int, span: int) -> bool:
        """Return whether two rows are no further apart than some nanoseconds; without times they may be."""
        start, end = self.table.time[before], self.table.time[row]
        return NO_TIME in (start, end) or end - start <= span


def _asked_for(message: Message, name: str) -> list[str]:
    """Return the values of a header field that a Refer-To wants in the request it asks for (RFC 3261 19.1.1)."""
    fields = (field for value in message.values("Refer-To") for field in value.partition("?")[2].strip(">").split("&"))
    pairs = (field.partition("=") for field in fields)
    return [unescape(value) for key, _, value in pairs if key.lower() == name.lower()]


_TRIED_AGAIN = (Reason.SAME_TAG, Reason.CREDENTIALS, Reason.REDIAL)
"""Joins after which the later Call-ID says how the call went: the earlier one was a try."""


def groups(count: int, joins: Sequence[Join]) -> list[list[int]]:
    """Return the calls (numbers below `count`) that are one, each group and all of them by their first call."""
    leader = list(range(count))

    def lead(call: int) -> int:
        while leader[call] != call:
            leader[call] = call = leader[leader[call]]
        return call

    for join in joins:
        first, second = sorted((lead(join.first), lead(join.second)))
        leader[second] = first
    members: dict[int, list[int]] = {}
    for call in range(count):
        members.setdefault(lead(call), []).append(call)
    return list(members.values())


def telling(members: Sequence[int], mains: Sequence[int], joins: Sequence[Join]) -> int:
    """Return the member of a group that says how it went: its first call (INVITE), or the last try of that."""
    chosen = next((call for call in members if mains[call] == INVITE), members[0])
    for join in joins:
        if join.first == chosen and join.reason in _TRIED_AGAIN and mains[join.second] == mains[chosen]:
            chosen = join.second
    return chosen
