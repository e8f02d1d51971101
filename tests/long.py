"""A capture that is long enough for its beginning to be shown before the rest is read, and quickly made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.links.make_links import message, packet, pcap
from tests.ingest.reading import ethernet, timed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CALLS", "IN_A_MEGABYTE", "long_capture"]

CALLS, _BODY, _STEP_NS = 320, 60_000, 1_000_000_000
IN_A_MEGABYTE = 1024 * 1024 // (_BODY + 400)


def long_capture(path: Path) -> Path:
    """Write requests without answers that begin a second apart, each with a long body; return the path."""
    frames = [ethernet(packet(message(number, body=b"-" * _BODY))) for number in range(1, CALLS + 1)]
    path.write_bytes(pcap(timed(frames, _STEP_NS)))
    return path
