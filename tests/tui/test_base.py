"""What all screens stand in: keys, colours and columns of the user's own, and what is wrong in their file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from siptrace.tui.app import SiptraceApp
from siptrace.tui.columns import DEFAULT
from siptrace.tui.filter_bar import FilterBar
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.settings_file import SettingsFile
from siptrace.tui.settings_screen import SettingsScreen
from siptrace.tui.timeline import Timeline
from tests.tui.driving import PATHS, lines, table, trace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import pytest
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

    Script = Callable[[Pilot[SiptraceError]], Awaitable[None]]

MINE = """
theme = "solarized-light"
[list]
columns = ["index", "src", "dst", "time"]
sort = "-index"
sparkline = false
[ladder]
clock = "delta"
colors = "cseq"
preview = false
[keys]
"list.filter" = "ctrl+f"
"any.help" = "f12"
[aliases]
"192.0.2.101" = "alice's phone"
"""


def run(path: Path, script: Script, size: tuple[int, int] = (140, 60)) -> SiptraceApp:
    """Run a script of keys on the application with a settings file, once the flows of its calls are there."""
    app = SiptraceApp(PATHS, trace(), SettingsFile(path))

    async def running() -> None:
        async with app.run_test(size=size) as pilot:
            while app.calls.rows is None or app.calls.rows.survey is None:
                await pilot.pause(0.02)
            await pilot.pause()
            await script(pilot)

    asyncio.run(running())
    return app


def test_the_settings_hold_from_the_first_screen_on(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(MINE)

    async def script(pilot: Pilot[SiptraceError]) -> None:
        app = pilot.app
        shown = lines(pilot)
        assert app.theme == "solarized-light"
        assert shown[1].split() == ["#▼", "source", "target", "start"]
        assert shown[2].split()[0] == "6"
        assert "alice's phone" in shown[2]
        assert not app.screen.query_one(Timeline).display
        await pilot.press("f12")
        await pilot.pause()
        assert type(app.screen).__name__ == "HelpScreen"
        helped = "\n".join(lines(pilot))
        assert "^F                  Filter by an expression" in helped
        assert "F12                 Show this help" in helped
        assert "PgDn                Move down by a page" in helped
        await pilot.press("escape", "ctrl+f")
        assert app.screen.query_one(FilterBar).has_focus_within
        assert "^F Filter" in lines(pilot)[-1]
        await pilot.press("escape", "slash", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        ladder = app.screen
        assert isinstance(ladder, LadderScreen), "/ filters no longer, so that Enter opens"
        assert (str(ladder.look.times), ladder.look.colours) == ("time since the message before", "cseq")
        assert "alice's phone" in "\n".join(lines(pilot))
        await pilot.press("c", "w", "T")
        assert (str(ladder.look.times), ladder.look.colours) == ("time since the message before", "cseq")

    assert not run(path, script)._notifications


def test_what_is_wrong_is_shown_and_stops_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.toml"
    path.write_text("".join(f"wrong{number} = 1\n" for number in range(5)))

    async def script(pilot: Pilot[SiptraceError]) -> None:
        assert table(pilot).columns == DEFAULT
        await pilot.press("f8")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SettingsScreen)
        assert "wrong4: there is no such setting" in "\n".join(lines(pilot))

    told = [notification.message for notification in run(path, script)._notifications]
    assert [text.rpartition("toml: ")[2][:6] for text in told[:3]] == ["wrong0", "wrong1", "wrong2"]
    assert told[3:] == ["2 more problems in the settings: F8 in the list shows them."]
    assert capfd.readouterr().err == ""


def test_columns_and_colours_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "s.toml"

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f10", "down", "space", "s")
        await pilot.pause()
        assert table(pilot).columns == (DEFAULT[0], *DEFAULT[2:]), "they are shown as well"
        pilot.app.theme = "nord"
        await pilot.app.run_action("keep_theme")
        await pilot.pause()

    app = run(path, script)
    settings = SettingsFile(path).settings
    assert (settings.columns, settings.theme) == ((DEFAULT[0], *DEFAULT[2:]), "nord")
    assert [str(path) in one.message for one in app._notifications] == [True, True]


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("theme = ")

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f10", "s")
        await pilot.pause()

    assert ["so nothing was written to it" in one.message for one in run(path, script)._notifications] == [False, True]
    assert path.read_text() == "theme = "


def test_keys_of_forms_are_ones_own_too(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        '[keys]\n"quick.tick" = "x"\n"quick.apply" = "ctrl+g"\n"any.back" = "f4"\n'
        '"columns.later" = "n"\n"save.other" = "f5"\n"move.down" = "ctrl+n"\n'
    )

    async def script(pilot: Pilot[SiptraceError]) -> None:
        async def press(*keys: str) -> str:
            await pilot.press(*keys)
            await pilot.pause()
            return " ".join("\n".join(lines(pilot)).replace("│", " ").split())

        assert "x ticks, Tab goes to the next list, ^G filters, F4 leaves" in await press("f7")
        await press("ctrl+n", "x", "ctrl+g")
        assert pilot.app.screen is not None
        assert table(pilot).shown == [0]
        assert "and n move up and down" in await press("f10")
        await press("n", "enter")
        assert table(pilot).columns[:2] == (DEFAULT[1], DEFAULT[0])
        assert "F5 takes something else, F4 leaves" in await press("f2")
        assert "messages.txt" in await press("f5")
        await press("f4")
        assert table(pilot).has_focus
        assert "siptrace" in await press("f1")
        await press("f4")
        assert table(pilot).has_focus

    assert not run(path, script)._notifications
