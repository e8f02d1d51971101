"""Ladders that every format is tried on: of all fixtures, alone and held against flows, of all flows, of real calls."""

from __future__ import annotations

import json
import os
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.judge import judge
from siptrace.correlate.model import flow, flow_ids
from siptrace.errors import InputError
from siptrace.ladder.build import build_ladder
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.matched import build_match_ladder
from siptrace.trace import open_trace
from tests.ladder.matches import matched
from tests.messages import trace_of
from tests.render.test_golden import MADE, MATCHES
from tests.table.accidents import TORTURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.ladder.model import Ladder
    from siptrace.reconstruct.model import Call

__all__ = [
    "CORPUS",
    "GOLDEN_NAMES",
    "MOST",
    "NAMES",
    "TRACES",
    "every_ladder",
    "ladder_to_keep",
    "ladders_named",
    "matched_named",
    "real_ladders",
]

ROOT = Path(__file__).parents[2] / "fixtures"
CORPUS = os.environ.get("SIPTRACE_CORPUS")
MOST = 30
"""Real calls that are looked at."""
TRACES = sorted(
    str(path.relative_to(ROOT))
    for path in ROOT.rglob("*")
    if path.suffix in (".pcap", ".pcapng", ".log", ".txt", ".md")
)
NAMES = [*TRACES, "torture", "flows", "made"]
"""Every trace among the fixtures, the torture messages, all flows, and ladders that no trace has."""


@cache
def _calls(name: str) -> Sequence[Call]:
    """Return the calls of a trace among the fixtures; the torture messages are no trace and are made one."""
    trace = trace_of([*TORTURE.values(), *TORTURE.values()]) if name == "torture" else open_trace(ROOT / name)
    return list(trace.calls)


@cache
def ladders_named(name: str) -> tuple[Ladder, ...]:
    """Return the ladders of one of NAMES."""
    if name == "flows":
        return tuple(build_flow_ladder(flow(flow_id)) for flow_id in flow_ids())
    return tuple(MADE.values()) if name == "made" else tuple(map(build_ladder, _calls(name)))


@cache
def matched_named(name: str) -> tuple[Ladder, ...]:
    """Return the ladders of the calls of one of NAMES, held against the flows that they follow."""
    return tuple(build_match_ladder(judge(call)) for call in _calls(name))


def every_ladder() -> Iterator[Ladder]:
    """Yield all ladders of all names, and those that are held against flows where the transport makes no difference."""
    for name in NAMES:
        yield from ladders_named(name)
        if ".udp4." in name:
            yield from matched_named(name)


@cache
def real_ladders() -> tuple[Ladder, ...]:
    """Return the longest call of each of the first files of the corpus that have one of four messages or more."""
    return tuple(islice(_real(), MOST))


def _real() -> Iterator[Ladder]:
    """Yield the longest calls of the corpus, a call a file."""
    folder = Path(CORPUS or "")
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        try:
            calls = open_trace(folder / entry["file"]).calls
        except InputError:
            continue
        longest = max(calls, key=lambda call: call.message_count, default=None)
        if longest is not None and longest.message_count >= 4:
            yield build_ladder(longest)


GOLDEN_NAMES = ("rfc3665-3.1", "match-3.8-no-cancel-answer", "match-3.9-603-for-486", "flow-rfc5359-2.5")
"""Ladders whose diagrams are kept: a call, one with a ghost, one with another answer than its flow has, and a flow."""


def ladder_to_keep(name: str, folder: Path) -> Ladder:
    """Return one of GOLDEN_NAMES; captures are made in a folder."""
    kind, _, rest = name.partition("-")
    if kind == "match":
        return matched(MATCHES[rest].path(folder))
    if kind == "flow":
        return build_flow_ladder(flow(rest))
    return build_ladder(open_trace(CAPTURES / f"{name}.udp4.pcap").calls[0])
