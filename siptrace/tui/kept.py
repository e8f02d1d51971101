"""Screens that are made once and shown many times: to make one takes Textual longer than a key may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.screen import Screen

__all__ = ["show_kept"]

_TOGETHER = 0.005
"""Seconds in which the widgets of a screen say what room they want, so that it is drawn once, with all in place."""


def show_kept(
    app: App[Any], kind: type[Screen[Any]], *arguments: Any, then: Callable[[Any], None] | None = None
) -> None:
    """Show a screen of a kind, which is made the first time, and told to `open` the same later; `then` gets its result.

    An `open` takes what the class takes, and leaves nothing of what the screen showed before.
    """
    name = kind.__name__
    app.delay_update(_TOGETHER)
    if not app.is_screen_installed(name):
        app.install_screen(kind(*arguments), name)
        app.push_screen(name, then)
        return
    app.push_screen(name, then)
    screen: Any = app.get_screen(name)
    screen.open(*arguments)
