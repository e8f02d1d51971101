"""The rows of a reference flow, as values: messages, media between them, and remarks.

A `Step` says everything about one message that a real one can be held against, and nothing that varies from call to
call: names of actors instead of addresses, labels instead of tags, branches and Call-IDs. Equal label in one flow
means equal text in the message. How steps are written by hand stands in `lines.py`, what need not be written because
RFC 3261 fixes it in `derive.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Actor", "Auth", "DialogRole", "EventRow", "MediaDirection", "MediaRow", "Scope", "Sdp", "SdpRole", "Step"]

Ext = tuple[tuple[str, str | int | bool], ...]
"""What only some flows have, name and value: `contacts`, `expires`, `event`, `refer_to`, `replaces_call` ..."""


class Scope(StrEnum):
    """Whether a message belongs to one hop alone or is relayed to the far end (RFC 3261 16.7, 17.1.1.3, 9.2)."""

    END_TO_END = "end-to-end"
    HOP = "hop"


class SdpRole(StrEnum):
    """The part a message's session description plays (RFC 3264 4)."""

    NONE = "none"
    OFFER = "offer"
    ANSWER = "answer"


class Auth(StrEnum):
    """The part a message plays in authentication (RFC 3261 22)."""

    NONE = "none"
    CHALLENGE = "challenge"
    CREDENTIALS = "credentials"


class MediaDirection(StrEnum):
    """Who of the two sends media."""

    BOTH = "both-way"
    ONE = "one-way"
    NONE = "none"


class DialogRole(StrEnum):
    """What a message does to a dialog (RFC 3261 12, RFC 6665 4.4.1); the value is the words to show."""

    INITIAL = "initial request"
    RETRANSMISSION = "retransmission"
    NO_DIALOG = "no dialog"
    EARLY = "early dialog"
    CONFIRMS = "confirms the dialog"
    CHALLENGED = "challenge, no dialog"
    REDIRECTED = "redirect, no dialog"
    FAILED = "final failure, no dialog"
    FAILED_EARLY = "final failure, ends the early dialog"
    ACK_2XX = "ACK of 2xx, in dialog"
    ACK_FAILURE = "ACK of non-2xx, inside the INVITE transaction"
    CANCEL = "CANCEL, own transaction, same branch as the INVITE"
    CANCEL_ANSWER = "answer to CANCEL (hop by hop)"
    REINVITE = "re-INVITE in dialog"
    REINVITE_UNTAGGED = "re-INVITE in dialog (To tag missing in the text)"
    REINVITE_2XX = "2xx of re-INVITE"
    ENDS = "ends the session, in dialog"
    ENDED = "session ended"
    REGISTRATION = "no dialog (REGISTER)"
    OUTSIDE = "outside a dialog"
    INSIDE = "in dialog"
    SUBSCRIBES = "creates a subscription dialog"
    ADDS_SUBSCRIPTION = "in dialog, adds a subscription"
    NO_SUBSCRIPTION = "no subscription (Refer-Sub: false)"


@dataclass(frozen=True, slots=True)
class Actor:
    """One lane of a flow; `role` is what it is: `UA`, `proxy`, `registrar`, `redirect`, `ALG` ..."""

    id: str
    label: str
    role: str


@dataclass(frozen=True, slots=True)
class Sdp:
    """What a flow says of one session description; None where it says nothing."""

    conn: str
    port: int
    direction: str | None = None
    o_session: str | None = None
    o_version: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it puts the other side on hold: by direction, or as of old by the address zero (RFC 3264 8.4)."""
        return self.direction in {"sendonly", "inactive"} or self.conn == "0.0.0.0"  # noqa: S104 no bind


class Step(NamedTuple):
    """One message of a flow.

    `f` is its number in the text, `src` and `dst` are actor ids. `method` of a response is that of its CSeq; `status`
    is None for a request. The relations `responds_to`, `copy_of` (relayed by a proxy), `retransmission_of` and `acks`
    (the final response an ACK is for) hold numbers of earlier steps. `call_id`, `from_tag`, `to_tag`, `branch` and
    `txn` are labels; a tag or branch that the message does not have is None. `txn` is the client transaction on this
    hop, and unlike `branch` never shared by two of them. `line` is where the step stands in its file.
    """

    f: int
    src: str
    dst: str
    method: str
    status: int | None = None
    reason: str | None = None
    transport: str = "UDP"
    optional: bool = False
    call_id: str = "A"
    cseq: int = 1
    from_tag: str | None = None
    to_tag: str | None = None
    branch: str | None = None
    txn: str = ""
    via_count: int = 1
    responds_to: int | None = None
    copy_of: int | None = None
    retransmission_of: int | None = None
    acks: int | None = None
    scope: Scope = Scope.END_TO_END
    dialog: DialogRole = DialogRole.NO_DIALOG
    sdp: SdpRole = SdpRole.NONE
    sdp_info: Sdp | None = None
    auth: Auth = Auth.NONE
    auth_realms: tuple[str, ...] = ()
    route: bool = False
    record_route: bool = False
    body: str | None = None
    sipfrag: str | None = None
    text_status: int | None = None
    note: str | None = None
    ext: Ext = ()
    line: int = 0

    @property
    def is_request(self) -> bool:
        """Whether the message is a request."""
        return self.status is None

    @property
    def name(self) -> str:
        """What the arrow is called: the method, or status and reason."""
        return self.method if self.status is None else f"{self.status} {self.reason or ''}".rstrip()

    def ext_value(self, name: str) -> str | int | bool | None:
        """Return a value of `ext`, or None when the flow says nothing of it."""
        return next((value for key, value in self.ext if key == name), None)

    @property
    def hold(self) -> bool:
        """Whether the message's session description puts the other side on hold."""
        return self.sdp_info is not None and self.sdp_info.holds


@dataclass(frozen=True, slots=True)
class MediaRow:
    """Media, or none, between two actors after step `after_f`; `sender` is None unless one side alone sends."""

    label: str
    between: tuple[str, str]
    direction: MediaDirection
    after_f: int
    sender: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class EventRow:
    """A remark between two steps; `margin` when it stands beside the figure instead of across it."""

    label: str
    after_f: int
    margin: bool = False
    line: int = field(default=0, compare=False)
