"""Time and peak memory of siptrace beside other tools, on the same traces in one run.

    python bench/bench.py [--only PART ...] [--quick] [--runs 5] [--dir DIR]

The parts are small, large, rtp, growth, corners, cold, terminal and matching. The traces are made by make_trace.py, and
siptrace's answer is held against the totals of each. Then the tools read the same files in turn. What counts is the
whole process, start to exit: medians of the runs; how they are measured is told in measure.py. A tool that is missing
or too slow is named and left out. Exit code 1 says that an answer of siptrace is wrong, or that it failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
if not __package__:  # started as a file, which puts its own folder on the path, where `bench` is this very file
    sys.path[0] = str(ROOT)

from bench import changes, keys, report  # noqa: E402
from bench.measure import Tool, measure  # noqa: E402
from bench.tools import install_peers, listing_tools, siptrace  # noqa: E402
from bench.traces import CORNERS, SMALL, Kind, Made, make  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SYSTEM_TOOLS = 3
"""siptrace, sngrep and tshark come first among the tools."""


@dataclass
class Bench:
    """What the parts share: where traces lie, how often is measured, and which traces there are."""

    directory: Path
    runs: int
    budget: float
    limit: float
    quick: bool
    peers: tuple[Path, dict[str, str]] | None = None
    known: dict[Kind, Made] = field(default_factory=dict)
    measured: dict[Kind, list[Tool]] = field(default_factory=dict)
    wrong: bool = False

    def made(self, kind: Kind) -> Made:
        """Return a trace of a kind, and note when siptrace's answer is wrong."""
        trace = make(self.directory, kind, self.known)
        self.wrong |= bool(trace.mistakes)
        return trace

    def tools(self, kind: Kind) -> list[Tool]:
        """Return the tools for a kind of trace, with what another part has measured already."""
        if kind not in self.measured:
            self.measured[kind] = listing_tools(self.made(kind).path, kind.calls, self.peers)
        return self.measured[kind]

    def measure(self, tools: list[Tool], *, runs: int | None = None) -> None:
        """Measure the tools in turn, and note when siptrace fails."""
        measure(tools, runs=runs or self.runs, budget=self.budget, limit=self.limit)
        self.wrong |= any(tool.trouble for tool in tools if tool.command[0] == siptrace()[0])

    def side_by_side(self, title: str, kind: Kind) -> None:
        """Print all tools on one trace."""
        head(f"{title}: {self.made(kind).described()}")
        tools = self.tools(kind)
        self.measure(tools)
        say(report.comparison(tools))

    def each_tool(self, kinds: Sequence[Kind], *, anew: bool = False) -> Iterator[list[Tool]]:
        """Yield siptrace, then each other tool, measured on traces of these kinds; PyPI's are too slow for this.

        Where the numbers of one tool are held against each other, they have to be measured `anew` in turn.
        """
        if anew:
            self.measured.clear()
        for tools in zip(*(self.tools(kind)[:_SYSTEM_TOOLS] for kind in kinds), strict=True):
            if not tools[0].trouble:
                self.measure(list(tools))
                yield list(tools)


def head(text: str) -> None:
    """Print the head of a part."""
    say(f"\n== {text}")


def say(text: str) -> None:
    """Print, and show it now: the next part may take minutes."""
    print(text, flush=True)


def large(bench: Bench) -> None:
    """Compare all tools on many calls."""
    for calls in (2_000,) if bench.quick else (10_000, 60_000):
        bench.side_by_side("large", Kind(calls))


def rtp(bench: Bench) -> None:
    """Compare all tools on calls with their media."""
    bench.side_by_side("with media", Kind(200, 100) if bench.quick else Kind(2_000, 200))


def growth(bench: Bench) -> None:
    """Measure what a further message costs."""
    sizes = (500, 1_000, 2_000) if bench.quick else (1_000, 3_000, 10_000, 30_000, 60_000)
    kinds = [Kind(calls) for calls in sizes]
    for tools in bench.each_tool(kinds):
        head(f"growth of {tools[0].name}, {sizes[0]:,} to {sizes[-1]:,} calls")
        say(report.growth([bench.made(kind).messages for kind in kinds], tools))


def corners(bench: Bench) -> None:
    """Measure traces whose calls have much in common, beside one whose calls have not."""
    calls = 1_000 if bench.quick else 10_000
    kinds = {"nothing in common": Kind(calls)}
    kinds |= {name: Kind(calls, name=file, words=words) for name, (file, words) in CORNERS.items()}
    for name, kind in kinds.items():
        head(f"corner: {name}: {bench.made(kind).described()}")
    for tools in bench.each_tool(list(kinds.values()), anew=True):
        head(f"corners: {tools[0].name} on {calls:,} calls that have in common")
        say(report.comparison(tools, names=list(kinds)))


def small(bench: Bench) -> None:
    """Measure the start-up, on a capture of ten messages."""
    trace = bench.made(SMALL)
    head(f"small: {trace.described()}")
    tools = [
        Tool("siptrace ladder", [*siptrace(), "ladder", str(trace.path)]),
        Tool("siptrace calls", [*siptrace(), "calls", str(trace.path)]),
        Tool("tshark -r", ["tshark", "-r", str(trace.path)]),
        Tool("bare python", [sys.executable, "-c", "pass"]),
    ]
    bench.measure(tools, runs=4 * bench.runs)
    say(report.comparison(tools))
    ladder, _, tshark, bare = tools
    beside = f"{report.times(ladder.seconds, bare.seconds)} the bare interpreter"
    say(f"siptrace ladder takes {beside}, and {report.times(ladder.seconds, tshark.seconds)} tshark's time")


def cold(bench: Bench) -> None:
    """Measure the first large trace after an installation, for which machine code is compiled, and the next ones."""
    trace = bench.made(Kind(7_000 if bench.quick else 10_000))
    head(f"cold and warm: {trace.described()}")
    folders: list[tempfile.TemporaryDirectory[str]] = []

    def empty_cache() -> dict[str, str]:
        folders.append(tempfile.TemporaryDirectory(prefix="siptrace-cold-"))
        return {"XDG_CACHE_HOME": folders[-1].name}

    words = [*siptrace(), "calls", str(trace.path)]
    tools = [Tool("warm", words), Tool("empty cache", words, empty_cache)]
    bench.measure(tools, runs=1 if bench.quick else None)
    for folder in folders:
        folder.cleanup()
    say(report.comparison(tools))


def terminal(bench: Bench) -> None:
    """Measure how long the terminal application keeps somebody waiting, on few calls and on many."""
    kinds = [SMALL, Kind(2_000 if bench.quick else 60_000)]
    head("terminal application: " + "; ".join(bench.made(kind).described() for kind in kinds))
    waits = [keys.waits_on(bench.made(kind).path) for kind in kinds]
    path = bench.made(kinds[1]).path
    calls = Tool("siptrace calls", [*siptrace(), "calls", str(path)])
    whole = Tool("whole list", keys.list_command(path))
    bench.measure([calls, whole])
    say(report.waiting(waits, calls, whole))


def matching(bench: Bench) -> None:
    """Count how many changes of the basic flows are recognised and named."""
    names = changes.BASIC[:6] if bench.quick else changes.BASIC
    head(f"matching: {len(names)} flows with one change each, how many are named")
    say(changes.measured(names))


PARTS = {part.__name__: part for part in (small, large, rtp, growth, corners, cold, terminal, matching)}
"""Every part by its name, in the order in which they run."""


def main() -> int:
    """Read the options and run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS), help="the parts to run [all]")
    parser.add_argument("--quick", action="store_true", help="small traces: whether it works, in a minute or two")
    parser.add_argument("--runs", type=int, default=0, help="how often each is measured [5, quick: 3]")
    parser.add_argument("--budget", type=float, default=15.0, help="seconds of a tool after which it is not run again")
    parser.add_argument("--limit", type=float, default=100.0, help="seconds that one run may take")
    parser.add_argument("--dir", type=Path, help="where traces are written and kept [a temporary directory]")
    parser.add_argument("--peers", type=Path, default=ROOT / "build" / "bench-peers", help="where PyPI's tools live")
    given = parser.parse_args()
    runs = given.runs or (3 if given.quick else 5)
    with tempfile.TemporaryDirectory(prefix="siptrace-bench-") as temporary:
        directory: Path = given.dir or Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        bench = Bench(directory, runs, given.budget, given.limit, given.quick)
        if {"large", "rtp"} & set(given.only):
            bench.peers = (given.peers, install_peers(given.peers))
        for name, part in PARTS.items():
            if name in given.only:
                part(bench)
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
