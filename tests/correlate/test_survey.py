"""The flow of every call, by calls that went the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bench.make_trace import make
from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.judge import judge
from siptrace.correlate.seen import tokens_of
from siptrace.correlate.standard import standard_flows
from siptrace.correlate.survey import may_go_on, open_ends, survey
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct import fast, quick
from siptrace.reconstruct.fast import KERNEL, LONGEST, begin_signatures
from siptrace.trace import Trace, open_trace
from tests.kernels import loaded
from tests.messages import invite, request, response_to, trace_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from siptrace.reconstruct.overview import Overview

FLOWS = standard_flows()


def kinds(found: Overview) -> list[object]:
    """Return what tells the calls of a trace apart: their tokens."""
    return [tokens_of(found, found.rows_of(call)) for call in range(len(found.calls))]


def check_signatures(trace: Trace) -> None:
    """Hold that calls have equal signatures just when they have equal tokens."""
    loaded(KERNEL)
    found = trace.overview
    # What has no signature is told apart by its tokens themselves.
    pairs = {
        (number, tokens) for number, tokens in zip(begin_signatures(found)(), kinds(found), strict=True) if number >= 0
    }
    assert len({number for number, _ in pairs}) == len(pairs)


def test_equal_signatures_are_equal_calls(tmp_path: Path) -> None:
    for path in sorted(CAPTURES.glob("*.pcap")):
        check_signatures(open_trace(path))
    check_signatures(open_trace(CAPTURES))
    make(tmp_path / "generated.pcap", 300)
    check_signatures(open_trace(tmp_path / "generated.pcap"))


def test_signatures_come_in_order_whatever_is_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(KERNEL)
    make(tmp_path / "generated.pcap", 300)
    found = open_trace(tmp_path / "generated.pcap").overview
    expected = [first_of.index(kind) for first_of in [kinds(found)] for kind in first_of]
    for few in (0, 1, 100, 299, 300, 5000):
        monkeypatch.setattr(fast, "_FEW", few)
        numbers = [*begin_signatures(found)()]
        assert [numbers.index(number) for number in numbers] == expected


def test_names_make_no_difference_to_a_signature(tmp_path: Path) -> None:
    loaded(KERNEL)
    make(tmp_path / "generated.pcap", 300)
    found = open_trace(tmp_path / "generated.pcap").overview
    assert len(set(begin_signatures(found)())) == len(set(kinds(found))) < 12


def test_a_call_without_end_has_no_signature() -> None:
    loaded(KERNEL)
    pings = [request("OPTIONS", cseq=number) for number in range(LONGEST + 1)]
    assert [*begin_signatures(trace_of(pings).overview)()] == [-1]
    assert [*begin_signatures(trace_of(pings[:-1]).overview)()] != [-1]


def test_a_survey_says_of_each_call_what_a_judgement_says() -> None:
    trace = open_trace(CAPTURES)
    found = survey(trace.overview, FLOWS)
    for call in list(trace.calls)[::7]:
        match, judged = found.match(call.n - 1), judge(call, FLOWS).match
        assert (match and match.flow.id) == (judged and judged.flow.id)
        assert (match and match.score) == (judged and judged.score)


def test_with_and_without_machine_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(KERNEL)
    make(tmp_path / "generated.pcap", 200)
    trace = open_trace(tmp_path / "generated.pcap")
    plain = survey(trace.overview, FLOWS)
    monkeypatch.setattr(quick, "WORTH_LOADING", 0)
    monkeypatch.setattr(quick, "WORTH_COMPILING", 0)
    fast = survey(trace.overview, FLOWS)
    calls = range(len(trace.calls))
    assert [_named(plain.match(call)) for call in calls] == [_named(fast.match(call)) for call in calls]
    assert len(fast.matches) < len(calls) / 5


def _named(match: object) -> tuple[object, object]:
    """Return a flow's id and the score."""
    return getattr(getattr(match, "flow", None), "id", None), getattr(match, "score", None)


def test_what_never_came_is_missing_once_the_trace_goes_on() -> None:
    call = invite()
    later = invite("cd", call_id="two@example.com", from_tag="c1", users=("carol", "dave"), at=60.0)
    assert may_go_on(trace_of([call, response_to(call, 180)]).overview, 0)
    assert not may_go_on(trace_of([call, response_to(call, 180), later]).overview, 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), max_size=12), st.integers(0, 12))
def test_all_calls_at_once_are_told_from_those_that_ended(sent: list[tuple[int, int]], untimed: int) -> None:
    pings = [request("OPTIONS", call_id=f"{call}@example.com", cseq=at, at=float(at)) for call, at in sent]
    found = trace_of(pings).overview
    for row in range(min(untimed, len(pings))):
        found.table.time[row] = NO_TIME
    assert open_ends(found) == {call for call in range(len(found.calls)) if may_go_on(found, call)}
