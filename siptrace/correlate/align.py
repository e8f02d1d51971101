"""One strand of a call against one strand of a flow: the cheapest way to say how they differ.

An alignment of two sequences by dynamic programming (Needleman and Wunsch), with costs that know SIP. What the RFCs
leave open costs nothing that counts: it is *evidence*, small amounts that decide between flows which fit equally well.
docs/matching.md gives the reason of every number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.tokens import Trait

if TYPE_CHECKING:
    from siptrace.correlate.shape import Item

__all__ = ["Fit", "Pair", "align", "weight"]

FULL = 1.0
"""A request or a final response that is missing, or that nobody expected."""

SLIGHT = 0.05
"""A provisional response, or a step that the flow itself calls optional."""

OTHER_FAILURE = 0.5
"""Another failure than the flow's: the call ends there either way, but why it ended is what people ask."""

OTHER_CLASS = 0.6
"""Success for failure or the reverse, a challenge for another refusal: the call goes on in another way."""

OTHER_DIALOG = 0.6
"""An INVITE inside a dialog where the flow has one outside, or the reverse."""

SWAPPED = 0.5
"""Two messages in the other order."""

HINT = 0.02
"""Evidence: a freedom that the call takes and the flow does not."""

TURNED = 0.001
"""Evidence: BYE, or its answer, from the other side than in the flow."""

HIDDEN = 0.05
"""Evidence: a hop of the flow is not in the trace, although one of its ends is a user agent that is."""

UNSEEN = 0.005
"""Evidence: one step of the flow beyond what the trace shows; of flows that fit equally the simplest is the one."""

TRAIT_COST = {
    Trait.SDP: 0.03,
    Trait.HOLD: 0.3,
    Trait.CHALLENGE: 0.02,
    Trait.CREDENTIALS: 0.02,
    Trait.CONTACT: 0.2,
    Trait.UNREGISTER: 0.3,
    Trait.REPLACES: 0.3,
    Trait.REFERENCE: 0.3,
}
_INSIDE = int(Trait.INSIDE)
_BITS = [(int(trait), cost) for trait, cost in TRAIT_COST.items()]
_TRAITS = [sum(cost for bit, cost in _BITS if number & bit) for number in range(2 * max(Trait))]
"""The cost of each set of differing traits, by its number."""

VIA_COST = 0.01
"""Evidence: one Via more or fewer in a request: the hop is nearer to its sender than the flow's, or further."""

ORIGINATOR = 0.1
"""Evidence: an INVITE with one Via, which is its sender's own, where the flow has one that a relay passed on."""

_NEVER = 1e9
_CLOSE = 1e-9
"""Sums of costs that differ by less are equal."""

_ROUND = 0.1
"""Inside a round, while the alignment is searched; whether it counts is known once all of the round is placed."""


class Pair(NamedTuple):
    """An item of the flow and the one of the call that stands for it; `cost` counts, `evidence` decides ties."""

    step: int
    seen: int
    cost: float
    evidence: float


class Fit(NamedTuple):
    """How two strands fit: indices into the flow's strand (steps) and the call's (seen).

    `missing` and `unexpected` are deviations, `swapped` pairs stand in another order; `absent` are steps that the call
    may do without and did (challenge rounds, provisional responses), `extra` messages of that kind that it had more.
    `before` and `after` are steps outside of what the trace shows, when its ends are open.
    """

    cost: float
    evidence: float
    pairs: tuple[Pair, ...]
    swapped: tuple[Pair, ...]
    missing: tuple[int, ...]
    unexpected: tuple[int, ...]
    absent: tuple[int, ...]
    extra: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def weight(item: Item) -> float:
    """Return what an item counts for."""
    return SLIGHT if item.optional or 100 <= item.status < 200 else FULL


@lru_cache(maxsize=65_536)
def compare(step: Item, seen: Item) -> tuple[float, float]:  # noqa: PLR0911  (one return a rule)
    """Return cost and evidence of taking one item for the other; the cost is very high where that makes no sense."""
    if step.method != seen.method or bool(step.status) != bool(seen.status):
        return _NEVER, 0.0
    hint = _evidence(step, seen)
    if step.out != seen.out:
        if step.method != "BYE":
            return _NEVER, 0.0
        hint += TURNED  # who hangs up matters little
    if step.status == seen.status:
        return (OTHER_DIALOG if (step.traits ^ seen.traits) & _INSIDE else 0.0), hint
    classes = step.status // 100, seen.status // 100
    if 1 in classes:
        return (0.0, hint + HINT) if classes == (1, 1) else (_NEVER, 0.0)
    if classes == (2, 2):
        return 0.0, hint + HINT
    if 2 in classes:
        return OTHER_CLASS, hint
    challenged = _challenges(step) != _challenges(seen)
    redirected = (classes[0] == 3) != (classes[1] == 3)
    return (OTHER_CLASS if challenged or redirected else OTHER_FAILURE), hint


def _challenges(item: Item) -> bool:
    """Return whether an answer asks for another try, and gets it: the last refusal of all is one like others."""
    return item.status in (401, 407) and item.round > 0


def _evidence(step: Item, seen: Item) -> float:
    """Return how unlike two items are in what decides between flows."""
    evidence = _TRAITS[step.traits ^ seen.traits] + VIA_COST * min(abs(step.vias - seen.vias), 3)
    return evidence + ORIGINATOR if seen.vias == 1 < step.vias and seen.method == "INVITE" else evidence


def _skip(item: Item) -> float:
    """Return what leaving an item alone costs in the search."""
    return _ROUND if item.round else weight(item)


@lru_cache(maxsize=65_536)
def align(steps: tuple[Item, ...], seen: tuple[Item, ...], *, open_start: bool, open_end: bool) -> Fit:
    """Return the best fit of two strands; steps before the first message are free when the start is open.

    Steps after the last message are always free but for one: with a closed end, the answer or ACK that was due. The
    search does not know how many those are, so both the cheapest end and the end of all steps are looked at.
    """
    table = _fill(steps, seen, open_start=open_start)
    cheapest, last = _cheapest_end(table, steps, seen), len(steps)
    on = table[cheapest][-1] + sum(map(_skip, steps[cheapest:]))
    fits = []
    # where the way to the last step only goes on from the other, it says the same
    for end in (cheapest, last) if table[last][-1] < on - _CLOSE else (cheapest,):
        pairs, missing, unexpected = _trace_back(table, steps, seen, end, open_start=open_start)
        missing += range(end, last)
        fits.append(_judge(steps, seen, pairs, missing, unexpected, open_start=open_start, open_end=open_end))
    return min(fits, key=lambda fit: fit.cost + fit.evidence)


def _fill(steps: tuple[Item, ...], seen: tuple[Item, ...], *, open_start: bool) -> list[list[float]]:
    """Return the table of costs: `[i][j]` for the first i steps against the first j messages."""
    # A message that could be a step is one: leaving it alone is the dearer of two ways that cost the same.
    skip_seen = [_skip(item) + (0.0 if item.round else HINT) for item in seen]
    row = [0.0]
    for cost in skip_seen:
        row.append(row[-1] + cost)
    table = [row]
    for step in steps:
        skip = _skip(step)
        above = table[-1]
        left = above[0] + (0.0 if open_start else skip)
        row = [left]
        for j, item in enumerate(seen):
            cost, evidence = compare(step, item)
            left += skip_seen[j]
            if (other := above[j + 1] + skip) < left:
                left = other
            if cost < _NEVER and (other := above[j] + cost + evidence) <= left:
                left = other
            row.append(left)
        table.append(row)
    return table


def _cheapest_end(table: list[list[float]], steps: tuple[Item, ...], seen: tuple[Item, ...]) -> int:
    """Return after how many steps the call ends for least: of equals the latest that ends with a pair, or the first."""
    least = min(row[-1] for row in table) + _CLOSE
    ends = [end for end, row in enumerate(table) if row[-1] < least]
    return next((end for end in reversed(ends) if _pair(table, steps, seen, end, len(seen)) is not None), ends[0])


def _pair(table: list[list[float]], steps: tuple[Item, ...], seen: tuple[Item, ...], i: int, j: int) -> Pair | None:
    """Return the last of i steps with the last of j messages, None where the cheapest way is another."""
    if not i or not j:
        return None
    cost, evidence = compare(steps[i - 1], seen[j - 1])
    exact = abs(table[i - 1][j - 1] + cost + evidence - table[i][j]) < _CLOSE
    return Pair(i - 1, j - 1, cost, evidence) if exact else None


def _trace_back(
    table: list[list[float]], steps: tuple[Item, ...], seen: tuple[Item, ...], end: int, *, open_start: bool
) -> tuple[list[Pair], list[int], list[int]]:
    """Return pairs, steps that were skipped, and messages that were skipped, on the cheapest way to the first `end`."""
    i, j = end, len(seen)
    pairs: list[Pair] = []
    missing: list[int] = []
    unexpected: list[int] = []
    while i or j:
        here = table[i][j]
        # Of equally cheap ways the one that leaves whole rounds alone, not half of one and half of another.
        if i and steps[i - 1].round and abs(table[i - 1][j] + _ROUND - here) < _CLOSE:
            i -= 1
            missing.append(i)
            continue
        if j and seen[j - 1].round and abs(table[i][j - 1] + _ROUND - here) < _CLOSE:
            j -= 1
            unexpected.append(j)
            continue
        if (pair := _pair(table, steps, seen, i, j)) is not None:
            i, j = i - 1, j - 1
            pairs.append(pair)
            continue
        skip = 0.0 if open_start and not j else _skip(steps[i - 1]) if i else 0.0
        if i and abs(table[i - 1][j] + skip - here) < _CLOSE:
            i -= 1
            missing.append(i)
        else:
            j -= 1
            unexpected.append(j)
    return pairs[::-1], missing[::-1], unexpected[::-1]


def _judge(
    steps: tuple[Item, ...],
    seen: tuple[Item, ...],
    pairs: list[Pair],
    missing: list[int],
    unexpected: list[int],
    *,
    open_start: bool,
    open_end: bool,
) -> Fit:
    """Return the fit with everything in its place: swapped, absent rounds, outside of the trace."""
    swapped: list[Pair] = []
    for step in list(missing):
        for other in unexpected:
            cost, evidence = compare(steps[step], seen[other])
            if cost == 0.0 and steps[step].out == seen[other].out:
                swapped.append(Pair(step, other, _swap_cost(steps[step]), evidence))
                missing.remove(step)
                unexpected.remove(other)
                break
    matched = {pair.step for pair in (*pairs, *swapped)}
    kept = {steps[step].round for step in matched}
    first, last = min(matched, default=len(steps)), max(matched, default=-1)
    before = [step for step in missing if open_start and step < first]
    tail = [step for step in missing if step > last and step not in before]
    due = [] if open_end else _due(steps, tail)
    after = [step for step in tail if step not in due]
    inside = [step for step in missing if step not in before and step not in after]
    absent = [step for step in inside if _is_free(steps[step]) or (steps[step].round and steps[step].round not in kept)]
    gone = [step for step in inside if step not in absent]
    used = {seen[pair.seen].round for pair in (*pairs, *swapped)}
    extra = [
        other for other in unexpected if _is_free(seen[other]) or (seen[other].round and seen[other].round not in used)
    ]
    surprising = [other for other in unexpected if other not in extra]
    cost = sum(pair.cost for pair in (*pairs, *swapped))
    cost += sum(weight(steps[step]) for step in gone) + sum(weight(seen[other]) for other in surprising)
    evidence = sum(pair.evidence for pair in (*pairs, *swapped))
    evidence += sum(_hint(steps[step]) for step in absent) + sum(_hint(seen[other]) for other in extra)
    return Fit(
        cost,
        evidence,
        tuple(pairs),
        tuple(swapped),
        tuple(gone),
        tuple(surprising),
        tuple(absent),
        tuple(extra),
        tuple(before),
        tuple(after),
    )


def _due(steps: tuple[Item, ...], tail: list[int]) -> list[int]:
    """Return the steps at the end that would have come at once: up to the next final response or ACK.

    A request may come hours later, and what follows from a step that never came is not due either.
    """
    due = []
    for step in tail:
        if not steps[step].status and steps[step].method != "ACK":
            break
        due.append(step)
        if not _is_free(steps[step]):
            break
    return due


def _is_free(item: Item) -> bool:
    """Return whether an item may be there or not: provisional responses, and what the flow calls optional."""
    return weight(item) < FULL


def _hint(item: Item) -> float:
    """Return what an item that may be left out is as evidence when it is."""
    return HINT / 2 if item.round else SLIGHT


def _swap_cost(step: Item) -> float:
    """Return what a message out of its place costs: nothing where two answers race each other (RFC 3261 9.2)."""
    return 0.0 if step.method == "CANCEL" or step.status == 487 or _is_free(step) else SWAPPED
