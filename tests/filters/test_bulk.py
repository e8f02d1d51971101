"""Whole columns with numpy: the verdicts of the plain way."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.filters import select
from siptrace.filters.bulk import verdicts
from siptrace.filters.filter import parse
from siptrace.trace import open_trace
from tests.filters.expressions import SELECTED, numbers, paths

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL = st.integers(-1, 40)


@given(st.lists(st.tuples(SMALL, SMALL), min_size=1), st.sets(SMALL))
def test_any_columns(pairs: list[tuple[int, int]], good: set[int]) -> None:
    columns = [array("i", column) for column in zip(*pairs, strict=True)]
    for some in (columns, columns[:1]):
        expected = bytes(any(column[row] in good for column in some) for row in range(len(pairs)))
        assert verdicts(some, good.__contains__) == expected


@pytest.mark.parametrize("column", [bytearray(b"\0\1\1"), array("b", [0, 1, 1]), array("h", [0, 1, 1]), [0, 1, 1]])
def test_every_kind_of_column(column: Sequence[int]) -> None:
    assert verdicts([column], bool) == b"\0\1\1"


def test_a_number_is_judged_once() -> None:
    asked: list[int] = []

    def passes(number: int) -> bool:
        asked.append(number)
        return True

    verdicts([array("i", [5, 5, -1]), array("i", [-1, 7, 5])], passes)
    assert asked == [-1, 5, 7]


def test_what_is_selected_in_large_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "_WORTH_NUMPY", 1)
    subjects = {name: open_trace(*paths(name)).subject for name in {trace for trace, *_ in SELECTED}}
    for trace, expression, calls, messages in SELECTED:
        wanted = parse(expression)
        assert [call + 1 for call in wanted.calls(subjects[trace])] == numbers(calls), expression
        assert [row + 1 for row in wanted.messages(subjects[trace])] == numbers(messages), expression
