"""What a reason looks at: one deviation, with the flow and the call around it.

A case answers what the reasons ask about it (is that the copy of a message which is there?), and its texts fill their
sentences: `{src}`, `{name}`, `{n}` ...
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from siptrace.correlate.model import Auth, DialogRole, Scope
from siptrace.correlate.scene import Key, Order, Scene, has_credentials, key_of, name_of, name_of_step
from siptrace.ingest.datagram import Transport
from siptrace.sip.methods import METHODS, STATUSES, status_meaning

if TYPE_CHECKING:
    from siptrace.correlate.model import Step
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["Case", "DeviationKind"]


class DeviationKind(StrEnum):
    """How a call leaves its flow."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    REORDERED = "reordered"
    DIFFERENT = "different"


@dataclass(frozen=True, eq=False)
class Case:
    """One deviation: of a step, of a message, or of both; `cause` is the deviation that it follows from."""

    kind: DeviationKind
    scene: Scene
    step: Step | None
    message: TracedMessage | None
    cause: Case | None = None

    # -- what it is about

    @property
    def method(self) -> str:
        """The method of the step, or of the message where there is no step."""
        return self.step.method if self.step else (self.message and self.message.method) or "message"

    @property
    def wanted(self) -> int:
        """The status of the step, 0 for a request or no step."""
        return (self.step.status or 0) if self.step else 0

    @property
    def seen(self) -> int:
        """The status of the message, 0 for a request or no message."""
        return (self.message.status or 0) if self.message else 0

    @property
    def is_request(self) -> bool:
        """Whether the step, or the message where there is no step, is a request."""
        return not (self.wanted if self.step else self.seen)

    @property
    def key(self) -> Key | None:
        """What the message shares with the request that it is about."""
        return key_of(self.message) if self.message else None

    @cached_property
    def around(self) -> tuple[TracedMessage, ...]:
        """The messages about the same request; of a step that never came those about the step it answers or confirms.

        Retransmissions and the message itself are among them.
        """
        about = self.message or (self.ancestor and self.scene.found.get(self.ancestor.f))
        return tuple(m for m in self.scene.messages if about and key_of(m) == key_of(about))

    @property
    def ancestor(self) -> Step | None:
        """The step that the step answers or confirms."""
        if self.step is None:
            return None
        first = self.step if self.step.copy_of is None else self.scene.same_message(self.step)[0]
        number = self.step.responds_to or self.step.acks or first.acks
        return None if number is None else self.scene.flow.step(number)

    @property
    def original(self) -> TracedMessage | None:
        """The message of which the step is a copy that a relay sends on; None where it is none, or that is missing."""
        if self.step is None:
            return None
        earlier = [s.f for s in self.scene.same_message(self.step) if s.dst == self.step.src and s.f < self.step.f]
        found = [self.scene.found[f] for f in earlier if f in self.scene.found]
        return found[0] if found else None

    @cached_property
    def proof(self) -> Step | None:
        """A step that was found and cannot be without this one: its answer, its ACK, its copy on the next hop."""
        if self.step is None or self.kind is not DeviationKind.MISSING or self.step.retransmission_of is not None:
            return None
        number = self.step.f
        own = self.step.scope is Scope.HOP and not (self.is_request and self.step.method == "CANCEL")
        copies = set() if own else {s.f for s in self.scene.same_message(self.step)}
        for step in self.scene.flow.steps:
            if step.f > number and step.f in self.scene.found:
                if step.f in copies or number == step.acks:
                    return step
                if number == step.responds_to or self._challenges(step):
                    return step
        return None

    def _challenges(self, step: Step) -> bool:
        """Return whether this is the challenge that a request has credentials for."""
        own = self.step
        if own is None or own.auth is not Auth.CHALLENGE or step.auth is not Auth.CREDENTIALS or not step.is_request:
            return False
        first = self.scene.found.get(own.responds_to or 0)
        unasked = first is not None and has_credentials(first)
        retried = (step.method, step.src) == (own.method, own.dst) and has_credentials(self.scene.found[step.f])
        return retried and not unasked

    @cached_property
    def order(self) -> Order:
        """With which message the message has changed places."""
        return self.scene.order(self.step) if self.step else Order("", None, None)

    # -- what reasons ask

    @property
    def acked_status(self) -> int:
        """The status that an ACK confirms, 0 for anything but an ACK."""
        if self.method != "ACK" or not self.is_request:
            return 0
        if self.step is not None:
            return (self.ancestor.status or 0) if self.ancestor else 200
        return max((m.status or 0 for m in self.around), default=0)

    @property
    def is_retry(self) -> bool:
        """Whether the step tries again, with credentials, what was challenged in this call."""
        if self.step is None or self.step.auth is not Auth.CREDENTIALS or not self.is_request:
            return False
        return self.challenge is not None

    @property
    def challenge(self) -> TracedMessage | None:
        """The challenge that a retry answers."""
        found = [m for m in self.scene.messages if m.status in (401, 407) and m.method == self.method]
        return found[-1] if found else None

    @property
    def inside(self) -> bool:
        """Whether the step is a request within a dialog that changes the session, or an answer to one."""
        about = self.ancestor if self.step is not None and not self.is_request else self.step
        if about is not None:
            inside = about.dialog in (DialogRole.REINVITE, DialogRole.REINVITE_UNTAGGED)
            return inside or (about.method == "INVITE" and about.to_tag is not None)
        requests = [m for m in self.around if m.is_request and m.method == self.method]
        return any(name_of(m) == "re-INVITE" for m in requests)

    def has(self, method: str, *statuses: range) -> bool:
        """Return whether a message of that kind is about the same request."""
        return self.find(method, *statuses) is not None

    def find(self, method: str, *statuses: range) -> TracedMessage | None:
        """Return the first other message about the same request with that method (and status, else a request)."""
        for m in self.around:
            fits = any(m.status in within for within in statuses) if statuses else m.is_request
            if m is not self.message and m.method == method and fits and not m.retransmission:
                return m
        return None

    @property
    def has_credentials(self) -> bool:
        """Whether the request that the message answers carried credentials."""
        asked = self.find(self.method)
        return asked is not None and has_credentials(asked)

    @property
    def earlier_final(self) -> TracedMessage | None:
        """The final response to the same request that the receiver of the message had before it."""
        m = self.message
        if m is None or not m.status:
            return None
        final = (
            o for o in self.around if o.n < m.n and o.dst == m.dst and o.method == m.method and not o.retransmission
        )
        return next((o for o in final if (o.status or 0) >= 200), None)

    @property
    def reliable(self) -> TracedMessage | None:
        """A provisional response of the call that wants a PRACK (RFC 3262 3)."""
        return next((m for m in self.scene.messages if 100 < (m.status or 0) < 200 and m.sip.values("RSeq")), None)

    @property
    def over_udp(self) -> bool:
        """Whether the call's messages travel by UDP, where every hop repeats what is not answered."""
        return self.scene.messages[0].transport is Transport.UDP

    # -- what sentences name

    @property
    def src(self) -> str:
        """Who sends it."""
        if self.step is not None:
            return self.scene.label(self.step.src)
        return self.scene.cast.name(self.message.src) if self.message else ""

    @property
    def dst(self) -> str:
        """Who receives it."""
        if self.step is not None:
            return self.scene.label(self.step.dst)
        return self.scene.cast.name(self.message.dst) if self.message else ""

    @property
    def far(self) -> str:
        """Who receives it behind the last relay."""
        if self.step is None:
            return self.dst
        return self.scene.label(self.scene.same_message(self.step)[-1].dst)

    @property
    def name(self) -> str:
        """What the step is called, or the message where there is no step."""
        return name_of_step(self.step) if self.step else self.seen_name

    @property
    def seen_name(self) -> str:
        """What the message is called."""
        return name_of(self.message) if self.message else "nothing"

    @property
    def n(self) -> str:
        """The number of the message."""
        return str(self.message.n) if self.message else ""

    @property
    def label(self) -> str:
        """The step's number and name, or the message's."""
        return f"F{self.step.f} {self.name}" if self.step else f"message {self.n}"

    @property
    def number(self) -> str:
        """The status that was expected, in digits."""
        return str(self.wanted or self.acked_status)

    @property
    def meaning(self) -> str:
        """What the status means that was expected."""
        return status_meaning(self.wanted)

    @property
    def seen_meaning(self) -> str:
        """What the status means that was seen."""
        return status_meaning(self.seen)

    @property
    def purpose(self) -> str:
        """What the method is for."""
        return METHODS[self.method].meaning if self.method in METHODS else "serve some extension"

    @property
    def original_n(self) -> str:
        """The number of the message that was to be relayed."""
        return str(self.original.n) if self.original else ""

    @property
    def proof_label(self) -> str:
        """The step that proves that it was sent, with its message."""
        if self.proof is None:
            return ""
        return f"F{self.proof.f} {name_of_step(self.proof)} (message {self.scene.found[self.proof.f].n})"

    @property
    def proof_rfc(self) -> str:
        """The section by which the proof needs it."""
        if self.proof is None or self.step is None:
            return ""
        if self.proof.responds_to == self.step.f:
            return "RFC 3261 8.2.6"
        if self.proof.acks == self.step.f:
            return "RFC 3261 13.2.2.4" if self.proof.scope is Scope.END_TO_END else "RFC 3261 17.1.1.3"
        if self.step.auth is Auth.CHALLENGE and self.proof.is_request:
            return "RFC 3261 22.2, 22.3"
        return "RFC 3261 16.6" if self.is_request else "RFC 3261 16.7"

    @property
    def callee(self) -> str:
        """Who made the response that an ACK confirms."""
        if self.step is None or self.ancestor is None:
            return self.dst
        first = self.scene.same_message(self.ancestor)[0]
        return self.scene.label(first.src)

    @property
    def cause_label(self) -> str:
        """What it follows from."""
        return self.cause.label if self.cause else ""

    @property
    def cause_n(self) -> str:
        """The number of the message that it follows from."""
        return self.cause.n if self.cause else ""

    @property
    def method_rfc(self) -> str:
        """The section that defines the method."""
        return METHODS[self.method].rfc if self.method in METHODS else "RFC 3261 8.2.1"

    @property
    def seen_number(self) -> str:
        """The status that was seen, in digits."""
        return str(self.seen)

    @property
    def seen_rfc(self) -> str:
        """The section that defines the status that was seen."""
        return STATUSES[self.seen].rfc if self.seen in STATUSES else "RFC 3261 8.1.3.2"

    @property
    def first_n(self) -> str:
        """The number of the final response that came before."""
        return str(self.earlier_final.n) if self.earlier_final else ""

    @property
    def reliable_n(self) -> str:
        """The number of the provisional response that wants a PRACK."""
        return str(self.reliable.n) if self.reliable else ""

    @property
    def early_n(self) -> str:
        """The number of the message that came too early."""
        return str(self.order.early.n) if self.order.early else ""

    @property
    def late_n(self) -> str:
        """The number of the message that should have been there before."""
        return str(self.order.late.n) if self.order.late else ""
