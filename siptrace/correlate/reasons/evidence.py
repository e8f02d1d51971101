"""What a call itself shows of a deviation: that an answer was repeated, who hung up when, what was heard last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.reasons.rule import PROVISIONAL
from siptrace.correlate.scene import numbers
from siptrace.reconstruct.transaction import T1, TIMEOUT

if TYPE_CHECKING:
    from siptrace.correlate.case import Case
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["asked_again", "rang", "repeated", "unacknowledged"]

_SECOND = 1_000_000_000
_GIVES_UP = range(TIMEOUT - T1, TIMEOUT + 8 * T1)
"""When after its answer a callee without ACK hangs up, in nanoseconds: 64*T1, and what it takes to notice."""


def unacknowledged(case: Case) -> str:
    """Return what the call shows of an answer that nobody acknowledged: that it was repeated, and who hung up when."""
    again = _resent(case)
    answer = case.scene.found.get(case.ancestor.f) if case.ancestor else None
    said = []
    if again:
        said.append(f"So it was here: the {case.number} came again in {numbers(again)}.")
    for m in case.scene.messages:
        if answer is None or m.method != "BYE" or not m.is_request or m.time_ns is None or answer.time_ns is None:
            continue
        waited = m.time_ns - answer.time_ns
        if case.scene.cast.name(m.src) == case.callee and waited in _GIVES_UP:
            said.append(f"{case.callee} hung up in message {m.n}, {waited / _SECOND:.1f} s after its answer.")
            break
    if not said and answer is not None and _went_on(case, answer):
        said.append("Here it was not repeated, so the ACK may have got through where nothing was captured.")
    return " ".join(said)


def repeated(case: Case) -> str:
    """Return what the call shows of a failure that nobody acknowledged."""
    again = _resent(case)
    return f"So it was here: it came again in {numbers(again)}." if again else ""


def asked_again(case: Case) -> str:
    """Return how often the request that got no answer was repeated."""
    again = [m for m in case.around if m.retransmission and m.is_request and m.method == case.method]
    return f"So it was here: the {case.method} came again in {numbers(again)}." if again else ""


def rang(case: Case) -> str:
    """Return which message said that the phone rings."""
    found = case.find(case.method, PROVISIONAL)
    return f"The last that was heard of it is message {found.n}." if found else ""


def _resent(case: Case) -> list[TracedMessage]:
    """Return the copies of the answer that waits for the missing ACK, as its sender repeated it."""
    return [m for m in case.around if m.retransmission and m.status == case.acked_status]


def _went_on(case: Case, answer: TracedMessage) -> bool:
    """Return whether the trace goes on long enough after an answer to show that it was not repeated."""
    last = case.scene.messages[-1].time_ns
    return last is not None and answer.time_ns is not None and last - answer.time_ns > 2 * T1
