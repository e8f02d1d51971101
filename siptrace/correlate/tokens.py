"""What the correlator compares: messages without their texts, the same whether they are real or steps of a flow.

A `Token` says who sent what to whom, as small numbers that mean something only inside their own sequence: parties,
transactions and Call-IDs are numbered by first appearance. Two calls that went the same way have equal tokens, whatever
their names and addresses; so the tokens of a call are its signature, and are matched once.

`Trait` is the evidence beyond method and status that tells one reference flow from another.
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.model import of_flow
from siptrace.correlate.step import Auth, DialogRole, Scope, SdpRole

if TYPE_CHECKING:
    from collections.abc import Hashable

    from siptrace.correlate.model import Flow
    from siptrace.correlate.step import Step

__all__ = ["Token", "Trait", "flow_tokens"]


class Trait(IntFlag):
    """What else a message is or carries."""

    INSIDE = 1
    """An INVITE with a To tag, or a response to one (RFC 3261 14)."""
    SDP = 2
    HOLD = 4
    """Its session description puts the other side on hold (RFC 3264 8.4)."""
    CHALLENGE = 8
    CREDENTIALS = 16
    CONTACT = 32
    """A registration that names a contact; without one it only asks (RFC 3261 10.2.3)."""
    UNREGISTER = 64
    """A registration that removes bindings: `Contact: *`, or expires 0 (RFC 3261 10.2.2)."""
    REPLACES = 128
    """It takes a dialog's place, or joins one (RFC 3891, RFC 3911)."""
    REFERENCE = 256
    """It names a third party: Refer-To (RFC 3515), or Also and Requested-By of the drafts before it."""


class Token(NamedTuple):
    """One message: `status` is 0 for a request, `method` of a response that of its CSeq.

    `origin` is equal for the copies of a message that relays passed on, `resent` marks retransmissions, `vias` is the
    number of Via values.
    """

    src: int
    dst: int
    method: str
    status: int
    transaction: int
    call: int
    origin: int
    vias: int
    traits: int
    resent: bool

    @property
    def is_request(self) -> bool:
        """Whether the message is a request."""
        return not self.status

    @property
    def is_provisional(self) -> bool:
        """Whether the message is a 1xx response."""
        return 100 <= self.status < 200

    @property
    def is_trying(self) -> bool:
        """Whether the message is 100: hop by hop, and never required (RFC 3261 8.2.6.1, 16.2)."""
        return self.status == 100


_REINVITES = (DialogRole.REINVITE, DialogRole.REINVITE_UNTAGGED)
_EXT_TRAITS = {
    "contacts": Trait.CONTACT,
    "contact_star": Trait.CONTACT | Trait.UNREGISTER,
    "replaces_call": Trait.REPLACES,
    "join_call": Trait.REPLACES,
    "refer_to": Trait.REFERENCE,
    "also": Trait.REFERENCE,
    "requested_by": Trait.REFERENCE,
}


def _traits(step: Step, request: Step) -> int:
    """Return the traits of a step; `request` is the one it answers, or itself."""
    traits = Trait(0)
    if step.method == "INVITE" and (request.to_tag is not None or request.dialog in _REINVITES):
        traits |= Trait.INSIDE
    if step.sdp is not SdpRole.NONE:
        traits |= Trait.SDP
    if step.hold:
        traits |= Trait.HOLD
    if step.auth is Auth.CHALLENGE:
        traits |= Trait.CHALLENGE
    if step.auth is Auth.CREDENTIALS:
        traits |= Trait.CREDENTIALS
    for name, value in step.ext if step.is_request else ():
        if name in _EXT_TRAITS and value not in (False, 0):
            traits |= _EXT_TRAITS[name]
        if name == "expires" and value == 0:
            traits |= Trait.UNREGISTER
    if step.method != "REGISTER":
        traits &= ~(Trait.CONTACT | Trait.UNREGISTER)
    return int(traits)


@of_flow
def flow_tokens(flow: Flow) -> tuple[Token, ...]:
    """Return the tokens of a flow's steps, in order; party n is `flow.actors[n]`."""
    places = {actor.id: index for index, actor in enumerate(flow.actors)}
    number = _Numbers()
    return tuple(
        Token(
            places[step.src],
            places[step.dst],
            step.method,
            step.status or 0,
            number("transaction", step.txn),
            number("call", step.call_id),
            number("origin", _origin(flow, step)),
            step.via_count,
            _traits(step, flow.step(step.responds_to) if step.responds_to else step),
            step.retransmission_of is not None,
        )
        for step in flow.steps
    )


def _origin(flow: Flow, step: Step) -> Hashable:
    """Return what a step has in common with its copies on other hops; what each hop makes anew is named after that."""
    while (before := step.copy_of or step.retransmission_of) is not None:
        step = flow.step(before)
    if step.method == "CANCEL" or (step.method == "ACK" and step.scope is Scope.HOP):
        about = [s for s in flow.steps if s.call_id == step.call_id and s.cseq == step.cseq and s.method == "INVITE"]
        final = flow.step(step.acks) if step.acks else about[0] if about else step
        return step.method, step.status, _origin(flow, final)
    return step.f


class _Numbers:
    """Numbers for labels by first appearance, a series a kind."""

    def __init__(self) -> None:
        self._series: dict[str, dict[Hashable, int]] = {}

    def __call__(self, kind: str, label: Hashable) -> int:
        series = self._series.setdefault(kind, {})
        return series.setdefault(label, len(series))
