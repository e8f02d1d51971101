"""What a call is, in words: the flow that it follows, what the trace shows of it, and every deviation with its reason.

Call 1: alice@atlanta.example.com → bob@biloxi.example.com, completed
follows rfc3665-3.2 Session Establishment Through Two Proxies, 94 %
seen: Alice 192.0.2.101, Proxy 1 192.0.2.111, Proxy 2 192.0.2.222, Bob 192.0.2.201
1. missing: F17 ACK from Proxy 2 to Bob
Proxy 2 got the ACK in message 16 and did not pass it on ...
RFC 3261 16.6, 13.3.1.4
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.cast import Cast
from siptrace.correlate.relays import without_relays
from siptrace.correlate.scene import name_of_step, numbers
from siptrace.correlate.shape import Shape
from siptrace.correlate.tokens import flow_tokens
from siptrace.ladder.build import title_of
from siptrace.render.cells import visible
from siptrace.render.words import INDENT, count_of, first_of, percent, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from siptrace.correlate.expect import Outcome
    from siptrace.correlate.explain import Deviation
    from siptrace.correlate.judge import Judgement
    from siptrace.correlate.match import Match

__all__ = ["SUMMARY_HEADS", "Summary", "complaint_text", "match_text"]

_MOST_TIES = 5
"""Flows that are named where more of them fit as well."""


def match_text(judgement: Judgement, width: int) -> str:
    """Return what a call is, in lines of at most `width` cells, each ended by a newline."""
    lines = list(wrapped(title_of(judgement.call), width))
    match, near = judgement.match, judgement.verdict.alternatives
    if match is None:
        lines += wrapped("follows no reference flow", width, INDENT)
        lines += wrapped(f"nearest: {_named(near)}", width, INDENT) if near else ()
        return "\n".join(lines) + "\n"
    deviations = judgement.deviations
    verdict = f"follows {match.flow.id} {match.flow.title}, {percent(match.score)}"
    lines += wrapped(verdict if deviations else f"{verdict}: no deviation", width, INDENT)
    for name, said in (
        ("seen", _seen(judgement, match)),
        ("allowed", "; ".join(_freedoms(judgement, match))),
        ("incomplete", "; ".join(_incomplete(match))),
    ):
        lines += wrapped(f"{name}: {said}", width, INDENT) if said else ()
    lines += _deviations(deviations, width)
    ties = judgement.verdict.ties
    if ties:
        named = first_of([other.flow.id for other in ties], _MOST_TIES)
        lines += wrapped(f"fits as well: {named}", width, INDENT)
    if near and deviations:
        lines += wrapped(f"nearest others: {_named(near)}", width, INDENT)
    return "\n".join(lines) + "\n"


def complaint_text(judgement: Judgement, expected: str, found: Outcome, width: int) -> str:
    """Return why a call does not follow the flow that it should, in lines of at most `width` cells."""
    lines = list(wrapped(title_of(judgement.call), width))
    fits = "too little in common" if found.match is None else percent(found.match.score)
    lines += wrapped(f"does not follow {expected}: {fits}", width, INDENT)
    best = judgement.match
    if best is None:
        lines += wrapped("follows no reference flow", width, INDENT)
    elif best.flow.id != expected:
        lines += wrapped(f"follows {best.flow.id} {best.flow.title}, {percent(best.score)}", width, INDENT)
    lines += _deviations(found.deviations, width)
    return "\n".join(lines) + "\n"


def _named(matches: Sequence[Match]) -> str:
    """Return flows with their scores."""
    return ", ".join(f"{match.flow.id} {percent(match.score)}" for match in matches)


def _deviations(deviations: Sequence[Deviation], width: int) -> list[str]:
    """Return deviations as lines: the first ones numbered, with what only follows from each below it."""
    lines: list[str] = []
    number = 0
    for place, deviation in enumerate(deviations, 1):
        if deviation.follows is not None:
            continue
        number += 1
        mark = f"{INDENT}{number}. "
        indent = " " * len(mark)
        lines += wrapped(deviation.headline, width, mark, indent)
        lines += wrapped(deviation.why, width, indent, indent)
        lines += wrapped(deviation.rfc, width, indent, indent)
        follow = [other for other in deviations if other.follows == place]
        if follow:
            lines += wrapped(f"so also {'; '.join(_in_short(follow))}", width, indent, indent)
    return lines


def _in_short(deviations: Sequence[Deviation]) -> Iterator[str]:
    """Yield deviations that follow from another, one text a kind."""
    for kind in dict.fromkeys(deviation.kind for deviation in deviations):
        found = [deviation for deviation in deviations if deviation.kind is kind]
        yield f"{kind}: {', '.join(d.expected if d.message is None else _at_step(d) for d in found)}"


def _at_step(deviation: Deviation) -> str:
    """Return what was seen, and at which step."""
    return deviation.observed if deviation.step is None else f"{deviation.observed} (F{deviation.step})"


def _seen(judgement: Judgement, match: Match) -> str:
    """Return whom the trace shows, with addresses, and whom it does not."""
    cast = Cast(match, judgement.messages)
    seen = [actor for actor in match.flow.actors if actor.id in match.vantage]
    shown = [" ".join([actor.label, " and ".join(cast.addresses(actor.id))]).rstrip() for actor in seen]
    relays = without_relays(flow_tokens(match.flow))[2] if match.surplus else ()
    unseen = [place for place, actor in enumerate(match.flow.actors) if actor not in seen and place not in relays]
    away = [match.flow.actors[place].label for place in unseen]
    said = [", ".join(shown)]
    if away:
        said.append(f"not in this trace: {', '.join(away)}")
    hops = {frozenset((match.flow.steps[step].src, match.flow.steps[step].dst)) for step in match.hidden}
    for hop in sorted(hops, key=lambda hop: [actor.id in hop for actor in match.flow.actors], reverse=True):
        ends = [actor.label for actor in seen if actor.id in hop]
        if len(ends) == 2:
            said.append(f"not the hop between {ends[0]} and {ends[1]}")
    return "; ".join(said)


def _freedoms(judgement: Judgement, match: Match) -> Iterator[str]:
    """Yield what the call does in another way than the flow, and may."""
    steps, rounds = match.flow.steps, Shape(flow_tokens(match.flow)).rounds
    asked = [index for index in match.absent if index in rounds]
    if asked:
        yield f"without the challenge ({_steps(match, asked)})"
    left = [steps[index] for index in match.absent if index not in rounds and steps[index].copy_of is None]
    if left:
        yield f"without {', '.join(f'F{step.f} {name_of_step(step)}' for step in left)}"
    more = [at for at in match.extra if at in Shape(judgement.tokens).rounds]
    if more:
        yield f"one more challenge ({numbers(judgement.messages[at] for at in more)})"
    cast = Cast(match, judgement.messages)
    if match.surplus:
        count, most = abs(match.surplus), "more" if match.surplus > 0 else "fewer"
        through = f" ({', '.join(cast.others)})" if cast.others else ""
        yield f"{count_of(count, 'relay')} {most} than the flow{through}"
    for index, at in match.steps.items():
        step, message = match.flow.steps[index], judgement.messages[at]
        actor = cast.actor(message.src)
        if step.method == "BYE" and step.is_request and step.copy_of is None and actor is not None:
            if actor.id != step.src:
                yield f"{actor.label} hangs up, not {match.flow.actor(step.src).label}"
            return


def _incomplete(match: Match) -> Iterator[str]:
    """Yield which steps lie outside of the trace because it begins late or ends early."""
    if match.before:
        yield f"the trace begins after {_steps(match, match.before)}"
    if match.after:
        yield f"the trace ends before {_steps(match, match.after)}"


def _steps(match: Match, indices: Iterable[int]) -> str:
    """Return steps by their numbers, those in a row drawn together: `F1 to F4, F6`.

    What stands between two of them and is not in the call either, as 100 Trying, does not part them.
    """
    rows: list[list[int]] = []
    for index in sorted(indices):
        if rows and not any(between in match.steps for between in range(rows[-1][1] + 1, index)):
            rows[-1][1] = index
        else:
            rows.append([index, index])
    return ", ".join(_range(*(f"F{match.flow.steps[index].f}" for index in row)) for row in rows)


def _range(first: str, last: str) -> str:
    """Return `F1 to F4`, or `F1`."""
    return first if first == last else f"{first} to {last}"


SUMMARY_HEADS = (("calls", "flow", "title"), ("calls", "flow", "deviation", "what"))
"""The heads of the two tables of a summary."""


class Summary:
    """How many calls follow each flow, and how many leave it in each way."""

    def __init__(self) -> None:
        """Begin with no calls."""
        self.calls = self.none = self.signatures = 0
        self.flows: Counter[tuple[str, str]] = Counter()
        self.deviations: Counter[DeviationKey] = Counter()

    def add(self, match: Match | None, deviations: Iterable[Deviation], calls: int = 1) -> None:
        """Count calls of one signature: they fit their flow in the same way.

        What only follows from another deviation does not count, nor does one that a call has twice.
        """
        self.calls += calls
        self.signatures += 1
        if match is None:
            self.none += calls
            return
        self.flows[match.flow.id, match.flow.title] += calls
        keys = (DeviationKey(match.flow.id, d.kind, d.step, d.what) for d in deviations if d.follows is None)
        for key in dict.fromkeys(keys):
            self.deviations[key] += calls

    def total(self) -> str:
        """Return how many calls there are, and how many that differ in more than names."""
        return f"{count_of(self.calls, 'call')} with {count_of(self.signatures, 'distinct signature')}"

    def flow_rows(self) -> list[tuple[str, ...]]:
        """Return a row a flow, the most frequent first, and one for the calls that follow none."""
        rows = [(str(count), *map(visible, names)) for names, count in self.flows.most_common()]
        return [*rows, (str(self.none), "-", "follow no reference flow")] if self.none else rows

    def deviation_rows(self) -> list[tuple[str, ...]]:
        """Return a row a deviation, the most frequent first."""
        return [
            (str(count), visible(key.flow), key.kind, visible(key.what)) for key, count in self.deviations.most_common()
        ]


class DeviationKey(NamedTuple):
    """What makes two deviations in two calls the same."""

    flow: str
    kind: str
    step: int | None
    what: str
