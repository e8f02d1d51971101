"""Quick filters: methods, states and problems to tick, which become an expression of the filter language."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from siptrace.tui.actions import bindings
from siptrace.tui.columns import UNSUCCESSFUL
from siptrace.tui.settings import keys_of
from siptrace.tui.ticks import Ticks

if TYPE_CHECKING:
    from textual.binding import BindingType

    from siptrace.tui.columns import CallRows

__all__ = ["PROBLEMS", "QuickScreen", "expression_of"]

PROBLEMS = {
    "unsuccessful": f"state in {{{', '.join(UNSUCCESSFUL)}}}",
    "sent again": "retransmissions > 0",
    "leaves its flow": "score < 100%",
    "follows no flow": "not flow",
    "setup over 3 s": "setup > 3s",
    "soon over": "talk < 5s",
    "not in full": "state == incomplete",
}
"""What may be wrong with a call, and the expression that finds it."""


def expression_of(methods: list[str], states: list[str], problems: list[str]) -> str:
    """Return the expression that selects calls by method, state and problem; of an empty list everything passes."""
    parts = []
    for field, values in (("method", methods), ("state", states)):
        if values:
            shown = ", ".join(f'"{value}"' for value in values)
            parts.append(f"{field} in {{{shown}}}")
    found = " or ".join(PROBLEMS[problem] for problem in problems)
    if found:
        parts.append(f"({found})" if parts and len(problems) > 1 else found)
    return " and ".join(parts)


_LISTS = ("#methods", "#states", "#problems")


class QuickScreen(ModalScreen[str | None]):
    """Three lists to tick; it returns an expression, None when nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("quick"))

    CSS = """
    QuickScreen { align: center middle; }
    QuickScreen > Vertical { width: 78; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                             background: $surface; padding: 0 1; }
    QuickScreen Horizontal { height: auto; }
    QuickScreen Ticks { width: 1fr; height: auto; max-height: 16; border: none; }
    """

    def __init__(self, rows: CallRows) -> None:
        """Take the calls whose methods and states there are."""
        super().__init__()
        calls, methods = rows.calls, rows.table.methods
        self._methods = sorted({methods.text(number) for number in set(calls.main)})
        self._states = sorted({text.partition(":")[0] for text in set(rows.keys("state"))})

    def compose(self) -> ComposeResult:
        """Make the lists."""
        with Vertical():
            key = keys_of(self.app, "quick")
            yield Static(
                f"{key['tick']} ticks, Tab goes to the next list, {key['apply']} filters, {key['back']} leaves; "
                "nothing ticked means all"
            )
            with Horizontal():
                yield Ticks(*((name, name) for name in self._methods), id="methods")
                yield Ticks(*((name, name) for name in self._states), id="states")
                yield Ticks(*((name, name) for name in PROBLEMS), id="problems")

    def on_mount(self) -> None:
        """Begin with the methods."""
        self.query_one("#methods").focus()

    def action_back(self) -> None:
        """Leave the filter as it is."""
        self.dismiss(None)

    def action_tick(self) -> None:
        """Tick what is under the cursor, or no longer."""
        if isinstance(self.focused, Ticks):
            self.focused.action_select()

    def action_apply(self) -> None:
        """Return the expression."""
        chosen = [list(self.query_one(name, Ticks).selected) for name in _LISTS]
        self.dismiss(expression_of(*chosen))
