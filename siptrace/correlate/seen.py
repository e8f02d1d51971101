"""Calls of a trace as tokens, from the columns alone.

Who is one party: endpoints that share an address (TCP clients use many ports), unless messages travel between two
ports of it, as on a loopback capture; and addresses between which one end of a dialog moves (RFC 3261 14 lets a
re-INVITE come from a new one): requests that no relay has touched and that carry the same local tag come from one user
agent.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from siptrace.correlate.tokens import Token, Trait
from siptrace.ingest.datagram import host_of
from siptrace.table.columns import ACK, CANCEL, INVITE, REGISTER, Flag

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from siptrace.reconstruct.model import TracedMessage
    from siptrace.reconstruct.overview import Overview

__all__ = ["tokens_of", "user_agents"]

_TRAITS = {
    Flag.SDP: Trait.SDP,
    Flag.HOLD: Trait.HOLD,
    Flag.CHALLENGE: Trait.CHALLENGE,
    Flag.CREDENTIALS: Trait.CREDENTIALS,
}
_OF_REQUESTS = _TRAITS | {Flag.REPLACES: Trait.REPLACES, Flag.REFERENCE: Trait.REFERENCE}
_OF_REGISTRATIONS = _OF_REQUESTS | {Flag.CONTACT: Trait.CONTACT, Flag.UNREGISTER: Trait.UNREGISTER}


class _Numbers(dict["Hashable", int]):
    """Numbers for labels by first appearance."""

    def __missing__(self, label: Hashable) -> int:
        """Return the number of a label that is new."""
        number = self[label] = len(self)
        return number


def tokens_of(found: Overview, rows: Sequence[int]) -> tuple[Token, ...]:
    """Return the tokens of the rows of one call, in their order."""
    table, transactions = found.table, found.transactions
    origins = [_origin(found, row) for row in rows]
    places = _parties(found, rows, origins)
    party, transaction, call, origin = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    return tuple(
        Token(
            party[places[table.src[row]]],
            party[places[table.dst[row]]],
            table.methods.text(table.method[row]),
            max(table.status[row], 0),
            transaction[transactions.of_row[row]],
            call[table.call_id[row]],
            origin[shared],
            table.via_count[row],
            _traits(table.flags[row], table.method[row], request=table.status[row] == 0, inside=within),
            bool(transactions.resent[row]),
        )
        for row, shared, within in zip(rows, origins, _inside(found, rows), strict=True)
    )


def _origin(found: Overview, row: int) -> Hashable:
    """Return what the copies of a message that relays pass on have in common (RFC 3261 16.6, 16.7)."""
    table = found.table
    status = table.status[row]
    hop = found.transactions.of_row[row] if status == 100 else None
    tags = table.from_tag[row], table.to_tag[row]
    return table.call_id[row], table.cseq[row], table.method[row], status, tags, hop


def _inside(found: Overview, rows: Sequence[int]) -> list[bool]:
    """Return for each row whether it is an INVITE inside a dialog, or an answer to one.

    Such an INVITE has a To tag, or should have one, for its call was answered before. An answer is to the latest
    request of its number: examples in RFCs use branches twice, and answer with other ones.
    """
    table, resent = found.table, found.transactions.resent
    answered: set[int] = set()
    asked: dict[tuple[int, int], bool] = {}
    result = []
    for row in rows:
        call, status = table.call_id[row], table.status[row]
        key, is_invite = (call, table.cseq[row]), table.method[row] == INVITE
        if is_invite and status == 0:
            asked[key] = table.to_tag[row] != 0 or (call in answered and not resent[row])
        elif is_invite and 200 <= status < 300:
            answered.add(call)
        result.append(is_invite and asked.get(key, False))
    return result


@lru_cache(maxsize=4096)
def _traits(flags: int, method: int, *, request: bool, inside: bool) -> int:
    """Return the traits of a message with some flags."""
    known = (_OF_REGISTRATIONS if method == REGISTER else _OF_REQUESTS) if request else _TRAITS
    traits = Trait.INSIDE if inside else Trait(0)
    for flag, trait in known.items():
        if flags & flag:
            traits |= trait
    return int(traits)


def _parties(found: Overview, rows: Sequence[int], origins: Sequence[Hashable]) -> dict[int, Hashable]:
    """Return for each endpoint (by its number) its party: equal party, equal value."""
    table = found.table
    hops = dict.fromkeys((table.src[row], table.dst[row]) for row in rows)
    names = {end: table.endpoint(end) for hop in hops for end in hop}
    hosts = {end: host_of(name) for end, name in names.items()}
    shared = {hosts[src] for src, dst in hops if src != dst and hosts[src] == hosts[dst]}
    party = {end: names[end] if host in shared else host for end, host in hosts.items()}
    talks = {frozenset((party[src], party[dst])) for src, dst in hops}
    homes: dict[tuple[int, int], str] = {}
    moved: dict[str, str] = {}
    for tag, end, speaks in _ends_of_dialogs(found, rows, origins):
        here = party[end]
        home = homes.setdefault(tag, here)
        if speaks and home != here and frozenset((home, here)) not in talks:
            moved.setdefault(here, home)
    return {end: _home(name, moved) for end, name in party.items()}


def _ends_of_dialogs(
    found: Overview, rows: Sequence[int], origins: Sequence[Hashable]
) -> Iterator[tuple[tuple[int, int], int, bool]]:
    """Yield a dialog's end (Call-ID and tag), an endpoint where it is, and whether it speaks from there.

    Only requests that no relay touched tell.
    """
    table, of_row = found.table, found.transactions.of_row
    invites = {of_row[row] for row in rows if table.method[row] == INVITE}
    hops: dict[Hashable, set[tuple[int, int]]] = {}
    for row, origin in zip(rows, origins, strict=True):
        hops.setdefault(origin, set()).add((table.src[row], table.dst[row]))
    for row, origin in zip(rows, origins, strict=True):
        method, call = table.method[row], table.call_id[row]
        if table.status[row] != 0 or table.via_count[row] != 1 or method == CANCEL or len(hops[origin]) > 1:
            continue
        if method == ACK and of_row[row] in invites:
            continue  # of a failure: whoever received that answers for itself alone (RFC 3261 17.1.1.3)
        for tag, end, speaks in (
            (table.from_tag[row], table.src[row], True),
            (table.to_tag[row], table.dst[row], False),
        ):
            if tag:
                yield (call, tag), end, speaks


def _home(name: str, moved: Mapping[str, str]) -> str:
    """Return where a party was first."""
    seen = {name}
    while name in moved and moved[name] not in seen:
        name = moved[name]
        seen.add(name)
    return name


def user_agents(messages: Sequence[TracedMessage], places: Sequence[int]) -> frozenset[int]:
    """Return the parties that name their own address as Contact, which no relay does.

    `places` are the numbers of the senders, message by message.
    """
    found = set()
    for message, place in zip(messages, places, strict=True):
        contact = message.sip.contacts[0] if message.method == "INVITE" and message.sip.contacts else None
        if contact is not None and contact.uri.host.strip("[]") == host_of(message.src).strip("[]"):
            found.add(place)
    return frozenset(found)
