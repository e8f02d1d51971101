"""The ladder of a call beside the message under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from siptrace.render.cells import cells, fit, pad, visible
from siptrace.render.colours import COLOURS
from siptrace.render.headings import heading
from siptrace.render.layout import Times
from siptrace.render.text import render_text
from siptrace.tui.actions import bindings
from siptrace.tui.ladder_subject import Subject, Wanted
from siptrace.tui.ladder_view import LadderView, Look
from siptrace.tui.message_view import MessageView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.ladder.model import Arrow, Ladder
    from siptrace.trace import Trace

__all__ = ["LadderScreen"]

T = TypeVar("T")

_WIDE = 100
"""Columns from which on the message stands beside the ladder."""

_TALL = 20
"""Lines from which on it stands under the ladder where it cannot stand beside it; below, nowhere unless asked for."""

_HIGH = 30
"""Lines from which on the head says all that it can."""

_SHARE = {True: 45, False: 40}
"""Percent of the width, or of the height, that the message takes."""

_LEAST_SHARE, _MOST_SHARE, _STEP = 15, 80, 5
_LADDER = 60
"""Columns that stay for the ladder unless somebody wants otherwise."""

_LARGE = 1000
"""Messages from which on ladders are made in the background: so many take half a second."""

_COLOUR_NAMES = {"class": "kind", "dialog": "dialog", "cseq": "CSeq"}


class LadderScreen(Screen[None]):
    """The ladder of some calls of a trace."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("ladder"))

    CSS = """
    LadderScreen #title { height: auto; background: $primary-darken-2; color: $text; padding: 0 1; }
    LadderScreen #panes { height: 1fr; layout: vertical; }
    LadderScreen #panes.wide { layout: horizontal; }
    LadderScreen LadderView { width: 1fr; height: 1fr; }
    LadderScreen MessageView { border-top: solid $primary; }
    LadderScreen .wide MessageView { border-top: none; border-left: solid $primary; }
    LadderScreen #bar { height: 1; display: none; }
    LadderScreen #bar.shown { display: block; }
    LadderScreen #bar Static { width: auto; padding: 0 1; text-style: bold; }
    LadderScreen #find { border: none; height: 1; padding: 0; width: 1fr; background: $surface; }
    """

    class Ready(Message):
        """A ladder is made."""

    def __init__(self, trace: Trace, calls: Sequence[int]) -> None:
        """Take the calls by their numbers from 1; several are drawn as one ladder."""
        super().__init__()
        self.trace = trace
        self.subject = Subject(trace, calls)
        self.wanted, self.look = Wanted(), Look()
        self.preview: bool | None = None
        self.share: int | None = None
        self.text = ""

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield Static(id="title", markup=False)
        with Container(id="panes"):
            yield LadderView()
            yield MessageView()
        with Horizontal(id="bar"):
            yield Static("Find:", markup=False)
            yield Input(id="find", placeholder="text in the messages      (Enter: find, Esc: leave)")
        yield Footer()

    def on_mount(self) -> None:
        """Show the ladder."""
        self.view.focus()
        self._show()

    def on_ladder_screen_ready(self) -> None:
        """Show a ladder that was made in the background."""
        self.view.loading = False
        self._show()
        self.view.focus()

    def on_resize(self) -> None:
        """Give the panes their room."""
        self._arrange()

    def on_ladder_view_moved(self, message: LadderView.Moved) -> None:
        """Show the message under the cursor."""
        self._tell(message.arrow)
        self._head()

    def on_ladder_view_chosen(self) -> None:
        """Show the message that was clicked."""
        self.action_raw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Find a text."""
        self.text = event.value
        self._leave_bar()
        self._tell(self.view.arrow)
        self._find(1, self.view.cursor)

    @property
    def view(self) -> LadderView:
        """The ladder on the screen."""
        return self.query_one(LadderView)

    @property
    def ladder(self) -> Ladder:
        """The ladder that is shown."""
        return self.subject.ladder(self.wanted)

    # -- actions

    def action_help(self) -> None:
        """Show the keys."""
        from siptrace.tui.help_screen import HelpScreen  # noqa: PLC0415

        self.app.push_screen(HelpScreen("ladder"))

    def action_back(self) -> None:
        """Leave the find bar, or the ladder."""
        if self.query_one("#bar").has_class("shown"):
            self._leave_bar()
        else:
            self.dismiss()

    def action_raw(self) -> None:
        """Show the message on the whole screen."""
        from siptrace.tui.message_screen import MessageScreen  # noqa: PLC0415

        if (number := self._number("look at")) is not None:
            numbers = [arrow.n for arrow in self.view.arrows if arrow.n is not None]
            self.app.push_screen(MessageScreen(self.trace, number, numbers, self.text))

    def action_select(self) -> None:
        """Keep the message for a comparison, or compare it with the one that is kept."""
        from siptrace.tui.diff_screen import DiffScreen  # noqa: PLC0415

        number, kept = self._number("compare"), self.view.marked
        if number is None:
            return
        if kept is None or kept == number:
            self.view.mark(number if kept is None else None)
            self._head()
        else:
            self.app.push_screen(DiffScreen(self.trace, kept, number))

    def action_sdp(self) -> None:
        """Show or hide what session descriptions say."""
        self._look(self.look._replace(sdp=not self.look.sdp))

    def action_clock(self) -> None:
        """Show other times."""
        self._look(self.look._replace(times=_after(self.look.times, tuple(Times))))

    def action_colours(self) -> None:
        """Let colours stand for something else."""
        self._look(self.look._replace(colours=_after(self.look.colours, COLOURS)))

    def action_media(self) -> None:
        """Show or hide the reference flow."""
        if self.subject.has_flow(self.wanted):
            self._want(self.wanted._replace(flow=not self.wanted.flow))
        else:
            self._say("The reference flow is that of one whole call.")

    def action_extended(self) -> None:
        """Show one Call-ID only, or all of the call."""
        arrow = self.view.arrow
        message = None if arrow is None else self.subject.message(arrow.n)
        if self.wanted.call_id is not None:
            self._want(self.wanted._replace(call_id=None))
        elif message is not None and len(self.ladder.call_ids) > 1:
            self._want(self.wanted._replace(call_id=message.sip.call_id))
        elif arrow is not None:
            self._say("There is one Call-ID only." if message else "A step that never came has no Call-ID.")

    def action_preview(self) -> None:
        """Show or hide the message."""
        self.preview = not self.query_one(MessageView).display
        self._arrange()

    def action_grow(self) -> None:
        """Give the message more room."""
        self._give(_STEP)

    def action_shrink(self) -> None:
        """Give the ladder more room."""
        self._give(-_STEP)

    def action_reset(self) -> None:
        """Show everything as it was at first."""
        self.wanted, self.look = Wanted(), Look()
        self.preview = self.share = None
        self.text = ""
        self.view.mark(None)
        self._arrange()
        self._show()

    def action_save(self) -> None:
        """Save the ladder."""
        from siptrace.tui.save_screen import SaveScreen  # noqa: PLC0415

        if self._ready:
            self.app.push_screen(SaveScreen(self.trace, calls=self.subject.numbers, ladder=self.ladder))

    def action_copy(self) -> None:
        """Send the ladder to the clipboard, as it is drawn here."""
        if self._ready:
            look, width = self.look, self.view.drawing_width
            text = render_text(self.ladder, width=width, sdp=look.sdp, times=look.times)
            self.app.copy_to_clipboard(text)
            self._say(f"Copied the ladder, {text.count(chr(10))} lines.")

    def action_find(self) -> None:
        """Ask for a text to find."""
        self.query_one("#bar").add_class("shown")
        self.query_one("#find", Input).focus()

    def action_find_next(self) -> None:
        """Go to the next message with the text."""
        self._find(1, self.view.cursor + 1)

    def action_find_previous(self) -> None:
        """Go to the message before with the text."""
        self._find(-1, self.view.cursor - 1)

    # -- the parts of it

    @property
    def _ready(self) -> bool:
        """Whether the ladder is there."""
        return self.subject.size < _LARGE or self.subject.knows(self.wanted)

    def _make(self) -> None:
        """Make the ladder; in a thread."""
        self.subject.ladder(self.wanted)
        self.post_message(self.Ready())

    def _look(self, look: Look) -> None:
        """Show the ladder in another way."""
        self.look = look
        self._show()

    def _want(self, wanted: Wanted) -> None:
        """Show another ladder."""
        self.wanted = wanted
        self._show()

    def _show(self) -> None:
        """Show the ladder, its head, and the message; a large one as soon as it is made."""
        if not self._ready:
            self.view.loading = True
            self.run_worker(self._make, thread=True, exclusive=True)
            return
        self.view.show(self.ladder, self.look)
        self._head()
        self._tell(self.view.arrow)

    def _head(self) -> None:
        """Say what the ladder is, and how it is shown."""
        if not self._ready:
            return
        ladder, width, height = self.ladder, max(self.size.width - 2, 10), self.size.height
        plain = list(heading(ladder._replace(reference=None), width))
        flow = list(heading(ladder, width))[len(plain) :]
        state = fit(self._state(), width // 2)
        first = pad(plain[0], width - cells(state) - 2) + "  " + state
        rest = plain[1:] if height >= _HIGH else []
        lines = [first, *rest, *flow[: None if height >= _HIGH else 2 if height >= _TALL else 1]]
        self.query_one("#title", Static).update("\n".join(fit(line, width) for line in lines))

    def _state(self) -> str:
        """Return where the cursor is, and what is not as it was at first."""
        view, look = self.view, self.look
        parts = [f"{view.cursor + 1} of {len(view.arrows)}"] if view.arrows else []
        parts += [f"compare {view.marked} with ..."] if view.marked is not None else []
        parts += ["one Call-ID"] if self.wanted.call_id is not None else []
        parts += ["no SDP"] if not look.sdp else []
        parts += [str(look.times)] if look.times is not Times.CLOCK else []
        parts += [f"colours: {_COLOUR_NAMES[look.colours]}"] if look.colours != COLOURS[0] else []
        parts += [f"/{visible(self.text)}"] if self.text else []
        return " · ".join(parts)

    def _tell(self, arrow: Arrow | None) -> None:
        """Show the message of an arrow, with what the reference flow has against it."""
        view = self.query_one(MessageView)
        if arrow is None:
            view.say("No message")
            return
        flow = self.wanted.flow and self.subject.has_flow(self.wanted)
        remarks = (
            [f"{visible(one.headline)}\n  {visible(one.why)}" for one in self.subject.deviations(arrow)] if flow else []
        )
        message = self.subject.message(arrow.n)
        if message is None:
            view.say(f"{arrow.step}  {visible(arrow.label)}: this step never came", remarks)
        else:
            view.show(message, remarks, self.text)

    def _arrange(self) -> None:
        """Give ladder and message their room, beside each other or the message below."""
        width, height = self.size
        wide = width >= _WIDE
        message = self.query_one(MessageView)
        self.query_one("#panes").set_class(wide, "wide")
        message.display = self.preview if self.preview is not None else wide or height >= _TALL
        share = self._share
        message.styles.width = f"{share}%" if wide else "100%"
        message.styles.height = "100%" if wide else f"{share}%"
        self._head()

    @property
    def _share(self) -> int:
        """Percent of the room that the message has."""
        wide = self.size.width >= _WIDE
        if self.share is not None:
            return self.share
        return min(_SHARE[wide], 100 - -(-_LADDER * 100 // self.size.width)) if wide else _SHARE[wide]

    def _give(self, percent: int) -> None:
        """Give the message more room, or less."""
        self.share = max(_LEAST_SHARE, min(self._share + percent, _MOST_SHARE))
        self._arrange()

    def _find(self, step: int, start: int) -> None:
        """Go to the next message with the text, from a place on, in one direction; after the last comes the first."""
        arrows = self.view.arrows
        if not self.text:
            self.action_find()
            return
        for place in (place % len(arrows) for place in range(start, start + step * len(arrows), step)):
            if self.subject.has_text(arrows[place], self.text):
                self.view.go(place)
                return
        self._say(f"No message has {visible(self.text)!r}.")

    def _leave_bar(self) -> None:
        """Hide the find bar."""
        self.query_one("#bar").remove_class("shown")
        self.view.focus()

    def _number(self, purpose: str) -> int | None:
        """Return the number of the message under the cursor; where there is none, say so."""
        arrow = self.view.arrow
        if arrow is not None and arrow.n is None:
            self._say(f"This step never came: there is no message to {purpose}.")
        return None if arrow is None else arrow.n

    def _say(self, text: str) -> None:
        """Show a short remark."""
        self.notify(text, markup=False, timeout=3)


def _after(value: T, values: Sequence[T]) -> T:
    """Return the value that comes after another one; after the last comes the first."""
    return values[(list(values).index(value) + 1) % len(values)]
