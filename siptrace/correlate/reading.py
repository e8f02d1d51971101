"""What an assignment means for the whole call: a `Match`.

The alignments know one hop each. What only the whole shows is added here: a hop that is missing altogether, a strand
that ends before the call does, and messages that came before what they follow from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siptrace.correlate.align import FULL, HIDDEN, SLIGHT, SWAPPED, UNSEEN, weight

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from siptrace.correlate.align import Fit
    from siptrace.correlate.assign import Assignment, Pattern, Sighting
    from siptrace.correlate.model import Flow
    from siptrace.correlate.shape import Hop
    from siptrace.correlate.tokens import Token

__all__ = ["Match", "read"]

_LISTS = ("missing", "unexpected", "different", "reordered", "absent", "extra", "before", "after")
_OF_CALL = ("unexpected", "extra")
"""Lists of messages; the others are of steps."""


@dataclass(frozen=True, eq=False)
class Match:
    """A call held against one flow; steps and messages are indices into `flow.steps` and the call's messages."""

    flow: Flow
    score: float
    """The share of the call and the flow, by weight, that agree: 1 is a call as the flow has it."""
    distance: float
    """How far apart they are, evidence included: what flows are ranked by."""
    parts: dict[int, int]
    """The flow's actor that each party plays."""
    steps: dict[int, int]
    """Steps that were found, with their messages."""
    missing: tuple[int, ...]
    """Steps that should have been there."""
    unexpected: tuple[int, ...]
    """Messages that the flow does not have."""
    different: tuple[int, ...]
    """Steps whose message is of another kind."""
    reordered: tuple[int, ...]
    """Steps whose message is in another place."""
    absent: tuple[int, ...]
    """Steps that the call may do without and did: challenge rounds, provisional responses, what is optional."""
    extra: tuple[int, ...]
    """Messages that any call may have more: challenge rounds, provisional responses."""
    before: tuple[int, ...]
    """Steps that were over when the trace began."""
    after: tuple[int, ...]
    """Steps that were to come when the trace ended."""
    hidden: tuple[int, ...]
    """Steps on hops that the trace does not show."""
    surplus: int
    """How many relays more than the flow the call has, negative for fewer."""

    @property
    def deviates(self) -> bool:
        """Whether anything is otherwise than the flow has it."""
        return bool(self.missing or self.unexpected or self.different or self.reordered)

    @property
    def vantage(self) -> tuple[str, ...]:
        """The ids of the actors that the trace saw, left to right."""
        seen = set(self.parts.values())
        return tuple(actor.id for place, actor in enumerate(self.flow.actors) if place in seen)

    @property
    def unseen(self) -> int:
        """How many steps the flow has beyond what was found."""
        return len(self.flow.steps) - len(self.steps)

    def relayed_by(self, surplus: int) -> Match:
        """Return the match as one that leaves the number of relays out of account."""
        return replace(self, surplus=surplus)


def _hop(token: Token) -> frozenset[int]:
    """Return between whom a step travels."""
    return frozenset((token.src, token.dst))


def read(pattern: Pattern, sighting: Sighting, chosen: Assignment, extra: float = 0.0) -> Match:
    """Return what an assignment means; `extra` is further evidence against it."""
    return _Reading(pattern, sighting, chosen).match(extra)


class _Reading:
    """A match while it is made."""

    def __init__(self, pattern: Pattern, sighting: Sighting, chosen: Assignment) -> None:
        self.pattern, self.sighting, self.chosen = pattern, sighting, chosen
        self.tokens, self.wanted = sighting.shape.tokens, pattern.shape.tokens
        self.steps: dict[int, int] = {}
        self.lists: dict[str, list[int]] = {name: [] for name in _LISTS}
        self.cost = self.evidence = 0.0

    def match(self, extra: float) -> Match:
        """Return the match."""
        self._read_hops()
        self._expect_hops()
        self._settle_ends()
        self._check_order()
        self._attach()
        return self._result(self.evidence + extra)

    def _read_hops(self) -> None:
        """Take over how the hops fit."""
        shown = zip(self.sighting.strands, self.chosen.hops, self.sighting.unexplained, strict=True)
        for (_, strand), choice, alone in shown:
            if choice is not None:
                self._read_hop(strand.places, *choice)
                continue
            self.cost += alone
            self.lists["unexpected"] += strand.places

    def _read_hop(self, places: tuple[int, ...], hop: Hop, fit: Fit) -> None:
        """Take over how one hop fits."""
        own = self.pattern.strands[hop].places
        for name, pairs in (("different", fit.pairs), ("reordered", fit.swapped)):
            for pair in pairs:
                self.steps[own[pair.step]] = places[pair.seen]
                if pair.cost:
                    self.lists[name].append(own[pair.step])
        for name in ("missing", "unexpected", "absent", "extra", "before", "after"):
            indices = places if name in _OF_CALL else own
            self.lists[name] += [indices[index] for index in getattr(fit, name)]
        self.cost += fit.cost
        self.evidence += fit.evidence

    def _expect_hops(self) -> None:
        """Count as missing what travels on a hop that this trace would show: one end's other hops are all there."""
        seen = {frozenset(choice[0]) for choice in self.chosen.hops if choice is not None}
        played = set(self.chosen.parts.values())
        hops = {frozenset(hop): hop for hop in self.pattern.shape.hops}
        for ends, hop in hops.items():
            if ends in seen or not ends <= played:
                continue
            others = ({other for other in hops if end in other and other != ends} for end in ends)
            if any(len(found) >= 2 and found <= seen for found in others):
                strand = self.pattern.strands[hop]
                self.lists["missing"] += strand.places
                self.cost += sum(map(weight, strand.items))
                seen.add(ends)
        hidden = [ends for ends in hops if ends not in seen]
        self.evidence += HIDDEN if any(map(self._hides, hidden)) else 0.0
        self.evidence += UNSEEN * sum(token.resent and _hop(token) in hidden for token in self.wanted)
        self.evidence += FULL * len(self._owed(hidden))

    def _hides(self, hop: frozenset[int]) -> bool:
        """Return whether a hop that the trace does not show is one of a user agent that it does show.

        Of a relay a tap often sees one side; who calls through several relays is seen with all of them, or with none.
        """
        actors = self.pattern.flow.actors
        return any(end in self.chosen.parts.values() and actors[end].role == "UA" for end in hop)

    def _owed(self, hidden: Collection[frozenset[int]]) -> set[int]:
        """Return the ACKs, by origin, of answers that the trace shows, when it has none of their hops and is over.

        They may have travelled where the trace does not look, but that they never came is as likely.
        """
        if self.sighting.open_end:
            return set()
        shown = {token.origin for token in self.wanted if _hop(token) not in hidden}
        found = {self.wanted[step].origin for step in self.steps}
        owed = set()
        for step, token in zip(self.pattern.drawn, self.wanted, strict=True):
            answer = self.pattern.by_number.get(step.acks or -1)
            if answer is not None and self.wanted[answer].origin in found:
                owed.add(token.origin)
        return owed - shown

    def _settle_ends(self) -> None:
        """Count as missing what one hop lacks at its end while the call goes on elsewhere; so at the beginning."""
        found = [step for step in self.steps if not self.wanted[step].is_provisional]
        first, last = min(found, default=len(self.wanted)), max(found, default=-1)
        inside = {
            "before": [step for step in self.lists["before"] if step > first],
            "after": [step for step in self.lists["after"] if step < last],
        }
        for name, steps in inside.items():
            for step in steps:
                self.lists[name].remove(step)
                if self._weight(step) < FULL:
                    self.lists["absent"].append(step)
                    self.evidence += SLIGHT
                else:
                    self.lists["missing"].append(step)
                    self.cost += FULL

    def _check_order(self) -> None:
        """Name the steps whose message came before what it follows from; without a step it counts all the same."""
        late = self.lists["reordered"]
        step_of = {at: step for step, at in self.steps.items()}
        for at in self.sighting.shape.early:
            if step_of.get(at) not in late:
                self.cost += SWAPPED
                if at in step_of:
                    late.append(step_of[at])

    def _attach(self) -> None:
        """Give 100 Trying and retransmissions the steps that the flow has for them."""
        transactions = {self.tokens[at].transaction: self.wanted[step].transaction for step, at in self.steps.items()}
        free = {step: t for step, t in enumerate(self.wanted) if t.is_trying or t.resent}
        repeated: set[int] = set()
        for at, token in enumerate(self.tokens):
            if not token.is_trying and not token.resent:
                continue
            own = transactions.get(token.transaction)
            kind = (token.status, token.resent, token.method, own)
            step = next((s for s, t in free.items() if kind == (t.status, t.resent, t.method, t.transaction)), None)
            if step is not None:
                self.steps[step] = at
                repeated.add(free.pop(step).transaction)
        self._miss_repetitions(free.keys(), repeated)

    def _miss_repetitions(self, free: Iterable[int], repeated: set[int]) -> None:
        """Count as missing what is sent again more often in the flow; never sent again, the transport is reliable."""
        for step in free:
            if self.wanted[step].resent and self.wanted[step].transaction in repeated:
                self.lists["missing"].append(step)
                self.cost += SLIGHT

    def _weight(self, step: int) -> float:
        """Return what a step counts for."""
        slight = step in self.pattern.shape.optional or self.wanted[step].is_provisional or self.wanted[step].resent
        return SLIGHT if slight else FULL

    def _result(self, evidence: float) -> Match:
        """Return the match from what was found, in the numbers of the whole flow and the whole call."""
        lists = {name: sorted(set(found)) for name, found in self.lists.items()}
        essential = set(self.pattern.shape.essential)
        placed = {*self.steps, *lists["missing"], *lists["absent"], *lists["before"], *lists["after"]}
        flow_size = sum(self._weight(step) for step in essential & {*self.steps, *lists["missing"]})
        aside = set(lists["extra"])
        call_size = sum(
            weight(item)
            for _, strand in self.sighting.strands
            for item, place in zip(*strand, strict=True)
            if place not in aside
        )
        size = max(flow_size, call_size, 1.0)
        hidden = sorted(essential - placed)
        evidence += UNSEEN * (len(hidden) + len(lists["before"]) + len(lists["after"]))
        of_flow, of_call = self.pattern.numbers, self.sighting.shape.numbers
        named = {
            name: tuple((of_call if name in _OF_CALL else of_flow)[index] for index in found)
            for name, found in lists.items()
        }
        return Match(
            flow=self.pattern.flow,
            score=max(0.0, 1 - self.cost / size),
            distance=(self.cost + evidence) / size,
            parts=self.chosen.parts,
            steps={of_flow[step]: of_call[at] for step, at in sorted(self.steps.items())},
            hidden=tuple(of_flow[step] for step in hidden),
            surplus=0,
            **named,
        )
