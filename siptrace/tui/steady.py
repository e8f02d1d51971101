"""Widgets that are laid out once when their size changes.

Textual lays a whole screen out a second time, a frame later, when the size of any widget has changed, because bars for
scrolling may have come or gone. That takes as long again as the answer to a key, and nothing has changed.
"""

from __future__ import annotations

from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.widgets import Static

__all__ = ["Steady", "SteadyLine", "SteadyScroll", "SteadyText", "steady_bar"]


class Steady(Widget):
    """A widget whose new size asks for no other layout and frame than those that it came with."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False, repaint=False)


class SteadyText(Static, Steady):
    """A text."""


class SteadyLine(Horizontal, Steady):
    """A container of widgets side by side."""


class SteadyScroll(VerticalScroll, Steady):
    """A container in which one can scroll down; bars that come or go are laid out all the same."""


class _Bar(ScrollBar, Steady):
    """A bar to scroll with."""


def steady_bar(view: Widget) -> None:
    """Make such a widget of the bar with which a view is scrolled down."""
    view.vertical_scrollbar.__class__ = _Bar
