"""Quick filters: methods and states to tick, which become an expression of the filter language."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import SelectionList, Static

if TYPE_CHECKING:
    from textual.binding import BindingType

    from siptrace.tui.columns import CallRows

__all__ = ["QuickScreen", "expression_of"]


def expression_of(methods: list[str], states: list[str]) -> str:
    """Return the expression that selects calls by method and state; of an empty list everything passes."""
    parts = []
    for field, values in (("method", methods), ("state", states)):
        if values:
            shown = ", ".join(f'"{value}"' for value in values)
            parts.append(f"{field} in {{{shown}}}")
    return " and ".join(parts)


class QuickScreen(ModalScreen[str | None]):
    """Two lists to tick; it returns an expression, None when nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "dismiss(None)", "Leave"),
        Binding("enter,f7", "apply", "Filter", priority=True),
    ]

    CSS = """
    QuickScreen { align: center middle; }
    QuickScreen > Vertical { width: 60; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                             background: $surface; padding: 0 1; }
    QuickScreen Horizontal { height: auto; }
    QuickScreen SelectionList { width: 1fr; height: auto; max-height: 16; border: none; }
    """

    def __init__(self, rows: CallRows) -> None:
        """Take the calls whose methods and states there are."""
        super().__init__()
        calls, methods = rows.calls, rows.table.methods
        self._methods = sorted({methods.text(number) for number in set(calls.main)})
        self._states = sorted({rows.overview.state(call).value for call in range(len(rows))})

    def compose(self) -> ComposeResult:
        """Make the lists."""
        with Vertical():
            yield Static("Space ticks, Enter filters, Esc leaves; nothing ticked means all")
            with Horizontal():
                yield SelectionList(*((name, name) for name in self._methods), id="methods")
                yield SelectionList(*((name, name) for name in self._states), id="states")

    def on_mount(self) -> None:
        """Begin with the methods."""
        self.query_one("#methods").focus()

    def action_apply(self) -> None:
        """Return the expression."""
        chosen = [list(self.query_one(name, SelectionList).selected) for name in ("#methods", "#states")]
        self.dismiss(expression_of(*chosen))
