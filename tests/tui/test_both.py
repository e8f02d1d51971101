"""Two expressions as one."""

from __future__ import annotations

import pytest

from siptrace.filters.filter import parse
from siptrace.tui.both import both


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("", "", ""),
        ("a == 1", "", "a == 1"),
        ("", "b or c", "b or c"),
        ("call == 1", "talk > 5s", "call == 1 and talk > 5s"),
        ("call == 1 or call == 2", "talk", "(call == 1 or call == 2) and talk"),
        ("talk", "call == 1 OR call == 2", "talk and (call == 1 OR call == 2)"),
        ("(call == 1 or call == 2)", "talk", "(call == 1 or call == 2) and talk"),
        ("(call == 1) or (call == 2)", "talk", "((call == 1) or (call == 2)) and talk"),
        ("not (call == 1 || call == 2)", "talk", "(not (call == 1 || call == 2)) and talk"),
    ],
)
def test_both(first: str, second: str, found: str) -> None:
    assert both(first, second) == found
    if first and second:
        parse(found)
