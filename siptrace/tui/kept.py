"""Screens that are made once and shown many times: to make one takes Textual longer than a key may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.screen import Screen

__all__ = ["make_ahead", "show_kept"]

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
    if screen.is_mounted:
        screen.open(*arguments)
    else:
        screen.call_later(screen.open, *arguments)


def make_ahead(app: App[Any], kind: type[Screen[Any]], *arguments: Any) -> None:
    """Make a screen of a kind that nobody has asked for yet, and show nothing of it: the first time it is there sooner.

    `arguments` are what it would show.
    """
    name = kind.__name__
    if not app.is_screen_installed(name):
        app.install_screen(kind(*arguments), name)
        app.push_screen(name)  # makes its widgets, which takes a while and goes on when it is no longer on top
        app.pop_screen()
