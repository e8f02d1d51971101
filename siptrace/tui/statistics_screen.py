"""What is in the calls that are listed: how many of each method, answer, state and flow, and between whom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from siptrace.render.cells import pad, visible
from siptrace.render.times import seconds
from siptrace.tui.actions import bindings

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType

    from siptrace.tui.columns import CallRows

__all__ = ["StatisticsScreen", "counted"]

_MOST = 12
_BAR = 24


def counted(rows: CallRows, calls: Sequence[int]) -> dict[str, Counter[str]]:
    """Return the counts under their headlines: of calls, and of the requests, answers and endpoints of their messages.

    Columns are counted whole, because there may be millions of messages.
    """
    table, overview = rows.table, rows.overview
    found: dict[str, Counter[str]] = {"States": Counter(overview.state(call).value for call in calls)}
    if rows.survey is not None:
        names = [match.flow.id if match is not None else "none" for match in rows.survey.matches]
        found["Flows"] = _named(Counter(map(rows.survey.of_call.__getitem__, calls)), names.__getitem__)
    every = range(len(table)) if len(calls) == len(rows) else [row for call in calls for row in rows.rows(call)]
    kinds = Counter(zip(_of(table.method, every), _of(table.status, every), strict=True))
    methods, answers = Counter[int](), Counter[int]()
    for (method, status), count in kinds.items():
        (answers if status else methods)[status or method] += count
    found["Methods"] = _named(methods, table.methods.text)
    found["Answers"] = _named(answers, str)
    ends = Counter(_of(table.src, every)) + Counter(_of(table.dst, every))
    found["Endpoints"] = _named(Counter(dict(ends.most_common(_MOST))), table.endpoint)
    return found


def _of(column: array[int], rows: Sequence[int]) -> Iterable[int]:
    """Return a column at some rows; at all of them as it is."""
    return column if len(rows) == len(column) else map(column.__getitem__, rows)


def _named(counts: Counter[int], name: Callable[[int], str]) -> Counter[str]:
    """Return counts under the names of their numbers."""
    named: Counter[str] = Counter()
    for number, count in counts.items():
        named[name(number)] += count
    return named


def percentiles(values: list[int]) -> str:
    """Return the median and the longest of some durations in ns."""
    if not values:
        return "none"
    values = sorted(values)
    shown = [(name, values[min(int(len(values) * part), len(values) - 1)]) for name, part in _PARTS]
    return "  ".join(f"{name} {seconds(value)}" for name, value in shown)


_PARTS = (("median", 0.5), ("90 %", 0.9), ("99 %", 0.99), ("longest", 1.0))


class StatisticsScreen(Screen[None]):
    """The counts, with bars."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("any"))

    def __init__(self, rows: CallRows, calls: Sequence[int]) -> None:
        """Take the calls that are listed."""
        super().__init__()
        self._rows, self._calls = rows, calls

    def compose(self) -> ComposeResult:
        """Make the text."""
        with VerticalScroll():
            yield Static(self._text())
        yield Footer()

    def _text(self) -> Text:
        """Return the statistics."""
        text = Text()
        messages = sum(len(self._rows.rows(call)) for call in self._calls)
        text.append(f"{len(self._calls):,} calls, {messages:,} messages\n\n", "bold")
        for headline, counts in counted(self._rows, self._calls).items():
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
        talks = [talk for call in self._calls if (talk := self._rows.talk(call)) is not None]
        text.append("Time from answer to end\n", "bold underline")
        text.append(f"  {percentiles(talks)}\n")
        return text

    def action_help(self) -> None:
        """Show the keys."""
        from siptrace.tui.help_screen import HelpScreen  # noqa: PLC0415

        self.app.push_screen(HelpScreen("any"))

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss()
