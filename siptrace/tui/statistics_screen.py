"""What is in the calls that are listed: how many of each method, answer, state and flow, and between whom."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from siptrace.render.anomalies import anomaly_lines
from siptrace.render.cells import pad, visible
from siptrace.render.times import elapsed, seconds
from siptrace.render.words import count_of
from siptrace.tui.actions import bindings
from siptrace.tui.key_bar import KeyBar
from siptrace.tui.steady import SteadyText, steady_bar
from siptrace.tui.text_scroll import TextScroll

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from textual.binding import BindingType

    from siptrace.correlate.survey import Survey
    from siptrace.table.columns import MessageTable
    from siptrace.tui.columns import CallRows

__all__ = ["StatisticsScreen", "counted", "statistics"]

T = TypeVar("T")

_MOST = 12
_BAR = 24
_AT_ONCE = 2_000
"""Calls up to which counting takes less time than showing that it goes on; of a million messages it takes a moment."""


def counted(rows: CallRows, calls: Sequence[int]) -> dict[str, Counter[str]]:
    """Return the counts under their headlines: of calls, and of the requests, answers and endpoints of their messages.

    Columns are counted whole, because there may be millions of messages.
    """
    table, states = rows.table, rows.keys("state")
    stood = Counter(map(states.__getitem__, calls))
    found: dict[str, Counter[str]] = {"States": _named(stood, lambda state: state.partition(":")[0])}
    if rows.survey is not None:
        names = [match.flow.id if match is not None else "none" for match in rows.survey.matches]
        found["Flows"] = _named(Counter(map(rows.survey.of_call.__getitem__, calls)), names.__getitem__)
    every = None if len(calls) == len(rows) else [row for call in calls for row in rows.rows(call)]
    methods, statuses, *ends = (_at(table, name, every) for name in ("method", "status", "src", "dst"))
    found["Methods"] = _named(_counts(methods[statuses == 0]), table.methods.text)
    found["Answers"] = _named(_counts(statuses[statuses != 0]), str)
    most = _counts(*ends).most_common(_MOST)
    found["Endpoints"] = _named(Counter(dict(most)), table.endpoint)
    return found


def _at(table: MessageTable, name: str, rows: Sequence[int] | None) -> NDArray[Any]:
    """Return a column at some rows; None stands for all."""
    column = table.numpy(name)
    return column if rows is None else column[rows]


def _counts(*numbers: NDArray[Any]) -> Counter[int]:
    """Return how often each number is in some arrays; there are not many numbers between the lowest and the highest."""
    import numpy as np  # noqa: PLC0415  (a list needs none)

    values = np.concatenate(numbers).astype(np.int64)
    if not len(values):
        return Counter()
    lowest = int(values.min())
    counts = np.bincount(values - lowest)
    found = counts.nonzero()[0]
    return Counter(dict(zip((found + lowest).tolist(), counts[found].tolist(), strict=True)))


def _named(counts: Counter[T], name: Callable[[T], str]) -> Counter[str]:
    """Return counts under the names of what they count."""
    named: Counter[str] = Counter()
    for thing, count in counts.items():
        named[name(thing)] += count
    return named


def percentiles(values: list[int], told: Callable[[int], str] = seconds) -> str:
    """Return the median and the longest of some durations in ns, each as `told`."""
    if not values:
        return "none"
    values = sorted(values)
    shown = [(name, values[min(int(len(values) * part), len(values) - 1)]) for name, part in _PARTS]
    return "  ".join(f"{name} {told(value)}" for name, value in shown)


_PARTS = (("median", 0.5), ("90 %", 0.9), ("99 %", 0.99), ("longest", 1.0))

_TIMES: tuple[tuple[str, str, Callable[[int], str]], ...] = (
    ("Seconds from INVITE to ringing or another answer (post-dial delay)", "setup", lambda span: elapsed(span, 0)),
    ("Time from answer to end", "convdur", seconds),
)
"""The times of calls: headline, column, and how one is told."""

_OF_ALL: WeakKeyDictionary[CallRows, tuple[Survey | None, Text]] = WeakKeyDictionary()
"""The statistics of all calls of a trace, and the flows that they were made with."""


class StatisticsScreen(Screen[None]):
    """The counts, with bars."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("any"))

    CSS = """
    StatisticsScreen TextScroll { scrollbar-gutter: stable; }
    StatisticsScreen Static { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, rows: CallRows, calls: Sequence[int]) -> None:
        """Take the calls that are listed."""
        super().__init__()
        self._rows, self._calls = rows, calls

    def compose(self) -> ComposeResult:
        """Make the text."""
        with TextScroll():
            yield SteadyText()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what there is."""
        steady_bar(self.query_one(TextScroll))
        self.open(self._rows, self._calls)

    def open(self, rows: CallRows, calls: Sequence[int]) -> None:
        """Show what other calls are, as if the screen was new; many are counted beside it."""
        self._rows, self._calls = rows, calls
        at_once = len(calls) <= _AT_ONCE or (len(calls) == len(rows) and _known(rows) is not None)
        self.show(calls, statistics(rows, calls) if at_once else Text("counting ..."))
        self.query_one(TextScroll).scroll_home(animate=False)
        if not at_once:
            self.run_worker(partial(self._count, rows, calls), thread=True)

    def show(self, calls: Sequence[int], text: Text) -> None:
        """Show what was counted, if it is still about the calls that are wanted."""
        if calls is self._calls:
            self.query_one(Static).update(text)

    def _count(self, rows: CallRows, calls: Sequence[int]) -> None:
        """Count, and have shown what was counted; in a thread."""
        self.app.call_from_thread(self.show, calls, statistics(rows, calls))

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss()


def statistics(rows: CallRows, calls: Sequence[int]) -> Text:
    """Return the statistics of some calls; those of all calls are kept until their flows are known."""
    if len(calls) < len(rows):
        return _text(rows, calls)
    text = _known(rows)
    if text is None:
        flows, text = rows.survey, _text(rows, calls)
        _OF_ALL[rows] = flows, text
    return text


def _known(rows: CallRows) -> Text | None:
    """Return the statistics of all calls, if they were made before."""
    flows, text = _OF_ALL.get(rows, (None, None))
    return text if flows is rows.survey else None


def _text(rows: CallRows, calls: Sequence[int]) -> Text:
    """Make the statistics of some calls."""
    text, starts = Text(), rows.overview.starts
    messages = sum(starts[call + 1] - starts[call] for call in calls)
    text.append(f"{count_of(len(calls), 'call')}, {count_of(messages, 'message')}\n\n", "bold")
    for headline, counts in counted(rows, calls).items():
        if not counts:
            continue
        text.append(f"{headline}\n", "bold underline")
        total, most = sum(counts.values()), max(counts.values())
        for name, count in counts.most_common(_MOST):
            bar = "█" * max(1, round(count / most * _BAR))
            text.append(f"  {pad(visible(name), 24)} {count:>9,} {count / total:>6.1%}  {bar}\n")
        if len(counts) > _MOST:
            text.append(f"  and {len(counts) - _MOST} more\n", "italic")
        text.append("\n")
    for headline, column, told in _TIMES:
        times = map(rows.keys(column).__getitem__, calls)
        text.append(f"{headline}\n", "bold underline")
        text.append(f"  {percentiles([time for time in times if time >= 0], told)}\n\n")
    remarks = list(anomaly_lines(rows.trace.anomalies, [source.path for source in rows.trace.sources]))
    if remarks:
        text.append("The files\n", "bold underline")
        text.append("".join(f"  {visible(remark)}\n" for remark in remarks))
    return text
