"""From a ladder to other screens and back, and to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.render.layout import Times
from siptrace.render.text import render_text
from siptrace.tui.call_diff_screen import CallDiffScreen
from siptrace.tui.diff_screen import DiffScreen
from siptrace.tui.help_screen import HelpScreen
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.raw_screen import RawScreen
from siptrace.tui.save_screen import SaveScreen
from tests.messages import invite, trace_of
from tests.tui.showing import flow, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.trace import Trace

CALL = flow("rfc3665-3.1")


def screen(trace: Trace = CALL, *calls: int) -> LadderScreen:
    """Return the screen of some calls."""
    return LadderScreen(trace, calls or (1,))


def test_keys_lead_to_other_screens_and_back() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.press("down")
        for key, kind in (
            *(("enter", MessageScreen), ("f6", RawScreen), ("r", RawScreen), ("S", SaveScreen)),
            *(("f1", HelpScreen), ("h", HelpScreen), ("question_mark", HelpScreen)),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(pilot.app.screen, kind), key
            await pilot.press("escape")
            await pilot.pause()
            assert pilot.app.screen_stack[-1] is shown
        await pilot.press("space", "down", "space")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DiffScreen)
        assert [message.n for message in pilot.app.screen.messages] == [2, 3]
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)
        assert pilot.app.screen.message.n == 3

    show(screen(), script)


def test_the_cursor_goes_where_one_has_leafed_to() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.press("down", "enter", "n", "n", "escape")
        await pilot.pause()
        assert shown.view.cursor == 3
        await pilot.press("enter", *["n"] * 9)
        assert [one.message for one in pilot.app._notifications] == ["This is the last message."]
        await pilot.press("escape")
        await pilot.pause()
        assert shown.view.cursor == len(shown.view.arrows) - 1

    show(screen(), script)


def test_v_compares_two_calls() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("v")
        await pilot.pause()
        assert isinstance(pilot.app.screen, CallDiffScreen)

    trace = trace_of([invite(), invite(call_id="two", from_tag="z")])
    show(screen(trace, 1, 2), script)


def test_v_needs_two_calls() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("v")
        await pilot.pause()
        said = [one.message for one in pilot.app._notifications]
        assert said == ["Select two calls in the list to compare them."]

    show(screen(), script)


def test_y_copies_the_ladder_as_it_is_drawn() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.press("d", "w", "y")
        await pilot.app.workers.wait_for_complete()
        drawn = render_text(shown.ladder, width=shown.view.drawing_width, sdp=False, times=Times.START)
        assert pilot.app.clipboard == drawn

    show(screen(), script, (120, 40))
