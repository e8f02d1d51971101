"""The filter bar: what is offered is written with a key, what is wrong is said, and leaving changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from siptrace.tui.filter_bar import FilterBar
from siptrace.tui.help_screen import HelpScreen
from tests.tui.driving import drive, lines, table

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


def written(pilot: Pilot[SiptraceError]) -> Input:
    return pilot.app.screen.query_one("#filter", Input)


def test_an_expression_is_written_with_a_few_keys() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("slash")
        await pilot.pause()
        assert "call  kind  state" in lines(pilot)[-3]
        await pilot.press("s", "t")
        await pilot.pause()
        assert written(pilot)._suggestion == "state"
        assert "How it stands at the end of the trace" in lines(pilot)[-2]
        assert "There is no field" not in "\n".join(lines(pilot))
        await pilot.press("tab", "tab", "b")
        await pilot.pause()
        assert written(pilot)._suggestion == "state == busy"
        await pilot.press("right", "enter")
        await pilot.pause()
        assert "6 calls (1 shown)" in lines(pilot)[0]
        assert table(pilot).has_focus
        assert "state == busy" in lines(pilot)[-2]

    assert drive(script).calls.expression == "state == busy"


def test_what_was_offered_is_gone_when_the_bar_is_left() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        before = lines(pilot)
        await pilot.press("slash", *"sta", "escape")
        await pilot.pause()
        assert lines(pilot) == before

    drive(script)


def test_words_that_are_no_expression_are_looked_for() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("f3", *"alice")
        await pilot.pause()
        text = "\n".join(lines(pilot))
        assert "Enter lists the calls with all these words in From, To, Call-ID" in text
        assert "^^^" not in text
        await pilot.press("enter")
        await pilot.pause()
        assert "6 calls (5 shown)" in lines(pilot)[0]
        assert 'from matches "alice" or to matches "alice"' in lines(pilot)[-2]

    drive(script)


def test_others_that_are_offered_are_chosen_and_what_follows_stays() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("slash")
        written(pilot).value = "method ==  and call > 1"
        written(pilot).cursor_position = 10
        await pilot.press("c")
        await pilot.pause()
        assert "CANCEL" in lines(pilot)[-3]
        await pilot.press("backspace")
        await pilot.pause()
        offered = lines(pilot)[-3].split()
        assert offered == ["ACK", "BYE", "CANCEL", "INVITE", "REGISTER"]
        await pilot.press("down", "down", "down", "up", "up", "up", "up", "up", "tab")
        await pilot.pause()
        assert written(pilot).value == "method == INVITE and call > 1"
        assert written(pilot).cursor_position == len("method == INVITE")

    drive(script)


def test_what_makes_no_sense_is_said_while_it_is_written() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        bar = pilot.app.screen.query_one(FilterBar)
        await pilot.press("slash")
        written(pilot).value = "metod == INVITE"
        await pilot.pause()
        text = "\n".join(lines(pilot))
        assert "^^^^^" in text
        assert "did you mean method" in text
        await pilot.press("enter")
        assert "6 calls (6 shown)" in lines(pilot)[0]
        assert written(pilot).has_focus
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert "^^^^^" not in "\n".join(lines(pilot))
        assert (written(pilot).value, bar.expression) == ("", "")
        assert table(pilot).has_focus
        await pilot.press("slash")
        written(pilot).value = 'text matches "(a+)+$"'
        await pilot.press("enter")
        await pilot.pause()
        assert written(pilot).value == bar.expression

    drive(script)
