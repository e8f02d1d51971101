"""Who in a trace is who in a flow: the choice of actors under which the two differ least.

A capture shows the hops that pass its tap, and rarely all that a flow has. So hops are compared with hops: each hop of
the trace is taken for one of the flow's, or for none, such that every party plays one part and no part is played twice.
Flow hops that nobody is taken for lie outside of the trace. The search is depth first with the cheapest choice first,
and gives up a branch as soon as it costs more than the best so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.align import Fit, align, weight
from siptrace.correlate.bound import least, profile
from siptrace.correlate.relays import without_relays
from siptrace.correlate.shape import Shape
from siptrace.correlate.tokens import flow_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siptrace.correlate.bound import Profile
    from siptrace.correlate.model import Flow
    from siptrace.correlate.shape import Hop, Strand
    from siptrace.correlate.tokens import Token

__all__ = ["Assignment", "Pattern", "Sighting", "assign"]

_MOST_TRIES = 2_000
"""Choices looked at before the best so far is taken: a fork to dozens of targets has more than anybody can wait for."""


class _Strands(dict["Hop", "Strand"]):
    """The strands of a shape, each made when it is first asked for: few are ever looked at."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def __missing__(self, hop: Hop) -> Strand:
        """Return the strand of a hop."""
        strand = self[hop] = self._shape.strand(hop)
        return strand


class Pattern:
    """A flow made ready: its shape, and in both directions every strand of it with its profile.

    `numbers` has for each token of the shape the index of its step; `relays` are the actors that were taken out.
    """

    def __init__(self, flow: Flow, places: Sequence[int] | None = None, tokens: tuple[Token, ...] = ()) -> None:
        """Prepare a flow; or those of its steps that are at `places`, with these tokens."""
        self.flow = flow
        whole = places is None
        self.numbers = tuple(range(len(flow.steps)) if places is None else places)
        self.drawn = tuple(flow.steps[index] for index in self.numbers)
        self.by_number = {step.f: index for index, step in enumerate(self.drawn)}
        optional = frozenset(index for index, step in enumerate(self.drawn) if step.optional)
        self.shape = Shape(flow_tokens(flow) if whole else tokens, optional)
        self.relays: tuple[int, ...] = ()
        self.strands = _Strands(self.shape)
        ways = [way for hop in self.shape.hops for way in (hop, hop[::-1])]
        self.profiles = {way: self.shape.profile(way, rounds=True) for way in ways}

    def bare(self) -> Pattern | None:
        """Return the flow without its relays, None when it has none."""
        tokens, places, relays = without_relays(self.shape.tokens)
        if not relays:
            return None
        pattern = Pattern(self.flow, places, tokens)
        pattern.relays = relays
        return pattern


@dataclass(frozen=True, eq=False)
class Sighting:
    """A call made ready: its shape, and whether the trace may have begun or ended inside it."""

    shape: Shape
    open_start: bool
    open_end: bool

    @cached_property
    def strands(self) -> tuple[tuple[Hop, Strand], ...]:
        """The hops in order of their first message, with what travels there."""
        return tuple((hop, self.shape.strand(hop)) for hop in self.shape.hops)

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """What each hop has without its challenge rounds, of which there may be any number."""
        return tuple(self.shape.profile(hop, rounds=False) for hop in self.shape.hops)

    @cached_property
    def profile(self) -> Profile:
        """What all hops have, without challenge rounds."""
        shape = self.shape
        return profile(shape.tokens[index] for index in shape.essential if index not in shape.rounds)

    @cached_property
    def unexplained(self) -> tuple[float, ...]:
        """What each hop costs when it is taken for none."""
        return tuple(sum(map(weight, strand.items)) for _, strand in self.strands)


class Assignment(NamedTuple):
    """A choice: `hops` has for each hop of the trace the flow's hop with the fit, None where it is taken for none."""

    total: float
    hops: tuple[tuple[Hop, Fit] | None, ...]
    parts: dict[int, int]
    """The flow's actor that each party plays."""


class _Option(NamedTuple):
    """One thing that a hop of the trace may be: a hop of the flow (None: none of them), and what that costs."""

    total: float
    hop: Hop | None
    fit: Fit | None


def assign(pattern: Pattern, sighting: Sighting, limit: float) -> Assignment | None:
    """Return the cheapest assignment, None when every one costs more than `limit` (in steps, evidence included)."""
    bounds = [{hop: least(wanted, seen) for hop, wanted in pattern.profiles.items()} for seen in sighting.profiles]
    lowest = [min(alone, *of.values()) for alone, of in zip(sighting.unexplained, bounds, strict=True)]
    options = []
    left = limit - sum(lowest)
    for index, low in enumerate(lowest):
        choices = _options(pattern, sighting, index, bounds[index], left + low)
        if not choices:
            return None
        left += low - choices[0].total
        options.append(choices)
    return _Search(sighting, options, limit).run()


def _options(
    pattern: Pattern, sighting: Sighting, index: int, bounds: Mapping[Hop, float], limit: float
) -> list[_Option]:
    """Return what one hop of the trace may be, the cheapest first; `bounds` has the least that each may cost."""
    _, strand = sighting.strands[index]
    found = []
    for hop, bound in bounds.items():
        if bound > limit:
            continue
        steps = pattern.strands[hop]
        fit = align(steps.items, strand.items, open_start=sighting.open_start, open_end=sighting.open_end)
        if fit.pairs and fit.cost + fit.evidence <= limit:
            found.append(_Option(fit.cost + fit.evidence, hop, fit))
    alone = sighting.unexplained[index]
    if alone <= limit:
        found.append(_Option(alone, None, None))
    return sorted(found, key=lambda option: option.total)


class _Search:
    """The search through all choices."""

    def __init__(self, sighting: Sighting, options: list[list[_Option]], limit: float) -> None:
        self.sighting, self.options, self.limit = sighting, options, limit
        self.best: Assignment | None = None
        self.tries = 0
        least = [min((option.total for option in choices), default=limit + 1) for choices in options]
        self.rest = [sum(least[index:]) for index in range(len(least) + 1)]

    def run(self) -> Assignment | None:
        """Return the best assignment, or None."""
        self._go(0, 0.0, [], {})
        return self.best

    def _go(self, index: int, total: float, chosen: list[_Option], parts: dict[int, int]) -> None:
        """Try every choice for the hops from `index` on."""
        self.tries += 1
        if index == len(self.options):
            if any(option.hop is not None for option in chosen):
                hops = tuple((o.hop, o.fit) if o.hop is not None and o.fit is not None else None for o in chosen)
                self.best, self.limit = Assignment(total, hops, dict(parts)), total - 1e-9
            return
        (left, right), _ = self.sighting.strands[index]
        for option in self.options[index]:
            if total + option.total + self.rest[index + 1] > self.limit or self.tries > _MOST_TRIES:
                return
            more = {} if option.hop is None else _casting(parts, left, right, option.hop)
            if more is not None:
                self._go(index + 1, total + option.total, [*chosen, option], parts | more)


def _casting(parts: dict[int, int], left: int, right: int, hop: Hop) -> dict[int, int] | None:
    """Return the two parts that a hop gives out, None when one is taken or a party has another."""
    for party, actor in zip((left, right), hop, strict=True):
        if parts.get(party, actor) != actor:
            return None
        if party not in parts and actor in parts.values():
            return None
    return {left: hop[0], right: hop[1]}
