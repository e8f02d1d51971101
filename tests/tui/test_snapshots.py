"""Pictures of every screen at three sizes: what changes on one of them is seen, and looked at."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import textual

from fixtures.flows.make_flows import CAPTURES
from siptrace.trace import open_trace
from siptrace.tui.app import SiptraceApp
from tests.tui.driving import PATHS, settled

if TYPE_CHECKING:
    from collections.abc import Callable

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
TAKEN_WITH = "8.2.8"
"""The version of Textual that drew them: others draw scroll bars and borders in other ways."""

SIZES = [(80, 24), (120, 40), (200, 60)]

WALK = {
    "list": "",
    "help": "f1",
    "quick-filter": "escape f7",
    "columns": "escape f10",
    "settings": "escape f8",
    "statistics": "escape i",
    "raw": "escape down down down down r",
    "filter-bar": "escape f3 s t",
    "selected": "escape space up space down",
    "calls-compared": "D",
    "ladder": "escape f5 enter",
    "ladder-flow": "m ]",
    "ladder-compressed": "m s",
    "ladder-found": "s s slash B u s y enter",
    "message": "T enter",
    "message-explained": "e",
    "messages-compared": "escape space down down space",
    "save": "escape S",
}
"""The keys that lead from one screen to the next one."""


@pytest.mark.skipif(textual.__version__ != TAKEN_WITH, reason=f"the pictures were taken with Textual {TAKEN_WITH}")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_screens(size: tuple[int, int], golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CAPTURES)  # paths are shown
    paths = [Path(path).name for path in PATHS]
    app, pictures = SiptraceApp(paths, open_trace(*paths)), {}

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            for name, keys in WALK.items():
                await pilot.press(*keys.split())
                await app.workers.wait_for_complete()
                await pilot.pause()
                pictures[name] = app.export_screenshot(title=name)

    asyncio.run(run())
    assert len(set(pictures.values())) == len(WALK)
    for name, picture in pictures.items():
        golden(SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.svg", picture)
