"""The command palette: every action of the screen and of the application, from the registry, with its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.command import DiscoveryHit, Hit, Provider

from siptrace.tui.keymap import actions_in, bound
from siptrace.tui.keys import shown_keys
from siptrace.tui.settings import settings_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.command import Hits
    from textual.screen import Screen

__all__ = ["ActionProvider", "place_of"]

_HIDDEN = ("app.palette",)
"""What makes no sense in the palette."""


class _Command(NamedTuple):
    """An action in the palette: what it does, its name, its keys, and how to run it."""

    meaning: str
    name: str
    keys: str
    run: Callable[[], Awaitable[None]]


def place_of(screen: Screen[object]) -> str | None:
    """Return the place of a screen, which the names of its bindings begin with; None for one without actions."""
    names = (getattr(binding, "id", None) for binding in screen.BINDINGS)
    return next((name.partition(".")[0] for name in names if name), None)


class ActionProvider(Provider):
    """Finds actions by what they do."""

    async def discover(self) -> Hits:
        """Yield all actions, those of the screen first."""
        for command in self._commands():
            yield DiscoveryHit(command.meaning, command.run, help=command.keys or None)

    async def search(self, query: str) -> Hits:
        """Yield the actions whose meaning or name fits."""
        matcher = self.matcher(query)
        for command in self._commands():
            if (score := max(matcher.match(command.meaning), matcher.match(command.name))) > 0:
                yield Hit(score, matcher.highlight(command.meaning), command.run, help=command.keys or None)

    def _commands(self) -> Iterator[_Command]:
        """Yield the actions that there are here; moving is not one that anybody looks for."""
        keys = bound(settings_in(self.app).keys)
        for place in (place_of(self.screen), "app"):
            for name, action in actions_in(place) if place is not None else ():
                if action.place != "move" and name not in _HIDDEN:
                    run = self._running(place, action.runs(place or ""))
                    yield _Command(action.meaning, action.name, shown_keys(keys[name]), run)

    def _running(self, place: str | None, run: str) -> Callable[[], Awaitable[None]]:
        """Return what runs an action as its key would."""
        target = self.app if place == "app" else self.screen

        async def running() -> None:
            await target.run_action(run)

        return running
