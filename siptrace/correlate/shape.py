"""A sequence of tokens made ready for alignment: hop by hop, without what is never required.

Flows and calls go through the same preparation, so that what is left aside on one side is left aside on the other: 100
Trying is hop by hop and nobody must send it, retransmissions are counted instead of matched, and a challenge with the
request it refuses (a *round*) may be there or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.bound import profile
from siptrace.correlate.order import disordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.bound import Profile
    from siptrace.correlate.tokens import Token

__all__ = ["Hop", "Item", "Shape", "Strand"]

Hop = tuple[int, int]
"""Two parties, in the order in which they are looked at: what the first sends goes `out`."""

_NO_TRIES = ("ACK", "CANCEL")
_CHALLENGES = (401, 407)


class Item(NamedTuple):
    """One message of a strand: all that an alignment looks at.

    `round` numbers the challenge rounds of the strand from 1, 0 is none; `optional` says that a flow may do without.
    """

    out: bool
    method: str
    status: int
    traits: int
    vias: int
    round: int
    optional: bool


class Strand(NamedTuple):
    """What travels on one hop: the items, and the index of each in its sequence."""

    items: tuple[Item, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Shape:
    """A prepared sequence; `optional` has the indices of tokens that may be missing.

    `places` says where its tokens stand in the sequence that it was made of, None when it is whole.
    """

    tokens: tuple[Token, ...]
    optional: frozenset[int] = frozenset()
    places: tuple[int, ...] | None = None

    @property
    def numbers(self) -> Sequence[int]:
        """The place of each token in the whole sequence."""
        return range(len(self.tokens)) if self.places is None else self.places

    @cached_property
    def hops(self) -> tuple[Hop, ...]:
        """The hops in order of their first message, each as its first message goes."""
        first = (self.tokens[places[0]] for places in self._places.values())
        return tuple((token.src, token.dst) for token in first)

    @cached_property
    def _places(self) -> dict[frozenset[int], tuple[int, ...]]:
        """The indices of the tokens that are matched, hop by hop."""
        found: dict[frozenset[int], list[int]] = {}
        for index in self.essential:
            token = self.tokens[index]
            found.setdefault(frozenset((token.src, token.dst)), []).append(index)
        return {ends: tuple(places) for ends, places in found.items()}

    @cached_property
    def essential(self) -> tuple[int, ...]:
        """The indices of the tokens that are matched."""
        return tuple(i for i, token in enumerate(self.tokens) if not token.resent and not token.is_trying)

    @cached_property
    def rounds(self) -> dict[int, int]:
        """The challenge round, from 1, of each token that is part of one (RFC 3261 22.1, 22.2).

        A round is a request that was refused for want of credentials and tried again by whoever sent it first, with
        all copies, challenges and ACKs. A challenge that nobody answers with another try makes none, nor does one of an
        INVITE that nobody acknowledges.
        """
        acked = {token.transaction for token in self.tokens if token.method == "ACK"}
        requests = {t.transaction: t for t in reversed(self.tokens) if t.is_request and t.method not in _NO_TRIES}
        starters = {token.origin: token.src for token in reversed(self.tokens)}
        tries: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for index, token in enumerate(self.tokens):
            if token.is_request and token.method not in _NO_TRIES and not token.resent:
                tries.setdefault((token.method, starters[token.origin]), []).append((index, token.origin))
        numbers: dict[int, int] = {}
        asked: set[int] = set()
        for index, token in enumerate(self.tokens):
            request = requests.get(token.transaction)
            if token.is_request:
                asked.add(token.transaction)
            done = token.method != "INVITE" or token.transaction in acked
            refused = token.status in _CHALLENGES
            renewed = token.method == "REGISTER" and 200 <= token.status < 300
            if (refused or renewed) and request is not None and token.transaction in asked and done:
                later = tries.get((request.method, starters[request.origin]), ())
                if any(at > index and origin != request.origin for at, origin in later):
                    numbers.setdefault(request.origin, len(numbers) + 1)
        of_transaction = {key: numbers[r.origin] for key, r in requests.items() if r.origin in numbers}
        return {
            index: of_transaction[token.transaction]
            for index, token in enumerate(self.tokens)
            if token.transaction in of_transaction and not _is_refusal(token)
        }

    @cached_property
    def early(self) -> frozenset[int]:
        """The indices of tokens that came before what they follow from."""
        return disordered(self.tokens)

    def strand(self, hop: Hop) -> Strand:
        """Return what travels on a hop, seen from its first party."""
        places = self._places.get(frozenset(hop), ())
        return Strand(self._items(places, hop[0]), places)

    def profile(self, hop: Hop, *, rounds: bool) -> Profile:
        """Return how much of what travels on a hop, seen from its first party; with challenge rounds or without."""
        places = self._places.get(frozenset(hop), ())
        return profile((self.tokens[i] for i in places if rounds or i not in self.rounds), hop[0])

    def _items(self, places: Sequence[int], first: int) -> tuple[Item, ...]:
        """Return the items of some tokens; rounds are numbered anew, so that equal strands are equal values."""
        numbers: dict[int, int] = {}
        items = []
        for place in places:
            token, number = self.tokens[place], self.rounds.get(place, 0)
            if number:
                number = numbers.setdefault(number, len(numbers) + 1)
            items.append(
                Item(
                    token.src == first,
                    token.method,
                    token.status,
                    token.traits,
                    token.vias if token.is_request else 0,
                    number,
                    place in self.optional,
                )
            )
        return tuple(items)


def _is_refusal(token: Token) -> bool:
    """Return whether a message is a failure that asks for no other try."""
    return token.status >= 300 and token.status not in _CHALLENGES
