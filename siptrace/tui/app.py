"""The application: reads the traces beside the screens, and hands them over.

Reading goes on in a thread, which never touches a widget: it posts messages.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.message import Message

from siptrace.errors import SiptraceError
from siptrace.render.cells import visible
from siptrace.trace import beginning_of, open_trace
from siptrace.tui.base import SettledApp
from siptrace.tui.calls_screen import CallsScreen
from siptrace.tui.intact import trouble_with
from siptrace.tui.kept import make_ahead
from siptrace.tui.quick_screen import Quick, QuickScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.screen import Screen

    from siptrace.correlate.survey import Survey
    from siptrace.trace import Progress, Trace
    from siptrace.tui.columns import CallRows
    from siptrace.tui.settings_file import SettingsFile

__all__ = ["SiptraceApp"]

_TURN = 0.0005
"""Seconds that the thread which reads may keep the interpreter while a key waits; Python's own 5 ms are felt."""

_TELL = 0.25
"""Seconds between two looks at how far reading is: drawing it takes time away from reading."""

_COLLECT = (700, 10, 300)
"""When garbage is collected (`gc.set_threshold`): all of it hardly ever while keys are pressed, which would wait."""

_QUIET = 1.0
"""Seconds without a key after which all of it is collected, if there may be much."""

_MUCH = 3
"""Collections of young garbage since the last one of all: that many, and there may be much."""

_FIRST_READ = 20
"""Messages that are taken apart while nobody waits for them, because the first ones take longest."""

_EXAMPLES, _SHORT = 100, 50
"""Calls among which one is looked for that is drawn ahead, and the messages that it may have."""

_APART = 0.1
"""Seconds between screens that are made ahead, for the keys that come meanwhile."""


class _Left(Exception):
    """Nobody waits for the traces any more."""


class SiptraceApp(SettledApp[SiptraceError]):
    """`siptrace TRACE...` on a terminal; it returns the error that ended it, None when all is well."""

    TITLE = "siptrace"
    AHEAD: ClassVar[bool] = True
    """Whether what will be wanted next is made before a key asks for it."""

    class Read(Message):
        """So much of the traces is read."""

        def __init__(self, progress: Progress) -> None:
            """Carry it."""
            super().__init__()
            self.progress = progress

    class Begun(Message):
        """The beginning of the traces is read."""

        def __init__(self, trace: Trace) -> None:
            """Carry it."""
            super().__init__()
            self.trace = trace

    class Opened(Message):
        """The traces are read."""

        def __init__(self, trace: Trace) -> None:
            """Carry them."""
            super().__init__()
            self.trace = trace

    class Surveyed(Message):
        """The flows of the calls are known."""

        def __init__(self, survey: Survey) -> None:
            """Carry them."""
            super().__init__()
            self.survey = survey

    class Idle(Message):
        """All that is on the screen is known, and what will be wanted next can be made."""

    class Failed(Message):
        """The traces cannot be read."""

        def __init__(self, error: SiptraceError) -> None:
            """Carry the reason."""
            super().__init__()
            self.error = error

    def __init__(self, paths: Sequence[str], trace: Trace | None = None, file: SettingsFile | None = None) -> None:
        """Take the traces to read; or one that is read already. `file` has the settings, None for those of nobody."""
        super().__init__(file)
        self.paths, self._trace = list(paths), trace
        self._next_told = self._touched = 0.0
        self._progress: Progress | None = None
        self._is_read, self._left = False, False
        self._goes_on = Event()
        self._goes_on.set()
        self.calls = CallsScreen([visible(Path(path).name or path) for path in paths])

    def on_mount(self) -> None:
        """Show the list and begin to read."""
        sys.setswitchinterval(_TURN)
        gc.set_threshold(*_COLLECT)
        self.push_screen(self.calls)
        self.set_interval(_QUIET, self._tidy)
        self.run_worker(self._read, thread=True, exclusive=True)

    def _read(self) -> None:
        """Read the traces, first only their beginning, then find the flows of the calls; in a thread."""
        try:
            beginning = beginning_of(*self.paths) if self._trace is None else None
            if beginning is not None:
                beginning.overview  # noqa: B018  (made when it is asked for, here and not in the other thread)
                self.post_message(self.Begun(beginning))
            trace = self._trace or open_trace(*self.paths, progress=self._tell)
            survey = trace.begun_survey  # and with it the overview
        except _Left:
            return
        except SiptraceError as error:
            self.post_message(self.Failed(error))
            return
        self.post_message(self.Opened(trace))
        self.post_message(self.Surveyed(survey()))
        if self.AHEAD:
            self._prepare(trace)
            self.post_message(self.Idle())

    def _prepare(self, trace: Trace) -> None:
        """Do what takes long the first time only, while nobody waits for it; in that thread."""
        from siptrace.filters.completion import complete  # noqa: PLC0415  (brings the parser library along)
        from siptrace.tui import diff_screen, leave_screen, message_screen, save_screen, saving  # noqa: F401, PLC0415

        _soon_wanted()
        complete("")
        with suppress(SiptraceError, OSError):  # a file may be gone; who wants to see a message of it is told
            for message in trace.messages[:_FIRST_READ]:
                message.sip  # noqa: B018

    def _tell(self, progress: Progress) -> None:
        """Post how far reading is, now and then; in that thread. Waits while it is paused, raises _Left in the end."""
        self._goes_on.wait()
        if self._left:
            raise _Left
        if monotonic() >= self._next_told:
            self._next_told = monotonic() + _TELL
            self.post_message(self.Read(progress))

    async def on_event(self, event: events.Event) -> None:
        """Remember when somebody did something."""
        if isinstance(event, events.InputEvent):
            self._touched = monotonic()
        await super().on_event(event)

    def _tidy(self) -> None:
        """Collect garbage while nobody does anything; what Textual leaves of a screen is in circles."""
        if self._is_read and monotonic() - self._touched >= _QUIET and gc.get_count()[2] >= _MUCH:
            gc.collect()

    def on_unmount(self) -> None:
        """Read no further."""
        self._left = True
        self._goes_on.set()

    def action_pause(self) -> None:
        """Have reading wait, or go on."""
        if self._is_read:
            self.notify("The trace is read: there is nothing to pause.", markup=False)
        elif self._goes_on.is_set():
            self._goes_on.clear()
        else:
            self._goes_on.set()
        self._show_progress()

    def _show_progress(self) -> None:
        """Show how far reading is."""
        self.calls.reading(self._progress, paused=not self._goes_on.is_set())

    def on_siptrace_app_read(self, message: Read) -> None:
        """Show how far reading is."""
        self._progress = message.progress
        self._show_progress()

    def on_siptrace_app_begun(self, message: Begun) -> None:
        """Show the first calls."""
        self.calls.begin(message.trace)

    def on_siptrace_app_opened(self, message: Opened) -> None:
        """Show the calls."""
        self._is_read = True
        self.calls.open_trace(message.trace)

    def on_siptrace_app_surveyed(self, message: Surveyed) -> None:
        """Show the flows of the calls."""
        self.calls.survey(message.survey)
        gc.freeze()  # all this is here to stay, and a collection that looks at it takes longer than a key may

    def on_siptrace_app_idle(self) -> None:
        """Make the screens that will be wanted next, one after the other."""
        steps: list[Callable[[], None]] = [partial(self._make, kind, *what) for kind, *what in self._wanted_next()]
        for number, step in enumerate([*steps, gc.freeze], 1):
            self.set_timer(_APART * number, step)

    def _wanted_next(self) -> Iterator[tuple[type[Screen[Any]], *tuple[Any, ...]]]:
        """Yield the screens that most people ask for, each with something to show."""
        ladder, columns, statistics, messages, helping, settings = _soon_wanted()
        trace, rows = self.calls.trace, self.calls.rows
        if trace is not None and rows is not None:
            example = _example(trace, rows)
            yield ladder, trace, example
            yield columns, self.calls.columns
            yield statistics, rows, ()
            yield QuickScreen, rows, Quick()
            yield from ((messages, trace, call) for call in example)
            yield helping, "list"
            yield settings, self.settings_file, self.settings, self.theme

    def _make(self, kind: type[Screen[Any]], *arguments: Any) -> None:
        """Make a screen ahead, if nobody has gone to another one meanwhile."""
        if self.screen is self.calls:
            make_ahead(self, kind, *arguments)

    def on_siptrace_app_failed(self, message: Failed) -> None:
        """End, and say why."""
        self.exit(message.error)


def _example(trace: Trace, rows: CallRows) -> tuple[int, ...]:
    """Return the number of a short call that can be read, or none: a screen that drew a call draws others sooner."""
    short = next((call for call in range(min(len(rows), _EXAMPLES)) if len(rows.rows(call)) <= _SHORT), None)
    return () if short is None or trouble_with(trace, rows.rows(short)) else (short + 1,)


def _soon_wanted() -> tuple[type[Screen[Any]], ...]:
    """Return the screens for a ladder, columns, statistics, messages, help and settings; to import them takes long."""
    from siptrace.tui.columns_screen import ColumnsScreen  # noqa: PLC0415
    from siptrace.tui.help_screen import HelpScreen  # noqa: PLC0415
    from siptrace.tui.ladder_screen import LadderScreen  # noqa: PLC0415
    from siptrace.tui.raw_screen import RawScreen  # noqa: PLC0415
    from siptrace.tui.settings_screen import SettingsScreen  # noqa: PLC0415
    from siptrace.tui.statistics_screen import StatisticsScreen  # noqa: PLC0415

    return LadderScreen, ColumnsScreen, StatisticsScreen, RawScreen, HelpScreen, SettingsScreen
