"""Calls: what one Call-ID was about, and how it ended.

A call's state is what its caller saw: where a trace holds several hops, the hop with the fewest Via values decides, so
a branch that a proxy tried in vain does not make a call busy. 401 and 407 are an answer only when no retry follows.

`CALL` and `EXCHANGE` are the state tables, for calls and for everything else (registration, subscription ...);
a pair that is not there changes nothing.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from siptrace.reconstruct import tables
from siptrace.table.columns import ACK, BYE, CANCEL, INVITE, KNOWN_METHODS, NOTIFY, REGISTER, SUBSCRIBE

__all__ = [
    "CALL",
    "EXCHANGE",
    "CallInput",
    "CallState",
    "Kind",
    "Phase",
    "input_of",
    "kind_of",
    "last_seen",
    "state_of",
]


class Kind(StrEnum):
    """What a Call-ID is about."""

    CALL = "call"
    REGISTRATION = "registration"
    SUBSCRIPTION = "subscription"
    PUBLICATION = "publication"
    MESSAGE = "message"
    OPTIONS = "options"
    OTHER = "other"


class CallState(StrEnum):
    """How a call stands at the end of the trace, in the words of the command line."""

    TRYING = "trying"
    RINGING = "ringing"
    IN_CALL = "in call"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    BUSY = "busy"
    REJECTED = "rejected"
    REDIRECTED = "redirected"
    UNANSWERED = "unanswered"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


class Phase(IntEnum):
    """The states of the call machine; finer than `CallState`, which is made of them at the end."""

    NONE = 0
    CALLING = 1
    """An initial request is out and nothing came back."""
    TRYING = 2
    RINGING = 3
    IN_CALL = 4
    COMPLETED = 5
    """BYE was sent: the session is over as soon as it is (RFC 3261 15.1.1)."""
    CANCELLED = 6
    CHALLENGED = 7
    BUSY = 8
    REJECTED = 9
    REDIRECTED = 10
    UNANSWERED = 11
    FAILED = 12


class CallInput(IntEnum):
    """What a message is to its call."""

    REQUEST = 0
    """An initial request (no To tag) of the method that the call began with, or INVITE."""
    TRYING = 1
    PROVISIONAL = 2
    SUCCESS = 3
    CHALLENGE = 4
    REDIRECT = 5
    BUSY = 6
    TERMINATED = 7
    """487: the request was cancelled (RFC 3261 15.1.2, 21.4.25)."""
    NO_ANSWER = 8
    REJECT = 9
    FAILURE = 10
    CANCEL = 11
    BYE = 12
    BYE_CHALLENGE = 13
    INSIDE = 14
    """A request inside a dialog."""


_P, _I = Phase, CallInput

_FINALS: dict[CallInput, Phase] = {
    _I.CHALLENGE: _P.CHALLENGED,
    _I.REDIRECT: _P.REDIRECTED,
    _I.BUSY: _P.BUSY,
    _I.TERMINATED: _P.CANCELLED,
    _I.NO_ANSWER: _P.UNANSWERED,
    _I.REJECT: _P.REJECTED,
    _I.FAILURE: _P.FAILED,
}
_OPEN = (_P.NONE, _P.CALLING, _P.TRYING, _P.RINGING)
_REFUSED = tuple(_FINALS.values())
_FAILED_BRANCH = (_P.BUSY, _P.REJECTED, _P.UNANSWERED, _P.FAILED)

CALL: dict[tuple[Phase, CallInput], Phase] = {
    **{(phase, _I.REQUEST): _P.CALLING for phase in (_P.NONE, _P.UNANSWERED, *_REFUSED)},
    **{(phase, _I.TRYING): _P.TRYING for phase in (_P.NONE, _P.CALLING)},
    # A provisional response after a failure is another branch of a fork, which still rings.
    **{(phase, _I.PROVISIONAL): _P.RINGING for phase in (*_OPEN, *_FAILED_BRANCH)},
    **{(phase, _I.SUCCESS): _P.IN_CALL for phase in (*_OPEN, *_REFUSED)},
    **{(phase, final): after for phase in (*_OPEN, *_REFUSED) for final, after in _FINALS.items()},
    # The caller gave up: whichever failure ends the INVITE now, it was cancelled.
    **{(phase, _I.CANCEL): _P.CANCELLED for phase in _OPEN},
    **{(_P.CANCELLED, final): _P.CANCELLED for final in _FINALS},
    (_P.NONE, _I.INSIDE): _P.IN_CALL,
    **{(phase, _I.BYE): _P.COMPLETED for phase in (_P.NONE, _P.IN_CALL)},
    # A caller may end an early dialog with BYE instead of CANCEL (RFC 3261 15).
    **{(phase, _I.BYE): _P.CANCELLED for phase in (_P.CALLING, _P.TRYING, _P.RINGING)},
    (_P.COMPLETED, _I.BYE_CHALLENGE): _P.IN_CALL,
}
"""RFC 3261 13, 9 and 15 as the caller sees them."""

EXCHANGE: dict[tuple[Phase, CallInput], Phase] = {
    **{(phase, _I.REQUEST): _P.CALLING for phase in _P if phase != _P.CALLING},
    **{(phase, _I.INSIDE): _P.CALLING for phase in _P if phase != _P.CALLING},
    **{(phase, _I.TRYING): _P.TRYING for phase in (_P.NONE, _P.CALLING)},
    **{(phase, _I.PROVISIONAL): _P.TRYING for phase in (_P.NONE, _P.CALLING)},
    **{(phase, _I.SUCCESS): _P.COMPLETED for phase in _P},
    **{(phase, final): after for phase in _P for final, after in _FINALS.items()},
}
"""A request and its answer; a later one of the same method (a refresh) begins anew."""

_OUTWARD: dict[Phase, CallState] = {
    _P.NONE: CallState.INCOMPLETE,
    _P.CALLING: CallState.TRYING,
    _P.TRYING: CallState.TRYING,
    _P.RINGING: CallState.RINGING,
    _P.IN_CALL: CallState.IN_CALL,
    _P.COMPLETED: CallState.COMPLETED,
    _P.CANCELLED: CallState.CANCELLED,
    _P.CHALLENGED: CallState.REJECTED,
    _P.BUSY: CallState.BUSY,
    _P.REJECTED: CallState.REJECTED,
    _P.REDIRECTED: CallState.REDIRECTED,
    _P.UNANSWERED: CallState.UNANSWERED,
    _P.FAILED: CallState.FAILED,
}
"""What a machine's state is called outside."""

RUNNING = (_P.CALLING, _P.TRYING, _P.RINGING, _P.IN_CALL)

_KINDS: dict[bytes, Kind] = {
    b"INVITE": Kind.CALL,
    b"ACK": Kind.CALL,
    b"CANCEL": Kind.CALL,
    b"BYE": Kind.CALL,
    b"PRACK": Kind.CALL,
    b"UPDATE": Kind.CALL,
    b"INFO": Kind.CALL,
    b"REGISTER": Kind.REGISTRATION,
    b"SUBSCRIBE": Kind.SUBSCRIPTION,
    b"NOTIFY": Kind.SUBSCRIPTION,
    b"PUBLISH": Kind.PUBLICATION,
    b"MESSAGE": Kind.MESSAGE,
    b"OPTIONS": Kind.OPTIONS,
}
_KIND_OF = [Kind.OTHER, *(_KINDS.get(method, Kind.OTHER) for method in KNOWN_METHODS)]


def kind_of(method: int) -> Kind:
    """Return what a Call-ID is about whose first message has this method number; any INVITE makes it a call."""
    return _KIND_OF[method] if method < len(_KIND_OF) else Kind.OTHER


_SPECIAL: dict[int, CallInput] = {
    100: CallInput.TRYING,
    401: CallInput.CHALLENGE,
    407: CallInput.CHALLENGE,
    408: CallInput.NO_ANSWER,
    480: CallInput.NO_ANSWER,
    486: CallInput.BUSY,
    487: CallInput.TERMINATED,
    600: CallInput.BUSY,
}
_CLASSES = (CallInput.PROVISIONAL, CallInput.SUCCESS, CallInput.REDIRECT, CallInput.REJECT, CallInput.FAILURE)


def _response(status: int) -> CallInput:
    """Return what a final or provisional response to the initial request is (RFC 3261 21)."""
    return _SPECIAL.get(status) or _CLASSES[min(status // 100, 5) - 1]


RESPONSES = [_response(status) if status >= 100 else CallInput.INSIDE for status in range(700)]


def input_of(method: int, status: int, main: int, inside: bool) -> CallInput | None:  # noqa: PLR0911
    """Return what a message is to its call, or None when it is nothing to it (so is a status that is no number).

    `main` is the method that the call is about, `inside` says that the request of the message has a To tag.
    """
    if method == main:
        if status >= 100:
            return None if inside and method == INVITE else RESPONSES[status]
        if status < 0:
            return None
        return CallInput.INSIDE if inside else CallInput.REQUEST
    if main != INVITE or status < 0:
        return None
    if method == BYE:
        if status < 100:
            return CallInput.BYE
        return CallInput.BYE_CHALLENGE if status in (401, 407) else None
    if status >= 100:
        return None
    if method == CANCEL:
        return CallInput.CANCEL
    return CallInput.INSIDE if inside and method not in (ACK, NOTIFY, REGISTER, SUBSCRIBE) else None


def last_seen(phase: int) -> CallState:
    """Return what a machine's state is called, whether or not the trace holds the whole call."""
    return _OUTWARD[Phase(phase)]


def state_of(phase: int, *, late: bool, expired: bool, growing: bool = False) -> CallState:
    """Return the state of a call at the end of the trace.

    `late`: the trace began inside the call. `expired`: the request was out longer than timer B or F with no answer at
    all (RFC 3261 17.1.1.2). `growing`: more of the trace is to come, so a running call is not yet incomplete.
    """
    if late:
        return CallState.INCOMPLETE
    if phase in RUNNING and not growing:
        return CallState.UNANSWERED if phase == Phase.CALLING and expired else CallState.INCOMPLETE
    return last_seen(phase)


def flat(table: dict[tuple[Phase, CallInput], Phase]) -> list[int]:
    """Return a table as a flat list for the loop over rows: `phase * len(CallInput) + input` -> phase."""
    return tables.flat(table, Phase, CallInput)
