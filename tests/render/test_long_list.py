"""A long list has the lines that it would have if it were short."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.make_trace import make
from fixtures.flows.make_flows import CAPTURES
from siptrace.cli import calls
from siptrace.cli.main import cli
from siptrace.cli.output import aligned
from siptrace.ingest.open import find_sources
from siptrace.render.listing import CALL_HEADS, RIGHT, call_columns, people_of
from siptrace.render.long_list import long_list
from siptrace.trace import open_trace
from tests.messages import SDP, Sent, in_dialog, invite, response_to, trace_of
from tests.reconstruct.test_overview import anything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from siptrace.correlate.survey import Survey
    from siptrace.reconstruct.overview import Overview
    from siptrace.trace import Trace

LOGS = Path(__file__).parents[2] / "fixtures" / "logs"


def plain(trace: Trace, chosen: Sequence[int] | None = None) -> str:
    """Return the list that is made of texts."""
    columns = call_columns(trace.overview, people_of(trace.table), lambda: trace.survey)
    if chosen is not None:
        columns = [[column[number] for number in chosen] for column in columns]
    return "".join(aligned(CALL_HEADS, columns, right=RIGHT, limit=None))


def long(trace: Trace, chosen: Sequence[int] | None = None) -> str | None:
    """Return the list that is made of bytes, None where that is left to the other."""
    found = long_list(trace.overview, lambda: trace.survey, chosen)
    return None if found is None else b"".join(found).decode()


def check(trace: Trace) -> str | None:
    """Hold that both are the same, or that there is one alone; return the one that is made of bytes."""
    found = long(trace)
    assert found in {None, plain(trace)}
    return found


@pytest.mark.parametrize("folder", [CAPTURES, LOGS], ids=["captures", "logs"])
def test_the_fixtures(folder: Path) -> None:
    found = [check(open_trace(path)) for path in find_sources([folder])]
    assert sum(lines is not None for lines in found) > 0.9 * len(found)


def test_the_corpus() -> None:
    corpus = os.environ.get("SIPTRACE_CORPUS")
    if not corpus:
        pytest.skip("SIPTRACE_CORPUS is not set")
    found = [check(open_trace(path)) for path in find_sources([Path(corpus)])]
    assert sum(lines is not None for lines in found) > len(found) // 2


def test_many_calls(tmp_path: Path) -> None:
    make(tmp_path / "many.pcap", 5000)
    trace = open_trace(tmp_path / "many.pcap")
    lines = check(trace)
    assert lines is not None
    assert lines.count("\n") == 5001
    assert len(lines) > 1 << 19  # more than is put together at once


@given(st.lists(anything, max_size=20), st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_any_messages_even_without_times(messages: list[Sent], timeless: int) -> None:
    check(trace_of(messages, timeless=timeless))


@cache
def flows() -> Trace:
    return open_trace(*sorted(CAPTURES.glob("*.udp4.pcap")))


@given(st.lists(st.integers(0, 28), unique=True))
@settings(max_examples=50, deadline=None)
def test_some_of_the_calls_in_any_order(chosen: list[int]) -> None:
    trace = flows()
    assert len(trace.calls) == 29
    assert long(trace, chosen) == (plain(trace, chosen) if chosen else None)


URIS = ["sip:", "sip:;x", "", ":", "a", "sip:a;b:c", "tel:+1;x=y", "b;c", "sip::a", "sip:a b"]


@pytest.mark.parametrize("uri", URIS)
@pytest.mark.parametrize("other", URIS)
def test_whatever_a_uri_looks_like(uri: str, other: str) -> None:
    trace = trace_of([invite(call_id="1"), invite(call_id="2"), invite(call_id="3")])
    number = trace.table.uris.number
    for column, text in ((trace.table.from_uri, uri), (trace.table.to_uri, other)):
        column[1] = number(text.encode())
    assert check(trace) is not None


@pytest.mark.parametrize("user", ["al\x1b[31mice", "zoë", "a" * 300])
def test_what_is_not_plain_is_left_to_the_other_way(user: str) -> None:
    assert long(trace_of([invite(users=(user, "bob"))])) is None


def test_times_that_lie_far_apart() -> None:
    call = invite(body=SDP)
    calls = [call, response_to(call, 200, at=2.0), in_dialog(call, "BYE", at=75.5), invite(call_id="2", at=3e9)]
    assert check(trace_of(calls)) is not None


def test_nothing() -> None:
    assert long(trace_of([])) is None


@pytest.mark.parametrize("words", [(), ("-F", "state == completed"), ("-F", "state == completed and state == busy")])
def test_the_command_prints_it(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(
        overview: Overview, survey: Callable[[], Survey], chosen: Sequence[int] | None
    ) -> Iterator[bytes] | None:
        made.append(long_list(overview, survey, chosen))
        return made[-1]

    monkeypatch.setattr("siptrace.render.long_list.long_list", counted)
    line = ["calls", *map(str, sorted(CAPTURES.glob("*.udp4.pcap"))), *words]
    short = CliRunner().invoke(cli, line)
    assert (short.exit_code, made) == (0, [])
    monkeypatch.setattr(calls, "_LONG", 1)
    assert CliRunner().invoke(cli, line).stdout_bytes == short.stdout_bytes
    assert len(made) == 1
