"""From a ladder to its messages, to comparisons, to files and the clipboard; screens are imported when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from siptrace.render.text import render_text
from siptrace.tui.kept import show_kept
from siptrace.tui.ladder_subject import Subject, Wanted
from siptrace.tui.ladder_view import LadderView, Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.ladder.model import Ladder
    from siptrace.trace import Trace

__all__ = ["LadderDoors"]

_LARGE = 1000
"""Messages from which on ladders are made in the background: so many take half a second."""


class LadderDoors(Screen[None]):
    """A screen with a `LadderView` of the ladder that is `wanted` of a `subject`, as the `look` has it."""

    def __init__(self, trace: Trace, calls: Sequence[int]) -> None:
        """Take the calls by their numbers from 1; several are drawn as one ladder."""
        super().__init__()
        self._take(trace, calls)

    def _take(self, trace: Trace, calls: Sequence[int]) -> None:
        """Take calls, of which nothing is known yet."""
        self.trace = trace
        self.subject = Subject(trace, calls)
        self.wanted, self.look, self.first = Wanted(), Look(), Look()
        self.text = ""
        self._found: list[int] = []
        self._judging = False

    @property
    def view(self) -> LadderView:
        """The ladder on the screen."""
        return self.query_one(LadderView)

    @property
    def ladder(self) -> Ladder:
        """The ladder that is shown."""
        return self.subject.ladder(self.wanted)

    def action_raw(self) -> None:
        """Show the message on the whole screen."""
        from siptrace.tui.message_screen import MessageScreen  # noqa: PLC0415

        if (number := self._number("look at")) is not None:
            numbers = [arrow.n for arrow in self.view.arrows if arrow.n is not None]
            self.app.push_screen(MessageScreen(self.trace, number, numbers, self.text), self._come_back)

    def action_messages(self) -> None:
        """Show all messages of the call, one behind the other."""
        from siptrace.tui.raw_screen import RawScreen  # noqa: PLC0415

        message = None if self.view.arrow is None else self.subject.message(self.view.arrow.n)
        for call in self.subject.numbers[:1] if message is None else [message.call]:
            show_kept(self.app, RawScreen, self.trace, call)

    def action_versus(self) -> None:
        """Compare the two calls of the ladder, step by step."""
        from siptrace.tui.call_diff_screen import compare_calls  # noqa: PLC0415

        compare_calls(self.app, self.trace, self.subject.numbers)

    def action_save(self) -> None:
        """Save the ladder."""
        from siptrace.tui.save_screen import SaveScreen  # noqa: PLC0415
        from siptrace.tui.saving import ladder_offer  # noqa: PLC0415

        if self._ready:
            self.app.push_screen(SaveScreen(self.trace, [ladder_offer(self.ladder)]))

    def action_copy(self) -> None:
        """Send the ladder to the clipboard, as it is drawn here."""
        if self._ready:
            self.run_worker(self._copy, thread=True, group="copy", exclusive=True)

    # -- what they need

    @property
    def _ready(self) -> bool:
        """Whether the ladder is there."""
        return self.subject.size < _LARGE or self.subject.knows(self.wanted)

    def _come_back(self, number: int | None) -> None:
        """Go to the message that was looked at last."""
        for place, arrow in enumerate(self.view.arrows):
            if arrow.n is not None and arrow.n == number:
                self.view.go(place)

    def _copy(self) -> None:
        """Draw the whole ladder and send it to the clipboard; in a thread."""
        look = self.look
        text = render_text(self.ladder, width=self.view.drawing_width, sdp=look.sdp, times=look.times)
        self.app.call_from_thread(self.app.copy_to_clipboard, text)
        self.app.call_from_thread(self._say, f"Copied the ladder, {text.count(chr(10))} lines.")

    def _number(self, purpose: str) -> int | None:
        """Return the number of the message under the cursor; where there is none, say so."""
        arrow = self.view.arrow
        if arrow is not None and arrow.n is None:
            self._say(f"This step never came: there is no message to {purpose}.")
        return None if arrow is None else arrow.n

    def _say(self, text: str) -> None:
        """Show a short remark, in place of the one before."""
        self.app.clear_notifications()
        self.notify(text, markup=False, timeout=3)
