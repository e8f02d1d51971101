"""Two messages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.sip.parse import parse
from siptrace.tui.compare import compare
from siptrace.tui.diff_screen import DiffScreen, side_by_side, summary
from tests.messages import HOLD, SDP, in_dialog, invite, response_to, trace_of
from tests.tui.showing import leaves, lines, see, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

CALL = invite(body=SDP, headers=("Supported: timer",))
AGAIN = in_dialog(CALL, "INVITE", body=HOLD, headers=("Require: 100rel",))
TRACE = trace_of([CALL, response_to(CALL, 200), AGAIN, b"\x1b[2J\xff\x00", b""])


def test_the_signs_stand_between_the_messages() -> None:
    found = see(DiffScreen(TRACE, 1, 3), size=(120, 50))
    signs = {line[:58].strip(): line[58:61].strip() for line in found}
    assert signs["Supported: timer"] == "<"
    assert signs["CSeq: 1 INVITE"] == "~"
    assert signs["m=audio 4000 RTP/AVP 0"] == ""
    assert [line[58:].split() for line in found if "Require" in line] == [[">", "Require:", "100rel"]]


def test_what_always_differs_goes_and_comes_back() -> None:
    before = see(DiffScreen(TRACE, 1, 3), size=(120, 50))
    after = see(DiffScreen(TRACE, 1, 3), "a", size=(120, 50))
    assert any("CSeq" in line for line in before)
    assert not any("CSeq" in line for line in after)
    assert "(hidden)" in after[0]
    assert any("Supported" in line for line in after)
    assert see(DiffScreen(TRACE, 1, 3), "a", "a", size=(120, 50)) == before


def test_what_always_differs_is_dim_and_what_differs_is_not() -> None:
    first, second = (parse(b"OPTIONS a SIP/2.0\r\nCSeq: 1 %s\r\nMax-Forwards: %s\r\n\r\n" % two) for two in
                     ((b"A", b"70"), (b"B", b"69")))  # fmt: skip
    content = side_by_side(compare(first, second), 80)
    styles = [(content.plain[span.start : span.end], str(span.style)) for span in content.spans]
    assert [style for text, style in styles if text in ("Max-Forwards: ", "70", "69")] == ["dim"] * 4
    assert [style for text, style in styles if text in ("A", "B")] == ["bold $text-warning"] * 2


def test_the_summary_counts() -> None:
    rows = compare(TRACE.message(1).sip, TRACE.message(3).sip)
    assert summary(rows) == "≠ 1 different, < 1 on the left only, > 2 on the right only, ~ 4 that always differ"
    assert summary(compare(TRACE.message(1).sip, TRACE.message(1).sip)) == "The messages are equal."


@pytest.mark.parametrize("width", [1, 11, 40, 80, 200])
def test_long_lines_go_on_below(width: int) -> None:
    rows = compare(TRACE.message(1).sip, TRACE.message(2).sip)
    room = max((width - 3) // 2, 4)
    found = side_by_side(rows, width).plain.split("\n")
    assert all(len(line) <= 2 * room + 3 for line in found)
    left = "".join(line[:room] for line in found).replace(" ", "")
    assert left == "".join(part.text for row in rows for part in row.left).replace(" ", "")


def test_it_scrolls() -> None:
    async def script(pilot: Pilot[None]) -> None:
        before = lines(pilot)
        await pilot.press("j", "j", "k")
        await pilot.pause()
        after = lines(pilot)
        assert after[0] == before[0]
        assert [line[:95].rstrip() for line in after[1:5]] == [line[:95].rstrip() for line in before[2:6]]

    show(DiffScreen(TRACE, 1, 3), script, size=(100, 12))


def test_escape_goes_back_and_f1_helps() -> None:
    assert leaves(DiffScreen(TRACE, 1, 2), "escape")
    assert any("always differs" in line for line in see(DiffScreen(TRACE, 1, 2), "f1"))


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (60, 24), (240, 80)])
def test_any_message_at_any_size(size: tuple[int, int]) -> None:
    for first, second in ((1, 4), (4, 5), (5, 5)):
        found = see(DiffScreen(TRACE, first, second), "a", "j", size=size)
        assert all(line.isprintable() for line in found)
