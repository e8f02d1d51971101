"""The first screen: the list of calls, with a filter bar and what there is of the trace in its head."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from siptrace.errors import SiptraceError, UsageError
from siptrace.tui.actions import bindings
from siptrace.tui.call_table import CallTable
from siptrace.tui.columns import COLUMNS, DEFAULT, CallRows, ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.correlate.survey import Survey
    from siptrace.trace import Progress, Trace

__all__ = ["CallsScreen"]


_LONG_NAME = 40
"""Characters of a file's name that the head shows, its end."""


class CallsScreen(Screen[None]):
    """The calls of a trace; `open_trace` gives it one when it is read."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("list"))

    CSS = """
    CallsScreen #head { height: 1; text-style: bold; background: $primary-darken-2; color: $text; padding: 0 1; }
    CallsScreen #bar { height: 1; display: none; }
    CallsScreen #bar.shown { display: block; }
    CallsScreen #bar Static { width: auto; padding: 0 1; text-style: bold; }
    CallsScreen #filter { border: none; height: 1; padding: 0; width: 1fr; background: $surface; }
    CallsScreen #problem { height: auto; max-height: 4; display: none; color: $error; padding: 0 1; }
    CallsScreen #problem.shown { display: block; }
    """

    def __init__(self, names: Sequence[str]) -> None:
        """Begin with the names of the traces that are being read."""
        super().__init__()
        self.names = list(names)
        self.trace: Trace | None = None
        self.rows: CallRows | None = None
        self.columns: list[str] = list(DEFAULT)
        self.expression = ""
        self._selected: Sequence[int] = range(0)
        self._reading = "reading ..."

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield Static(id="head", markup=False)
        yield CallTable()
        yield Static(id="problem", markup=False)
        with Horizontal(id="bar"):
            yield Static("Filter:")
            yield Input(id="filter", placeholder="method == INVITE and status >= 400      (Enter: filter, Esc: leave)")
        yield Footer()

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(CallTable).focus()
        self._tell()

    # -- what others tell it

    def reading(self, progress: Progress) -> None:
        """Show how far reading is."""
        part = f" {min(progress.read / progress.total, 1):.0%}" if progress.total else ""
        self._reading = f"reading{part}, {progress.messages:,} messages"
        self._tell()

    def open_trace(self, trace: Trace) -> None:
        """Show a trace that was read."""
        self.trace, self._reading = trace, ""
        self.rows = CallRows(trace)
        self._selected = range(len(self.rows))
        self._list()

    def survey(self, survey: Survey) -> None:
        """Take the flows of the calls."""
        if self.trace is not None:
            self.rows = CallRows(self.trace, survey)
            self._list()

    def choose_columns(self, columns: Sequence[str] | None) -> None:
        """Show other columns."""
        if columns:
            self.columns = list(columns)
            self._list()

    # -- actions

    def action_help(self) -> None:
        """Show the keys."""
        from siptrace.tui.help_screen import HelpScreen  # noqa: PLC0415

        self.app.push_screen(HelpScreen("list"))

    def action_back(self) -> None:
        """Leave the filter bar, or the application."""
        if self.query_one("#filter", Input).has_focus:
            self._leave_bar()
        else:
            self.app.exit()

    def action_open(self) -> None:
        """Show the ladder of the call under the cursor, or of those that are marked."""
        self._open(sorted(self._table.marked) or ([] if self._table.current is None else [self._table.current]))

    def action_extended(self) -> None:
        """Show the ladder: a call has all its legs already."""
        self.action_open()

    def action_select(self) -> None:
        """Mark the call and go on to the next one."""
        self._table.toggle_mark()
        self._table.action_move(1)
        self._tell()

    def action_raw(self) -> None:
        """Show the messages of the call as they are."""
        from siptrace.tui.raw_screen import RawScreen  # noqa: PLC0415

        if self.trace is not None and self._table.current is not None and self._can_be_read([self._table.current]):
            self.app.push_screen(RawScreen(self.trace.calls[self._table.current]))

    def action_filter(self) -> None:
        """Go to the filter bar."""
        self.query_one("#bar").add_class("shown")
        self.query_one("#filter", Input).focus()

    def action_clear(self) -> None:
        """Drop filter and marks."""
        self._table.marked.clear()
        self.query_one("#filter", Input).value = ""
        self._filter("")
        self._leave_bar()

    def action_quick(self) -> None:
        """Choose methods and states."""
        from siptrace.tui.quick_screen import QuickScreen  # noqa: PLC0415

        if self.rows is not None:
            self.app.push_screen(QuickScreen(self.rows), self._take_quick)

    def action_columns(self) -> None:
        """Choose columns."""
        from siptrace.tui.columns_screen import ColumnsScreen  # noqa: PLC0415

        self.app.push_screen(ColumnsScreen(self.columns), self.choose_columns)

    def action_statistics(self) -> None:
        """Show what is in the trace."""
        from siptrace.tui.statistics_screen import StatisticsScreen  # noqa: PLC0415

        if self.rows is not None:
            self.app.push_screen(StatisticsScreen(self.rows, self._table.shown))

    def action_save(self) -> None:
        """Save calls."""
        from siptrace.tui.save_screen import SaveScreen  # noqa: PLC0415

        if self.trace is not None:
            calls = sorted(self._table.marked) or list(self._table.shown)
            self.app.push_screen(SaveScreen(self.trace, calls=[call + 1 for call in calls]))

    def action_sort_left(self) -> None:
        """Sort by the column to the left."""
        self._sort(-1)

    def action_sort_right(self) -> None:
        """Sort by the column to the right."""
        self._sort(1)

    def action_reverse(self) -> None:
        """Turn the order round."""
        name, down = self._table.sorted_by
        self._table.sorted_by = name, not down
        self._list()

    def action_follow(self) -> None:
        """Go to the last call."""
        self._table.action_move(1_000_000_000)

    # -- events

    def on_call_table_moved(self) -> None:
        """Tell where the cursor is."""
        self._tell()

    def on_call_table_chosen(self) -> None:
        """Open the call that was clicked twice."""
        self.action_open()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what makes no sense in the filter."""
        self._complain(self._problem_of(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Filter."""
        if self._filter(event.value):
            self._leave_bar()

    # -- how it is done

    @property
    def _table(self) -> CallTable:
        return self.query_one(CallTable)

    def _open(self, calls: Sequence[int]) -> None:
        """Show the ladder of calls."""
        from siptrace.tui.ladder_screen import LadderScreen  # noqa: PLC0415

        if self.trace is not None and calls and self._can_be_read(calls):
            self.app.push_screen(LadderScreen(self.trace, [call + 1 for call in calls]))

    def _can_be_read(self, calls: Sequence[int]) -> bool:
        """Return whether the files of calls are still there, which keeps them open; say what is wrong with them."""
        if self.trace is None or self.rows is None:
            return False
        table = self.trace.table
        first = {table.source[row]: row for call in calls for row in self.rows.rows(call)}
        try:
            for row in first.values():
                table.raw(row)
        except SiptraceError as error:
            self.app.notify(str(error), severity="error", markup=False)
            return False
        return True

    def _leave_bar(self) -> None:
        """Go back to the list; the bar stays where there is a filter."""
        self.query_one("#bar").set_class(bool(self.expression), "shown")
        self.query_one("#filter", Input).value = self.expression
        self._complain("")
        self._table.focus()

    def _problem_of(self, expression: str) -> str:
        """Return what is wrong with an expression, nothing when it can be read."""
        from siptrace.filters.filter import parse  # noqa: PLC0415

        try:
            if expression.strip():
                parse(expression)
        except UsageError as error:
            return _text_of(error)
        return ""

    def _complain(self, problem: str) -> None:
        """Show a problem, or none."""
        shown = self.query_one("#problem", Static)
        shown.update(problem)
        shown.set_class(bool(problem), "shown")

    def _take_quick(self, expression: str | None) -> None:
        """Filter by what was chosen."""
        if expression is not None:
            self.query_one("#filter", Input).value = expression
            self._filter(expression)
            self._leave_bar()

    def _filter(self, expression: str) -> bool:
        """Show the calls that an expression selects; False when it makes no sense."""
        if self.trace is None or self.rows is None:
            return False
        from siptrace.filters.filter import parse  # noqa: PLC0415  (brings the parser library along)

        try:
            wanted = parse(expression) if expression.strip() else None
            chosen = range(len(self.rows)) if wanted is None else wanted.calls(self.trace.subject)
        except UsageError as error:
            self._complain(_text_of(error))
            return False
        self.expression, self._selected = expression.strip(), chosen
        self._list()
        return True

    def _sort(self, step: int) -> None:
        """Sort by a column beside the one that the list is sorted by."""
        name, down = self._table.sorted_by
        place = self.columns.index(name) if name in self.columns else 0
        self._table.sorted_by = self.columns[max(0, min(place + step, len(self.columns) - 1))], down
        self._list()

    def _list(self) -> None:
        """Show the calls that are selected, in their order."""
        if self.rows is None:
            return
        name, down = self._table.sorted_by
        plain = name == "index" and not down
        shown = self._selected if plain else ordered(self.rows, name, self._selected, down=down)
        self._table.show(self.rows, shown, self.columns)
        self._tell()

    def _tell(self) -> None:
        """Write the head of the screen."""
        names = self.names[0] + (f" and {len(self.names) - 1} more" if len(self.names) > 1 else "")
        parts = ["siptrace", names] if len(names) <= _LONG_NAME else ["siptrace", "…" + names[1 - _LONG_NAME :]]
        if self.rows is None:
            parts.append(self._reading)
        else:
            shown, name = len(self._table.shown), self._table.sorted_by[0]
            parts.append(f"{len(self.rows):,} calls ({shown:,} shown), {len(self.rows.table):,} messages")
            if self._table.marked:
                parts.append(f"{len(self._table.marked)} selected")
            parts.append(f"sorted by {COLUMNS[name].head}")
        self.query_one("#head", Static).update("  ".join(parts))


def _text_of(error: UsageError) -> str:
    """Return what is wrong with an expression, and a line that points at the place."""
    return "\n".join([*getattr(error, "__notes__", ()), str(error)])
