"""Quick filters: what is ticked becomes an expression that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.filters.filter import parse
from siptrace.tui.app import SiptraceApp
from siptrace.tui.quick_screen import PROBLEMS, Quick
from tests.tui.driving import drive, lines, trace

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

CASES = [
    ([], [], [], ""),
    (["INVITE"], [], [], 'method in {"INVITE"}'),
    (["INVITE", "REGISTER"], ["busy"], [], 'method in {"INVITE", "REGISTER"} and state in {"busy"}'),
    ([], [], ["sent again", "talk under 5 s"], "retransmissions > 0 or talk < 5s"),
    ([], ["busy"], ["sent again"], 'state in {"busy"} and retransmissions > 0'),
    ([], ["busy"], ["sent again", "talk under 5 s"], 'state in {"busy"} and (retransmissions > 0 or talk < 5s)'),
]


@pytest.mark.parametrize(("methods", "states", "problems", "expression"), CASES)
def test_expressions(methods: list[str], states: list[str], problems: list[str], expression: str) -> None:
    assert Quick(tuple(methods), tuple(states), tuple(problems)).expression == expression


def test_they_select_what_they_say() -> None:
    found = trace()

    def chosen(*ticked: list[str]) -> list[str]:
        numbers = parse(Quick(*map(tuple, ticked)).expression).calls(found.subject)
        return [found.calls[number].state.value for number in numbers]

    assert chosen(["INVITE"], ["busy", "cancelled"], []) == ["cancelled", "busy"]
    assert chosen([], [], ["unsuccessful"]) == ["cancelled", "busy"]
    assert chosen([], [], ["sent again"]) == ["completed"]
    assert all(parse(expression) for expression in PROBLEMS.values())


def test_problems_are_ticked() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f7", "tab", "tab", "space", "enter")
        await pilot.pause()
        assert "6 calls (2 shown)" in lines(pilot)[0]

    assert drive(script).calls.expression == PROBLEMS["unsuccessful"]


def test_what_was_typed_holds_besides_what_is_ticked() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        app = pilot.app
        assert isinstance(app, SiptraceApp)

        async def press(*keys: str) -> str:
            await pilot.press(*keys)
            await pilot.pause()
            return app.calls.expression

        typed = await press("slash", *"from", "space", "equals_sign", "equals_sign", "space", *"alice", "enter")
        assert await press("f7", "down", "enter") == typed, "nothing is ticked"
        first = await press("f7", "space", "enter")
        assert first == 'from == alice and method in {"INVITE"}'
        assert await press("f7", "tab", "space", "enter") == f'{first} and state in {{"busy"}}', (
            "INVITE is still ticked"
        )
        assert await press("f7", "space", "tab", "space", "enter") == typed
        assert await press("f5") == ""

    drive(script)
