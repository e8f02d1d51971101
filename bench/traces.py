"""The traces of the benchmark: made by make_trace.py, and siptrace's answer held against the totals it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.tools import siptrace

__all__ = ["CORNERS", "SMALL", "Kind", "Made", "make"]

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of trace: calls, RTP packets of each answered call and direction, and other words for make_trace.py."""

    calls: int
    rtp: int = 0
    name: str = ""
    words: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of its file."""
        return "-".join(filter(None, ["calls", str(self.calls), f"rtp-{self.rtp}" if self.rtp else "", self.name]))


CORNERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "one media port": ("port", ("--one-port",)),
    "one Call-ID prefix": ("prefix", ("--call-id-prefix", "one-long-prefix-" * 12)),
    "one pair of addresses": ("pair", ("--one-pair",)),
}
"""What all calls have in common, by name: the name of the file and the words for make_trace.py."""

SMALL = Kind(1, name="busy", words=("--seed", "9"))
"""One call of ten messages: challenged, busy, both hops."""


@dataclass(frozen=True, slots=True)
class Made:
    """A trace on the disk with its totals, and every number in which siptrace's answer differs from them."""

    path: Path
    kind: Kind
    totals: dict[str, Any]
    mistakes: tuple[str, ...]

    @property
    def messages(self) -> int:
        """The number of SIP messages."""
        return int(self.totals["messages"])

    def described(self) -> str:
        """Return what is in it, in one line, and whether siptrace finds just that."""
        media, size = self.totals["rtp_packets"], self.totals["file_bytes"] / 1e6
        rtp = f"{media:,} RTP packets, " if media else ""
        calls = "call" if self.kind.calls == 1 else "calls"
        verdict = "; ".join(self.mistakes)
        answer = f"siptrace is WRONG: {verdict}" if verdict else "siptrace's answer equals the totals"
        return f"{self.kind.calls:,} {calls}, {self.messages:,} SIP messages, {rtp}{size:,.1f} MB; {answer}"


def make(directory: Path, kind: Kind, known: dict[Kind, Made]) -> Made:
    """Return a trace of a kind, made and checked once; `known` are those that there are."""
    if kind not in known:
        path = directory / f"{kind.file}.pcap"
        totals = _write(path, kind)
        known[kind] = Made(path, kind, totals, tuple(_mistakes(totals, _answer(path))))
    return known[kind]


def _write(path: Path, kind: Kind) -> dict[str, Any]:
    """Write the trace and return its totals; in a process of its own, so that this one stays small."""
    words = [str(path), "--calls", str(kind.calls), "--rtp", str(kind.rtp), *kind.words]
    command = [sys.executable, "-m", "bench.make_trace", *words]
    made = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    totals: dict[str, Any] = json.loads(made.stdout)
    return totals


def _answer(path: Path) -> dict[str, Any]:
    """Return what siptrace says of a trace, in the words of `make_trace.Totals`."""
    said: dict[str, Any] = {"messages": 0, "call_ids": 0, "retransmissions": 0}
    states: Counter[str] = Counter()
    with subprocess.Popen([*siptrace(), "calls", "--json", str(path)], stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            call = json.loads(line)
            said["messages"] += call["messages"]
            said["call_ids"] += len(call["call_ids"])
            said["retransmissions"] += call["retransmissions"]
            states[call["state"]] += 1
    return {**said, "states": dict(states)}


def _mistakes(totals: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """Return a line for each number in which siptrace differs from the totals."""
    return [f"{key} {said[key]} instead of {totals[key]}" for key in said if said[key] != totals[key]]
