"""The filter bar: an expression as it is written, what is wrong with it, and how it may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import SuggestionReady
from textual.widgets import Input, Static

from siptrace.filters.problem import FilterError
from siptrace.render.cells import cells, visible
from siptrace.tui.actions import bindings
from siptrace.tui.settings import keys_of
from siptrace.tui.steady import Steady, SteadyLine, SteadyText
from siptrace.tui.words import SOUGHT, is_words, meant

if TYPE_CHECKING:
    from textual.binding import BindingType

    from siptrace.filters.completion import Completion
    from siptrace.filters.subject import Subject

__all__ = ["FilterBar", "text_of"]


class FilterBar(Vertical, Steady):
    """A line to write in; it is seen while somebody writes, and as long as there is an expression."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("filter"))

    DEFAULT_CSS = """
    FilterBar { height: auto; }
    FilterBar #bar { height: 1; display: none; }
    FilterBar #bar.shown { display: block; }
    FilterBar #bar Static { width: auto; padding: 0 1; text-style: bold; }
    FilterBar #filter { border: none; height: 1; padding: 0; width: 1fr; background: $surface; }
    FilterBar #problem { height: auto; max-height: 4; display: none; color: $error; padding: 0 1; }
    FilterBar #problem.shown { display: block; }
    FilterBar #candidates { height: 2; display: none; padding: 0 1; }
    FilterBar #candidates.shown { display: block; }
    """

    class Submitted(Message):
        """Calls are to be filtered by an expression."""

        def __init__(self, expression: str) -> None:
            """Carry it."""
            super().__init__()
            self.expression = expression

    class Left(Message):
        """Somebody is done with writing."""

    def __init__(self) -> None:
        """Begin without an expression."""
        super().__init__()
        self.subject: Subject | None = None
        """The trace whose values are offered."""
        self.expression = ""
        """What the list is filtered by."""
        self._completion: Completion | None = None
        self._chosen = 0

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield SteadyText(id="problem", markup=False)
        with SteadyLine(id="bar"):
            yield SteadyText("Filter:")
            yield Input(id="filter", placeholder="method == INVITE and status >= 400", select_on_focus=False)
        yield SteadyText(id="candidates", markup=False)

    def enter(self) -> None:
        """Let somebody write."""
        self.query_one("#bar").add_class("shown")
        self._input.focus()
        self._input.action_end()
        self._complete()

    def take(self, expression: str) -> None:
        """Show the expression that the list is filtered by, and be done with writing."""
        self.expression = expression
        self._completion = None
        with self._input.prevent(Input.Changed):  # nobody writes it
            self._input.value = expression
        self.query_one("#bar").set_class(bool(expression), "shown")
        self.query_one("#candidates").remove_class("shown")
        self.complain("")

    def complain(self, problem: str) -> None:
        """Show a problem, or none."""
        shown = self.query_one("#problem", Static)
        if problem != shown.content:
            shown.update(problem)
            shown.set_class(bool(problem), "shown")

    # -- actions

    def action_back(self) -> None:
        """Leave the expression as it was."""
        self.take(self.expression)
        self.post_message(self.Left())

    def action_accept(self) -> None:
        """Write the candidate."""
        written = self._input
        if self._completion is not None and self._completion.candidates:
            before, after = written.value[: written.cursor_position], written.value[written.cursor_position :]
            accepted = self._completion.accepted(before, self._chosen)
            written.value = accepted + after
            written.cursor_position = len(accepted)

    def action_choose(self, step: int) -> None:
        """Go to another candidate."""
        if self._completion is not None and self._completion.candidates:
            self._chosen = (self._chosen + step) % len(self._completion.candidates)
            self._offer()

    # -- events

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what makes no sense, and how it may go on."""
        event.stop()
        if self._input.has_focus:
            self._complete()
            problem = _problem_of(event.value)
            self.complain("" if problem is None or self._may_become(problem) else text_of(problem))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Filter."""
        event.stop()
        self.post_message(self.Submitted(meant(event.value.strip())))

    # -- how it is done

    @property
    def _input(self) -> Input:
        return self.query_one("#filter", Input)

    def _complete(self) -> None:
        """Find out how the text before the cursor may go on."""
        from siptrace.filters.completion import complete  # noqa: PLC0415  (brings the parser library along)

        self._completion = complete(self._input.value[: self._input.cursor_position], self.subject)
        self._chosen = 0
        self._offer()

    def _may_become(self, problem: FilterError) -> bool:
        """Return whether a problem is only that something which is offered is not yet written to its end."""
        completion = self._completion
        return completion is not None and bool(completion.candidates) and problem.start >= completion.start

    def _offer(self) -> None:
        """Show the candidates, and behind the text what is left of the one that is chosen."""
        if self._completion is None:
            return
        start, candidates, _ = self._completion
        shown = self.query_one("#candidates", Static)
        words = not candidates and is_words(self._input.value)
        shown.set_class(bool(candidates) or words, "shown")
        if words:
            shown.update(f"Enter lists the calls with all these words in {SOUGHT}.", layout=False)
        if not candidates:
            return
        keys = f"{keys_of(self.app, 'filter')['accept']} writes it, Enter filters"
        shown.update(_listed(self._completion, self._chosen, max(self.size.width - 2, 1), keys), layout=False)
        value, candidate = self._input.value, candidates[self._chosen].text
        word = value[start:]
        if self._input.cursor_position == len(value) and word and candidate.lower().startswith(word.lower()):
            self._input.post_message(SuggestionReady(value, value[:start] + candidate))


def _listed(completion: Completion, chosen: int, room: int, keys: str) -> Text:
    """Return the candidates around the one that is chosen, which is reversed, what it means, and what keys do."""
    texts = [visible(candidate.text) for candidate in completion.candidates]
    first = chosen
    while first > 0 and sum(cells(text) + 2 for text in texts[first - 1 : chosen + 1]) <= room // 2:
        first -= 1
    line = Text(no_wrap=True, overflow="ellipsis")
    for place in range(first, len(texts)):
        line.append(texts[place], "reverse" if place == chosen else "")
        line.append("  ")
        if line.cell_len > room:
            break
    line.truncate(room, overflow="ellipsis")
    meaning = completion.candidates[chosen].meaning
    line.append(f"\n{meaning[0].upper()}{meaning[1:]} ({keys})" if meaning else f"\n{keys}", "dim")
    return line


def _problem_of(expression: str) -> FilterError | None:
    """Return what is wrong with an expression, None when it can be read or there is none."""
    from siptrace.filters.filter import parse  # noqa: PLC0415  (brings the parser library along)

    try:
        if expression.strip() and not is_words(expression):
            parse(expression)
    except FilterError as error:
        return error
    return None


def text_of(error: Exception) -> str:
    """Return what is wrong with an expression, and a line that points at the place."""
    return "\n".join([*getattr(error, "__notes__", ()), str(error)])
