"""What a ladder screen is about: the messages of some calls, and the ladders that can be made of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.build import build_ladder, ladder_of, title_of
from siptrace.render.words import count_of, first_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.explain import Deviation
    from siptrace.correlate.judge import Judgement
    from siptrace.ladder.model import Arrow, Ladder
    from siptrace.reconstruct.model import Call, TracedMessage
    from siptrace.trace import Trace

__all__ = ["Subject", "Wanted"]

_MOST_NAMED = 3
"""Calls that a title names by their numbers."""


class Wanted(NamedTuple):
    """Which ladder is wanted: of one Call-ID or of all (None), with the reference flow or without."""

    call_id: str | None = None
    flow: bool = False


class Subject:
    """Some calls of a trace. Messages and ladders are made when they are first asked for, and kept."""

    def __init__(self, trace: Trace, calls: Sequence[int]) -> None:
        """Take the calls by their numbers from 1; raises UsageError when there is no such call."""
        self.trace = trace
        self.calls = [trace.call(number) for number in sorted(set(calls))]
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
        rows = sorted(row for call in self.calls for row in self.trace.overview.rows_of(call.n - 1))
        messages = self.trace.messages
        return tuple(messages[row] for row in rows)

    @cached_property
    def judgement(self) -> Judgement | None:
        """The call held against the reference flows, None for several calls."""
        from siptrace.correlate.judge import judge  # noqa: PLC0415  (a plain ladder needs no flows)

        return None if self._only is None else judge(self._only)

    def message(self, n: int | None) -> TracedMessage | None:
        """Return a message by its number, None for one that is not here."""
        return None if n is None else self._by_number.get(n)

    def ladder(self, wanted: Wanted) -> Ladder:
        """Return a ladder; the flow is that of a whole call, so it is left out of all others."""
        wanted = self._possible(wanted)
        if wanted not in self._ladders:
            self._ladders[wanted] = self._build(wanted)
        return self._ladders[wanted]

    def knows(self, wanted: Wanted) -> bool:
        """Return whether a ladder was made before."""
        return self._possible(wanted) in self._ladders

    def has_flow(self, wanted: Wanted) -> bool:
        """Return whether a reference flow can be drawn: one call with all its messages."""
        return self._only is not None and wanted.call_id is None

    def deviations(self, arrow: Arrow) -> list[Deviation]:
        """Return what the reference flow has against an arrow; a step that never came is known by its number."""
        found = self.judgement.deviations if self.judgement is not None else ()
        if arrow.n is not None:
            return [deviation for deviation in found if deviation.message == arrow.n]
        return [one for one in found if one.message is None and f"F{one.step}" == arrow.step]

    def has_text(self, arrow: Arrow, text: str) -> bool:
        """Return whether the message of an arrow has a text in it, in any case."""
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

    def _build(self, wanted: Wanted) -> Ladder:
        """Make a ladder."""
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
