"""One truth: the compiled passes find what `overview` finds, in every field."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.make_trace import make
from fixtures.flows.make_flows import CAPTURES
from siptrace.errors import SiptraceError
from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.fast import KERNEL, fast_overview
from siptrace.reconstruct.overview import overview
from siptrace.reconstruct.transaction import T1
from siptrace.table.columns import COLUMNS, KNOWN_METHODS, NO_NUMBER, Flag, MessageTable
from siptrace.trace import open_trace
from tests.kernels import loaded
from tests.messages import Sent, request, table_of
from tests.reconstruct.test_overview import anything

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIXTURES = Path(__file__).parents[2] / "fixtures"


def check(table: MessageTable) -> None:
    """Hold that both readings of a table are equal, field by field."""
    loaded(KERNEL)
    found, expected = fast_overview(table), overview(table)
    for part in ("transactions", "dialogs", "calls"):
        mine, theirs = getattr(found, part), getattr(expected, part)
        for name in theirs.__slots__:
            assert getattr(mine, name) == getattr(theirs, name), (part, name)
            assert type(getattr(mine, name)) is type(getattr(theirs, name)), (part, name)
    assert (found.rows, found.starts) == (expected.rows, expected.starts)
    assert found == expected


@pytest.mark.parametrize("folder", [CAPTURES, FIXTURES / "links", FIXTURES / "logs"], ids=lambda path: path.name)
def test_the_fixtures_as_one_trace_and_one_by_one(folder: Path) -> None:
    check(open_trace(folder).table)
    for path in sorted(folder.iterdir()):
        try:
            table = open_trace(path).table
        except SiptraceError:
            continue  # the script beside the captures
        check(table)


@pytest.mark.parametrize("folder", ["captures", "logs"])
def test_the_corpus(folder: str) -> None:
    corpus = os.environ.get("SIPTRACE_CORPUS")
    if not corpus:
        pytest.skip("SIPTRACE_CORPUS is not set")
    check(open_trace(Path(corpus, folder)).table)


def test_a_generated_capture(tmp_path: Path) -> None:
    make(tmp_path / "generated.pcap", 300)
    table = open_trace(tmp_path / "generated.pcap").table
    assert len(table) > 4000
    check(table)


def test_nothing_at_all() -> None:
    check(table_of([]))


@given(st.lists(anything, max_size=25))
@settings(max_examples=400, deadline=None)
def test_any_sequence_of_messages(messages: list[Sent]) -> None:
    check(table_of(messages))


@given(st.lists(anything, max_size=15), st.lists(st.integers(0, 3), min_size=15, max_size=15), st.integers(0, 15))
@settings(max_examples=200, deadline=None)
def test_messages_of_two_sources_and_without_times(messages: list[Sent], delays: list[int], timeless: int) -> None:
    table = table_of(messages)
    now = 0
    for row, delay in zip(range(len(table)), delays, strict=False):
        now += (0, 1, T1 // 2 - 1, T1 // 2)[delay]
        table.time[row] = NO_TIME if row < timeless else now
        table.source[row] = delay % 2
    check(table)


def test_methods_beyond_the_known_ones() -> None:
    messages = [request(method, call_id=f"{n}") for n in range(3) for method in ("X", "Y", "Z", "INVITE", "X")]
    table = table_of(messages)
    assert max(table.method) > len(KNOWN_METHODS)
    check(table)


RANGES = {
    "source": (0, 1),
    "transport": (0,),
    "method": range(len(KNOWN_METHODS) + 4),
    "status": (*[0] * 8, NO_NUMBER, 100, 180, 199, 200, 202, 299, 300, 302, 399, 401, 403, 404, 407, 408, 480, 481, 486,
               487, 500, 503, 600, 603, 699),
    "cseq": (1, 1, 1, 2, NO_NUMBER, 2**31 - 1),
    "flags": (0, Flag.COOKIE, Flag.COOKIE, Flag.SUBSCRIPTION_ENDED, Flag.MALFORMED, Flag.SDP),
    "time": (NO_TIME, 0, 1, T1 // 2 - 1, T1 // 2, T1, 64 * T1),
}  # fmt: skip
"""What may stand in a column; in all others stand numbers from 0 to 3."""


def table_from(choose: Callable[[Sequence[int]], list[int]], *, one: bool) -> MessageTable:
    """Make a sorted table of any small numbers, which texts need not agree with; `one`: mostly one conversation."""
    table = MessageTable()
    for text in (b"1", b"2", b"3"):
        table.call_ids.number(text)
    columns = {name: choose(RANGES.get(name, range(4))) for name in COLUMNS}
    columns["time"].sort()
    if one:
        columns["method"] = [method % 5 for method in columns["method"]]
        columns["call_id"] = [1] * len(columns["method"])
    for name, values in columns.items():
        getattr(table, name).extend(values)
    return table


@st.composite
def tables(draw: Callable[..., Any]) -> MessageTable:
    """Make small tables."""
    count = draw(st.integers(0, 15))

    def choose(among: Sequence[int]) -> list[int]:
        chosen: list[int] = draw(st.lists(st.sampled_from(among), min_size=count, max_size=count))
        return chosen

    return table_from(choose, one=draw(st.booleans()))


@given(tables())
@settings(max_examples=250, deadline=None)
def test_any_small_table(table: MessageTable) -> None:
    check(table)


@pytest.mark.parametrize("one", [False, True])
@pytest.mark.parametrize("count", [5, 15, 40, 300])
def test_any_larger_table(count: int, one: bool) -> None:
    rng = random.Random(count)  # noqa: S311  (the same tables each time)
    for _ in range(4000 // count):
        check(table_from(lambda among: rng.choices(among, k=count), one=one))


@given(st.integers(0, 2**32), st.sampled_from([64, 500]))
@settings(max_examples=40, deadline=None)
def test_tables_of_slots_stay_right_when_they_are_filled(seed: int, count: int) -> None:
    names = [f"{(seed + n * n) % 97}" for n in range(count)]
    check(table_of([Sent("ab", "INVITE", None if n % 3 else 200, call_id=name) for n, name in enumerate(names)]))
