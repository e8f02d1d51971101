"""Choosing columns: ticked, moved, as at first, or left as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.tui.columns import DEFAULT
from tests.tui.driving import drive

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

CASES: dict[str, tuple[list[str], list[str]]] = {
    "nothing changes": (["enter"], list(DEFAULT)),
    "escape leaves it": (["space", "plus", "escape"], list(DEFAULT)),
    "one column less": (["down", "space", "enter"], [DEFAULT[0], *DEFAULT[2:]]),
    "moved down": (["plus", "enter"], [DEFAULT[1], DEFAULT[0], *DEFAULT[2:]]),
    "moved up": (["down", "minus", "enter"], [DEFAULT[1], DEFAULT[0], *DEFAULT[2:]]),
    "as at first": (["space", "plus", "d", "enter"], list(DEFAULT)),
}


@pytest.mark.parametrize("name", CASES)
def test_keys(name: str) -> None:
    keys, columns = CASES[name]

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f10", *keys)
        await pilot.pause()

    assert drive(script).calls.columns == columns
