"""The ladder screen, key by key: what is on the terminal afterwards."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from siptrace.render.layout import Times
from siptrace.render.text import render_text
from siptrace.tui.actions import actions_of
from siptrace.tui.diff_screen import DiffScreen
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.message_view import MessageView
from siptrace.tui.save_screen import SaveScreen
from tests.messages import SDP, in_dialog, invite, response_to, trace_of
from tests.tui.showing import flow, leaves, lines, see, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.trace import Trace

WIDE, TALL, LOW = (120, 40), (80, 24), (80, 16)
CALL = flow("rfc3665-3.1")
FIRST = invite(body=SDP)
BYE = in_dialog(FIRST, "BYE")
NO_ACK = trace_of([FIRST, response_to(FIRST, 180), response_to(FIRST, 200, body=SDP), BYE, response_to(BYE, 200)])
"""A call whose ACK never came."""
GHOST = 3
"""The place of the ACK in its ladder with the flow."""


def screen(trace: Trace = CALL, *calls: int) -> LadderScreen:
    """Return the screen of some calls."""
    return LadderScreen(trace, calls or (1,))


@cache
def seen(*keys: str, trace: Trace = CALL, size: tuple[int, int] = WIDE) -> str:
    """Return what is on the terminal after some keys."""
    return "\n".join(see(screen(trace), *keys, size=size))


def said(*keys: str, trace: Trace = CALL, calls: tuple[int, ...] = (1,)) -> list[str]:
    """Return the short remarks that some keys lead to."""
    remarks: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        remarks.extend(one.message for one in pilot.app._notifications)

    show(LadderScreen(trace, calls), script)
    return remarks


# -- what is where


def test_ladder_and_message_stand_beside_each_other() -> None:
    found = see(screen(), size=WIDE)
    assert found[0].strip().startswith("Call 1: alice@")
    assert found[0].rstrip().endswith("1 of 6")
    assert any("─INVITE (SDP)─" in line and "│" in line for line in found)
    row = next(line for line in found if "INVITE sip:" in line)
    assert row.index("INVITE sip:") >= 60


def test_the_message_stands_below_in_a_narrow_terminal() -> None:
    found = see(screen(), size=TALL)
    ladder = next(n for n, line in enumerate(found) if "─INVITE (SDP)─" in line)
    message = next(n for n, line in enumerate(found) if line.startswith("INVITE sip:"))
    assert message > ladder


def test_the_message_is_hidden_in_a_low_terminal() -> None:
    assert "INVITE sip:" not in seen(size=LOW)
    assert "INVITE sip:" in seen("t", size=LOW)


@pytest.mark.parametrize("size", [WIDE, TALL])
def test_t_hides_and_shows_the_message(size: tuple[int, int]) -> None:
    assert "INVITE sip:" not in seen("t", size=size)
    assert "INVITE sip:" in seen("t", "t", size=size)


def test_the_message_is_that_under_the_cursor() -> None:
    assert "SIP/2.0 180 Ringing" in seen("down")
    assert "SIP/2.0 200 OK" in seen("j", "j")
    assert "2 of " in seen("down")


@pytest.mark.parametrize("size", [WIDE, TALL])
def test_9_and_0_divide_the_room_within_limits(size: tuple[int, int]) -> None:
    wide = size is WIDE
    given: list[int] = []

    async def script(pilot: Pilot[None]) -> None:
        message = pilot.app.screen.query_one(MessageView)
        for keys in ([], ["9"], ["0", "0"], ["9"] * 10, ["0"] * 16):
            await pilot.press(*keys)
            await pilot.pause()
            given.append(message.outer_size.width if wide else message.outer_size.height)
        await pilot.press("T")
        await pilot.pause()
        given.append(message.outer_size.width if wide else message.outer_size.height)

    show(screen(), script, size)
    first, grown, shrunk, most, least, again = given
    assert shrunk < first < grown < most
    assert 0 < least < shrunk
    assert most <= size[0 if wide else 1] * 0.8
    assert again == first


def test_several_calls_are_one_ladder() -> None:
    trace = trace_of([invite(), invite(call_id="two", from_tag="z"), invite(call_id="three", from_tag="y")])
    found = "\n".join(see(screen(trace, 1, 3), size=WIDE))
    assert "Calls 1, 3: 2 messages" in found


# -- toggles


@pytest.mark.parametrize("key", ["d", "f2"])
def test_d_hides_session_descriptions(key: str) -> None:
    assert "offer: " in seen()
    assert "offer: " not in seen(key)
    assert "no SDP" in seen(key)
    assert seen(key, key) == seen()


def test_w_turns_through_the_times() -> None:
    clock, start, delta = (seen(*["w"] * times).splitlines() for times in range(3))
    assert any(line.startswith("2  ") and ":" in line[:16] and "+" in line for line in clock)
    assert any(line.startswith("1  0.000 ") for line in start)
    assert any(line.startswith("2  +") for line in delta)
    assert str(Times.START) in start[0]
    assert seen("w", "w", "w").splitlines() == clock


def test_c_turns_through_the_colours() -> None:
    assert ["colours" in seen(*["c"] * times) for times in range(4)] == [False, True, True, False]
    assert "colours: dialog" in seen("c")
    assert "colours: CSeq" in seen("c", "c")


@pytest.mark.parametrize("key", ["m", "f3"])
def test_m_lays_the_reference_flow_over_the_call(key: str) -> None:
    found = seen(key)
    assert "Follows rfc3665-3.1" in found
    assert "100 %" in found
    assert "  F1 " in found
    assert "═" in found
    assert seen(key, key) == seen()


def test_a_step_that_never_came_is_shown_with_the_reason() -> None:
    found = seen("m", *["down"] * GHOST, trace=NO_ACK)
    assert "ACK missing" in found
    assert "ACK: this step never came" in found
    assert "! missing: " in found


@pytest.mark.parametrize("key", ["enter", "space", "x"])
def test_a_step_that_never_came_is_no_message(key: str) -> None:
    (remark,) = said("m", *["down"] * GHOST, key, trace=NO_ACK)
    assert "never came" in remark


def test_several_calls_have_no_flow() -> None:
    trace = trace_of([invite(), invite(call_id="two", from_tag="z")])
    assert said("m", trace=trace, calls=(1, 2)) == ["The reference flow is that of one whole call."]
    assert "Follows" not in "\n".join(see(screen(trace, 1, 2), "m", size=WIDE))


@pytest.mark.parametrize("key", ["x", "f4"])
def test_x_shows_one_call_id_or_all(key: str) -> None:
    trace = flow("rfc5359-2.4")
    assert "1 of 16" in seen(trace=trace)
    assert "one Call-ID" in seen(key, trace=trace)
    assert "1 of 16" not in seen(key, trace=trace)
    assert seen(key, key, trace=trace) == seen(trace=trace)


def test_x_says_when_there_is_one_call_id() -> None:
    assert said("x") == ["There is one Call-ID only."]


def test_big_t_shows_everything_as_it_was() -> None:
    assert seen("d", "w", "c", "m", "t", "9", "space", "T") == seen()


# -- finding


def test_slash_finds_a_text_and_n_goes_on() -> None:
    keys = ("slash", *"bye sip", "enter")
    once = seen(*[{" ": "space"}.get(key, key) for key in keys])
    assert "BYE sip:" in once
    assert "/bye sip" in once
    assert "5 of 6" in once


def test_n_and_big_n_go_round() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.press("slash", *"invite", "enter")
        places = [shown.view.cursor]
        for key in ("n", "n", "N", "end", "n"):
            await pilot.press(key)
            places.append(shown.view.cursor)
        assert places[:4] == [0, 1, 2, 1]
        assert places[-1] == 0

    show(screen(), script, WIDE)


def test_what_is_not_there_is_said() -> None:
    assert said("slash", *"xyz", "enter") == ["No message has 'xyz'."]


def test_escape_leaves_the_find_bar_first() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("slash", "q", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)
        assert not pilot.app.screen.query_one("#bar").display
        assert pilot.app.screen.view.has_focus

    show(screen(), script)


def test_n_without_a_text_asks_for_one() -> None:
    assert "Find:" in seen("n")


# -- going elsewhere


@pytest.mark.parametrize("key", ["enter", "f6", "r", "R"])
def test_enter_shows_the_message(key: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("down", key)
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)
        assert pilot.app.screen.message.n == 2

    show(screen(), script)


def test_space_keeps_a_message_and_compares_the_second_with_it() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        kept: list[int | None] = []
        for keys in (["down", "space"], ["space"]):
            await pilot.press(*keys)
            kept.append(shown.view.marked)
            assert any(line.startswith("2* ") for line in lines(pilot)) is (len(kept) == 1)
        assert kept == [2, None]
        await pilot.press("space", "down", "space")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DiffScreen)
        assert [message.n for message in pilot.app.screen.messages] == [2, 3]

    show(screen(), script)


@pytest.mark.parametrize("key", ["s", "S"])
def test_s_offers_to_save_the_ladder(key: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(pilot.app.screen, SaveScreen)

    show(screen(), script)


def test_y_copies_the_ladder_as_it_is_drawn() -> None:
    copied: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.press("d", "w", "y")
        copied.extend(
            (
                pilot.app.clipboard,
                render_text(shown.ladder, width=shown.view.drawing_width, sdp=False, times=Times.START),
            )
        )

    show(screen(), script, WIDE)
    assert copied[0] == copied[1] != ""


@pytest.mark.parametrize("key", ["escape", "q", "Q"])
def test_escape_goes_back(key: str) -> None:
    assert leaves(screen(), key)


@pytest.mark.parametrize("key", ["f1", "h", "question_mark"])
def test_f1_shows_the_keys(key: str) -> None:
    assert "Show or hide what session descriptions say" in seen(key)


def test_every_key_does_no_harm_where_there_is_no_call() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for action in actions_of("ladder"):
            await pilot.app.push_screen(LadderScreen(trace_of([]), ()))
            await pilot.press(action.keys[0])
            await pilot.pause()
            assert all(line.isprintable() for line in lines(pilot))

    show(LadderScreen(trace_of([]), ()), script)


# -- anything, at any size


def test_a_storm_of_resizes() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for size in ((20, 5), (200, 60), (60, 24), (1, 1), (99, 19), (100, 20), (80, 24), (240, 80), (40, 8)):
            await pilot.resize_terminal(*size)
            await pilot.press("m", "down", "9", "t", "w")
            await pilot.pause()
            assert all(line.isprintable() for line in lines(pilot))

    show(screen(), script)


HOSTILE = trace_of(
    [b"", b"\x1b[2J\x1b]52;c;AAAA\x07", b"INVITE \x9b31m SIP/2.0\r\nCall-ID: \x1b[31m\r\n\r\n\x00\xff", b"\r\n\r\n"]
)


def test_hostile_bytes_are_shown_not_sent() -> None:
    calls = range(1, len(HOSTILE.calls) + 1)
    for keys in ((), ("end",), ("down", "m"), ("down", "down", "x"), ("end", "enter", "e")):
        assert all(line.isprintable() for line in see(LadderScreen(HOSTILE, calls), *keys, size=WIDE))


def test_a_large_ladder_is_made_in_the_background() -> None:
    again = [in_dialog(FIRST, "INFO", cseq=number) for number in range(2, 1100)]
    found = see(screen(trace_of([FIRST, *again])), "end", size=WIDE)
    assert "1099 of 1099" in found[0]
    assert any(line.startswith("1099  ") for line in found)
