"""What tests write ladders with: lanes by name, arrows by the indices of their lanes. Not for the product."""

from __future__ import annotations

from siptrace.ladder.model import Arrow, Ladder, Lane, Mark, Note, SdpView

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
    arrows: list[Arrow],
    notes: tuple[Note, ...] = (),
    *,
    title: str = "Call 1: alice@a.example → bob@b.example, completed",
    call_id: str = "6ead5bd74424ac68@a.example",
    timed: bool = True,
) -> Ladder:
    """Return a ladder whose arrows are numbered from 1 and 12 ms apart."""
    placed = [
        one._replace(n=n, time_ns=START + n * STEP if timed else None, delta_ns=STEP if timed and n > 1 else None)
        for n, one in enumerate(arrows, 1)
    ]
    start = placed[0].time_ns if placed else None
    return Ladder(title, (call_id,), start, tuple(Lane(*lane) for lane in lanes), tuple(placed), notes)
