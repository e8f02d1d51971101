"""Two calls side by side, aligned by step: what one has and the other has not, and where they part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from siptrace.ladder.build import title_of
from siptrace.render.cells import fit, pad, visible
from siptrace.render.words import count_of
from siptrace.tui.actions import bindings
from siptrace.tui.call_diff import MOST, Pair, Sign, align, steps_of
from siptrace.tui.call_diff_view import CallDiffView, side_width
from siptrace.tui.call_facts import Fact, facts_that_differ
from siptrace.tui.kept import show_kept
from siptrace.tui.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import App
    from textual.binding import BindingType

    from siptrace.trace import Trace

__all__ = ["CallDiffScreen", "compare_calls"]

_NAME = 12
"""Cells for the name of what differs."""

_FEW = 12
"""Lines of a screen that are no matter of the facts about the calls."""


def compare_calls(app: App[Any], trace: Trace, calls: Sequence[int]) -> None:
    """Show the first two of some calls (numbers from 1) side by side, or say that there are not two of them."""
    chosen = list(dict.fromkeys(calls))[:2]
    if len(chosen) == 2:
        app.push_screen(CallDiffScreen(trace, *chosen))
    else:
        app.notify("Select two calls in the list to compare them.", markup=False, timeout=3)


class Comparison(NamedTuple):
    """Two calls compared: their steps, and what differs between them as wholes; `cut`: there are more steps."""

    pairs: Sequence[Pair]
    facts: Sequence[Fact]
    cut: bool


class CallDiffScreen(Screen[None]):
    """Two calls of a trace, compared in the background."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("calls"))

    CSS = """
    CallDiffScreen #facts { height: auto; background: $boost; text-style: bold; }
    CallDiffScreen #said { height: 1; background: $boost; }
    """

    class Ready(Message):
        """The calls are compared."""

        def __init__(self, found: Comparison) -> None:
            """Carry what was found."""
            super().__init__()
            self.found = found

    def __init__(self, trace: Trace, left: int, right: int) -> None:
        """Take two calls by their numbers from 1; raises UsageError when there is no such call."""
        super().__init__()
        self.trace = trace
        self.calls = (trace.call(left), trace.call(right))
        self.found = Comparison((), (), cut=False)
        self.all = True

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield Static(id="facts", markup=False)
        yield CallDiffView()
        yield Static(id="said", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to compare."""
        self.view.loading = True
        self.run_worker(self._compare, thread=True)

    def on_resize(self) -> None:
        """Write the head for the new width."""
        self._head()

    def on_call_diff_screen_ready(self, message: Ready) -> None:
        """Show what was found, from the first difference on."""
        self.found = message.found
        self.view.loading = False
        self._show()
        self.view.go(next(iter(self._different), 0))
        self.view.focus()
        self._head()

    def on_cursor_view_moved(self) -> None:
        """Say what differs in the step under the cursor."""
        pair = self.view.pair
        self.query_one("#said", Static).update("" if pair is None else pair.said or "the same in both calls")

    def on_cursor_view_chosen(self) -> None:
        """Show the step that was clicked."""
        self.action_open()

    @property
    def view(self) -> CallDiffView:
        """The steps on the screen."""
        return self.query_one(CallDiffView)

    # -- actions

    def action_open(self) -> None:
        """Compare the two messages of a step, or show the one that there is."""
        from siptrace.tui.diff_screen import DiffScreen  # noqa: PLC0415
        from siptrace.tui.message_screen import MessageScreen  # noqa: PLC0415

        numbers = [step.n for step in self.view.pair or () if step is not None]
        if len(numbers) == 2:
            show_kept(self.app, DiffScreen, self.trace, *numbers)
        elif numbers:
            self.app.push_screen(MessageScreen(self.trace, numbers[0]))

    def action_next(self) -> None:
        """Go to the next step that differs."""
        self._go([place for place in self._different if place > self.view.cursor][:1])

    def action_previous(self) -> None:
        """Go to the step before that differs."""
        self._go([place for place in self._different if place < self.view.cursor][-1:])

    def action_all(self) -> None:
        """Show the steps that are equal, or hide them."""
        self.all = not self.all
        self._show()
        self._head()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    # -- how it is done

    def _compare(self) -> None:
        """Compare the calls; in a thread."""
        from siptrace.correlate.judge import judge  # noqa: PLC0415

        left, right = (steps_of(call.messages) for call in self.calls)
        facts = facts_that_differ(*map(judge, self.calls))
        self.post_message(self.Ready(Comparison(align(left, right), facts, cut=max(len(left), len(right)) > MOST)))

    @property
    def _different(self) -> list[int]:
        """The places of the steps that differ."""
        return [place for place, pair in enumerate(self.view.pairs) if pair.sign is not Sign.SAME]

    def _go(self, places: Sequence[int]) -> None:
        """Go to a place, or say that there is none."""
        for place in places:
            self.view.go(place)
        if not places:
            self.notify("No more steps differ this way.", markup=False, timeout=3)

    def _show(self) -> None:
        """Show the steps that are wanted."""
        pairs = [pair for pair in self.found.pairs if self.all or pair.sign is not Sign.SAME]
        left, right = (visible(title_of(call)) for call in self.calls)
        self.view.show(pairs, (left, right))

    def _head(self) -> None:
        """Say what differs between the calls."""
        width, room = self.size.width - 1, side_width(self.size.width - 1)
        facts = self.found.facts[: max(1, self.size.height - _FEW)]
        lines = [fit(self._summary(), width)]
        lines += [
            f"{pad(f'{fact.name:<{_NAME}}{visible(fact.left)}', room)} ~ {fit(visible(fact.right), room)}"
            for fact in facts
        ]
        self.query_one("#facts", Static).update("\n".join(lines))

    def _summary(self) -> str:
        """Return how many steps differ, and how."""
        count = {sign: sum(pair.sign is sign for pair in self.found.pairs) for sign in Sign}
        if not self.found.pairs:
            return ""
        said = [f"{count_of(count[Sign.SAME], 'step')} the same" + ("" if self.all else " (hidden)")]
        said += [f"~ {count[Sign.CHANGED]} changed"] if count[Sign.CHANGED] else []
        said += [f"- {count[Sign.LEFT]} on the left only"] if count[Sign.LEFT] else []
        said += [f"+ {count[Sign.RIGHT]} on the right only"] if count[Sign.RIGHT] else []
        said += [f"the first {MOST} steps of each"] if self.found.cut else []
        return ", ".join(said)
