"""What a ladder screen is about: the messages of some calls, and the ladders that can be made of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.build import build_ladder, ladder_of, title_of
from siptrace.ladder.fold import Fold, fold, only_sdp, without_names
from siptrace.render.words import count_of, first_of
from siptrace.tui.aliases import NO_ALIASES
from siptrace.tui.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.judge import Judgement
    from siptrace.ladder.model import Arrow, Ladder
    from siptrace.reconstruct.model import Call, TracedMessage
    from siptrace.trace import Trace

__all__ = ["Subject", "Wanted"]

_MOST_NAMED = 3
"""Calls that a title names by their numbers."""

_MOST_JUDGED = 20
"""Calls of one ladder that are held against the reference flows."""


class Wanted(NamedTuple):
    """Which ladder is wanted: of one Call-ID or of all (None), with the reference flow or without.

    Then what is folded in it, whether messages without session description are left out, and whether lanes have names.
    """

    call_id: str | None = None
    flow: bool = False
    fold: Fold = Fold.NOTHING
    only_sdp: bool = False
    names: bool = True


class Subject:
    """Some calls of a trace. Messages and ladders are made when they are first asked for, and kept."""

    def __init__(self, trace: Trace, calls: Sequence[int]) -> None:
        """Take the calls by their numbers from 1; raises UsageError when there is no such call."""
        self.trace = trace
        self.calls = [trace.call(number) for number in sorted(set(calls))]
        self.findings = Findings()
        self.judged = False
        self.aliases = NO_ALIASES
        self._ladders: dict[Wanted, Ladder] = {}

    @property
    def numbers(self) -> list[int]:
        """The numbers of the calls."""
        return [call.n for call in self.calls]

    @property
    def size(self) -> int:
        """How many messages there are, before they are made."""
        return sum(call.message_count for call in self.calls)

    @cached_property
    def messages(self) -> tuple[TracedMessage, ...]:
        """All messages in time order."""
        if self._only is not None:
            return self._only.messages
        return tuple(sorted((one for call in self.calls for one in call.messages), key=lambda one: one.n))

    @cached_property
    def judgement(self) -> Judgement | None:
        """The call held against the reference flows, None for several calls."""
        from siptrace.correlate.judge import judge  # noqa: PLC0415  (a plain ladder needs no flows)

        return None if self._only is None else judge(self._only)

    def message(self, n: int | None) -> TracedMessage | None:
        """Return a message by its number, None for one that is not here."""
        return None if n is None else self._by_number.get(n)

    def counterpart(self, message: TracedMessage | None) -> int | None:
        """Return the number that a message of another reading of the trace has here, None for one that is not here."""
        if message is None:
            return None
        same = (one.n for one in self.messages if _place_of(one) == _place_of(message))
        return next(same, None)

    def ladder(self, wanted: Wanted) -> Ladder:
        """Return a ladder; the flow is that of a whole call, so it is left out of all others."""
        wanted = self._possible(wanted)
        if wanted not in self._ladders:
            whole = wanted == _whole(wanted)
            self._ladders[wanted] = self.aliases.named(self._build(wanted)) if whole else self._folded(wanted)
        return self._ladders[wanted]

    def whole(self, wanted: Wanted) -> Ladder:
        """Return a ladder with nothing folded or left out."""
        return self.ladder(_whole(wanted))

    def knows(self, wanted: Wanted) -> bool:
        """Return whether a ladder is there at once: made before, but for what is folded in it."""
        return _whole(self._possible(wanted)) in self._ladders

    def judge(self) -> None:
        """Hold the calls against the reference flows; takes seconds for thousands of messages."""
        from siptrace.correlate.judge import judge  # noqa: PLC0415

        judged = [self.judgement] if self._only is not None else map(judge, self.calls[:_MOST_JUDGED])
        found = [deviation for one in judged if one is not None for deviation in one.deviations]
        self.findings = Findings(found, steps=self._only is not None)
        self.judged = True

    def has_flow(self, wanted: Wanted) -> bool:
        """Return whether a reference flow can be drawn: one call with all its messages."""
        return self._only is not None and wanted.call_id is None

    def has_text(self, arrow: Arrow, text: str) -> bool:
        """Return whether an arrow, as it is drawn, or its message has a text in it, in any case."""
        drawn = (arrow.label, *(arrow.sdp.media if arrow.sdp is not None else ()))
        if any(text.casefold() in one.casefold() for one in drawn):
            return True
        message = self.message(arrow.n)
        if message is None:
            return False
        if text.isascii():
            return text.lower().encode() in message.raw.lower()
        return text.casefold() in message.raw.decode("utf-8", "surrogateescape").casefold()

    @property
    def _only(self) -> Call | None:
        """The call, when there is only one."""
        return self.calls[0] if len(self.calls) == 1 else None

    @cached_property
    def _by_number(self) -> dict[int, TracedMessage]:
        """The messages by their numbers."""
        return {message.n: message for message in self.messages}

    def _possible(self, wanted: Wanted) -> Wanted:
        """Return what is wanted without a flow where there can be none."""
        return wanted._replace(flow=wanted.flow and self.has_flow(wanted))

    def _folded(self, wanted: Wanted) -> Ladder:
        """Make a ladder out of the whole one."""
        ladder = fold(self.whole(wanted), wanted.fold)
        ladder = only_sdp(ladder) if wanted.only_sdp else ladder
        return ladder if wanted.names else without_names(ladder)

    def _build(self, wanted: Wanted) -> Ladder:
        """Make a ladder with everything in it."""
        if wanted.call_id is not None:
            return ladder_of(self._title(), [one for one in self.messages if one.sip.call_id == wanted.call_id])
        if self._only is None:
            return ladder_of(self._title(), self.messages)
        if wanted.flow and self.judgement is not None:
            from siptrace.ladder.matched import build_match_ladder  # noqa: PLC0415  (a plain ladder needs no flows)

            return build_match_ladder(self.judgement)
        return build_ladder(self._only, self.messages)

    def _title(self) -> str:
        """Return what the calls are, as a ladder's title."""
        if self._only is not None:
            return title_of(self._only)
        if not self.calls:
            return "No call"
        named = first_of([str(number) for number in self.numbers], _MOST_NAMED)
        return f"Calls {named}: {count_of(len(self.messages), 'message')}"


def _place_of(message: TracedMessage) -> tuple[str, int, bytes]:
    """Return where in the traces a message stands, which is the same in every reading of them."""
    return message.source, message.frame, message.raw


def _whole(wanted: Wanted) -> Wanted:
    """Return what is wanted without anything folded or left out."""
    return Wanted(wanted.call_id, wanted.flow)
