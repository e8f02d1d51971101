"""A match with its messages, as the explanation looks at it: steps by their numbers, messages by their requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.cast import Cast
from siptrace.correlate.step import DialogRole
from siptrace.correlate.tokens import flow_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from siptrace.correlate.model import Step
    from siptrace.correlate.reading import Match
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["Key", "Order", "Scene", "has_credentials", "key_of", "name_of", "name_of_step", "numbers"]

Key = tuple[str, int, str]
"""What an INVITE, its ACK, its CANCEL and all answers have in common: Call-ID, CSeq number, method."""


def name_of(message: TracedMessage) -> str:
    """Return what a message is called: `re-INVITE`, `ACK`, `603 Decline`, `200 OK (BYE)`."""
    if message.status is not None:
        return _answer(f"{message.status} {message.sip.reason}".strip(), message.method)
    within = message.method == "INVITE" and message.sip.to is not None and message.sip.to.tag
    return "re-INVITE" if within else message.method


def name_of_step(step: Step) -> str:
    """Return what a step is called, in the same words as a message."""
    if step.status is not None:
        return _answer(step.name, step.method)
    within = step.method == "INVITE" and (step.to_tag is not None or step.dialog is DialogRole.REINVITE_UNTAGGED)
    return ("re-INVITE" if within else step.method) + (" again" if step.retransmission_of is not None else "")


def _answer(text: str, method: str) -> str:
    """Return status and reason with the method that is answered, where that is not plain."""
    return text if method == "INVITE" else f"{text} ({method})"


def numbers(messages: Iterable[TracedMessage]) -> str:
    """Return `message 7`, or `messages 7, 9 and 12`."""
    texts = [str(message.n) for message in messages]
    if len(texts) == 1:
        return f"message {texts[0]}"
    return f"messages {', '.join(texts[:-1])} and {texts[-1]}"


def has_credentials(message: TracedMessage) -> bool:
    """Return whether a request carries credentials (RFC 3261 22)."""
    return any(message.sip.values(name) for name in ("Authorization", "Proxy-Authorization"))


def key_of(message: TracedMessage) -> Key:
    """Return what a message shares with the request that it is about."""
    method = "INVITE" if message.method in ("ACK", "CANCEL") else message.method
    return message.sip.call_id, message.sip.cseq.number if message.sip.cseq else -1, method


class Order(NamedTuple):
    """Two messages in the wrong order, and what the early one is to the late one: answer, ack, copy, bye ..."""

    relation: str
    early: TracedMessage | None
    late: TracedMessage | None


class Scene:
    """A match with its messages; steps by their numbers."""

    def __init__(self, match: Match, messages: Sequence[TracedMessage]) -> None:
        """Look at a match."""
        self.match, self.messages, self.flow = match, messages, match.flow
        self.cast = Cast(match, messages)
        self.found = {self.flow.steps[step].f: messages[at] for step, at in match.steps.items()}
        self.missing = frozenset(self.flow.steps[step].f for step in match.missing)
        self._origins = {
            step.f: token.origin for step, token in zip(self.flow.steps, flow_tokens(self.flow), strict=True)
        }

    def same_message(self, step: Step) -> list[Step]:
        """Return the steps that are one message on its way through relays, this one included, as the flow has them."""
        return [s for s in self.flow.steps if self._origins[s.f] == self._origins[step.f]]

    def label(self, actor_id: str) -> str:
        """Return what the flow calls an actor."""
        return self.flow.actor(actor_id).label

    def between(self, message: TracedMessage) -> str:
        """Return where in the flow a message stands: `between F3 and F4`."""
        before = [(other.n, f) for f, other in self.found.items() if other.n < message.n]
        after = [(other.n, f) for f, other in self.found.items() if other.n > message.n]
        if before and after:
            return f"between F{max(before)[1]} and F{min(after)[1]}"
        return f"after F{max(before)[1]}" if before else f"before F{min(after)[1]}" if after else "here"

    def order(self, step: Step) -> Order:
        """Return with which message that of a step has changed places, and what the two are to each other."""
        pairs = [(early, late, self.found[early.f], self.found[late.f]) for early, late in self._pairs(step)]
        for one, two, early, late in pairs:
            if key_of(early) == key_of(late):
                if two.f in (one.responds_to, one.acks):
                    return Order("answer" if one.status else "ack", early, late)
                if two in self.same_message(one):
                    return Order("copy", early, late)
            if two.method == "ACK" and one.is_request and one.method in ("BYE", "INVITE"):
                return Order(one.method.lower(), early, late)
        own = self.found[step.f]
        if own.is_request and own.method not in ("ACK", "CANCEL"):
            for early in self.messages:
                answers = early.status and key_of(early) == key_of(own) and (early.src, early.dst) == (own.dst, own.src)
                if answers and early.n < own.n:
                    return Order("answer", early, own)
        near = (pair for pair in pairs if {pair[0].src, pair[0].dst} == {pair[1].src, pair[1].dst})
        return next((Order("other", early, late) for _, _, early, late in near), Order("", None, None))

    def _pairs(self, step: Step) -> Iterator[tuple[Step, Step]]:
        """Yield the step with each other that is on the wrong side of it: first what came too early, then the other."""
        own = self.found[step.f].n
        for other in self.flow.steps:
            if other.f in self.found and (other.f < step.f) != (self.found[other.f].n < own):
                yield (step, other) if other.f < step.f else (other, step)
