"""Ladder and message beside each other, or the message below where it is narrow, and how they share the room."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from siptrace.render.text import MIN_WIDTH
from siptrace.tui.divider import Divider
from siptrace.tui.ladder_view import MARGIN, LadderView
from siptrace.tui.message_view import MessageView
from siptrace.tui.steady import Steady

__all__ = ["TALL", "Panes"]

_WIDE = 100
"""Columns from which on the message stands beside the ladder."""

TALL = 24
"""Lines from which on it stands under the ladder where it cannot stand beside it; below, nowhere unless asked for."""

_SHARE = {True: 45, False: 40}
"""Percent of the width, or of the height, that the message takes."""

_LEAST_SHARE, _MOST_SHARE = 15, 80
_LADDER = MIN_WIDTH + MARGIN + 2
"""Columns that stay for the ladder unless somebody wants otherwise: the narrowest drawing, scroll bar and divider."""


class Panes(Container, Steady):
    """A ladder and a message; `preview` and `share` are what somebody chose for the message, None for what fits."""

    DEFAULT_CSS = """
    Panes {
        height: 1fr;
        layout: vertical;
        &.wide { layout: horizontal; }
        & > LadderView { width: 1fr; height: 1fr; }
    }
    """

    def __init__(self, size: Size) -> None:
        """Begin with what fits a screen of a size."""
        super().__init__()
        self.preview: bool | None = None
        self.share: int | None = None
        self._screen_size = size

    def compose(self) -> ComposeResult:
        """Make the panes."""
        yield LadderView()
        yield Divider()
        yield MessageView()

    def fit(self, size: Size) -> None:
        """Give ladder and message their room on a screen of a size."""
        self._screen_size = size
        self.set_class(self._wide, "wide")
        message, divider, share = self.query_one(MessageView), self.query_one(Divider), self._share
        divider.set_class(self._wide, "wide")
        fits = self._wide or size.height >= TALL
        message.display = divider.display = fits if self.preview is None else self.preview
        message.styles.width = f"{share}%" if self._wide else "100%"
        message.styles.height = "100%" if self._wide else f"{share}%"

    def toggle(self) -> None:
        """Show or hide the message."""
        self.preview = not self.query_one(MessageView).display
        self.fit(self._screen_size)

    def give(self, percent: int) -> None:
        """Give the message more room, or less."""
        self._set(self._share + percent)

    def reset(self, preview: bool | None = None) -> None:
        """Share the room as at first; `preview` is whether the message is shown, None where that is what fits."""
        self.preview, self.share = preview, None
        self.fit(self._screen_size)

    def on_divider_dragged(self, message: Divider.Dragged) -> None:
        """Share the room as the mouse says."""
        region = self.region
        behind, room = (
            (region.right - message.x, region.width) if self._wide else (region.bottom - message.y, region.height)
        )
        self._set(round((behind - 1) * 100 / max(room, 1)))

    @property
    def _wide(self) -> bool:
        """Whether the panes are beside each other."""
        return self._screen_size.width >= _WIDE

    @property
    def _share(self) -> int:
        """Percent of the room that the message has."""
        if self.share is not None:
            return self.share
        if not self._wide:
            return _SHARE[False]
        return min(_SHARE[True], 100 - -(-_LADDER * 100 // self._screen_size.width))

    def _set(self, percent: int) -> None:
        """Give the message so much of the room, within limits."""
        self.share = max(_LEAST_SHARE, min(percent, _MOST_SHARE))
        self.fit(self._screen_size)
