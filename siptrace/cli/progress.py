"""How far opening a trace has come, on standard error: one line, while a person is looking and has to wait.

The line is drawn on a terminal only, not before half a second has passed, and is gone when opening ends, however it
ends. Nothing below the command line reads a clock; the one that decides all this is here.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from siptrace.cli.diagnostics import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from siptrace.trace import Progress

__all__ = ["Bar", "progress_bar"]

AFTER_SECONDS = 0.5
"""What takes no longer needs no bar."""

EVERY_SECONDS = 0.1
"""Ten times a second looks smooth, and costs nothing even over a slow line."""

_BAR_CELLS = (8, 40)
"""The fewest cells that a bar makes sense with, and as many as it ever takes."""

_COLUMNS = 80
"""The width of a terminal that does not tell its own."""


class Bar:
    """One line on a terminal that tells how far reading has come; give it each `Progress`, and `erase` it at the end.

    The cursor rests at its beginning, so that what the terminal echoes (^C) is erased with it.
    """

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin to wait; nothing is drawn yet."""
        self._out, self._clock = out, clock
        self._next = clock() + AFTER_SECONDS
        self._cells = 0  # of what is on the screen

    def __call__(self, progress: Progress) -> None:
        """Draw the line anew where it is time to."""
        now = self._clock()
        if now >= self._next:
            self._next = now + EVERY_SECONDS
            text = line(progress, _columns(self._out) - 1)
            drawn, self._cells = self._cells, max(self._cells, len(text))  # first: Ctrl-C may come while it is written
            self._write(text.ljust(drawn))
            self._cells = len(text)

    def say(self, text: str) -> None:
        """Say something that is to stay, on a line of its own."""
        self.erase()
        say(text)

    def erase(self) -> None:
        """Leave the line as it was found."""
        if self._cells:
            self._write(" " * min(self._cells, _columns(self._out) - 1))
            self._cells = 0

    def _write(self, text: str) -> None:
        self._out.write(f"\r{text}\r")
        self._out.flush()


@contextmanager
def progress_bar() -> Iterator[Bar | None]:
    """Give a bar where standard error is a terminal that can redraw a line, else None; it is erased afterwards."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    bar = Bar(sys.stderr)
    try:
        yield bar
    finally:
        bar.erase()


def line(progress: Progress, room: int) -> str:
    """Return the line in at most so many cells; what is said last gives way first, the bar before all."""
    found = f"{progress.messages:,} messages"
    if progress.total is None:
        return _joined(["reading", _megabytes(progress.read), found], room)
    part = min(progress.read / progress.total, 1.0) if progress.total else 1.0
    words = [f"reading {part:4.0%}", f"{_number(progress.read)} of {_megabytes(progress.total)}", found]
    left = room - len(_joined(words, room)) - 2
    fewest, most = _BAR_CELLS
    if left >= fewest:
        words.insert(1, _drawn(part, min(left, most)))
    return _joined(words, room)


def _joined(words: list[str], room: int) -> str:
    """Return as many of the words as fit, the first one cut if need be."""
    text = words[0][: max(room, 0)]
    for word in words[1:]:
        if len(text) + 2 + len(word) > room:
            break
        text += f"  {word}"
    return text


def _drawn(part: float, cells: int) -> str:
    """Return a bar in plain characters: a terminal that shows them is certain, its encoding is not."""
    inside = cells - 2
    return f"[{'#' * int(part * inside):.<{inside}}]"


def _number(size: int) -> str:
    """Return bytes as a number of megabytes."""
    return f"{size / 1e6:,.0f}"


def _megabytes(size: int) -> str:
    """Return bytes in megabytes, with the unit."""
    return f"{_number(size)} MB"


def _columns(out: TextIO) -> int:
    """Return the width of the terminal now: it may change while the line is shown."""
    try:
        return os.get_terminal_size(out.fileno()).columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS
