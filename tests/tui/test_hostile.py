"""A call that is hostile in every header field, on every screen: it is shown, and never sent to the terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from siptrace.tui.app import SiptraceApp
from siptrace.tui.call_diff_screen import CallDiffScreen
from siptrace.tui.calls_screen import CallsScreen
from siptrace.tui.diff_screen import DiffScreen
from siptrace.tui.help_screen import HelpScreen
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.raw_screen import RawScreen
from siptrace.tui.save_screen import SaveScreen
from tests.messages import trace_of
from tests.tui.driving import lines

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

BAD = "\x1b]0;evil\x07\x1b[2J\x9b31m\x90q\x9c\u202e\u2066\u200bx[red]y[/]".encode() + b"\xff\x00"
"""Titles, a cleared screen, C1 controls, reordering, markup, and bytes that are no text."""
HEADERS = (
    "Via: SIP/2.0/UDP h{0};branch=z9hG4bK{0}", 'From: "{0}" <sip:{0}@{0}>;tag={0}', "To: {0} <sip:{0}>;tag=b{0}",
    "Call-ID: {0}", "CSeq: 1 INVITE", "Contact: <sip:{0}>", 'Warning: 399 {0} "{0}"', "{0}: {0}",
    "Replaces: {0}", 'WWW-Authenticate: Digest realm="{0}"', "Content-Type: application/sdp",
)  # fmt: skip
SDP = ("v=0", "o={0} 1 1 IN IP4 {0}", "s={0}", "c=IN IP4 {0}", "t=0 0", "m={0} 4000 RTP/AVP 96", "a=rtpmap:96 {0}/8000")


def message(start: str) -> bytes:
    """Return a message with that in every line of it."""
    text = "\r\n".join([start, *HEADERS, "", *SDP, ""])
    return BAD.join(part.encode() for part in text.split("{0}"))


STARTS = ("INVITE sip:{0} SIP/2.0", "SIP/2.0 180 {0}", "SIP/2.0 200 {0}", "{0} sip:b SIP/2.0")
CALL = [message(start) for start in STARTS]
TRACE = trace_of([*CALL, *(one.replace(b"Call-ID: ", b"Call-ID: 2") for one in CALL[:2])])


async def look(pilot: Pilot[SiptraceError], kind: type[object], *keys: str) -> None:
    """Press keys and hold what is on the screen to be harmless."""
    await pilot.press(*keys)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert isinstance(pilot.app.screen, kind)
    found = lines(pilot)
    assert all(line.isprintable() for line in found), [line for line in found if not line.isprintable()]
    assert not any(char in line for line in found for char in "\u200b\u202e\u2066")


def test_nothing_of_it_reaches_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await look(pilot, CallsScreen, "down", "up")
        await look(pilot, HelpScreen, "f1")
        await look(pilot, CallsScreen, "escape", "slash", *"callid", "escape")
        await look(pilot, RawScreen, "r")
        await look(pilot, LadderScreen, "escape", "enter")
        for key in ("m", "w", "w", "d", "d", "c", "c", "a", "a", "s", "s", "D", "D", "x", "x", "C", "end", "T", "y"):
            await look(pilot, LadderScreen, key)
        await look(pilot, LadderScreen, "slash", *"evil", "enter", "n")
        await look(pilot, MessageScreen, "home", "enter")
        for key in ("e", "right", "e", "right", "right", "e"):
            await look(pilot, MessageScreen, key)
        await look(pilot, SaveScreen, "s")
        await look(pilot, MessageScreen, "enter")
        assert (tmp_path / "message-4.sip").read_bytes() == CALL[3]
        await look(pilot, LadderScreen, "escape")
        await look(pilot, DiffScreen, "home", "space", "down", "space")
        await look(pilot, DiffScreen, "a", "end")
        await look(pilot, CallsScreen, "escape", "escape")
        await pilot.app.push_screen(CallDiffScreen(TRACE, 1, 2))
        await look(pilot, CallDiffScreen, "home")
        await look(pilot, CallDiffScreen, "a", "end")

    async def run() -> None:
        app = SiptraceApp(["\x1b[2J\u202e.pcap"], TRACE)
        async with app.run_test(size=(140, 45)) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            await script(pilot)

    asyncio.run(run())
