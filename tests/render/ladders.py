"""What tests write ladders with: lanes by name, arrows by the indices of their lanes. Not for the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Arrow, Ladder, Lane, Mark, SdpView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.ladder.model import Row

__all__ = ["arrow", "ladder"]

SECOND = 1_000_000_000
START = 1_767_603_600 * SECOND
STEP = 12_000_000


def arrow(
    source: int, target: int, label: str = "INVITE", *marks: Mark, sdp: SdpView | None = None, n: int = 1
) -> Arrow:
    """Return an arrow between two lanes; its times are set by `ladder`."""
    status = int(label[:3]) if label[:3].isdigit() and label[:3].isascii() else None
    return Arrow(n, None, None, source, target, label, "INVITE", status, 1, "UDP", 1, None, 1, sdp, marks)


def ladder(
    lanes: list[tuple[str, str]],
    rows: Sequence[Row],
    *,
    title: str = "Call 1: alice@a.example → bob@b.example, completed",
    call_id: str = "6ead5bd74424ac68@a.example",
    timed: bool = True,
) -> Ladder:
    """Return a ladder whose arrows are numbered from 1 and 12 ms apart."""
    placed: list[Row] = []
    n = 0
    for row in rows:
        if isinstance(row, Arrow):
            n += 1
            time, delta = (START + n * STEP, STEP if n > 1 else None) if timed else (None, None)
            placed.append(row._replace(n=n, time_ns=time, delta_ns=delta))
        else:
            placed.append(row)
    start = START + STEP if n and timed else None
    return Ladder(title, (call_id,), start, tuple(Lane(*lane) for lane in lanes), tuple(placed))
