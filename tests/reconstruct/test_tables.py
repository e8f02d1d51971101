from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from siptrace.reconstruct.call import CALL, EXCHANGE, CallInput, Phase
from siptrace.reconstruct.dialog import TRANSITIONS, DialogInput, DialogState
from siptrace.reconstruct.tables import flat
from siptrace.reconstruct.transaction import INVITE_CLIENT, NON_INVITE_SERVER, Input, State

if TYPE_CHECKING:
    from enum import IntEnum

TABLES: list[tuple[Any, type[IntEnum], type[IntEnum]]] = [
    (CALL, Phase, CallInput),
    (EXCHANGE, Phase, CallInput),
    (TRANSITIONS, DialogState, DialogInput),
    (INVITE_CLIENT, State, Input),
    (NON_INVITE_SERVER, State, Input),
]


@pytest.mark.parametrize(("table", "states", "inputs"), TABLES)
def test_the_flat_table_says_what_the_table_says(table: Any, states: type[IntEnum], inputs: type[IntEnum]) -> None:
    steps = flat(table, states, inputs)
    assert len(steps) == len(states) * len(inputs)
    assert set(map(type, steps)) == {int}
    for state in states:
        for event in inputs:
            assert steps[state * len(inputs) + event] == table.get((state, event), state)


@pytest.mark.parametrize(
    "enum", dict.fromkeys(enum for _, *enums in TABLES for enum in enums), ids=lambda enum: str(enum.__name__)
)
def test_the_members_count_from_zero(enum: type[IntEnum]) -> None:
    assert [member.value for member in enum] == list(range(len(enum)))
