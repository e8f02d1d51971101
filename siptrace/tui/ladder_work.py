"""What is found out about the calls of a ladder in the background: the ladder itself, and what is wrong with them.

A screen may show other calls when the answer comes, so every answer says which subject it is about.
"""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.screen import Screen

    from siptrace.tui.ladder_subject import Subject, Wanted

__all__ = ["LadderJudged", "LadderMade", "judge_calls", "make_ladder"]

_UNTIL_SHOWN = 0.25
"""Seconds until nothing is looked for in the background: threads take turns, and the ladder comes first."""


class _Known(Message):
    """Something is known about a subject now."""

    def __init__(self, subject: Subject) -> None:
        """Carry the subject."""
        super().__init__()
        self.subject = subject


class LadderMade(_Known):
    """A ladder is made."""


class LadderJudged(_Known):
    """What is wrong with the calls is known."""


def make_ladder(screen: Screen[None], subject: Subject, wanted: Wanted) -> None:
    """Make a ladder and tell the screen; in a thread."""
    subject.ladder(wanted)
    screen.post_message(LadderMade(subject))


def judge_calls(screen: Screen[None], subject: Subject) -> None:
    """Find what is wrong with the calls and tell the screen; in a thread."""
    sleep(_UNTIL_SHOWN)
    subject.judge()
    screen.post_message(LadderJudged(subject))
