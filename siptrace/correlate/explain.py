"""Where a call leaves its flow, and why that matters.

`explain()` puts the deviations of a match in the order of the call, finds out which of them only follow from another
(what was never sent is relayed by nobody and answered by nobody), and asks `reasons` for the sentence of each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siptrace.correlate.case import Case, DeviationKind
from siptrace.correlate.reasons import reason
from siptrace.correlate.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siptrace.correlate.reading import Match
    from siptrace.correlate.step import Step
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["Deviation", "DeviationKind", "explain"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place where a call leaves its flow.

    `step` is the number of the flow's step, None for a message that the flow does not have; `message` the number of the
    message in the trace, None for a step that never came. `expected`, `observed` and `why` are for people; `rfc` names
    the section behind the sentence. `follows` is the place, from 1, of the deviation that this one only follows from.
    """

    kind: DeviationKind
    step: int | None
    message: int | None
    expected: str
    observed: str
    why: str
    rfc: str
    follows: int | None = None

    @property
    def headline(self) -> str:
        """What differs, in one line."""
        if self.kind is DeviationKind.MISSING:
            return f"missing: {self.expected}"
        if self.kind is DeviationKind.UNEXPECTED:
            return f"unexpected: {self.observed}, {self.expected.removeprefix('nothing ')}"
        return f"{self.kind}: {self.observed}; expected: {self.expected}"

    @property
    def what(self) -> str:
        """What differs, without numbers of messages: equal for the same deviation in different calls."""
        seen = self.observed.removeprefix(f"message {self.message}: ")
        if self.kind is DeviationKind.DIFFERENT:
            return f"{self.expected}: {seen}"
        return seen if self.kind is DeviationKind.UNEXPECTED else self.expected


def explain(match: Match, messages: Sequence[TracedMessage]) -> tuple[Deviation, ...]:
    """Return the deviations of a match in the order of the call; `messages` are those of the call."""
    scene = Scene(match, messages)
    cases: list[Case] = []
    roots: list[int | None] = []
    for case in _cases(scene):
        cause = _cause(case, cases)
        place = None if cause is None else cases.index(cause)
        cases.append(case if cause is None else replace(case, cause=cause))
        roots.append(None if place is None else roots[place] or place + 1)
    return tuple(_deviation(case, root) for case, root in zip(cases, roots, strict=True))


def _cases(scene: Scene) -> list[Case]:
    """Return every deviation by its place in the call; steps that never came stand behind the step before them."""
    steps, places = scene.flow.steps, scene.match.steps
    found: list[tuple[float, int, Case]] = []
    for index in scene.match.missing:
        before = max((places[step] for step in places if step < index), default=-1)
        found.append((before + 0.5, index, Case(DeviationKind.MISSING, scene, steps[index], None)))
    for kind, indices in (
        (DeviationKind.DIFFERENT, scene.match.different),
        (DeviationKind.REORDERED, scene.match.reordered),
    ):
        found += [
            (places[index], index, Case(kind, scene, steps[index], scene.messages[places[index]])) for index in indices
        ]
    for at in scene.match.unexpected:
        found.append((at, -1, Case(DeviationKind.UNEXPECTED, scene, None, scene.messages[at])))
    return [case for _, _, case in sorted(found, key=lambda entry: entry[:2])]


def _deviation(case: Case, follows: int | None) -> Deviation:
    """Return a case in words."""
    why, rfc = reason(case)
    step, message = case.step, case.message
    return Deviation(
        case.kind,
        None if step is None else step.f,
        None if message is None else message.n,
        _expected(case),
        "nothing" if message is None else f"message {message.n}: {_seen(case)}",
        why,
        rfc,
        follows,
    )


def _expected(case: Case) -> str:
    """Return what the flow has: the step, or nothing."""
    if case.step is None:
        return "nothing" if case.message is None else f"nothing {case.scene.between(case.message)}"
    return f"F{case.step.f} {case.name} from {case.src} to {case.dst}"


def _seen(case: Case) -> str:
    """Return what came: who sent it where only for what is not at its step, and what it overtook."""
    if case.kind is DeviationKind.UNEXPECTED:
        return f"{case.seen_name} from {case.src} to {case.dst}"
    early, late = case.order.early, case.order.late
    if case.kind is not DeviationKind.REORDERED or early is None or late is None:
        return case.seen_name
    return f"{case.seen_name}, {f'before message {late.n}' if early is case.message else f'after message {early.n}'}"


def _cause(case: Case, earlier: Sequence[Case]) -> Case | None:
    """Return the deviation that one follows from, None when it stands for itself."""
    followed = {
        DeviationKind.MISSING: _cause_of_missing,
        DeviationKind.DIFFERENT: _cause_of_different,
        DeviationKind.UNEXPECTED: _cause_of_unexpected,
        DeviationKind.REORDERED: _cause_of_reordered,
    }
    return followed[case.kind](case, earlier)


def _first(cases: Iterable[Case]) -> Case | None:
    return next(iter(cases), None)


def _cause_of_missing(case: Case, earlier: Sequence[Case]) -> Case | None:
    """Return what kept a step from coming: what it would relay, answer or confirm, or a call that was refused."""
    step, scene = case.step, case.scene
    if step is None:
        return None
    missing = [other for other in earlier if other.kind is DeviationKind.MISSING and other.step is not None]
    if case.proof is not None:
        return _first(c for c in missing if c.proof is not None and c.step is not None and _hop(c.step) == _hop(step))
    before = scene.same_message(step)
    relayed = [c for c in missing if c.step in before and c.step is not None and c.step.dst == step.src]
    answered = [c for c in missing if c.step == case.ancestor]
    again = [c for c in missing if c.step is not None and c.step.retransmission_of and c.step.txn == step.txn]
    repeated = again if step.retransmission_of else []
    cancel = [c for c in missing if c.method == "CANCEL" and c.is_request and c.step is not None]
    uncancelled = [c for c in cancel if case.wanted == 487 and c.step is not None and _hop(c.step) == _hop(step)]
    refused = [c for c in earlier if _is_refusal(c) and _needs_a_call(case)]
    unanswered = [c for c in missing if c.method == "INVITE" and 200 <= c.wanted < 300 and _needs_a_call(case)]
    nowhere = [c for c in unanswered if not any(s.f in scene.found for s in scene.same_message(c.step or step))]
    return _first([*relayed, *answered, *repeated, *uncancelled, *refused, *nowhere])


def _hop(step: Step) -> frozenset[str]:
    return frozenset((step.src, step.dst))


def _is_refusal(case: Case) -> bool:
    """Return whether a call was refused that the flow has answered."""
    return case.kind is DeviationKind.DIFFERENT and case.method == "INVITE" and case.seen >= 300 > case.wanted >= 200


def _needs_a_call(case: Case) -> bool:
    """Return whether a step makes sense only in a call that was answered."""
    step = case.step
    about = case.ancestor if step is not None and case.ancestor is not None else step
    return about is not None and (about.method in ("BYE", "REFER", "INFO", "UPDATE") or case.inside)


def _cause_of_different(case: Case, earlier: Sequence[Case]) -> Case | None:
    """Return the answer that was relayed, or the request that was answered, when that is another one as well."""
    step, others = case.step, [c for c in earlier if c.kind is DeviationKind.DIFFERENT]
    if step is None:
        return None
    copies = case.scene.same_message(step)
    unasked = [c for c in earlier if c.step == case.ancestor and case.wanted == case.seen]
    copied = [c for c in others if c.step == case.ancestor or (c.step in copies and c.seen == case.seen)]
    return _first([*unasked, *copied])


def _cause_of_unexpected(case: Case, earlier: Sequence[Case]) -> Case | None:
    """Return the unexpected message that one relays, answers or confirms, or the answer that made it possible."""
    strange = [c for c in earlier if c.kind is DeviationKind.UNEXPECTED and c.key == case.key]
    about = [c for c in strange if _leads_to(c, case)]
    answered = [
        c for c in earlier if c.kind is DeviationKind.DIFFERENT and c.method == "INVITE" and 200 <= c.seen < 300
    ]
    possible = answered if case.method in ("ACK", "BYE") and not any(c.seen == c.wanted for c in answered) else []
    return _first([*about, *possible])


def _leads_to(one: Case, two: Case) -> bool:
    """Return whether a message is relayed, answered or confirmed by another one about the same request."""
    if one.is_request == two.is_request and one.method == two.method and one.seen == two.seen:
        return one.dst == two.src
    return one.is_request if one.method != "ACK" and not two.is_request else two.method == "ACK" and one.seen >= 200


def _cause_of_reordered(case: Case, earlier: Sequence[Case]) -> Case | None:
    """Return the other one of two that changed places, or the first one that the same two clocks disturbed."""
    sources, moved = _sources(case), [c for c in earlier if c.kind is DeviationKind.REORDERED and c.order.early]
    other = [c for c in moved if c.order == case.order]
    return _first([*other, *(c for c in moved if len(sources) == 2 and _sources(c) == sources)])


def _sources(case: Case) -> frozenset[str]:
    """Return the files of the two messages that changed places."""
    both = (case.order.early, case.order.late) if case.kind is DeviationKind.REORDERED else ()
    return frozenset(message.source for message in both if message is not None)
