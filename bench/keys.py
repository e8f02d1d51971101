"""How long the terminal application keeps somebody waiting, as Textual's pilot drives it.

    python -m bench.keys TRACE

prints one JSON object: seconds until the first rows and until the whole list with its flows, peak memory in MB, and for
each key, as often as it was pressed, the milliseconds until the last frame that it caused was drawn, and until the
pilot was done with it. With `--list` before the trace it ends when the list is whole.

Times begin before the application is imported. The pilot waits until nothing goes on any more, which takes a while
after the last frame too: `nothing` is a key that does nothing, and draws none.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.pilot import Pilot
    from textual.screen import Screen

    from siptrace.errors import SiptraceError

__all__ = ["WALK", "Waits", "list_command", "main", "waits_on"]

SIZE = (120, 40)
ROUNDS = 5
LOOK = 1.0
"""Seconds that somebody looks at the list before the first key; what is made ahead is made then."""

WALK = (
    ("nothing", "f12"), ("down", "down"), ("page down", "pagedown"), ("end", "end"), ("home", "home"),
    ("sort by the next column", "greater_than_sign"), ("sort by the one after", "greater_than_sign"),
    ("turn the order", "z"), ("back", "less_than_sign"), ("and back", "less_than_sign"), ("the order again", "z"),
    ("select", "space"), ("select no longer", "space"), ("filter bar", "f3"), ("a letter", "c"), ("another", "o"),
    ("leave the filter bar", "escape"), ("statistics", "i"), ("leave the statistics", "escape"), ("columns", "f10"),
    ("leave the columns", "escape"), ("quick filters", "f7"), ("leave the quick filters", "escape"),
    ("what to save", "f2"), ("another thing to save", "tab"), ("leave saving", "escape"), ("settings", "f8"),
    ("leave the settings", "escape"), ("help", "f1"), ("leave the help", "escape"), ("all messages", "f6"),
    ("leave the messages", "escape"), ("keep what is listed", "f9"), ("bring all back", "f5"),
    ("a window in time", "w"), ("its other end", "end"), ("leave the window", "escape"), ("whether to leave", "q"),
    ("stay", "n"), ("hide the strip of time", "W"), ("show it", "W"), ("a ladder", "enter"),
    ("its next message", "down"), ("its flow", "m"), ("other times", "w"), ("other colours", "c"), ("fold", "s"),
    ("session descriptions", "d"), ("only those", "D"), ("one Call-ID", "x"), ("addresses alone", "a"),
    ("no message beside it", "t"), ("a message beside it", "t"), ("more room for it", "9"), ("less", "0"),
    ("next finding", "right_square_bracket"), ("find", "slash"), ("leave finding", "escape"),
    ("compare this", "space"), ("the next", "down"), ("with that", "space"), ("all that differs", "a"),
    ("leave the comparison", "escape"), ("save the ladder", "S"), ("leave that", "escape"), ("as at first", "T"),
    ("a message", "enter"), ("explained", "e"), ("the next one", "n"), ("back to the ladder", "escape"),
    ("back to the list", "escape"),
)  # fmt: skip
"""What is done, and the key for it; after the last one everything is as before the first."""


class Waits(NamedTuple):
    """How long somebody waited: seconds until the first rows and the whole list, peak in MB, milliseconds of keys.

    `drawn` are those until a key's last frame, `done` those until the pilot went on.
    """

    first: float
    whole: float
    peak: float
    drawn: dict[str, list[float]]
    done: dict[str, list[float]]


def waits_on(path: Path) -> Waits:
    """Drive the application with a trace, in a process of its own."""
    command = [sys.executable, "-m", "bench.keys", str(path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    return Waits(**json.loads(done.stdout))


def list_command(path: Path) -> list[str]:
    """Return the command of a process that opens a trace in the application, and ends when the list is whole."""
    return [sys.executable, str(Path(__file__)), "--list", str(path)]


async def _walk(pilot: Pilot[SiptraceError], frames: list[float]) -> tuple[dict[str, list[float]], ...]:
    """Press the keys some times over; return the milliseconds of each as `Waits` has them.

    `frames` has the times of the frames that are drawn meanwhile.
    """
    drawn: dict[str, list[float]] = {what: [] for what, _ in WALK}
    done: dict[str, list[float]] = {what: [] for what, _ in WALK}
    for _ in range(ROUNDS):
        for what, key in WALK:
            frames.clear()
            begin = perf_counter()
            await pilot.press(key)
            done[what].append(1000 * (perf_counter() - begin))
            drawn[what].append(1000 * (max(frames, default=begin) - begin))
    return drawn, done


async def _drive(path: str, begin: float, *, walks: bool) -> Waits:
    """Open a trace and press the keys, or end the process when the list is whole; return how long that took."""
    from siptrace.tui.app import SiptraceApp  # noqa: PLC0415  (its import is part of what somebody waits for)

    frames: list[float] = []

    class Drawn(SiptraceApp):
        """The application, which says when it has drawn."""

        def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
            """Take the time of a frame; one with nothing in it is none, and it is the pilot that asks for such."""
            super()._display(screen, renderable)
            if renderable is not None:
                frames.append(perf_counter())

    app = Drawn([path])
    async with app.run_test(size=SIZE) as pilot:
        first = 0.0
        while app.calls.rows is None or app.calls.rows.survey is None:
            await asyncio.sleep(0.005)
            if app.calls.rows is not None and not first:
                first = perf_counter() - begin
        whole = perf_counter() - begin
        first = first or whole  # a small trace is there at once
        if not walks:
            os._exit(0)  # what comes now is the pilot's, and takes its time
        await app.workers.wait_for_complete()
        await pilot.pause(LOOK)
        drawn, done = await _walk(pilot, frames)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Waits(first, whole, peak, drawn, done)


def main() -> int:
    """Drive the application with the trace that is named last; return the exit code."""
    begin = perf_counter()
    *flags, path = sys.argv[1:]
    print(json.dumps(asyncio.run(_drive(path, begin, walks="--list" not in flags))._asdict()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
