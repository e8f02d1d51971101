"""One thing is wrong with a call: the flow is found all the same, and what is wrong with it is named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench.changes import BASIC, Result, results, table
from fixtures.flows.changes import KINDS, Change
from siptrace.correlate.model import flow
from tests.correlate.seen_calls import judged, tokens_of_capture

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.correlate.match import Verdict

ENOUGH = 0.95
"""The least share of changes that has to be named, over all and of each kind."""

TAKEN_FOR_ANOTHER = {
    ("rfc3665-2.1", "replaced", (4,)): (
        "rfc3665-2.5",
        "a registration that is challenged and then refused is the unsuccessful one, whatever the code",
    ),
    ("rfc3665-2.1", "swapped", (3, 4)): (
        None,
        "an answer before its request: the challenge is no round, and of four messages two are out of their place",
    ),
    ("rfc3665-2.2", "replaced", (2,)): (
        "rfc3665-2.5",
        "a registration that is refused is the unsuccessful one",
    ),
    ("rfc3665-3.1", "removed", (5,)): (
        "service-2.8",
        "an answer to a BYE that nobody saw: on one hop of 2.8 a BYE comes in on another way than its answer",
    ),
    ("rfc3665-3.2", "removed", (21,)): (
        "service-2.6",
        "the caller never answers the BYE: over one proxy that is a call that the trace has not seen to its end",
    ),
    ("rfc3665-3.3", "removed", (8,)): (
        "rfc3665-3.2",
        "without its ACK the second challenge is no round: one challenge, as in 3.2",
    ),
    ("rfc3665-3.5", "removed", (16,)): (
        "rfc3665-3.4",
        "the callee never answers the BYE: a call that the trace has not seen to its end",
    ),
    ("rfc3665-3.7", "removed", (8,)): (
        None,
        "the ACK goes where the re-INVITE comes from: without it that is somebody else, and a third of the call is off",
    ),
    ("rfc3665-3.7", "swapped", (8, 9)): (
        "rfc3665-3.5",
        "the re-INVITE overtakes the ACK: what makes 3.7 is out of its place, the rest is any call",
    ),
}
"""Changes after which the flow is neither the best nor a tie: the flow that they are taken for, or None, and why."""


def test_changes_are_named(tmp_path: Path) -> None:
    def look(change: Change) -> Verdict:
        return judged(tokens_of_capture(tmp_path / "changed.pcap", change.messages))

    found = [result for name in BASIC for result in results(flow(name), look)]
    assert len(found) > 500
    assert {result.key: result.best for result in found if not result.kept} == {
        key: best for key, (best, _) in TAKEN_FOR_ANOTHER.items()
    }
    right, count = (Counter(result.kind for result in chosen) for chosen in ((r for r in found if r.right), found))
    shares = {kind: right[kind] / count[kind] for kind in KINDS} | {"all": right.total() / count.total()}
    assert all(share >= ENOUGH for share in shares.values()), table(found)


def test_the_table_counts_flow_by_flow_and_kind_by_kind() -> None:
    kept = Result("rfc3665-3.1", "removed", (4,), "rfc3665-3.1", True, True)
    unnamed = kept._replace(named=False, steps=(5,))
    lost = Result("rfc3665-3.2", "replaced", (2,), None, False, False)
    lines = table([kept, unnamed, lost]).splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["removed", "replaced", "foreign", "swapped", "crossed", "all"],
        ["rfc3665-3.1", "1/2", "1/2"],
        ["rfc3665-3.2", "0/1", "0/1"],
        ["all", "1/2", "0/1", "1/3"],
    ]
    assert lines[4].split() == ["per", "cent", "50.0", "0.0", "33.3"]
    assert lines[5:] == [
        "rfc3665-3.1: F5 removed: the change is not named",
        "rfc3665-3.2: F2 replaced: taken for none",
    ]
