"""The ladder screen, key by key: what is on the terminal afterwards."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from textual.geometry import Region
from textual.widgets import Static

from siptrace.render.layout import Times
from siptrace.tui.actions import actions_of
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.ladder_view import LadderView
from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.message_view import MessageView
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

# What the keys of sngrep's call flow do there, in our words (its keybinding.c, and the help of its screen).
SNGREP = {
    "enter": "raw", "space": "select", "f1": "help", "h": "help", "H": "help", "f2": "sdp", "d": "sdp", "f3": "media",
    "m": "media", "f4": "extended", "x": "extended", "f5": "compress", "s": "compress", "f6": "messages",
    "r": "messages", "R": "messages", "f7": "colours", "c": "colours", "f8": "syntax", "C": "syntax", "f9": "names",
    "a": "names", "t": "preview", "9": "grow", "0": "shrink", "T": "reset", "D": "only_sdp", "M": "only_sdp",
    "w": "clock", "S": "save", "escape": "back", "q": "back", "Q": "back",
}  # fmt: skip


def screen(trace: Trace = CALL, *calls: int) -> LadderScreen:
    """Return the screen of some calls."""
    return LadderScreen(trace, calls or (1,))


def walk(*steps: str, trace: Trace = CALL, size: tuple[int, int] = WIDE, calls: tuple[int, ...] = (1,)) -> list[str]:
    """Return what is on the terminal at first and after each step: keys with blanks between them."""
    seen: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        for step in ("", *steps):
            await pilot.press(*step.split())
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            seen.append("\n".join(lines(pilot)))

    show(LadderScreen(trace, calls), script, size)
    return seen


def test_a_fuller_reading_shows_more_and_leaves_the_rest_as_it_is() -> None:
    call = [FIRST, response_to(FIRST, 180), response_to(FIRST, 200, body=SDP), BYE, response_to(BYE, 200)]
    part, whole, shown = trace_of(call[:3]), trace_of(call), list[str]()
    ladder = LadderScreen(part, [1])

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("down", "space", "down", "w")
        ladder.renew(whole, [1])
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        shown.extend(lines(pilot))

    show(ladder, script, WIDE)
    assert "BYE" not in "\n".join(see(LadderScreen(part, [1]), size=WIDE))
    assert "BYE" in "\n".join(shown)
    assert "3 of 5 · compare 2 with ..." in shown[0]
    assert any("  0.000 " in line for line in shown), "times since the start"
    assert any("2*" in line for line in shown)


@cache
def seen(trace: Trace = CALL, size: tuple[int, int] = WIDE) -> str:
    """Return what is on the terminal at first."""
    return "\n".join(see(screen(trace), size=size))


def said(*keys: str, trace: Trace = CALL, calls: tuple[int, ...] = (1,)) -> list[str]:
    """Return the short remarks that some keys lead to."""
    remarks: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await pilot.pause()
        remarks.extend(one.message for one in pilot.app._notifications)

    show(LadderScreen(trace, calls), script)
    return remarks


def test_hands_that_know_sngrep_need_not_learn() -> None:
    ours = {key: action.name for action in actions_of("ladder") for key in action.keys}
    assert {key: ours.get(key) for key in SNGREP} == SNGREP


# -- what is where


def test_ladder_and_message_stand_beside_each_other() -> None:
    found = seen().splitlines()
    assert found[0].strip().startswith("Call 1: alice@")
    assert found[0].rstrip().endswith("1 of 6")
    assert any("─INVITE (SDP)─" in line and "│" in line for line in found)
    row = next(line for line in found if "INVITE sip:" in line)
    assert row.index("INVITE sip:") >= 60


def test_the_message_stands_below_in_a_narrow_terminal() -> None:
    first, hidden, again = walk("t", "t", size=TALL)
    found = first.splitlines()
    ladder = next(n for n, line in enumerate(found) if "─INVITE (SDP)─" in line)
    message = next(n for n, line in enumerate(found) if line.startswith("INVITE sip:"))
    assert message > ladder
    assert "INVITE sip:" not in hidden
    assert again == first


def test_the_message_is_hidden_in_a_low_terminal() -> None:
    first, shown = walk("t", size=LOW)
    assert "INVITE sip:" not in first
    assert "INVITE sip:" in shown


def test_the_message_is_that_under_the_cursor() -> None:
    _, second, third = walk("down", "j")
    assert "SIP/2.0 180 Ringing" in second
    assert "2 of 6" in second
    assert "SIP/2.0 200 OK" in third


@pytest.mark.parametrize("size", [WIDE, TALL])
def test_9_and_0_divide_the_room_within_limits(size: tuple[int, int]) -> None:
    wide = size is WIDE
    given: list[int] = []

    async def script(pilot: Pilot[None]) -> None:
        message = pilot.app.screen.query_one(MessageView)
        for keys in ([], ["9"], ["0", "0"], ["9"] * 10, ["0"] * 16, ["T"]):
            await pilot.press(*keys)
            await pilot.pause()
            given.append(message.outer_size.width if wide else message.outer_size.height)

    show(screen(), script, size)
    first, grown, shrunk, most, least, again = given
    assert shrunk < first < grown < most
    assert 0 < least < shrunk
    assert most <= size[0 if wide else 1] * 0.8
    assert again == first


def test_the_mouse_moves_the_cursor_and_opens_messages() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.click(LadderView, offset=(30, 5))
        assert shown.view.cursor > 0
        await pilot.click(LadderView, offset=(30, 5), times=2)
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)

    show(screen(), script, WIDE)


def test_several_calls_are_one_ladder_and_have_no_flow() -> None:
    trace = trace_of([invite(), invite(call_id="two", from_tag="z"), invite(call_id="three", from_tag="y")])
    (first,) = walk(trace=trace, calls=(1, 3))
    assert "Calls 1, 3: 2 messages" in first
    assert said("m", trace=trace, calls=(1, 3)) == ["The reference flow is that of one whole call."]


# -- toggles

TOGGLES = {
    "d": (("no SDP",), ("offer: ",)), "f2": (("no SDP",), ("offer: ",)),
    "m": (("Follows rfc3665-3.1", "100 %", "  F1 ", "═"), ()), "f3": (("  F1 ",), ()),
    "D": (("only SDP", "1 of 2"), ("ACK", "BYE")), "M": (("only SDP",), ("ACK", "BYE")),
    "a": (("no names", "192.0.2.101"), ("  Alice  ",)), "f9": (("no names",), ("  Alice  ",)),
    "t": ((), ("INVITE sip:",)),
    "space": (("compare 1 with ...", "1* "), ()),
}  # fmt: skip
"""Keys that show something, or hide it, and undo that when they are pressed again: what is there then, and what not."""


def test_toggles() -> None:
    first, *after = walk(*(key for key in TOGGLES for _ in range(2)))
    for (key, (there, gone)), once, twice in zip(TOGGLES.items(), after[::2], after[1::2], strict=True):
        assert (key, [text for text in there if text not in once]) == (key, [])
        assert (key, [text for text in gone if text in once or text not in first]) == (key, [])
        assert (key, twice) == (key, first)


def test_w_turns_through_the_times_and_c_through_the_colours() -> None:
    clock, start, delta, again, dialog, cseq, kind, key = walk("w", "w", "w", "c", "f7", "c", "d w c m t 9 D a T")
    assert any(line.startswith(" 2  ") and ":" in line[:16] and "+" in line for line in clock.splitlines())
    assert any(line.startswith(" 1  0.000 ") for line in start.splitlines())
    assert any(line.startswith(" 2  +") for line in delta.splitlines())
    assert str(Times.START) in start.splitlines()[0]
    assert "colours: dialog" in dialog
    assert "colours: CSeq" in cseq
    assert clock == again == kind == key


def test_s_folds_one_thing_after_the_other() -> None:
    trace = trace_of([FIRST, FIRST, response_to(FIRST, 100), response_to(FIRST, 200)])
    first, folded, again = walk("s", "f5", trace=trace)
    assert "1 of 4" in first
    assert "1 of 2" in folded
    assert "without retransmissions and 100" in folded
    assert again == first
    (remark,) = said("s", trace=flow("rfc3665-2.1"))
    assert remark.startswith("There is nothing to fold")


def test_big_c_takes_the_colours_off_the_message() -> None:
    async def script(pilot: Pilot[None]) -> None:
        found = []
        for keys in ([], ["C"], ["f8"]):
            await pilot.press(*keys)
            await pilot.pause()
            text = pilot.app.screen.query_one(MessageView).query_one(".text", Static)
            strips = text.render_lines(Region(0, 0, 40, 4))
            found.append(len({str(part.style) for strip in strips for part in strip if part.text.strip()}))
        assert found[0] == found[2] > found[1] == 1

    show(screen(), script, WIDE)


def test_x_shows_one_call_id_or_all() -> None:
    first, one, again = walk("x", "f4", trace=flow("rfc5359-2.4"))
    assert "1 of 16" in first
    assert "one Call-ID" in one
    assert "1 of 16" not in one
    assert again == first
    assert said("x") == ["There is one Call-ID only."]


# -- what is wrong


def test_findings_stand_in_the_margin_and_a_key_leads_to_them() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        found = lines(pilot)
        assert [line[:2] for line in found if line[:1] == "!"] == ["!1", "!3", "!4"]
        assert "finding 1 of 3 · 1 step missing (m)" in found[0]
        places = []
        for key in ("right_square_bracket", "m", "right_square_bracket", "right_square_bracket", "left_square_bracket"):
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            places.append(shown.view.cursor)
        assert places == [2, 2, GHOST, 4, GHOST]
        found = lines(pilot)
        assert "finding 3 of 4" in found[0]
        assert any(line.startswith("≠ ") and "ACK missing" in line for line in found)
        assert any("ACK: this step never came" in line for line in found)
        assert any("! missing: F" in line for line in found)
        remarks = []
        for keys in ("enter", "space", "x", "home left_square_bracket", "m end right_square_bracket"):
            await pilot.press(*keys.split())
            (remark,) = pilot.app._notifications  # one takes the place of the one before
            remarks.append(remark.message)
        assert ["never came" in remark for remark in remarks] == [True, True, True, False, True]
        assert remarks[3:] == [
            "No more findings this way.",
            "No more findings this way; m shows the steps that never came.",
        ]

    show(screen(NO_ACK), script, WIDE)


# -- finding a text


def test_what_is_typed_to_be_found_is_seen() -> None:
    _, found, sought = walk("slash B Y E", "enter")
    assert found.splitlines()[-2].startswith(" Find: BYE")
    assert " · /BYE" in sought.splitlines()[0]


def test_d_leaves_a_ladder_without_session_descriptions_as_it_is() -> None:
    trace = flow("rfc3665-2.1")
    first, same = walk("D", trace=trace)
    assert same.splitlines()[:9] == first.splitlines()[:9]
    assert said("D", trace=trace) == ["No message has a session description."]


def test_slash_finds_a_text_and_n_goes_round() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, LadderScreen)
        await pilot.press("n", *"invite", "enter")
        places = [shown.view.cursor]
        for key in ("n", "n", "N", "end", "n"):
            await pilot.press(key)
            places.append(shown.view.cursor)
        assert places[:4] == [0, 1, 2, 1]
        assert places[-1] == 0
        await pilot.press("slash", "q", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LadderScreen)
        assert shown.view.has_focus
        await pilot.press("slash", "ctrl+u", *"bye", "space", *"sip", "enter")
        await pilot.pause()
        found = "\n".join(lines(pilot))
        assert "BYE sip:" in found
        assert "/bye sip" in found
        assert "5 of 6" in found
        await pilot.press("slash", "ctrl+u", *"xyz", "enter")
        assert [one.message for one in pilot.app._notifications] == ["No message has 'xyz'."]

    show(screen(), script, WIDE)


# -- leaving


@pytest.mark.parametrize("key", ["escape", "q", "Q"])
def test_escape_goes_back(key: str) -> None:
    assert leaves(screen(), key)


# -- anything, at any size


def test_every_key_does_no_harm_where_there_is_no_call() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        for action in actions_of("ladder"):
            if action.name == "back":
                continue
            await pilot.press(action.keys[0])
            await pilot.pause()
            assert all(line.isprintable() for line in lines(pilot))
            if pilot.app.screen is not shown or action.name == "find":
                await pilot.press("escape")
            assert pilot.app.screen is shown

    show(LadderScreen(trace_of([]), ()), script)


def test_a_storm_of_resizes() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for size in ((20, 5), (200, 60), (60, 24), (1, 1), (99, 19), (100, 20), (80, 24), (240, 80), (40, 8)):
            await pilot.resize_terminal(*size)
            await pilot.press("m", "down", "t")
            await pilot.pause()
            assert all(line.isprintable() for line in lines(pilot))

    show(screen(), script)


def test_a_large_ladder_is_made_in_the_background() -> None:
    again = [in_dialog(FIRST, "INFO", cseq=number) for number in range(2, 1100)]
    found = see(screen(trace_of([FIRST, *again])), "end", size=WIDE)
    assert "1099 of 1099" in found[0]
    assert any(line[1:].startswith("1099  ") for line in found)
