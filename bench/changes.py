"""How well the correlator names what is wrong with a call, measured on reference flows with one change each.

    python -m bench.changes [--all] [FLOW ...]

Every change of every basic flow (RFC 3665) is written as a capture, opened, and held against all flows. A result is
right when the flow is still the best or among its ties, and the change is named: the step, and what is the matter with
it. The table counts them flow by flow and kind by kind; below it stand those that were not right.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if not __package__:  # started as a file, which puts its own folder on the path
    sys.path[0] = str(ROOT)

from fixtures.flows.changes import KINDS, Change, changes  # noqa: E402
from fixtures.flows.make_flows import packets  # noqa: E402
from fixtures.wire import pcap  # noqa: E402
from siptrace.correlate.match import Match, verdict  # noqa: E402
from siptrace.correlate.model import flow, flow_ids  # noqa: E402
from siptrace.correlate.seen import tokens_of  # noqa: E402
from siptrace.trace import open_trace  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from siptrace.correlate.match import Verdict
    from siptrace.correlate.model import Flow

__all__ = ["BASIC", "Result", "results", "table"]

BASIC = tuple(name for name in flow_ids() if name.startswith("rfc3665-"))
"""The flows that are changed."""


class Result(NamedTuple):
    """What became of one change: the best flow's id (None: none), whether the flow was kept, and the change named."""

    flow: str
    kind: str
    steps: tuple[int, ...]
    best: str | None
    kept: bool
    named: bool

    @property
    def right(self) -> bool:
        """Whether all is as it should be."""
        return self.kept and self.named

    @property
    def key(self) -> tuple[str, str, tuple[int, ...]]:
        """What tells one change from another."""
        return self.flow, self.kind, self.steps


def results(chosen: Flow, look: Callable[[Change], Verdict]) -> Iterator[Result]:
    """Yield what became of every change of a flow; `look` says what a changed call is."""
    for change in changes(chosen):
        found = look(change)
        matches = [match for match in (found.best, *found.ties) if match is not None]
        own = next((match for match in matches if match.flow.id == chosen.id), None)
        best = found.best.flow.id if found.best is not None else None
        yield Result(
            chosen.id, change.kind, change.steps, best, own is not None, own is not None and _named(change, own)
        )


def _named(change: Change, match: Match) -> bool:
    """Return whether a match says what was changed; steps at the ends may lie outside of the trace instead."""
    flow = match.flow
    places = {flow.steps.index(flow.step(f)) for f in change.steps}
    outside = {*match.before, *match.after}
    if change.kind == "removed":
        return places <= {*match.missing, *outside} or bool(_repetitions(match, places) & set(match.missing))
    if change.kind == "replaced":
        return places <= set(match.different)
    if change.kind == "foreign":
        return match.unexpected == (min(places),)
    moved = bool(places & {*match.reordered, *outside})
    return moved if change.kind == "swapped" else moved or not match.deviates


def _repetitions(match: Match, places: set[int]) -> set[int]:
    """Return the steps that are the same message as these, sent again: which of them is missing nobody can tell."""
    first = {match.flow.steps[place].retransmission_of or match.flow.steps[place].f for place in places}
    return {at for at, step in enumerate(match.flow.steps) if step.retransmission_of in first}


def table(found: Iterable[Result]) -> str:
    """Return right and all, flow by flow and kind by kind, the sums below, and every result that is not right."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    wrong = []
    for result in found:
        for row in (result.flow, "all"):
            for column in (result.kind, "all"):
                counts[row, column][0] += result.right
                counts[row, column][1] += 1
        if not result.right:
            wrong.append(result)
    rows = [*dict.fromkeys(flow for flow, _ in counts if flow != "all"), "all"]
    columns = [*KINDS, "all"]
    lines = [f"{'':13}" + "".join(f"{kind:>10}" for kind in columns)]
    lines += [f"{row:13}" + "".join(f"{_share(*counts[row, kind]):>10}" for kind in columns) for row in rows]
    lines.append(f"{'per cent':13}" + "".join(f"{_per_cent(*counts['all', kind]):>10}" for kind in columns))
    return "\n".join([*lines, *map(_described, wrong)])


def _share(right: int, count: int) -> str:
    """Return `7/8`, nothing for none."""
    return f"{right}/{count}" if count else ""


def _per_cent(right: int, count: int) -> str:
    """Return `97.4`, nothing for none."""
    return f"{100 * right / count:.1f}" if count else ""


def _described(result: Result) -> str:
    """Return a result that is not right as a line."""
    steps = ", ".join(f"F{f}" for f in result.steps)
    what = "the change is not named" if result.kept else f"taken for {result.best or 'none'}"
    return f"{result.flow}: {steps} {result.kind}: {what}"


def look_in(directory: Path) -> Callable[[Change], Verdict]:
    """Return a function that says what a changed call is, after writing it into a directory and reading it back."""
    known, path = tuple(map(flow, flow_ids())), directory / "changed.pcap"

    def look(change: Change) -> Verdict:
        path.write_bytes(pcap(packets(change.messages, "UDP")))
        trace = open_trace(path)
        return verdict(tokens_of(trace.overview, range(len(trace.table))), known)

    return look


def measured(names: Sequence[str] = BASIC) -> str:
    """Return the table for some flows."""
    with tempfile.TemporaryDirectory(prefix="siptrace-changes-") as directory:
        look = look_in(Path(directory))
        return table(result for name in names for result in results(flow(name), look))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flows", nargs="*", metavar="FLOW", help="the flows to change [those of RFC 3665]")
    parser.add_argument("--all", action="store_true", help="change the services too")
    given = parser.parse_args()
    print(measured(given.flows or (flow_ids() if given.all else BASIC)))


if __name__ == "__main__":
    main()
