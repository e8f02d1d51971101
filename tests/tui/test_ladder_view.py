"""The ladder on a screen: it shows what the command line draws, and its cursor goes where keys and mouse send it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult

from siptrace.ladder.build import build_ladder
from siptrace.ladder.model import Ladder, Lane, SdpView
from siptrace.render.colours import COLOURS, ink_of
from siptrace.render.layout import Times
from siptrace.render.text import render_text
from siptrace.tui.ladder_view import LadderView, Look
from tests.render.ladders import arrow, ladder
from tests.tui.showing import flow

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.color import Color
    from textual.pilot import Pilot
    from textual.strip import Strip

LANES = [("Alice", "192.0.2.1:5060"), ("Bob", "192.0.2.2:5060")]
LONG = ladder(LANES, [arrow(i % 2, 1 - i % 2) for i in range(100)])
CALL = build_ladder(flow("rfc3665-3.1").call(1))


class Viewer(App[None]):
    """A view alone; it keeps the numbers of the arrows that the cursor went to."""

    def __init__(self, value: Ladder, look: Look) -> None:
        super().__init__()
        self.value, self.look = value, look
        self.moves: list[int | None] = []
        self.chosen = 0

    def compose(self) -> ComposeResult:
        yield LadderView()

    def on_mount(self) -> None:
        view = self.query_one(LadderView)
        view.focus()
        view.show(self.value, self.look)

    def on_cursor_view_moved(self) -> None:
        arrow = self.query_one(LadderView).arrow
        self.moves.append(arrow.n if arrow else None)

    def on_cursor_view_chosen(self) -> None:
        self.chosen += 1


def view(
    value: Ladder,
    *keys: str,
    size: tuple[int, int] = (80, 24),
    look: Look | None = None,
    script: Callable[[Pilot[None], LadderView], Awaitable[None]] | None = None,
) -> tuple[Viewer, LadderView, list[Strip]]:
    """Show a ladder, press keys, and return what is on the screen."""
    app = Viewer(value, look or Look())
    strips: list[Strip] = []

    async def run() -> LadderView:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            shown = app.query_one(LadderView)
            await pilot.press(*keys)
            if script is not None:
                await script(pilot, shown)
            await pilot.pause()
            strips.extend(shown.render_line(y) for y in range(shown.size.height))
            return shown

    return app, asyncio.run(run()), strips


def text(strips: list[Strip]) -> list[str]:
    """Return the lines of strips without their margin."""
    return [strip.text[1:].rstrip() for strip in strips]


LOOKS = {
    "plain": Look(),
    "without SDP": Look(sdp=False),
    "since the start": Look(times=Times.START),
    "since the message before": Look(times=Times.DELTA),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("width", [62, 122, 202])
def test_it_shows_what_the_command_line_draws(look: Look, width: int) -> None:
    _, _, strips = view(CALL, size=(width, 50), look=look)
    drawn = render_text(CALL, width=width - 2, sdp=look.sdp, times=look.times).rstrip("\n").split("\n")
    heads = drawn.index("") + 1
    assert text(strips)[: len(drawn) - heads] == drawn[heads:]


def test_the_cursor_goes_from_arrow_to_arrow() -> None:
    app, shown, strips = view(LONG, "end", "up", "up")
    assert shown.arrow is not None
    assert shown.arrow.n == app.moves[-1] == 98
    assert any(line.lstrip().startswith("98 ") for line in text(strips))


def test_the_line_under_the_cursor_is_reversed_across_the_screen() -> None:
    _, _, strips = view(LONG, "down", "down")
    reversed_ = [
        y for y, strip in enumerate(strips) if all(part.style and part.style.reverse for part in strip if part.text)
    ]
    assert [text(strips)[y].split()[0] for y in reversed_] == ["3"]


def test_the_heads_stay_on_top() -> None:
    _, _, before = view(LONG)
    _, shown, after = view(LONG, "end")
    assert shown.scroll_y > 0
    assert text(after)[:3] == text(before)[:3]
    assert text(after)[-1].startswith("100")


def test_many_lanes_keep_their_letters_on_top() -> None:
    value = ladder([(f"p{n}", f"192.0.2.{n}") for n in range(8)], [arrow(0, 7) for _ in range(50)])
    _, _, strips = view(value, "end")
    assert text(strips)[0].split() == list("ABCDEFGH")
    assert text(strips)[-1].startswith("50")
    _, _, first = view(value)
    assert text(first)[1] == "  A  p0  192.0.2.0"


def test_the_mouse_selects_and_chooses() -> None:
    async def script(pilot: Pilot[None], shown: LadderView) -> None:
        await pilot.click(LadderView, offset=(40, 0))
        assert shown.cursor == 0
        await pilot.click(LadderView, offset=(40, 3 + 4))
        assert shown.cursor == 4
        await pilot.click(LadderView, offset=(40, 3 + 4), times=2)

    app, shown, _ = view(LONG, script=script)
    assert shown.arrow is not None
    assert shown.arrow.n == 5
    assert app.chosen == 1


def test_a_click_on_the_lines_under_an_arrow_selects_it() -> None:
    value = ladder(LANES, [arrow(0, 1, sdp=SdpView("offer", ("audio a PCMU", "video b H264"))), arrow(1, 0)])

    async def script(pilot: Pilot[None], shown: LadderView) -> None:
        shown.go(1)
        await pilot.click(LadderView, offset=(40, 3 + 2))

    _, shown, _ = view(value, script=script)
    assert shown.cursor == 0


def test_scrolling_leaves_the_cursor_alone() -> None:
    async def script(pilot: Pilot[None], shown: LadderView) -> None:
        shown.scroll_down(animate=False)
        await pilot.pause()

    _, shown, strips = view(LONG, script=script)
    assert shown.cursor == 0
    assert text(strips)[3].startswith("  2 ")


def test_the_cursor_stays_on_its_message() -> None:
    few = LONG._replace(rows=LONG.arrows[::7])

    async def script(_: Pilot[None], shown: LadderView) -> None:
        shown.go(50)
        shown.show(few, shown.look)

    _, shown, _ = view(LONG, script=script)
    assert shown.arrow is not None
    assert shown.arrow.n == 50  # the last one there is before 51


@pytest.mark.parametrize("colours", COLOURS)
def test_colours_are_those_of_the_ink(colours: str) -> None:
    rows = [arrow(0, 1)._replace(dialog=1, cseq=1), arrow(1, 0, "200 OK")._replace(dialog=2, cseq=1)]
    value = ladder(LANES, [*rows, arrow(1, 0, "486 Busy")._replace(dialog=1, cseq=2)])
    inks: list[Color | None] = []

    async def script(_: Pilot[None], shown: LadderView) -> None:
        names = [f"ladder--{ink_of(one, colours)}" for one in value.arrows]
        inks.extend(shown.get_component_rich_style(name).color for name in names)

    _, _, strips = view(value, "down", look=Look(colours=colours), script=script)
    seen = [
        next(part.style.color for part in strip if part.style and ("─" in part.text or "▶" in part.text))
        for strip in strips[3:6]
    ]
    assert seen == inks
    assert len(set(inks)) == (3 if colours == "class" else 2)


def test_a_message_that_is_kept_has_a_sign() -> None:
    async def script(_: Pilot[None], shown: LadderView) -> None:
        shown.mark(3)

    _, _, strips = view(LONG, script=script)
    assert [line.split()[0] for line in text(strips) if "*" in line] == ["3*"]


def test_what_was_found_has_a_sign_in_the_margin() -> None:
    colours: list[Color | None] = []

    async def script(_: Pilot[None], shown: LadderView) -> None:
        shown.show(LONG, Look(), lambda one: "!" if one.n in (2, 4) else "")
        colours.append(shown.get_component_rich_style("ladder--found").color)

    _, _, strips = view(LONG, "down", script=script)
    assert [strip.text[:5] for strip in strips if not strip.text.startswith(" ")] == ["!  2 ", "!  4 "]
    (sign, *_) = next(strip for strip in strips if strip.text.startswith("!  4"))
    assert sign.style is not None
    assert [sign.style.color] == colours
    _, _, without = view(LONG)
    assert all(strip.text.startswith(" ") for strip in without)


def test_a_long_ladder_draws_what_is_on_the_screen() -> None:
    value = ladder(LANES, [arrow(i % 2, 1 - i % 2) for i in range(5000)])
    _, shown, strips = view(value, "end")
    assert text(strips)[-1].startswith("5000")
    assert shown._plan is not None
    assert len(shown._plan._drawn) < 3 * 24


def test_a_narrow_screen_scrolls_sideways() -> None:
    _, shown, strips = view(LONG, "right", "right", "right", size=(30, 10))
    assert shown.drawing_width == 60
    assert shown.scroll_x == 3
    _, _, unmoved = view(LONG, size=(30, 10))
    assert strips[4].text[:20] == unmoved[4].text[3:23]


SIZES = [(1, 1), (20, 5), (3, 40), (200, 2), (60, 24), (300, 100)]


@pytest.mark.parametrize("value", [LONG, CALL, Ladder("", (), None, (), ()), LONG._replace(rows=())])
def test_any_size_will_do(value: Ladder) -> None:
    async def script(pilot: Pilot[None], shown: LadderView) -> None:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("end", "pageup", "home", "down")
            assert all(shown.render_line(y) is not None for y in range(shown.size.height))

    view(value, script=script)


def test_hostile_texts_are_shown_not_sent() -> None:
    value = ladder([("\x1b[2J", "\x07")], [arrow(0, 0, "\x1b]52;c;aaaa\x07")])
    value = value._replace(lanes=(*value.lanes, Lane("\u202e", "")))
    _, _, strips = view(value)
    assert all(line.isprintable() for line in text(strips))
    assert any("\\x1b]52" in line for line in text(strips))
