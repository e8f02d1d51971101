"""What people read of a match: whole texts in `tests/golden/match`, and what those do not show.

After a change of the words: read the difference that `pytest --update` makes as the customer who gets it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.expect import outcome
from siptrace.correlate.judge import judge
from siptrace.correlate.match import Verdict
from siptrace.correlate.model import flow, flow_ids
from siptrace.render.cells import cells
from siptrace.render.matching import Summary, complaint_text, match_text
from siptrace.trace import open_trace
from tests.correlate.deviating import Played, judged, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.flows.render import Rendered
    from siptrace.correlate.judge import Judgement

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "match"
BASIC = [flow_id for flow_id in flow_ids() if flow_id.startswith("rfc3665-")]


def only(flow: str, *ends: str) -> list[Rendered]:
    """Return the messages of a flow that travel between two of these actors."""
    played = Played(flow)
    away = [step.f for step in played.known.steps if not {step.src, step.dst} <= set(ends)]
    return Played(flow, without=away).messages


BUSY = dict.fromkeys((6, 8, 10), "SIP/2.0 603 Decline")
CALL = Played("rfc3665-3.2").messages
DIRECT = Played("rfc3665-3.1").messages

CHANGED: dict[str, list[Rendered]] = {
    "an ACK that a proxy did not pass on": Played("rfc3665-3.2", (17,)).messages,
    "an ACK that nobody sent": Played("rfc3665-3.2", (15, 16, 17)).messages,
    "an ACK that never came, and what followed": Played(
        "rfc3665-3.1", (4,), moved={5: 24.5, 6: 24.5}, again=((3, 0.5), (3, 1.5), (3, 3.5), (3, 7.5))
    ).messages,
    "603 instead of 486": Played("rfc3665-3.9", says=BUSY).messages,
    "a foreign INFO and its answer": Played("rfc3665-3.2", more={15: "INFO"}, answered=(15,)).messages,
    "a BYE that is answered with 481": Played("rfc3665-3.1", says={6: "SIP/2.0 481 Call Does Not Exist"}).messages,
    "an answer after the CANCEL": Played("rfc3665-3.8", says=dict.fromkeys((15, 17, 19), "SIP/2.0 200 OK")).messages,
    "an ACK before its answer": Played("rfc3665-3.1", moved={4: -0.05}).messages,
    "the other side hangs up": [*DIRECT[:4], *(m._replace(src=m.dst, dst=m.src) for m in DIRECT[4:])],
    "a trace that begins late": CALL[12:],
    "a trace that ends early": CALL[:12],
    "a tap beside Alice": only("rfc3665-3.2", "alice", "proxy1"),
    "taps at both ends": [*only("rfc3665-3.2", "alice", "proxy1"), *only("rfc3665-3.2", "proxy2", "bob")],
    "no flow at all": Played("rfc3665-3.1", (2, 3, 4), more={1: "PUBLISH", 5: "PUBLISH"}, goes_on=True).messages[:4],
}


def judgements(messages: list[Rendered]) -> list[Judgement]:
    """Return every call of a trace, held against all flows."""
    return [judge(call) for call in trace_of(sorted(messages, key=lambda m: m.time_ns)).calls]


def test_the_basic_flows_read_well(golden: Callable[[Path, str], None]) -> None:
    parts = []
    for flow_id in BASIC:
        texts = [match_text(judge(call), 100) for call in open_trace(CAPTURES / f"{flow_id}.udp4.pcap").calls]
        parts.append(f"== {flow_id}\n\n" + "\n".join(texts))
    golden(GOLDEN / "basic.txt", "\n".join(parts))


def test_what_differs_reads_well(golden: Callable[[Path, str], None]) -> None:
    parts = [
        f"== {name}\n\n" + "\n".join(match_text(found, 100) for found in judgements(messages))
        for name, messages in CHANGED.items()
    ]
    golden(GOLDEN / "changed.txt", "\n".join(parts))


def test_the_readme_shows_what_is_printed() -> None:
    moved = dict.fromkeys(range(18, 24), 24.5)
    played = Played("rfc3665-3.2", (17,), moved=moved, again=((12, 0.5), (12, 1.5)))
    (found,) = judgements(played.messages)
    text = match_text(found, 100)
    assert f"$ siptrace match no-ack.pcap\n{text}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_complaint_reads_well(golden: Callable[[Path, str], None]) -> None:
    missing = judged(Played("rfc3665-3.2", (17,)))
    (busy,) = judgements(Played("rfc3665-3.9").messages)
    (refused,) = judgements(Played("rfc3665-2.1").messages)
    parts = [
        complaint_text(found, expected, outcome(found, expected), 100)
        for found, expected in ((missing, "rfc3665-3.2"), (busy, "rfc3665-3.11"), (refused, "rfc3665-3.1"))
    ]
    golden(GOLDEN / "complaints.txt", "\n".join(parts))


@pytest.mark.parametrize("width", [60, 80, 132])
def test_lines_fit_the_width(width: int) -> None:
    for messages in CHANGED.values():
        for found in judgements(messages):
            assert max(map(cells, match_text(found, width).splitlines())) <= width


def test_a_call_without_deviations_takes_few_lines() -> None:
    for flow_id in BASIC:
        (found, *_) = [judge(call) for call in open_trace(CAPTURES / f"{flow_id}.udp4.pcap").calls]
        assert len(match_text(found, 120).splitlines()) <= 5, flow_id


def test_who_hangs_up_matters_little_and_is_said() -> None:
    call = trace_of(CHANGED["the other side hangs up"]).calls[0]
    text = match_text(judge(call, [flow("rfc3665-3.1")]), 100)
    assert "100 %: no deviation\n" in text
    assert "  allowed: Alice hangs up, not Bob\n" in text


def test_a_challenge_that_the_flow_has_and_the_call_not_is_said() -> None:
    text = match_text(judged(Played("rfc3665-3.2", (1, 2, 3))), 100)
    assert "  allowed: without the challenge (F1 to F3)\n" in text


def test_relays_that_the_call_does_without_are_not_missed() -> None:
    found = judged(Played("rfc3665-3.5"))
    assert found.match is not None
    direct = judge(trace_of(DIRECT).calls[0], [flow("rfc3665-3.5")])
    bare = replace(found.match, surplus=-2, parts={0: 0, 1: 3}, steps={0: 0, 8: 2}, hidden=())
    text = match_text(replace(direct, verdict=Verdict(bare, (), ())), 100)
    assert "  seen: Alice 192.0.2.101, Bob 192.0.2.201\n" in text
    assert "  allowed: 2 relays fewer than the flow\n" in text


def test_what_nobody_has_to_send_is_said() -> None:
    text = match_text(judged(Played("rfc3665-3.2", (9, 10, 11))), 100)
    assert "100 %: no deviation\n" in text
    assert "  allowed: without F9 180 Ringing\n" in text


def test_a_challenge_that_the_flow_has_not_is_said() -> None:
    call = trace_of(only("rfc3665-3.2", "alice", "proxy1")).calls[0]
    text = match_text(judge(call, [flow("rfc3665-3.1")]), 100)
    assert "  allowed: one more challenge (messages 1, 2 and 3)" in text


def test_text_of_the_trace_is_made_visible() -> None:
    found = judged(Played("rfc3665-3.9", says={6: "SIP/2.0 603 No\x1b[2J\u202e"}))
    text = match_text(found, 100)
    assert "603 No\\x1b[2J\\u202e" in text
    assert all(char.isprintable() or char == "\n" for char in text)


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {"basic.txt", "changed.txt", "complaints.txt"}


def test_a_summary_counts_flows_and_causes() -> None:
    summary = Summary()
    whole, cut = judged(Played("rfc3665-3.2")), judged(Played("rfc3665-3.2", range(15, 18)))
    for found, calls in ((whole, 3), (cut, 2), (cut, 1)):
        summary.add(found.match, found.deviations, calls)
    summary.add(None, ())
    assert (summary.calls, summary.none) == (7, 1)
    assert summary.flow_rows() == [
        ("6", "rfc3665-3.2", "Session Establishment Through Two Proxies"),
        ("1", "-", "follow no reference flow"),
    ]
    assert summary.deviation_rows() == [("3", "rfc3665-3.2", "missing", "F15 ACK from Alice to Proxy 1")]


def test_a_summary_has_the_most_frequent_first() -> None:
    summary = Summary()
    for steps, calls in (((4,), 1), ((3,), 5)):
        found = judged(Played("rfc3665-3.1", steps))
        summary.add(found.match, found.deviations, calls)
    assert [row[0] for row in summary.deviation_rows()] == ["5", "1"]
