"""Quick filters: methods, states and problems to tick, which become an expression of the filter language."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from siptrace.tui.actions import bindings
from siptrace.tui.both import both
from siptrace.tui.columns import UNSUCCESSFUL
from siptrace.tui.settings import keys_of
from siptrace.tui.ticks import Ticks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.binding import BindingType

    from siptrace.tui.columns import CallRows

__all__ = ["PROBLEMS", "Quick", "QuickScreen"]

PROBLEMS = {
    "unsuccessful": f"phase in {{{', '.join(UNSUCCESSFUL)}}} or state == unanswered",
    "sent again": "retransmissions > 0",
    "leaves its flow": "score < 100%",
    "follows no flow": "not flow",
    "setup over 3 s": "setup > 3s",
    "talk under 5 s": "talk < 5s",
    "incomplete": "state == incomplete",
}
"""What may be wrong with a call, and the expression that finds it."""


class Quick(NamedTuple):
    """What is ticked: methods, states and problems; of an empty list everything passes."""

    methods: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """The expression that selects such calls."""
        problems = " or ".join(PROBLEMS[problem] for problem in self.problems)
        return reduce(both, (_one_of("method", self.methods), _one_of("state", self.states), problems))


def _one_of(field: str, values: tuple[str, ...]) -> str:
    """Return the expression that a field has one of some values, "" for no values."""
    shown = ", ".join(f'"{value}"' for value in values)
    return f"{field} in {{{shown}}}" if values else ""


class QuickScreen(ModalScreen[Quick | None]):
    """Three lists to tick; it returns what is ticked, None when nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("quick"))

    CSS = """
    QuickScreen { align: center middle; }
    QuickScreen > Vertical { width: 78; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                             background: $surface; padding: 0 1; }
    QuickScreen Horizontal { height: auto; }
    QuickScreen Ticks { width: 1fr; height: auto; max-height: 16; border: none; }
    """

    def __init__(self, rows: CallRows, ticked: Quick | None = None) -> None:
        """Take the calls whose methods and states there are; what is ticked already is ticked at first."""
        super().__init__()
        self._take(rows, ticked or Quick())

    def open(self, rows: CallRows, ticked: Quick) -> None:
        """Show the lists of other calls, with other things ticked, as if the screen was new."""
        before = self._offered, self._ticked
        self._take(rows, ticked)
        for name, ticks in zip(Quick._fields, self.query(Ticks), strict=True):
            if (self._offered, self._ticked) != before or tuple(ticks.selected) != getattr(ticked, name):
                ticks.clear_options()
                ticks.add_options(self._choices(name))
            ticks.highlighted = 0
        self._begin()

    def _take(self, rows: CallRows, ticked: Quick) -> None:
        """Take what there is to tick, and what is ticked."""
        calls, methods = rows.calls, rows.table.methods
        self._ticked = ticked
        self._offered = Quick(
            tuple(sorted({methods.text(number) for number in set(calls.main)} - {""})),
            tuple(sorted({text.partition(":")[0] for text in set(rows.keys("state"))})),
            tuple(PROBLEMS),
        )

    def _choices(self, name: str) -> Iterator[tuple[str, str, bool]]:
        """Yield what a list has, and whether it is ticked."""
        return ((one, one, one in getattr(self._ticked, name)) for one in getattr(self._offered, name))

    def compose(self) -> ComposeResult:
        """Make the lists."""
        with Vertical():
            key = keys_of(self.app, "quick")
            yield Static(
                f"{key['tick']} ticks, Tab goes to the next list, {key['apply']} filters, {key['back']} leaves; "
                "nothing ticked means all"
            )
            with Horizontal():
                for name in Quick._fields:
                    yield Ticks(*self._choices(name), id=name)

    def on_mount(self) -> None:
        """Begin with the methods."""
        self._begin()

    def _begin(self) -> None:
        """Go to the first list."""
        self.query(Ticks).first().focus()

    def action_back(self) -> None:
        """Leave the filter as it is."""
        self.dismiss(None)

    def action_tick(self) -> None:
        """Tick what is under the cursor, or no longer."""
        if isinstance(self.focused, Ticks):
            self.focused.action_select()

    def action_apply(self) -> None:
        """Return what is ticked."""
        self.dismiss(Quick(*(tuple(self.query_one(f"#{name}", Ticks).selected) for name in Quick._fields)))
