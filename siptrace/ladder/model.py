"""The ladder as a value: lanes, and rows in the order in which they are drawn.

Nothing here knows how it will be drawn; every renderer reads the same value and must show the same arrows in the same
order. Times are nanoseconds, lanes are indices into `Ladder.lanes`. A call, a reference flow, and a call held against
its flow are all ladders: what only some of them have is empty or None in the others.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["DEVIATIONS", "Arrow", "Ladder", "Lane", "Mark", "Media", "Note", "Reference", "Remarks", "Row", "SdpView"]


class Mark(StrEnum):
    """What sets an arrow apart from a plain one."""

    RETRANSMISSION = "retransmission"
    REINVITE = "re-INVITE"
    HOLD = "hold"
    RESUME = "resume"
    EARLY_MEDIA = "early media"
    MALFORMED = "malformed"
    OPTIONAL = "optional"
    """A step that a call need not have."""
    MISSING = "missing"
    """A step of the flow that never came: the arrow is a ghost, no message of the trace."""
    UNEXPECTED = "unexpected"
    """A message that the flow does not have."""
    DIFFERENT = "different"
    """A message of another kind than the flow's, which is in `Arrow.expected`."""
    REORDERED = "reordered"
    """A message in another place than the flow has it."""


DEVIATIONS = frozenset({Mark.MISSING, Mark.UNEXPECTED, Mark.DIFFERENT, Mark.REORDERED})
"""The marks of arrows that leave the reference flow."""


class Lane(NamedTuple):
    """One vertical line: who stands there.

    `alias` is the name the trace gives (a user, a host name) or empty; `address` is `ip:port`, or the address alone
    where several ports of it share the lane; empty in a flow. `part` is what it plays: in a flow the role of the actor
    (`UA`, `proxy`), in a call held against a flow the actor's name; empty for none.
    """

    alias: str
    address: str
    part: str = ""


class SdpView(NamedTuple):
    """What a message's session description says: `role` is `offer`, `answer` or empty, `media` one text a stream."""

    role: str
    media: tuple[str, ...]


class Arrow(NamedTuple):
    """One message on its way from lane to lane.

    `n` is its number in the trace, `time_ns` when (None where a log gives no time), `delta_ns` the time since the
    message before it. `label` is the method (`re-INVITE` inside a dialog) or status and reason. A step of a flow, and a
    step that never came, have no number, time, dialog and call. `step` is the number in the flow (`F12`), empty for
    none; `expected` the label that the flow has there, when it is another.
    """

    n: int | None
    time_ns: int | None
    delta_ns: int | None
    source: int
    target: int
    label: str
    method: str
    status: int | None
    cseq: int | None
    transport: str
    transaction: int | None
    dialog: int | None
    call: int | None
    sdp: SdpView | None
    marks: tuple[Mark, ...]
    step: str = ""
    expected: str = ""


class Media(NamedTuple):
    """Media between two lanes; `senders` are those of the two that send: both, one, or none where it stops."""

    label: str
    left: int
    right: int
    senders: tuple[int, ...]


class Note(NamedTuple):
    """A remark between arrows."""

    text: str


Row = Arrow | Media | Note


class Remarks(NamedTuple):
    """A list of remarks under the drawing, with its headline."""

    title: str
    texts: tuple[str, ...]


class Reference(NamedTuple):
    """The reference flow that a ladder draws, or that its call was held against.

    `flow` is its id, empty when the call follows none; `source` document and section. Of a call: `score` is how well it
    fits (0 to 1), `vantage` the ids of the actors that the trace saw, out of so many `actors`; `surplus` how many
    relays it has more than the flow (negative: fewer), `ties` the ids of flows that fit as well and `alternatives` of
    those that come next. `score` is None where the ladder is the flow itself, or the call follows none.
    """

    flow: str = ""
    title: str = ""
    source: str = ""
    actors: int = 0
    score: float | None = None
    vantage: tuple[str, ...] = ()
    surplus: int = 0
    ties: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


class Ladder(NamedTuple):
    """A whole ladder; `start_ns` is the time of its first arrow, None where there are no times."""

    title: str
    call_ids: tuple[str, ...]
    start_ns: int | None
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    reference: Reference | None = None
    remarks: tuple[Remarks, ...] = ()

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """The rows that are arrows."""
        return tuple(row for row in self.rows if isinstance(row, Arrow))

    @property
    def is_flow(self) -> bool:
        """Whether this is a reference flow and not a call."""
        return self.reference is not None and bool(self.reference.flow) and self.reference.score is None
