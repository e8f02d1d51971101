"""The ladder of a call beside the message under the cursor."""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from siptrace.ladder.fold import folds_of
from siptrace.render.cells import visible
from siptrace.render.colours import COLOURS
from siptrace.render.layout import Times
from siptrace.tui.actions import bindings
from siptrace.tui.find_bar import FindBar
from siptrace.tui.kept import show_kept
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.ladder_doors import LadderDoors
from siptrace.tui.ladder_head import found_text, head_lines, shown_text
from siptrace.tui.ladder_panes import Panes
from siptrace.tui.ladder_subject import Subject, Wanted
from siptrace.tui.ladder_view import Look
from siptrace.tui.ladder_work import LadderJudged, LadderMade, judge_calls, make_ladder
from siptrace.tui.message_view import MessageView
from siptrace.tui.settings import settings_in
from siptrace.tui.steady import SteadyText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.trace import Trace

__all__ = ["LadderScreen"]

T = TypeVar("T")

_STEP = 5
"""Percent of the room that a key moves the divider by."""


class LadderScreen(LadderDoors):
    """The ladder of some calls of a trace; one screen shows one after the other, because a new screen takes longer."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("ladder"))

    CSS = """
    LadderScreen #title { height: auto; background: $primary-darken-2; color: $text; padding: 0 1; }
    """

    def open(self, trace: Trace, calls: Sequence[int]) -> None:
        """Show other calls, as if the screen was new."""
        self._take(trace, calls)
        self.query_one(FindBar).display = self.query_one(MessageView).plain = False
        self._begin()

    def renew(self, trace: Trace, calls: Sequence[int]) -> None:
        """Show the same calls out of a reading that may have more of them; what is chosen stays as it is."""
        before, arrow, marked = self.subject, self.view.arrow, self.view.marked
        self.trace, self.subject, self._judging = trace, Subject(trace, calls), False
        self.subject.aliases = before.aliases
        self._show()
        if self._ready:  # numbers may be others
            self.view.mark(self.subject.counterpart(before.message(marked)))
            current = None if arrow is None else self.subject.counterpart(before.message(arrow.n))
            for place in (place for place, other in enumerate(self.view.arrows) if other.n == current is not None):
                self.view.go(place)
            self._head()

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield SteadyText(id="title", markup=False)
        yield Panes(self.app.size)
        yield FindBar()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the ladder."""
        self._begin()

    def _begin(self) -> None:
        """Show the ladder, as the settings have it."""
        self.subject.aliases = settings_in(self.app).aliases
        self._as_set()
        self.view.focus()
        self._show()

    def on_ladder_made(self, message: LadderMade) -> None:
        """Show a ladder that was made in the background."""
        gc.freeze()  # a collection that looks at so many messages takes longer than a key may
        if message.subject is self.subject:
            self.view.loading = False
            self._show()
            self.view.focus()

    def on_ladder_judged(self, message: LadderJudged) -> None:
        """Show what was found, if anything was."""
        if message.subject is self.subject and self.subject.findings:
            self._show()

    def on_resize(self) -> None:
        """Give the panes their room."""
        self.query_one(Panes).fit(self.size)
        self._head()

    def on_cursor_view_moved(self) -> None:
        """Show the message under the cursor."""
        self._tell()
        self._head()

    def on_cursor_view_chosen(self) -> None:
        """Show the message that was clicked."""
        self.action_raw()

    def on_find_bar_wanted(self, message: FindBar.Wanted) -> None:
        """Find a text."""
        self.text = message.text
        self._leave_bar()
        self._tell()
        self._find(1, self.view.cursor)

    # -- actions

    def action_back(self) -> None:
        """Leave the find bar, or the ladder."""
        if self.query_one(FindBar).display:
            self._leave_bar()
        else:
            self.dismiss()
            self._take(self.trace, ())  # the screen stays, and messages take room
            self.view.forget()

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
            show_kept(self.app, DiffScreen, self.trace, kept, number)

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

    def action_compress(self) -> None:
        """Fold what can be folded, one thing after the other."""
        folds = folds_of(self.subject.whole(self.wanted)) if self._ready else []
        if len(folds) == 1:
            self._say("There is nothing to fold: no retransmission, no 100, no address on several lanes.")
        elif folds:
            self._want(self.wanted._replace(fold=_after(self.wanted.fold, folds)))

    def action_only_sdp(self) -> None:
        """Leave out what has no session description, or show all again."""
        if self._ready and not self.wanted.only_sdp and not any(arrow.sdp for arrow in self.ladder.arrows):
            self._say("No message has a session description.")
            return
        self._want(self.wanted._replace(only_sdp=not self.wanted.only_sdp))

    def action_names(self) -> None:
        """Call the lanes by their names, or by their addresses alone."""
        self._want(self.wanted._replace(names=not self.wanted.names))

    def action_syntax(self) -> None:
        """Show the message in colours, or without."""
        view = self.query_one(MessageView)
        view.plain = not view.plain
        self._tell()

    def action_finding(self, step: int) -> None:
        """Go to the next message with something wrong, or to the one before."""
        later = [place for place in self._found if place > self.view.cursor]
        self._to_finding(later[:1] if step > 0 else [place for place in self._found if place < self.view.cursor][-1:])

    def action_preview(self) -> None:
        """Show or hide the message."""
        self.query_one(Panes).toggle()

    def action_give(self, step: int) -> None:
        """Give the message more room, or the ladder."""
        self.query_one(Panes).give(step * _STEP)

    def action_reset(self) -> None:
        """Show everything as it was at first."""
        self.wanted, self.text = Wanted(), ""
        self.query_one(MessageView).plain = False
        self.view.mark(None)
        self._as_set()
        self._show()

    def action_find(self) -> None:
        """Ask for a text to find."""
        self.query_one(FindBar).ask()

    def action_find_next(self) -> None:
        """Go to the next message with the text."""
        self._find(1, self.view.cursor + 1)

    def action_find_previous(self) -> None:
        """Go to the message before with the text."""
        self._find(-1, self.view.cursor - 1)

    def _as_set(self) -> None:
        """Take the look that the settings have."""
        settings = settings_in(self.app)
        self.look = self.first = Look(times=settings.times, colours=settings.colours)
        self.query_one(Panes).reset(settings.preview)

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
            make = partial(make_ladder, self, self.subject, self.wanted)
            self.run_worker(make, thread=True, group="make", exclusive=True)
            return
        if not self._judging:
            self._judging = True
            self.run_worker(partial(judge_calls, self, self.subject), thread=True, group="judge")
        self.view.show(self.ladder, self.look, self.subject.findings.sign)
        self._found = self.subject.findings.places(self.view.arrows)
        self._head()
        self._tell()

    def _head(self) -> None:
        """Say what the ladder is, and how it is shown."""
        if not self._ready:
            return
        view, findings = self.view, self.subject.findings
        states = [f"{view.cursor + 1} of {len(view.arrows)}"] if view.arrows else []
        states += [f"compare {view.marked} with ..."] if view.marked is not None else []
        states += [view.groups.fork] if view.groups.fork else []
        states += found_text(self._found, view.cursor, 0 if self.wanted.flow else findings.missing)
        states += shown_text(self.wanted, self.look, self.first, self.text)
        self.query_one("#title", Static).update("\n".join(head_lines(self.ladder, states, self.size)))

    def _tell(self) -> None:
        """Show the message under the cursor, with what the reference flow has against it."""
        view, arrow = self.query_one(MessageView), self.view.arrow
        if arrow is None:
            view.say("No message")
            return
        remarks = list(self.subject.findings.remarks(arrow))
        message = self.subject.message(arrow.n)
        if message is None:
            view.say(f"{arrow.step}  {visible(arrow.label)}: this step never came", remarks)
        else:
            view.show(message, remarks, self.text)

    def _to_finding(self, places: Sequence[int]) -> None:
        """Go to a place, or say that there is none."""
        for place in places:
            self.view.go(place)
        if not places:
            hidden = not self.wanted.flow and self.subject.findings.missing
            more = "; m shows the steps that never came" if hidden else ""
            self._say(("No more findings this way" if self._found else "Nothing was found") + more + ".")

    def _find(self, step: int, start: int) -> None:
        """Go to the next message with the text, from a place on, in one direction; after the last comes the first."""
        arrows = self.view.arrows
        if not self.text:
            self.action_find()
            return
        for place in (place % len(arrows) for place in range(start, start + step * len(arrows), step)):
            if self.subject.has_text(arrows[place], self.text):
                self.view.go(place)
                self._head()
                return
        self._say(f"No message has {visible(self.text)!r}.")

    def _leave_bar(self) -> None:
        """Hide the find bar."""
        self.query_one(FindBar).display = False
        self.view.focus()


def _after(value: T, values: Sequence[T]) -> T:
    """Return the value that comes after another one; after the last comes the first."""
    return values[(list(values).index(value) + 1) % len(values)]
