"""Two calls beside each other, aligned step by step, and what differs between them as wholes.

A step is a message with the parts that its two ends play (caller, proxy, callee), so that calls of other people over
other hosts compare. Copies of a message count as one step. The alignment is the one of the highest worth: equal steps
are worth most, an answer with another code still something, and a step that has no counterpart nothing; of several
such alignments it is the one that pairs the earliest steps.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.build import label_of
from siptrace.ladder.lanes import find_lanes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from numpy import int32
    from numpy.typing import NDArray

    from siptrace.ladder.lanes import LaneMap
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["MOST", "Pair", "Sign", "Step", "align", "parts_of", "steps_of"]

MOST = 2000
"""Steps of each call that are compared: the work grows with their product."""


class Sign(StrEnum):
    """How a step of one call is to one of the other; the value is what stands between them."""

    SAME = " "
    CHANGED = "~"
    """The same step, with another code, another direction, or with a session description in one only."""
    LEFT = "-"
    """Only the first call has it."""
    RIGHT = "+"
    """Only the second call has it."""


class Step(NamedTuple):
    """A message of a call: its number in the trace, the parts that its ends play, and what it is.

    `since_ns` is the time since the call's first message (None where there is none), `copies` how often it was sent
    again, `inside` whether a request belongs to a dialog that was there before.
    """

    n: int
    source: str
    target: str
    label: str
    method: str
    status: int | None
    sdp: bool
    inside: bool
    since_ns: int | None = None
    copies: int = 0


class Pair(NamedTuple):
    """A row of the comparison: a step of each call, or of one of them."""

    left: Step | None
    right: Step | None

    @property
    def sign(self) -> Sign:
        """How the two are to each other."""
        if self.left is None or self.right is None:
            return Sign.RIGHT if self.left is None else Sign.LEFT
        return Sign.SAME if _exact(self.left) == _exact(self.right) else Sign.CHANGED

    @property
    def said(self) -> str:
        """What differs, in words; nothing where nothing does."""
        left, right = self.left, self.right
        if left is None or right is None:
            return f"only the {'right' if left is None else 'left'} call has it"
        said = [f"{left.status} here, {right.status} there"] if left.status != right.status else []
        said += ["sent the other way round"] if (left.source, left.target) != (right.source, right.target) else []
        said += [f"session description only on the {'left' if left.sdp else 'right'}"] if left.sdp != right.sdp else []
        return ", ".join(said)


def steps_of(messages: Sequence[TracedMessage]) -> list[Step]:
    """Return the steps of a call; `messages` are all of it in time order."""
    lanes = find_lanes(messages)
    parts = parts_of(messages, lanes)
    start = next((message.time_ns for message in messages if message.time_ns is not None), None)
    steps: dict[Hashable, Step] = {}
    for message in messages:
        ends = parts[lanes.place(message.src)], parts[lanes.place(message.dst)]
        key = (message.transaction, message.method, message.status, ends)
        if message.retransmission and key in steps:
            steps[key] = steps[key]._replace(copies=steps[key].copies + 1)
        else:
            # The number makes a message of its own of what is no copy, though it looks alike.
            steps[key if key not in steps else (key, message.n)] = _step(message, ends, start)
    return list(steps.values())


def parts_of(messages: Sequence[TracedMessage], lanes: LaneMap) -> dict[int, str]:
    """Return what each lane plays: `caller`, `proxy`, `callee`, `other`, from the second one on with a number.

    The request that begins the call tells: who sends it first is the caller, who passes it on a proxy, who keeps it a
    callee; of several callees the one that took the call comes first, whoever never answered last. What comes after the
    first 2xx is no more a matter of setting up the call: a transfer does not make a proxy.
    """
    opening = list(_opening(messages))
    answered = _answered(messages, lanes, opening[0].method if opening else "")
    ways = [(lanes.place(one.src), lanes.place(one.dst)) for one in opening]
    if not ways and messages:  # the request is not in the trace: an answer comes back the same way
        first = messages[0]
        ways = [(lanes.place(first.dst), lanes.place(first.src))]
    senders, receivers = dict.fromkeys(a for a, _ in ways), dict.fromkeys(b for _, b in ways)
    caller = next(iter(senders), None)
    parts = {} if caller is None else {caller: "caller"}
    for name, lane_numbers in (
        ("proxy", [lane for lane in receivers if lane in senders]),
        ("callee", sorted((lane for lane in receivers if lane not in senders), key=lambda lane: -answered[lane])),
        ("other", range(len(lanes.lanes))),
    ):
        fresh = [lane for lane in lane_numbers if lane not in parts]
        parts |= {lane: name if at == 1 else f"{name} {at}" for at, lane in enumerate(fresh, 1)}
    return parts


def align(left: Sequence[Step], right: Sequence[Step]) -> list[Pair]:
    """Return the steps of two calls side by side, in the order of both; of each at most the first `MOST`."""
    left, right = left[:MOST], right[:MOST]
    worth = _worth(left, right)
    best = _best(worth)
    pairs: list[Pair] = []
    i, j = len(left), len(right)
    while i or j:
        if j and best[i, j] == best[i, j - 1]:
            j -= 1
            pairs.append(Pair(None, right[j]))
        elif i and best[i, j] == best[i - 1, j]:
            i -= 1
            pairs.append(Pair(left[i], None))
        else:
            i, j = i - 1, j - 1
            pairs.append(Pair(left[i], right[j]))
    return pairs[::-1]


def _opening(messages: Iterable[TracedMessage]) -> Iterator[TracedMessage]:
    """Yield the request that begins a call, on each of its hops, up to the first 2xx to it."""
    method = ""
    for message in messages:
        if message.is_request:
            method = method or message.method
            if message.method == method and not _is_inside(message):
                yield message
        elif method and message.method == method and 200 <= (message.status or 0) < 300:
            return


def _answered(messages: Iterable[TracedMessage], lanes: LaneMap, method: str) -> Counter[int]:
    """Return how much each lane said to a request: 2 for one that took it, 1 for any other answer."""
    said: Counter[int] = Counter()
    for message in messages:
        if message.status is not None and message.method == method:
            lane = lanes.place(message.src)
            said[lane] = max(said[lane], 2 if 200 <= message.status < 300 else 1)
    return said


def _is_inside(message: TracedMessage) -> bool:
    """Return whether a request belongs to a dialog that was there before (RFC 3261 12.2)."""
    return message.is_request and bool(message.sip.to and message.sip.to.tag)


def _step(message: TracedMessage, ends: tuple[str, str], start: int | None) -> Step:
    """Return a message as a step."""
    inside, time = _is_inside(message), message.time_ns
    label = label_of(message.method, message.status, message.sip.reason, inside=inside and message.method == "INVITE")
    since = None if time is None or start is None else time - start
    return Step(message.n, *ends, label, message.method, message.status, message.sip.sdp is not None, inside, since)


# -- what two steps have in common, and what that is worth


def _exact(step: Step) -> Hashable:
    """Return all that makes a step."""
    return (*_same(step), step.sdp)


def _same(step: Step) -> tuple[Hashable, ...]:
    """Return what a step is without its body."""
    return step.method, step.status, step.inside, step.source, step.target


def _answer(step: Step) -> Hashable:
    """Return what an answer is without its code: provisional or final. A request keeps to itself."""
    return None if step.status is None else (step.method, step.status < 200, step.source, step.target)


def _turned(step: Step) -> Hashable:
    """Return what a step is whoever of the two sent it: a BYE of the caller, or of the callee."""
    return step.method, step.status, step.inside, frozenset((step.source, step.target))


_WORTH: tuple[tuple[int, Callable[[Step], Hashable]], ...] = ((2, _turned), (3, _answer), (10, _same), (12, _exact))
"""What it is worth when two steps have something in common, the least first."""


def _worth(left: Sequence[Step], right: Sequence[Step]) -> NDArray[int32]:
    """Return what each pair of steps is worth, 0 for two that have nothing in common: left by right."""
    import numpy as np  # noqa: PLC0415  (only who compares calls pays for it)

    worth = np.zeros((len(left), len(right)), np.int32)
    for value, key in _WORTH:
        numbers: dict[Hashable, int] = {None: -1}
        a = np.array([numbers.setdefault(key(step), len(numbers)) for step in left], np.int32)
        b = np.array([numbers.setdefault(key(step), len(numbers)) for step in right], np.int32)
        worth[(a[:, None] == b[None, :]) & (a[:, None] >= 0)] = value
    return worth


def _best(worth: NDArray[int32]) -> NDArray[int32]:
    """Return the highest worth of an alignment of the first i and the first j steps, for all i and j."""
    import numpy as np  # noqa: PLC0415

    best = np.zeros((worth.shape[0] + 1, worth.shape[1] + 1), np.int32)
    for i, row in enumerate(worth):
        # Steps without a counterpart cost nothing, so the best so far is a running maximum along the row.
        paired = best[i, :-1] + row
        best[i + 1, 1:] = np.maximum.accumulate(np.maximum(best[i, 1:], paired))
    return best
