"""Time and peak memory of siptrace beside other tools, on the same trace in one run.

    python bench/bench.py --calls 10000 --rtp 0 --runs 3 --dir DIR

The trace is made by make_trace.py, siptrace's answer is held against its totals, and then every tool reads the file
`--runs` times, in turn, so that a busy moment of the machine hits them all. What counts is the whole process, start
to exit: wall time, and the largest resident set, which the kernel reports when the process ends (medians of the runs).
A tool that is not installed is named and left out. Exit code 1 says that siptrace's answer is wrong.

Weak spot: a process never reports less memory than this script itself has when it starts it, so it imports little.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SNGREP_LIMIT = 20_000
"""Dialogs that sngrep keeps when it is not told otherwise."""


@dataclass
class Tool:
    """A program and what its runs took: seconds, and the peak of its resident set in bytes."""

    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)

    @property
    def path(self) -> str | None:
        """Where the program is, None when it is not installed."""
        return shutil.which(self.command[0])

    def run(self) -> None:
        """Run once and note what it took; raises CalledProcessError when it fails."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds.append(time.perf_counter() - begun)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, self.command)
        self.peaks.append(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def tools(trace: Path, calls: int) -> list[Tool]:
    """Return siptrace and what it is compared with, each with the command that makes it read the whole trace."""
    limit = ["-l", str(calls + 1)] if calls >= SNGREP_LIMIT else []
    return [
        Tool("siptrace", [siptrace(), "calls", str(trace)]),
        Tool("sngrep", ["sngrep", "-N", "-q", *limit, "-I", str(trace)]),
        Tool("tshark", ["tshark", "-q", "-z", "sip,stat", "-r", str(trace)]),
    ]


def siptrace() -> str:
    """Return the siptrace of this Python's environment, else the one on the path."""
    beside = Path(sys.executable).parent / "siptrace"
    return str(beside) if beside.exists() else "siptrace"


def make_trace(out: Path, calls: int, rtp: int) -> dict[str, Any]:
    """Write the trace and return its totals; in a process of its own, so that this one stays small."""
    command = [sys.executable, "-m", "bench.make_trace", str(out), "--calls", str(calls), "--rtp", str(rtp)]
    made = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    totals: dict[str, Any] = json.loads(made.stdout)
    return totals


def answer(trace: Path) -> dict[str, Any]:
    """Return what siptrace says of a trace, in the words of `make_trace.Totals`."""
    said: dict[str, Any] = {"messages": 0, "call_ids": 0, "retransmissions": 0}
    states: Counter[str] = Counter()
    with subprocess.Popen([siptrace(), "calls", "--json", str(trace)], stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            call = json.loads(line)
            said["messages"] += call["messages"]
            said["call_ids"] += len(call["call_ids"])
            said["retransmissions"] += call["retransmissions"]
            states[call["state"]] += 1
    return {**said, "states": dict(states)}


def wrong(totals: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """Return a line for each number in which siptrace differs from the totals."""
    return [f"{key}: {said[key]} instead of {totals[key]}" for key in said if said[key] != totals[key]]


def report(measured: list[Tool]) -> str:
    """Return the table: medians, and how many times the first tool's they are."""
    first = measured[0]
    lines = [f"{'':10}{'seconds':>9}  {'(least to most)':17}{'times':>7}{'peak MB':>10}{'times':>7}"]
    for tool in measured:
        seconds, peak = median(tool.seconds), median(tool.peaks)
        spread = f"({min(tool.seconds):.2f} to {max(tool.seconds):.2f})"
        times = f"{seconds / median(first.seconds):6.2f}x{peak / 1e6:10.1f}{peak / median(first.peaks):6.2f}x"
        lines.append(f"{tool.name:10}{seconds:9.2f}  {spread:17}{times}")
    return "\n".join(lines)


def bench(directory: Path, calls: int, rtp: int, runs: int) -> bool:
    """Make a trace, check siptrace's answer, measure and print; return whether the answer is right."""
    trace = directory / f"calls-{calls}-rtp-{rtp}.pcap"
    totals = make_trace(trace, calls, rtp)
    size, media = totals["file_bytes"] / 1e6, totals["rtp_packets"]
    print(f"{trace.name}: {calls} calls, {totals['messages']} SIP messages, {media} RTP packets, {size:.0f} MB")
    mistakes = wrong(totals, answer(trace))
    print("\n".join(f"siptrace is wrong: {line}" for line in mistakes) or "siptrace's answer equals the totals")
    present = []
    for tool in tools(trace, calls):
        if tool.path:
            present.append(tool)
        else:
            print(f"{tool.name} is not installed and left out")
    for _ in range(runs):
        for tool in present:
            tool.run()
    print(report(present))
    return not mistakes


def main() -> int:
    """Read the options and run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rtp", type=int, default=0, help="RTP packets of each answered call and direction")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", type=Path, help="where the trace is written and kept [a temporary directory]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siptrace-bench-") as temporary:
        directory: Path = given.dir or Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        return 0 if bench(directory, given.calls, given.rtp, given.runs) else 1


if __name__ == "__main__":
    sys.exit(main())
