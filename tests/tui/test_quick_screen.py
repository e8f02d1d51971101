"""Quick filters: what is ticked becomes an expression that can be read."""

from __future__ import annotations

import pytest

from siptrace.filters.filter import parse
from siptrace.tui.quick_screen import expression_of
from tests.tui.driving import trace

CASES = [
    ([], [], ""),
    (["INVITE"], [], 'method in {"INVITE"}'),
    (["INVITE", "REGISTER"], ["busy"], 'method in {"INVITE", "REGISTER"} and state in {"busy"}'),
]


@pytest.mark.parametrize(("methods", "states", "expression"), CASES)
def test_expressions(methods: list[str], states: list[str], expression: str) -> None:
    assert expression_of(methods, states) == expression


def test_they_select_what_they_say() -> None:
    found = trace()
    chosen = parse(expression_of(["INVITE"], ["busy", "cancelled"])).calls(found.subject)
    assert [found.calls[call].state.value for call in chosen] == ["cancelled", "busy"]
