"""What a process costs, start to exit: wall time, the peak of its resident set, and how much of that is its own.

The resident set is what the kernel reports when the process ends (ru_maxrss). Its private part is RssAnon of
/proc/PID/status, read every `SAMPLE_SECONDS` while the process runs, the largest value: memory that the process filled
itself, without pages of files, which the system may drop at any time. Systems without /proc report none.

Weak spots: a process never reports less than this script itself has when it starts it, so the script imports little;
and a peak that lasts less than a sample may be missed in the private part.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Cost", "TooSlow", "Tool", "measure", "run"]

SAMPLE_SECONDS = 0.02
"""How often the private memory is looked at: fifty looks a second cost the other core next to nothing."""


class TooSlow(Exception):
    """A process took longer than it may."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: seconds, the peak of the resident set, and of its private part (0 where unknown), in bytes."""

    seconds: float
    peak: int
    private: int


@dataclass(slots=True)
class Tool:
    """A program with the words that make it do the job, and what its runs took so far.

    `environment` is asked before each run for what is added to the environment. `trouble` says why there are no runs
    (any more).
    """

    name: str
    command: list[str]
    environment: Callable[[], Mapping[str, str]] = dict
    costs: list[Cost] = field(default_factory=list)
    trouble: str = ""

    @property
    def seconds(self) -> float:
        """The median of the wall times; 0 without runs."""
        return median(cost.seconds for cost in self.costs) if self.costs else 0.0

    @property
    def peak(self) -> float:
        """The median of the peaks, in bytes; 0 without runs."""
        return median(cost.peak for cost in self.costs) if self.costs else 0.0

    @property
    def private(self) -> float:
        """The median of the private peaks, in bytes; 0 without runs."""
        return median(cost.private for cost in self.costs) if self.costs else 0.0


class _Watch:
    """A thread beside a running process: looks at its memory, and ends it when its time is over."""

    def __init__(self, process: subprocess.Popen[bytes], limit: float) -> None:
        self.private = 0
        self.killed = False
        self._process, self._limit = process, limit
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        end = time.monotonic() + self._limit
        while not self._done.wait(SAMPLE_SECONDS):
            self.private = max(self.private, _private(self._process.pid))
            if time.monotonic() > end:
                self.killed = True
                os.kill(self._process.pid, 9)
                return

    def stop(self) -> None:
        """Let go of the process."""
        self._done.set()
        self._thread.join()


def _private(pid: int) -> int:
    """Return the private resident memory of a process in bytes, 0 where it is unknown."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words and words[0] == "RssAnon:"), 0)


def run(command: Sequence[str], limit: float, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command once, its output thrown away.

    Raises TooSlow when it takes more than `limit` seconds, CalledProcessError when it fails.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    watch = _Watch(process, limit)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    watch.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    if watch.killed:
        raise TooSlow(f"stopped after {limit:.0f} s")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), watch.private)


def measure(tools: Sequence[Tool], *, runs: int, budget: float, limit: float) -> None:
    """Run every tool some times, in turn, so that a busy moment of the machine hits them all.

    Runs that a tool has behind it count. One that has taken `budget` seconds in all is not run again; one run may
    take `limit` seconds. What goes wrong is noted in `Tool.trouble`.
    """
    for _ in range(runs):
        for tool in tools:
            spent = sum(cost.seconds for cost in tool.costs)
            if tool.trouble or len(tool.costs) >= runs or spent > budget:
                continue
            try:
                tool.costs.append(run(tool.command, limit, tool.environment()))
            except TooSlow as error:
                tool.trouble = str(error)
            except subprocess.CalledProcessError as error:
                tool.trouble = f"failed with exit code {error.returncode}"
            except OSError as error:
                tool.trouble = f"cannot be run: {error.strerror}"
