"""The list of calls says what the calls themselves say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.make_trace import make
from fixtures.flows.make_flows import CAPTURES
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallState
from siptrace.render.cells import visible
from siptrace.render.listing import CALL_HEADS, call_columns, flow_text, people_of, start_texts
from siptrace.render.times import clock, iso, seconds
from siptrace.trace import open_trace
from tests.messages import SDP, Sent, ack_2xx, in_dialog, invite, response_to, trace_of
from tests.reconstruct.test_overview import anything

if TYPE_CHECKING:
    from siptrace.correlate.reading import Match
    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace

LOGS = Path(__file__).parents[2] / "fixtures" / "logs"


def cells_of(call: Call, match: Match | None, begins: list[str]) -> tuple[str, ...]:
    """Return the cells of a call, made of it and the flow that it follows; `begins` are when calls began, in ISO."""
    days, years = ({begin[:length] for begin in begins} for length in (10, 4))
    day = "" if len(days) == 1 else (iso(call.start_ns) or "")[5 if len(years) == 1 else 0 : 10]
    talk = None if call.answered_ns is None or call.end_ns is None else call.end_ns - call.answered_ns
    users = [uri.partition(":")[2].partition(";")[0] or uri for uri in (call.from_uri, call.to_uri)]
    return (
        str(call.n),
        visible(call.method),
        f"{call.state}: {call.phase}" if call.phase is not call.state is CallState.INCOMPLETE else str(call.state),
        f"{day} {clock(call.start_ns)[:8]}".lstrip(),
        seconds(talk),
        *map(visible, users),
        str(call.final_status or ""),
        str(call.message_count),
        str(call.retransmissions or ""),
        flow_text(match),
    )


def check(trace: Trace) -> list[tuple[str, ...]]:
    """Hold that the list is made of the calls' cells; return its rows."""
    columns = call_columns(trace.overview, people_of(trace.table), lambda: trace.survey)
    assert len(columns) == len(CALL_HEADS)
    rows = list(zip(*columns, strict=True))
    begins = [begin for call in trace.calls if (begin := iso(call.start_ns)) is not None]
    assert rows == [cells_of(call, trace.survey.match(call.n - 1), begins) for call in trace.calls]
    return rows


@pytest.mark.parametrize("folder", [CAPTURES, LOGS], ids=["captures", "logs"])
def test_the_fixtures(folder: Path) -> None:
    assert check(open_trace(folder))
    for path in folder.iterdir():
        if path.suffix in {".pcap", ".log", ".txt"}:
            assert check(open_trace(path))


def test_a_generated_capture(tmp_path: Path) -> None:
    make(tmp_path / "generated.pcap", 100)
    rows = check(open_trace(tmp_path / "generated.pcap"))
    assert {row[2] for row in rows} > {"completed", "busy", "cancelled"}
    assert any(row[4] for row in rows)
    assert any(row[-1] for row in rows)


@given(st.lists(anything, max_size=20), st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_any_messages_even_without_times(messages: list[Sent], timeless: int) -> None:
    check(trace_of(messages, timeless=timeless))


SCORES = {1.0: "rfc3665-3.1", 0.9999: "rfc3665-3.1 99%", 0.716: "rfc3665-3.1 71%", 0.29: "rfc3665-3.1 29%"}


@pytest.mark.parametrize(("score", "text"), SCORES.items())
def test_only_a_call_that_fits_has_no_score(score: float, text: str) -> None:
    match = open_trace(CAPTURES / "rfc3665-3.1.udp4.pcap").survey.match(0)
    assert match is not None
    assert flow_text(replace(match, score=score)) == text


def test_nothing() -> None:
    assert check(trace_of([])) == []


def test_an_incomplete_call_says_how_far_it_came() -> None:
    call = invite(body=SDP)
    assert check(trace_of([call, response_to(call, 200), ack_2xx(call)]))[0][2] == "incomplete: in call"
    assert check(trace_of([call, response_to(call, 180)]))[0][2] == "incomplete: ringing"
    assert check(trace_of([in_dialog(call, "BYE")]))[0][2] == "incomplete: completed"
    assert check(trace_of([in_dialog(call, "UPDATE", tag="")]))[0][2] == "incomplete"


def test_talk_is_the_time_from_the_answer_to_the_end() -> None:
    call = invite(body=SDP)
    answer, bye = response_to(call, 200, at=2.0), in_dialog(call, "BYE", at=75.5)
    (row,) = check(trace_of([call, answer, bye]))
    assert row[4] == "1:13"
    assert check(trace_of([call, answer, bye], timeless=3))[0][3:5] == ("", "")


def test_control_characters_are_made_visible() -> None:
    (row,) = check(trace_of([invite(users=("al\x1b[31mice", "bob"))]))
    assert "\x1b" not in "".join(row)


DAY = 24 * 3600


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (0, DAY - 1, "10:01:02"),
        (0, DAY, "01-01 10:01:02"),
        (0, 364 * DAY, "01-01 10:01:02"),
        (-1, 0, "1970-01-01 10:01:02"),
        (0, 365 * DAY, "1970-01-01 10:01:02"),
    ],
)
def test_the_day_stands_before_the_time_where_there_are_several(first: int, last: int, text: str) -> None:
    told = start_texts(first, last)
    assert told(36062) == text
    assert told(NO_TIME // 1_000_000_000) == ""
