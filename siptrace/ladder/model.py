"""The ladder as a value: lanes, arrows and notes, in the order in which they are drawn.

Nothing here knows how it will be drawn; every renderer reads the same value and must show the same arrows in the same
order. Times are nanoseconds, lanes are indices into `Ladder.lanes`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Arrow", "Ladder", "Lane", "Mark", "Note", "SdpView"]


class Mark(StrEnum):
    """What sets an arrow apart from a plain one."""

    RETRANSMISSION = "retransmission"
    REINVITE = "re-INVITE"
    HOLD = "hold"
    RESUME = "resume"
    EARLY_MEDIA = "early media"
    MALFORMED = "malformed"


class Lane(NamedTuple):
    """One vertical line: who stands there.

    `alias` is the name the trace gives (a user, a host name) or empty; `address` is `ip:port`, or the address alone
    where several ports of it share the lane.
    """

    alias: str
    address: str


class SdpView(NamedTuple):
    """What a message's session description says: `role` is `offer`, `answer` or empty, `media` one text a stream."""

    role: str
    media: tuple[str, ...]


class Arrow(NamedTuple):
    """One message on its way from lane to lane.

    `n` is its number in the trace, `time_ns` when (None where a log gives no time), `delta_ns` the time since the arrow
    before it. `label` is the method (`re-INVITE` inside a dialog) or status and reason.
    """

    n: int
    time_ns: int | None
    delta_ns: int | None
    source: int
    target: int
    label: str
    method: str
    status: int | None
    cseq: int | None
    transport: str
    transaction: int
    dialog: int | None
    call: int
    sdp: SdpView | None
    marks: tuple[Mark, ...]


class Note(NamedTuple):
    """A remark between arrows: it stands after the arrow at index `after` (-1: before the first)."""

    after: int
    text: str


class Ladder(NamedTuple):
    """A whole ladder; `start_ns` is the time of its first arrow, None where the trace has no times."""

    title: str
    call_ids: tuple[str, ...]
    start_ns: int | None
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[Note, ...]
