"""The command palette: the actions of the screen with their keys, found by what they do, and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from siptrace.tui.actions import actions_of
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.themes import theme_names
from tests.tui.driving import drive, lines, table

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


async def offered(pilot: Pilot[SiptraceError], key: str = "", text: str = "", least: int = 1) -> list[str]:
    """Press a key, look for a text, and return what the palette offers: so many things at least."""
    await pilot.press(*filter(None, [key]))
    await pilot.pause()
    palette = pilot.app.screen
    assert isinstance(palette, CommandPalette)
    palette.query_one(Input).value = text
    found = palette.query_one(CommandList)
    for _ in range(200):
        await pilot.pause(0.02)
        shown = [str(found.get_option_at_index(place).prompt) for place in range(found.option_count)]
        if len(shown) >= least and all(text in one for one in shown[:1]):
            break
    return shown


def test_all_actions_are_offered_and_run() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        found = await offered(pilot, "ctrl+p", least=20)
        for action in actions_of("list"):
            assert any(action.meaning in text for text in found), action
        assert any("Save the selected calls" in text and "F2 s S" in text for text in found)
        assert not any("Find an action" in text or "Move down" in text for text in found)
        await offered(pilot, text="Turn the order")
        assert "Turn the order round" in "\n".join(lines(pilot))
        await pilot.press("enter")
        await pilot.pause()
        assert table(pilot).sorted_by == ("index", True)
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        found = await offered(pilot, "ctrl+p", least=20)
        assert isinstance(pilot.app.screen_stack[-2], LadderScreen)
        assert any("Show or hide the reference flow" in text for text in found)
        assert not any("Turn the order round" in text for text in found)

    drive(script, size=(100, 60))


def test_actions_are_found_by_their_names_too() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("ctrl+p")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "theme"
        found = pilot.app.screen.query_one(CommandList)
        for _ in range(200):
            await pilot.pause(0.02)
            shown = [str(found.get_option_at_index(place).prompt) for place in range(found.option_count)]
            if any("Choose the colours" in one for one in shown[:2]):
                break
        assert any("Choose the colours" in one for one in shown[:2])

    drive(script)


def test_themes_are_chosen_there() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await offered(pilot, "ctrl+p", "Choose the colours")
        await pilot.press("enter")
        await pilot.pause()
        assert sorted(await offered(pilot, least=len(theme_names()))) == sorted(theme_names())
        await offered(pilot, text="siptrace-light")
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.theme == "siptrace-light"

    drive(script)
