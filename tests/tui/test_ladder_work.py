"""Work in the background ends with a message to the screen that says which calls it was about."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.screen import Screen

from siptrace.tui.ladder_subject import Subject, Wanted
from siptrace.tui.ladder_work import LadderJudged, LadderMade, judge_calls, make_ladder
from tests.messages import in_dialog, invite, response_to, trace_of
from tests.tui.showing import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message
    from textual.pilot import Pilot

CALL = invite()
BROKEN = [CALL, response_to(CALL, 200), in_dialog(CALL, "BYE")]
"""A call without ACK."""


class Told(Screen[None]):
    """A screen that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Message] = []

    def on_ladder_made(self, message: LadderMade) -> None:
        self.told.append(message)

    def on_ladder_judged(self, message: LadderJudged) -> None:
        self.told.append(message)


def told(work: Callable[[Screen[None]], None]) -> list[Message]:
    """Return what a screen is told by work in a thread."""
    screen = Told()

    async def script(pilot: Pilot[None]) -> None:
        await asyncio.to_thread(work, screen)
        await pilot.pause()

    show(screen, script)
    return screen.told


def test_a_ladder_that_was_made_is_there_at_once() -> None:
    subject = Subject(trace_of(BROKEN), [1])
    assert not subject.knows(Wanted())
    (message,) = told(lambda screen: make_ladder(screen, subject, Wanted()))
    assert isinstance(message, LadderMade)
    assert message.subject is subject
    assert subject.knows(Wanted())


def test_calls_that_were_judged_have_findings() -> None:
    subject = Subject(trace_of(BROKEN), [1])
    (message,) = told(lambda screen: judge_calls(screen, subject))
    assert isinstance(message, LadderJudged)
    assert message.subject is subject
    assert subject.judged
    assert subject.findings
