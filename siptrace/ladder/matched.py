"""The ladder of a call with the reference flow that it follows laid over it.

The call's own arrows stay as they are and get the numbers of their steps; steps that never came are put between them as
ghosts, media rows where the flow has them. A place is the index of the message that a row stands behind, -1 before all.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from siptrace.correlate.step import MediaRow, Step
from siptrace.correlate.tokens import flow_tokens
from siptrace.ladder.build import build_ladder
from siptrace.ladder.flow import media_of, reference_of, step_arrow, step_label, step_name
from siptrace.ladder.model import Arrow, Mark, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.correlate.judge import Judgement
    from siptrace.correlate.match import Match
    from siptrace.correlate.tokens import Token
    from siptrace.ladder.model import Ladder, Lane, Media, Row

__all__ = ["build_match_ladder"]


def build_match_ladder(judgement: Judgement) -> Ladder:
    """Return the ladder of a judged call, with the steps of its flow; where it follows none, the nearest are named."""
    ladder, match = build_ladder(judgement.call), judgement.match
    near = tuple(other.flow.id for other in judgement.verdict.alternatives)
    if match is None:
        return ladder._replace(reference=Reference(alternatives=near))
    reference = reference_of(match.flow)._replace(
        score=match.score,
        vantage=match.vantage,
        surplus=match.surplus,
        ties=tuple(other.flow.id for other in judgement.verdict.ties),
        alternatives=near,
    )
    overlay = _Overlay(match, ladder.arrows, judgement.tokens)
    return ladder._replace(
        lanes=tuple(overlay.lanes(ladder.lanes)), rows=tuple(overlay.rows(ladder.rows)), reference=reference
    )


class _Overlay:
    """What a match adds to the arrows of a call; `tokens` are its messages as the match knows them."""

    def __init__(self, match: Match, arrows: Sequence[Arrow], tokens: Sequence[Token]) -> None:
        self.match, self.arrows, self.tokens = match, arrows, tokens
        self.steps, self.wanted = match.flow.steps, flow_tokens(match.flow)
        self.index = {step.f: index for index, step in enumerate(self.steps)}
        self.step_of = {at: step for step, at in match.steps.items()}
        self.party_of = {actor: party for party, actor in match.parts.items()}

    def lanes(self, lanes: Sequence[Lane]) -> Iterator[Lane]:
        """Yield the lanes with the actors that they play."""
        parts: dict[int, str] = {}
        for token, arrow in zip(self.tokens, self.arrows, strict=True):
            for party, place in ((token.src, arrow.source), (token.dst, arrow.target)):
                if party in self.match.parts:
                    parts[place] = self.match.flow.actors[self.match.parts[party]].label
        for index, lane in enumerate(lanes):
            yield lane._replace(part=parts.get(index, ""))

    def rows(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Yield the rows of the call with those that the flow adds."""
        added = self._added()
        at = -1
        for row in rows:
            if not isinstance(row, Arrow):
                yield row
                continue
            if at < 0:
                yield from added.get(at, ())
            at += 1
            yield self._marked(at, row)
            yield from added.get(at, ())

    def _marked(self, at: int, arrow: Arrow) -> Arrow:
        """Return an arrow with its step, and with what the match says of it."""
        step = self.step_of.get(at)
        if step is None:
            return arrow._replace(marks=(*arrow.marks, Mark.UNEXPECTED)) if at in self.match.unexpected else arrow
        found = ((Mark.DIFFERENT, self.match.different), (Mark.REORDERED, self.match.reordered))
        marks = tuple(mark for mark, steps in found if step in steps)
        label = step_label(self.steps[step])
        expected = label if Mark.DIFFERENT in marks and label != arrow.label else ""
        return arrow._replace(marks=arrow.marks + marks, step=step_name(self.steps[step]), expected=expected)

    def _added(self) -> dict[int, list[Row]]:
        """Return the rows that the flow adds, by their place, in the order of the flow."""
        added: dict[int, list[Row]] = {}
        for row in self.match.flow.rows:
            found: tuple[int, Row] | None = None
            if isinstance(row, MediaRow):
                found = self._media(row)
            elif isinstance(row, Step) and self.index[row.f] in self.match.missing:
                found = self._ghost(self.index[row.f])
            if found is not None:
                added.setdefault(found[0], []).append(found[1])
        return added

    def _ghost(self, index: int) -> tuple[int, Arrow] | None:
        """Return a step that never came and its place, None when it has no two lanes here."""
        place, step = self._place(index), self.steps[index]
        source, target = self._ends(index, place)
        if source is None or target is None or source == target:
            return None
        marks = (Mark.RETRANSMISSION, Mark.MISSING) if step.retransmission_of is not None else (Mark.MISSING,)
        arrow = step_arrow(step, source, target)
        return place, arrow._replace(sdp=None, marks=marks)

    def _place(self, index: int) -> int:
        """Return where a step should have been: after the steps before it, as far as those come before the next one."""
        found = [step for step in self.match.steps if step not in self.match.reordered]
        following = min((step for step in found if step > index), default=None)
        limit = len(self.tokens) if following is None else self.match.steps[following]
        done = (self._done(step) for step in found if step < index)
        return max((at for at in done if at < limit), default=limit - 1)

    def _done(self, step: int) -> int:
        """Return the message with which a found step is over: the last copy where relays were left out of account."""
        at = self.match.steps[step]
        if not self.match.surplus:
            return at
        origin = self.tokens[at].origin
        return max(i for i, token in enumerate(self.tokens) if token.origin == origin and (i == at or not token.resent))

    def _ends(self, index: int, place: int) -> tuple[int | None, int | None]:
        """Return the lanes between which a step should have been seen: an answer goes back where the request was."""
        step = self.steps[index]
        request = None if step.responds_to is None else self.match.steps.get(self.index[step.responds_to])
        if request is not None:
            return self.arrows[request].target, self.arrows[request].source
        copies = (token for token in self.wanted[index:] if token.origin == self.wanted[index].origin)
        targets = (self._lane(token.dst, place) for token in copies)
        target = next((lane for lane in targets if lane is not None), None)
        return self._lane(self.wanted[index].src, place), target

    def _lane(self, actor: int, place: int) -> int | None:
        """Return the lane of whoever plays an actor, None for nobody; of several the one used last at a place."""
        party = self.party_of.get(actor)
        for at in chain(range(place, -1, -1), range(place + 1, len(self.tokens))):
            token, arrow = self.tokens[at], self.arrows[at]
            if party in (token.src, token.dst):
                return arrow.source if party == token.src else arrow.target
        return None

    def _media(self, row: MediaRow) -> tuple[int, Media] | None:
        """Return a row of media and its place, None when the step before it was not found or an end has no lane."""
        place = self._reached(row.after_f)
        if place is None:
            return None
        actors = [actor.id for actor in self.match.flow.actors]
        lanes = {end: self._lane(actors.index(end), place) for end in row.between}
        if len(set(lanes.values())) < 2:
            return None
        known = {end: lane for end, lane in lanes.items() if lane is not None}
        if len(known) < 2:
            return None
        media = media_of(row, known.__getitem__)
        return place, media._replace(label=f"expected: {media.label}")  # nobody has looked for it in the trace

    def _reached(self, f: int) -> int | None:
        """Return the message with which a step was done, or a copy of it where relays were left out; else None."""
        if f == 0:
            return -1
        index = self.index[f]
        if index not in self.match.steps and self.match.surplus:
            origin = self.wanted[index].origin
            index = next((step for step in self.match.steps if self.wanted[step].origin == origin), index)
        return self._done(index) if index in self.match.steps else None
