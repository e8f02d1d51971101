"""Pairs of steps on the screen: signs between them, colours, and a cursor that stays on its pair."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App, ComposeResult

from siptrace.tui.call_diff import Pair, Step
from siptrace.tui.call_diff_view import CallDiffView, side_width

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ONE = Step(1, "caller", "callee", "INVITE", "INVITE", None, True, False, 0, 2)
TWO = Step(2, "callee", "caller", "200 \x1b[2J", "INVITE", 200, False, False, 1_500_000_000)
THREE = Step(3, "caller", "callee", "ACK", "ACK", None, False, False)
PAIRS = [Pair(ONE, ONE), Pair(TWO, TWO._replace(status=486)), Pair(THREE, None), Pair(None, THREE)]


class Viewer(App[None]):
    """The view alone."""

    def compose(self) -> ComposeResult:
        yield CallDiffView()


def view(script: Callable[[CallDiffView], Awaitable[None]], size: tuple[int, int] = (101, 12)) -> None:
    async def run() -> None:
        app = Viewer()
        async with app.run_test(size=size) as pilot:
            shown = app.query_one(CallDiffView)
            shown.show(PAIRS, ("left call", "right call"))
            await pilot.pause()
            await script(shown)

    asyncio.run(run())


def test_signs_stand_between_the_steps_and_colours_say_the_same() -> None:
    async def script(shown: CallDiffView) -> None:
        shown.go(3)
        strips = [shown.render_line(y) for y in range(6)]
        assert strips[0].text.split("  ")[0] == "left call"
        assert strips[0].text[51:].strip() == "right call"
        left = "   0.000 caller→callee INVITE (SDP) ↺2"
        assert strips[1].text == f"{left:<48}   {left:<48} "
        assert [strip.text[49] for strip in strips[1:5]] == [" ", "~", "-", "+"]
        assert "   1.500 callee→caller 200 \\x1b[2J" in strips[2].text
        assert strips[3].text[:48].rstrip() == "         caller→callee ACK"
        assert strips[4].text[:48].strip() == ""
        styles = [next(iter(strip)).style for strip in strips]
        assert len({style.color for style in styles[1:5] if style is not None}) == 4
        assert [bool(style and style.reverse) for style in styles] == [False, False, False, False, True, False]

    view(script)


def test_the_cursor_stays_on_its_pair_or_goes_to_the_next() -> None:
    async def script(shown: CallDiffView) -> None:
        shown.go(2)
        shown.show(PAIRS[1:], ("", ""))
        assert shown.pair == PAIRS[2]
        shown.go(0)
        shown.show([PAIRS[0], PAIRS[2]], ("", ""))
        assert shown.pair == PAIRS[2]
        shown.show([], ("", ""))
        assert shown.pair is None

    view(script)


def test_the_sides_are_equal_and_never_nothing() -> None:
    assert [side_width(width) for width in (0, 20, 80, 81, 200)] == [10, 10, 38, 39, 98]
