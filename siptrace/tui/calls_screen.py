"""The first screen: the list of calls, with totals in its head, a strip of time and a filter bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from siptrace.errors import SiptraceError, UsageError
from siptrace.tui.actions import bindings
from siptrace.tui.both import both
from siptrace.tui.call_table import CallTable
from siptrace.tui.calls_doors import CallsDoors
from siptrace.tui.calls_head import fitted, named, reading_text, totals
from siptrace.tui.columns import COLUMNS, DEFAULT, CallRows, ordered
from siptrace.tui.filter_bar import FilterBar, text_of
from siptrace.tui.kept import show_kept
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.quick_screen import Quick, QuickScreen
from siptrace.tui.selection import select
from siptrace.tui.settings import settings_in
from siptrace.tui.steady import SteadyText
from siptrace.tui.timeline import Timeline
from siptrace.tui.timespan import span_of, window_in, with_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from siptrace.correlate.survey import Survey
    from siptrace.trace import Progress, Trace

__all__ = ["CallsScreen"]

_ROOM_FOR_TIME = 20
"""Lines of a screen from which the strip of time is shown without being asked for."""

_WORTH_WARMING = 5_000
"""Calls of which some columns take longer to sort than a key may take."""


class CallsScreen(CallsDoors):
    """The calls of a trace; `begin` shows the first ones, `open_trace` all of them when they are read."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("list"))

    CSS = """
    CallsScreen #head { height: 1; text-style: bold; background: $primary-darken-2; color: $text; padding: 0 1; }
    """

    def __init__(self, names: Sequence[str]) -> None:
        """Begin with the names of the traces that are being read."""
        super().__init__()
        self.names = list(names)
        self.columns: list[str] = list(DEFAULT)
        self.expression = ""
        self._progress: Progress | None = None
        self._paused = False
        self._selected: Sequence[int] = range(0)
        self._kept: frozenset[int] | None = None  # the calls that were kept when others were dropped
        self._quick = "", Quick()  # what was typed, and what is ticked of the quick filters besides
        self._follows = False
        self._timed: bool | None = None  # whether the strip of time is wanted; None leaves it to the room there is

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        yield SteadyText(id="head", markup=False)
        yield CallTable()
        yield Timeline()
        yield FilterBar()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the list, as the settings have it."""
        settings = settings_in(self.app)
        self.columns, self._table.sorted_by = list(settings.columns), settings.sort
        self._timed = None if settings.sparkline else False
        self._table.focus()
        self._tell()

    def on_resize(self) -> None:
        """Show the strip of time where there is room for it."""
        self._show_time()
        self._tell()

    # -- what others tell it

    def reading(self, progress: Progress | None, *, paused: bool) -> None:
        """Show how far reading is, and whether it waits."""
        self._progress, self._paused = progress, paused
        self._tell()

    def begin(self, trace: Trace) -> None:
        """Show the beginning of a trace while the rest is read."""
        if self._partly:
            self._take(trace)

    def open_trace(self, trace: Trace) -> None:
        """Show a trace that was read; cursor, marks, order and filter stay as they are."""
        self._partly, before = False, self.rows
        self._take(trace)
        if not self.is_active:
            self._renew_ladders(before)

    def survey(self, survey: Survey) -> None:
        """Take the flows of the calls."""
        if self.rows is not None:
            self.rows.take_survey(survey)
            self._list()
            self._warm(self.rows)

    def choose_columns(self, columns: Sequence[str] | None) -> None:
        """Show other columns."""
        if columns:
            self.columns = list(columns)
            self._list()
            if self.rows is not None and not self._partly:
                self._warm(self.rows)

    # -- actions

    def action_back(self) -> None:
        """Leave the application, when somebody really wants to."""
        from siptrace.tui.leave_screen import LeaveScreen  # noqa: PLC0415

        self.app.push_screen(LeaveScreen(), lambda leave: self.app.exit() if leave else None)

    def action_select(self) -> None:
        """Mark the call, or no longer."""
        self._table.toggle_mark()
        self._tell()

    def action_filter(self) -> None:
        """Go to the filter bar."""
        self._bar.enter()

    def action_clear(self) -> None:
        """Drop filter and marks, and bring back the calls that were dropped."""
        self._table.marked.clear()
        self._kept = None
        self._filter("")
        self._table.focus()

    def action_keep(self) -> None:
        """Drop the calls that are not listed."""
        if self._all_is_read() and self._table.shown:
            self._kept = frozenset(self._table.shown)
            self._table.marked &= self._kept
            self._tell()

    def action_quick(self) -> None:
        """Choose methods, states and problems."""
        if self.rows is not None:
            show_kept(self.app, QuickScreen, self.rows, self._ticked, then=self._take_quick)

    def action_columns(self) -> None:
        """Choose columns."""
        from siptrace.tui.columns_screen import ColumnsScreen  # noqa: PLC0415

        show_kept(self.app, ColumnsScreen, self.columns, then=self.choose_columns)

    def action_sort(self, step: int) -> None:
        """Sort by a column beside the one that the list is sorted by."""
        name, down = self._table.sorted_by
        seen = self._table.seen
        columns = [column for column in seen if not COLUMNS[column].reads or column == name] or ["index"]
        place = columns.index(name) if name in columns else 0
        self._table.sorted_by = columns[max(0, min(place + step, len(columns) - 1))], down
        self._list()

    def action_reverse(self) -> None:
        """Turn the order round."""
        name, down = self._table.sorted_by
        self._table.sorted_by = name, not down
        self._list()

    def action_follow(self) -> None:
        """Stay on the last call while the trace grows, or no longer."""
        self._follows = not self._follows
        if self._follows:
            self._table.action_move(len(self._table.shown))

    def action_timeline(self) -> None:
        """Show or hide the strip of time."""
        self._timed = not self._strip.display
        self._show_time()

    def action_window(self) -> None:
        """Go to the strip of time."""
        self._timed = True
        self._show_time()
        self._strip.focus()

    def action_hints(self) -> None:
        """Show or hide the keys at the bottom."""
        keys = self.query_one(KeyBar)
        keys.display = not keys.display

    # -- events

    def on_call_table_head_clicked(self, event: CallTable.HeadClicked) -> None:
        """Sort by the column that was clicked; once more turns the order round."""
        name, down = self._table.sorted_by
        if not COLUMNS[event.column].reads:
            self._table.sorted_by = event.column, event.column == name and not down
            self._list()

    def on_call_table_chosen(self) -> None:
        """Open the call that was clicked twice."""
        self.action_open()

    def on_filter_bar_submitted(self, event: FilterBar.Submitted) -> None:
        """Filter."""
        if self._filter(event.expression):
            self._table.focus()

    def on_filter_bar_left(self) -> None:
        """Go back to the list."""
        self._table.focus()

    def on_timeline_picked(self, event: Timeline.Picked) -> None:
        """Filter by a window in time."""
        if self.trace is not None:
            self._filter(with_window(self.expression, event.window, self.trace.subject))
            self._table.focus()

    def on_timeline_left(self) -> None:
        """Go back to the list."""
        self._table.focus()

    # -- how it is done

    @property
    def _strip(self) -> Timeline:
        return self.query_one(Timeline)

    @property
    def _bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def _take(self, trace: Trace) -> None:
        """Show a trace; what was marked and chosen in another reading of it is so in this one."""
        before, rows, table = self.rows, CallRows(trace, aliases=settings_in(self.app).aliases), self._table
        known = {} if before is None else before.counterparts({*table.marked, *self._current}, rows)
        current = next((known[call] for call in self._current if call in known), None)
        self.trace, self.rows, self._bar.subject = trace, rows, trace.subject
        table.marked = {known[call] for call in table.marked if call in known}
        typing = self._bar.has_focus_within
        if not self._filter(self.expression, current=current, typing=typing):
            self._filter("", current=current, typing=typing)
        if self._follows:
            self._table.action_move(len(self._table.shown))

    def _warm(self, rows: CallRows) -> None:
        """Make what sorting, filtering and counting will need while nobody waits for it; in a thread."""
        columns = tuple(self.columns)

        def warm() -> None:
            from siptrace.tui.statistics_screen import statistics  # noqa: PLC0415

            rows.warm(columns)
            if rows.survey is not None:
                statistics(rows, range(len(rows)))

        if len(rows) >= _WORTH_WARMING:
            self.run_worker(warm, thread=True, group="warm")

    @property
    def _ticked(self) -> Quick:
        """What is ticked of the quick filters, as long as nobody has written another expression since."""
        typed, quick = self._quick
        return quick if self.expression == both(typed, quick.expression) else Quick()

    def _take_quick(self, quick: Quick | None) -> None:
        """Filter by what is ticked, besides what was typed."""
        if quick is not None:
            typed = self._quick[0] if self._ticked != Quick() else self.expression
            self._quick = typed, quick
            self._filter(both(typed, quick.expression))
            self._table.focus()

    def _filter(self, expression: str, *, current: int | None = None, typing: bool = False) -> bool:
        """Show the calls that an expression selects; False when it makes no sense.

        The filter bar shows it, unless somebody is `typing` another one there.
        """
        if self.trace is None or self.rows is None:
            return False
        try:
            chosen, trouble = select(self.trace, expression, self._kept)
        except UsageError as error:
            self._bar.complain(text_of(error))
            return False
        except (SiptraceError, OSError) as error:
            self._complain(str(error))
            return False
        self._complain(trouble)
        self.expression, self._selected = expression, chosen
        if not typing:
            self._bar.take(expression)
        self._show_time()
        self._list(current)
        return True

    def _list(self, current: int | None = None) -> None:
        """Show the calls that are selected, in their order, with the cursor on one of them."""
        if self.rows is None:
            return
        name, down = self._table.sorted_by
        plain = name == "index" and not down
        shown = self._selected if plain else ordered(self.rows, name, self._selected, down=down)
        self._table.show(self.rows, shown, self.columns, current)
        self._tell()

    def _show_time(self) -> None:
        """Show when the calls that are selected began, where that is wanted and there is room."""
        strip = self._strip
        begins = [] if self.rows is None else self.rows.begins
        room = self.size.height >= _ROOM_FOR_TIME and any(begin != begins[0] for begin in begins)
        strip.display = room if self._timed is None else self._timed
        if strip.display and self.rows is not None and self.trace is not None and not self._partly:
            times = begins if len(self._selected) == len(begins) else [begins[call] for call in self._selected]
            strip.show(times, window_in(self.expression, self.trace.subject) or span_of(begins))

    def _tell(self) -> None:
        """Write the head of the screen."""
        table, parts = self._table, [f"siptrace  {named(self.names)}"]
        if self._partly:
            parts.append(reading_text(self._progress, paused=self._paused))
        if self.rows is not None and self._partly:
            parts.append(f"the first {len(self.rows):,} calls ({len(table.shown):,} shown)")
        elif self.rows is not None:
            kept = None if self._kept is None else len(self._kept)
            parts += totals(self.rows, shown=len(table.shown), marked=len(table.marked), kept=kept)
            parts.append(f"sorted by {COLUMNS[table.sorted_by[0]].head}")
        self.query_one("#head", Static).update(fitted(parts, self.size.width - 2), layout=False)
