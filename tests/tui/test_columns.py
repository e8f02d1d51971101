"""The columns of the call list: the cells of `siptrace calls`, and numbers that sort as numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.filters.filter import parse
from siptrace.render.listing import CALL_HEADS, call_columns, people_of
from siptrace.trace import open_trace
from siptrace.tui.columns import COLUMNS, DEFAULT, GIVES_WAY, CallRows, cell, ordered
from siptrace.tui.quick_screen import PROBLEMS
from tests.messages import SDP, in_dialog, invite, response_to, trace_of
from tests.tui.driving import PATHS, trace

FIXTURES = Path(__file__).parents[2] / "fixtures"

SAME = {
    "index": "#", "method": "method", "state": "state", "time": "start", "convdur": "talk", "sipfrom": "from",
    "sipto": "to", "reason": "code", "msgcnt": "msgs", "resent": "↺", "flow": "flow",
}  # fmt: skip
"""Our columns and those of the command line."""


@pytest.fixture(scope="module")
def rows() -> CallRows:
    opened = open_trace(*sorted(CAPTURES.glob("*.udp4.pcap")))
    return CallRows(opened, opened.survey)


@pytest.mark.parametrize("name", SAME)
def test_cells_are_those_of_the_command_line(name: str, rows: CallRows) -> None:
    survey = rows.survey
    assert survey is not None
    columns = dict(zip(CALL_HEADS, call_columns(rows.overview, people_of(rows.table), lambda: survey), strict=True))
    assert [cell(rows, name, call) for call in range(len(rows))] == list(columns[SAME[name]])


def test_unsuccessful_calls_are_counted_as_they_are_told_one_by_one() -> None:
    kinds = (
        sorted(CAPTURES.glob("*.udp4.pcap")),
        sorted((FIXTURES / "links").glob("*.pcap*")),
        sorted((FIXTURES / "logs").glob("*.log")),
    )
    for paths in kinds:
        found = CallRows(open_trace(*paths))
        expression = parse(PROBLEMS["unsuccessful"])
        chosen = list(expression.calls(found.trace.subject))
        assert [call for call in range(len(found)) if found.is_unsuccessful(call)] == chosen
        assert found.unsuccessful == len(chosen)


def test_what_nobody_answers_is_unsuccessful_and_what_goes_on_is_not() -> None:
    lost, late = invite(call_id="1"), invite(call_id="2", at=40)
    found = CallRows(trace_of([lost, late, response_to(late, 180, at=41)]))
    assert found.calls.final[0] == 0
    assert [found.is_unsuccessful(call) for call in (0, 1)] == [True, False]
    assert found.unsuccessful == 1


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_has_cells_and_sorts(name: str, rows: CallRows) -> None:
    calls = range(len(rows))
    assert any(cell(rows, name, call) for call in calls) or name in ("date", "xcallid", "warning", "finding")
    if COLUMNS[name].reads:
        return
    down = ordered(rows, name, calls, down=True)
    assert sorted(down) == list(calls)
    key = COLUMNS[name].key or COLUMNS[name].text
    keys = [key(rows, call) for call in ordered(rows, name, calls, down=False)]
    assert keys == sorted(keys)


def test_durations_sort_by_length_and_not_by_text(rows: CallRows) -> None:
    talks = [rows.talk(call) or -1 for call in ordered(rows, "convdur", range(len(rows)), down=False)]
    assert talks == sorted(talks)


def test_what_headers_say_is_read_from_the_messages() -> None:
    begin = invite(headers=("X-Call-ID: other@host", "Contact: <sip:alice@host>"), at=0)
    answer = response_to(begin, 183, headers=('Warning: 399 host "no"',), at=0.25)
    found = CallRows(trace_of([begin, response_to(begin, 100, at=0.1), answer]))
    shown = [cell(found, name, 0) for name in ("xcallid", "contact", "warning", "setup", "transport")]
    assert shown == ["other@host", "<sip:alice@host>", '399 host "no"', "0.250", "UDP"]


def test_the_worst_way_in_which_a_call_leaves_its_flow() -> None:
    begin = invite(body=SDP)
    bye = in_dialog(begin, "BYE")
    found = trace_of([begin, response_to(begin, 200, body=SDP), bye, response_to(bye, 200)])
    rows = CallRows(found)
    assert cell(rows, "finding", 0) == ""
    rows.keys("finding")
    rows.take_survey(found.survey)
    assert cell(rows, "finding", 0) == "missing: F4 ACK"
    assert rows.keys("finding") == ["missing: F4 ACK"]


def test_a_malformed_message_is_a_finding_where_there_is_no_worse() -> None:
    begin = invite(body=SDP).raw
    found = trace_of([begin.replace(b"\r\nTo:", b"\r\nX-To:"), begin.replace(b"one@", b"two@")])
    assert [cell(CallRows(found), "finding", call) for call in (0, 1)] == ["malformed message", ""]


def test_calls_are_found_again_in_another_reading() -> None:
    part, whole = CallRows(open_trace(PATHS[3])), CallRows(trace())
    assert part.counterparts([0], whole) == {0: 3}
    assert whole.counterparts(range(len(whole)), part) == {3: 0}


def test_flows_that_become_known_are_sorted_by() -> None:
    opened = trace()
    found = CallRows(opened)
    assert set(found.keys("flow")) == {"…"}
    found.take_survey(opened.survey)
    assert len(set(found.keys("flow"))) == len(found)


def test_a_flow_that_is_not_known_yet_is_a_sign() -> None:
    early = CallRows(trace())
    assert cell(early, "flow", 0) == "…"
    assert cell(early, "score", 0) == ""


def test_every_column_may_give_way_and_defaults_are_columns() -> None:
    assert set(GIVES_WAY) == set(COLUMNS)
    assert set(DEFAULT) <= set(COLUMNS)
