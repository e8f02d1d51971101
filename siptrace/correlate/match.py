"""The reference flow that a call follows.

`rank()` holds a call against flows and returns what fits, the best first; `verdict()` says what the call is, `best()`
says only that, and fast. How a match reads is `explain.py`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siptrace.correlate.align import SWAPPED, weight
from siptrace.correlate.assign import Pattern, Sighting, assign
from siptrace.correlate.bound import least, profile_of_flow
from siptrace.correlate.model import of_flow
from siptrace.correlate.reading import Match, read
from siptrace.correlate.relays import without_relays
from siptrace.correlate.shape import Shape
from siptrace.correlate.tokens import Trait

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from siptrace.correlate.model import Flow
    from siptrace.correlate.tokens import Token

__all__ = ["LEAST_SCORE", "Match", "Verdict", "best", "make_ready", "rank", "verdict"]

LEAST_SCORE = 0.66
"""Below this a flow is no more than the nearest one: more than a third of the call would be otherwise."""

_NAMED = 0.5
"""Flows that fit worse are not even named."""

_RELAY = 0.1
"""Evidence: one relay more or fewer than the flow has."""

_SAME = 1e-3
"""Scores that differ by less are equal."""

_TIED = 0.2
"""Evidence, in steps, that is too little to say which of two flows with equal scores it is."""

_SERVICE = 0.1
"""Evidence against a service flow: without a sign of the service a call is taken for a basic one (RFC 3665)."""

_MOST_NEAR = 3
"""Flows that are named beside the best one and its ties."""

_SERVICES = ("RFC 5359", "draft-sparks-sip-service-examples-00")
"""Documents whose flows are services on top of basic calls."""

_ASIDE = ("OPTIONS", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "INFO")
"""Methods of exchanges that may be part of a call flow, but are none by themselves."""

_OUT_OF_THE_BLUE = ("ACK", "BYE", "CANCEL", "PRACK", "UPDATE")
"""Requests with which no call begins."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a call is: the flow it follows with those that fit as well, None when none does, and the nearest others."""

    best: Match | None
    ties: tuple[Match, ...]
    alternatives: tuple[Match, ...]


@of_flow
def _pattern(flow: Flow) -> Pattern:
    """Return a flow made ready."""
    return Pattern(flow)


@of_flow
def _bare_pattern(flow: Flow) -> Pattern | None:
    """Return a flow made ready without its relays, None when it has none."""
    return _pattern(flow).bare()


def make_ready(flow: Flow) -> None:
    """Make of a flow at once what would be made when a call is first held against it."""
    profile_of_flow(flow)
    _pattern(flow)
    _bare_pattern(flow)


def rank(tokens: tuple[Token, ...], flows: Iterable[Flow], *, open_end: bool = True) -> list[Match]:
    """Return the flows that a call fits, the best first; of equals the one that needs least beyond what was seen.

    `open_end`: the trace may end inside the call, so steps after its last message are no deviation.
    """
    return _ranked(_Sightings(tokens, open_end=open_end), _likely(tokens, flows))


def _ranked(sightings: _Sightings, flows: Iterable[Flow]) -> list[Match]:
    """Return the flows that a call fits, the best first."""
    found = [(match, order) for order, flow in enumerate(flows) if (match := sightings.best(flow)) is not None]
    found.sort(key=_worth)
    return [match for match, _ in found]


def _worth(found: tuple[Match, int]) -> tuple[float, int, int]:
    """Return what flows are sorted by: how far off, how much beyond what was seen, and their own order."""
    match, order = found
    return round(match.distance, 3), match.unseen, order


def _may_be_named(match: Match) -> bool:
    """Return whether a match says enough: not a service of which most is hidden when what was seen deviates."""
    doubtful = _prior(match.flow) and match.deviates and len(match.hidden) > len(match.steps)
    return match.score >= _NAMED and not doubtful


def best(tokens: tuple[Token, ...], flows: Sequence[Flow], *, open_end: bool = True) -> Match | None:
    """Return the match that `verdict` would name, None for none; much faster, for it looks at no other closely."""
    sightings = _Sightings(tokens, open_end=open_end)
    first: tuple[Match, int] | None = None
    likely = sorted(enumerate(_likely(tokens, flows)), key=lambda entry: sightings.promise(entry[1]))
    for order, flow in likely:
        match = sightings.best(flow, None if first is None else first[0].distance)
        if match is not None and _may_be_named(match) and (first is None or _worth((match, order)) < _worth(first)):
            first = match, order
    return None if first is None or first[0].score < LEAST_SCORE else first[0]


def verdict(
    tokens: tuple[Token, ...], flows: Sequence[Flow], *, open_end: bool = True, ends: AbstractSet[int] = frozenset()
) -> Verdict:
    """Return what a call is, out of some flows; `ends` are parties known to be user agents, not relays."""
    sightings = _Sightings(tokens, open_end=open_end)
    ranked = [match for match in _ranked(sightings, _likely(tokens, flows)) if match.score >= _NAMED]
    first = next(filter(_may_be_named, ranked), None)
    if first is None or first.score < LEAST_SCORE:
        return Verdict(None, (), tuple(ranked[:_MOST_NEAR]))
    ties = [m for m in ranked if m is not first and _may_be_named(m) and sightings.are_tied(first, m)]
    others = [match for match in ranked if match is not first and match not in ties]
    return Verdict(sightings.with_ends(first, ends), tuple(ties), tuple(others[:_MOST_NEAR]))


class _Sightings:
    """A call made ready in both forms: as seen, and without its relays."""

    def __init__(self, tokens: tuple[Token, ...], *, open_end: bool) -> None:
        late = _begins_late(tokens)
        self.whole = Sighting(Shape(tokens), late, open_end)
        self.size = sum(weight(item) for _, strand in self.whole.strands for item in strand.items)
        bare, places, self.relays = without_relays(tokens)
        self.bare = Sighting(Shape(bare, places=places), late, open_end) if self.relays else None
        self._floors: dict[tuple[int, int], float] = {}
        self.disorder = 0.0
        if self.bare is not None:
            self.disorder = SWAPPED * max(0, len(self.whole.shape.early) - len(self.bare.shape.early))

    def best(self, flow: Flow, within: float | None = None) -> Match | None:
        """Return the better one of both forms against a flow, None when neither fits.

        `within` is a distance beyond which a match is of no interest.
        """
        limit = self._limit(within)
        whole = self._whole(flow, limit)
        if whole is not None:
            if whole.distance * self.size <= _RELAY + _prior(flow):
                return whole
            limit = min(limit, self._limit(whole.distance))
        bare = self._bare(flow, limit)
        fits = [match for match in (whole, bare) if match is not None]
        return min(fits, key=lambda match: match.distance, default=None)

    def promise(self, flow: Flow) -> tuple[float, int]:
        """Return a sort key that puts first the flows that may well be the best."""
        return self._least(flow, self.bare or self.whole), len(flow.steps)

    def are_tied(self, first: Match, other: Match) -> bool:
        """Return whether nothing but slight evidence tells two matches apart."""
        gap = (other.distance - first.distance) * self.size
        return abs(first.score - other.score) < _SAME and gap < _TIED

    def _limit(self, within: float | None) -> float:
        """Return the cost beyond which a search is given up: half of the call, or what makes a given distance."""
        half = max(self.size * (1 - _NAMED), 1.0)
        # A distance is a share of call and flow, and the flow is at most what the call has and what it lacks.
        size = max(self.size, 1.0)
        return half if within is None else min(half, (within + _SAME) * size / max(1 - within, _SAME) + _SAME)

    def with_ends(self, match: Match, ends: AbstractSet[int]) -> Match:
        """Return the match without the flow's relays where it would make a relay of a user agent."""
        bare = _bare_pattern(match.flow)
        if bare is None or not any(match.parts.get(end) in bare.relays for end in ends):
            return match
        other = self._bare(match.flow, self._limit(None))
        return other if other is not None and other.score > match.score - _SAME else match

    def _least(self, flow: Flow, form: Sighting) -> float:
        """Return what a form of the call costs at least against a flow, or that without its relays; made once."""
        key = id(flow), id(form)
        floor = self._floors.get(key)
        if floor is None:
            floor = self._floors[key] = least(profile_of_flow(flow), form.profile) + _prior(flow)
        return floor

    def _whole(self, flow: Flow, limit: float) -> Match | None:
        """Return the match of both as they are."""
        pattern = _pattern(flow) if self._least(flow, self.whole) <= limit else None
        return None if pattern is None else self._try(pattern, self.whole, limit, _prior(flow))

    def _bare(self, flow: Flow, limit: float) -> Match | None:
        """Return the match without relays, None where that changes nothing."""
        seen = self.bare or self.whole
        if self._least(flow, seen) > limit:
            return None
        pattern = _bare_pattern(flow)
        surplus = len(self.relays) - (len(pattern.relays) if pattern else 0)
        plain = pattern or _pattern(flow)
        if not surplus or plain is None:
            return None
        extra = _RELAY * abs(surplus) + self.disorder + _prior(flow)
        match = self._try(plain, seen, limit, extra)
        return None if match is None else match.relayed_by(surplus)

    def _try(self, pattern: Pattern, sighting: Sighting, limit: float, extra: float = 0.0) -> Match | None:
        """Return the match of one form, None when it does not fit; `extra` is evidence against it."""
        chosen = assign(pattern, sighting, limit - extra) if extra <= limit else None
        return None if chosen is None else read(pattern, sighting, chosen, extra)


def _likely(tokens: Iterable[Token], flows: Iterable[Flow]) -> list[Flow]:
    """Return the flows that a call may follow: what never calls anybody follows only flows that do not either.

    Refusals alone follow none: most flows have one.
    """
    if all(token.status >= 300 for token in tokens):
        return []
    if any(token.method not in _ASIDE for token in tokens):
        return list(flows)
    return [flow for flow in flows if all(step.method in _ASIDE for step in flow.steps)]


def _prior(flow: Flow) -> float:
    """Return the evidence against a flow before anything was seen."""
    return _SERVICE if flow.document in _SERVICES else 0.0


def _begins_late(tokens: Sequence[Token]) -> bool:
    """Return whether the first message is none that begins anything."""
    first = tokens[0]
    return not first.is_request or first.method in _OUT_OF_THE_BLUE or bool(first.traits & Trait.INSIDE)
