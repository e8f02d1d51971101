"""The keys of a screen, made from the registry of actions: the user's own where they were bound anew."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from siptrace.render.cells import pad
from siptrace.render.words import wrapped
from siptrace.tui.actions import bindings
from siptrace.tui.findings import LEAVES, MALFORMED
from siptrace.tui.keymap import actions_in, bound
from siptrace.tui.keys import shown_keys
from siptrace.tui.settings import settings_in
from siptrace.tui.steady import SteadyText, steady_bar
from siptrace.tui.text_scroll import TextScroll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.binding import BindingType

__all__ = ["HelpScreen"]

_SIGNS = {
    "list": {"*": "The call is selected"},
    "ladder": {
        LEAVES: "The message leaves the reference flow; beside it stands how, and why that matters",
        MALFORMED: "Something in the message breaks the rules",
        "↺": "It was sent again",
        "a b c": "Its dialog, where an INVITE forked, or colours stand for dialogs",
    },
    "diff": {"≠": "The line differs", "~": "It differs in any two messages", "< >": "It is on that side alone"},
}
"""What signs on a screen mean, by its place."""

_KEYS = 18
"""Cells for the keys of an action."""

_GAP = "  "
_WIDTH, _FRAME = 78, 6
"""Cells of the box, and those of them that its frame and the bar to scroll with take."""

_LEAST = 12
"""Cells for what keys do, however narrow the screen is."""


class HelpScreen(ModalScreen[None]):
    """What the keys do; any key that leaves a screen leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("help"))

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen TextScroll { width: 78; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                            scrollbar-gutter: stable;
                                background: $surface; padding: 0 1; }
    """

    def __init__(self, place: str) -> None:
        """Take the screen that the help is about."""
        super().__init__()
        self._place = place

    def open(self, place: str) -> None:
        """Show the help about another screen, as if this one was new."""
        self._place = place
        self.query_one(TextScroll).scroll_home(animate=False)
        self._show()

    def compose(self) -> ComposeResult:
        """Make the widgets."""
        with TextScroll():
            yield SteadyText()

    def on_mount(self) -> None:
        """Write the lines."""
        steady_bar(self.query_one(TextScroll))
        self._show()

    def on_resize(self) -> None:
        """Write the lines for the new width."""
        self._show()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def _show(self) -> None:
        """Show what the keys do: keys on the left, what they do beside them, in as many lines as it takes."""
        room = max(min(_WIDTH, self.app.size.width) - _FRAME - _KEYS - len(_GAP), _LEAST)
        lines = (
            Content.assemble((pad(keys, _KEYS), "bold"), _GAP, said)
            for all_keys, all_said in self._rows()
            for keys, said in zip_longest(_lines(all_keys, _KEYS), _lines(all_said, room), fillvalue="")
        )
        self.query_one(SteadyText).update(Content("\n").join(lines))

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Yield keys, or a sign, and what they mean."""
        has = bound(settings_in(self.app).keys)
        for place in (self._place, "app"):
            for name, action in actions_in(place):
                if keys := shown_keys(has[name]):
                    yield keys, action.meaning
        yield from _SIGNS.get(self._place, {}).items()
        yield "", "Other keys, colours, columns, names of addresses: F8 in the list"


def _lines(text: str, width: int) -> list[str]:
    """Return a text in lines of a width."""
    return list(wrapped(text, width, rest=""))
