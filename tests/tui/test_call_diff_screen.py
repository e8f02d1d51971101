"""A good and a bad call side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.tui.call_diff_screen import CallDiffScreen
from siptrace.tui.diff_screen import DiffScreen
from siptrace.tui.message_screen import MessageScreen
from tests.messages import SDP, ack, ack_2xx, in_dialog, invite, response_to, trace_of
from tests.tui.driving import drive
from tests.tui.driving import lines as listed
from tests.tui.showing import leaves, lines, see, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

GOOD = invite(body=SDP)
BAD = invite("cd", body=SDP, call_id="two@example.com", from_tag="z", users=("carol", "dave"))
BYE = in_dialog(GOOD, "BYE")
TRACE = trace_of(
    [
        *(GOOD, response_to(GOOD, 100), response_to(GOOD, 180), response_to(GOOD, 200, body=SDP), ack_2xx(GOOD)),
        *(BYE, response_to(BYE, 200)),
        *(BAD, BAD, response_to(BAD, 100), response_to(BAD, 486), ack(BAD)),
    ]
)


def screen() -> CallDiffScreen:
    return CallDiffScreen(TRACE, 1, 2)


def test_good_and_bad_stand_side_by_side() -> None:
    found = see(screen(), size=(80, 24))
    assert found[0].startswith("3 steps the same, ~ 1 changed, - 3 on the left only")
    assert any(line.split() == ["state", "completed", "~", "busy"] for line in found)
    assert any(line.split() == ["final", "code", "200", "~", "486"] for line in found)
    head = next(line for line in found if "Call 1: alice@" in line)
    assert "Call 2: carol@" in head
    assert [line[39] for line in found if "→callee" in line or "→caller" in line] == [*"  -~ --"]
    assert any("0.300 callee→caller 200 Because" in line and "0.300 callee→caller 486" in line for line in found)
    assert any("INVITE (SDP) ↺1" in line for line in found)
    assert "only the left call has it" in found


def test_keys_lead_from_difference_to_difference_and_into_messages() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = pilot.app.screen
        assert isinstance(shown, CallDiffScreen)
        places = [shown.view.cursor]
        for keys in (["right_square_bracket"], ["n"], ["N"], ["home"], ["n"], ["left_square_bracket"], ["end", "n"]):
            await pilot.press(*keys)
            places.append(shown.view.cursor)
        assert places == [2, 3, 5, 3, 0, 2, 2, 6]
        assert [one.message for one in pilot.app._notifications] == ["No more steps differ this way."] * 2
        await pilot.press("home", "n", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)
        assert pilot.app.screen.message.n == 3
        await pilot.press("escape", "down", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DiffScreen)
        assert [one.n for one in pilot.app.screen.messages] == [4, 11]
        await pilot.press("escape")
        await pilot.pause()
        assert "200 here, 486 there, session description only on the left" in lines(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert [line[39] for line in lines(pilot) if "→ca" in line] == [*"-~--"]
        assert shown.view.pair is not None
        assert shown.view.pair.left is not None
        assert shown.view.pair.left.n == 4
        await pilot.click(shown.view, offset=(5, 1), times=2)
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessageScreen)

    show(screen(), script)


def test_a_call_is_equal_to_itself() -> None:
    found = see(CallDiffScreen(TRACE, 1, 1), "a", size=(80, 24))
    assert found[0] == "7 steps the same (hidden)"
    assert not any("→callee" in line for line in found)


def test_escape_goes_back_and_f1_helps() -> None:
    assert leaves(screen(), "escape")
    assert any("next step that differs" in line for line in see(screen(), "f1"))


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (60, 24), (240, 80)])
def test_any_size_will_do(size: tuple[int, int]) -> None:
    assert all(line.isprintable() for line in see(screen(), "end", "a", "up", size=size))


def test_from_the_list_two_calls_open_it() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("D")
        assert [one.message for one in pilot.app._notifications] == ["Select two calls in the list to compare them."]
        await pilot.press("down", "space", "end", "D")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(pilot.app.screen, CallDiffScreen)
        assert [call.n for call in pilot.app.screen.calls] == [2, 6]
        facts = "\n".join(listed(pilot))
        assert "rfc3665-3.1" in facts
        assert "rfc3665-3.9" in facts

    drive(script)
