"""From the list of calls to the screens of one call, of two, or of all; each is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from siptrace.tui.call_table import CallTable
from siptrace.tui.intact import trouble_with
from siptrace.tui.kept import show_kept
from siptrace.tui.settings import settings_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.trace import Trace
    from siptrace.tui.columns import CallRows

__all__ = ["CallsDoors"]


class CallsDoors(Screen[None]):
    """A screen with a `CallTable` of the calls in `rows`, out of `trace`; both are None until there is something."""

    def __init__(self) -> None:
        """Begin before anything is read."""
        super().__init__()
        self.trace: Trace | None = None
        self.rows: CallRows | None = None
        self._partly = True  # more of the trace is still to come

    def action_open(self) -> None:
        """Show the ladder of the call under the cursor, or of those that are marked."""
        from siptrace.tui.ladder_screen import LadderScreen  # noqa: PLC0415

        calls = sorted(self._table.marked) or self._current
        if self.trace is not None and calls and self._can_be_read(calls):
            self._warn_of_more()
            show_kept(self.app, LadderScreen, self.trace, [call + 1 for call in calls])

    def action_extended(self) -> None:
        """Show the ladder: a call has all its legs already."""
        self.action_open()

    def action_raw(self) -> None:
        """Show the messages of the call as they are."""
        from siptrace.tui.raw_screen import RawScreen  # noqa: PLC0415

        if self.trace is not None and self._current and self._can_be_read(self._current):
            self._warn_of_more()
            show_kept(self.app, RawScreen, self.trace, self._current[0] + 1)

    def action_versus(self) -> None:
        """Compare two calls, step by step."""
        from siptrace.tui.call_diff_screen import compare_calls  # noqa: PLC0415

        if self.trace is not None and self._can_be_read(calls := [*sorted(self._table.marked), *self._current]):
            compare_calls(self.app, self.trace, [call + 1 for call in calls])

    def action_statistics(self) -> None:
        """Show what is in the trace."""
        from siptrace.tui.statistics_screen import StatisticsScreen  # noqa: PLC0415

        if self.rows is not None and self._all_is_read():
            show_kept(self.app, StatisticsScreen, self.rows, self._table.shown)

    def action_save(self) -> None:
        """Save calls."""
        from siptrace.tui.save_screen import SaveScreen  # noqa: PLC0415
        from siptrace.tui.saving import calls_offers  # noqa: PLC0415

        if self.trace is not None and self._all_is_read():
            calls = [call + 1 for call in sorted(self._table.marked) or self._table.shown]
            self.app.push_screen(SaveScreen(self.trace, calls_offers(self.trace, calls, settings_in(self.app).aliases)))

    # -- what they need

    @property
    def _table(self) -> CallTable:
        return self.query_one(CallTable)

    @property
    def _current(self) -> list[int]:
        """The call under the cursor, where there is one."""
        return [] if self._table.current is None else [self._table.current]

    def _renew_ladders(self, before: CallRows | None) -> None:
        """Have ladders that were opened out of a part of the trace show all of their calls."""
        from siptrace.tui.ladder_screen import LadderScreen  # noqa: PLC0415

        for screen in self.app.screen_stack:
            if isinstance(screen, LadderScreen) and before and self.rows is not None and self.trace is not None:
                known = before.counterparts((number - 1 for number in screen.subject.numbers), self.rows)
                calls = sorted(set(known.values()))
                if self._can_be_read(calls):
                    screen.renew(self.trace, [call + 1 for call in calls])

    def _all_is_read(self) -> bool:
        """Return whether all of the trace is there, and say so where it is not."""
        if self._partly:
            self._say("The trace is still being read, and this needs all of it.")
        return not self._partly

    def _warn_of_more(self) -> None:
        """Say that more may follow of a call while the trace is read."""
        if self._partly:
            self._say("The trace is still being read: this is what there is of the call so far.")

    def _can_be_read(self, calls: Sequence[int]) -> bool:
        """Return whether the files of calls are still there; say what is wrong with them."""
        if self.trace is None or self.rows is None:
            return False
        trouble = trouble_with(self.trace, (row for call in calls for row in self.rows.rows(call)))
        self._complain(trouble)
        return not trouble

    def _say(self, text: str) -> None:
        """Show a short remark, in place of the one before."""
        self.app.clear_notifications()
        self.app.notify(text, markup=False)

    def _complain(self, trouble: str) -> None:
        """Say what is wrong, if anything is."""
        if trouble:
            self.app.notify(trouble, severity="error", markup=False)
