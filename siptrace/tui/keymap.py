"""Which keys each action has, once a user has given some to others.

A user's keys stand under the name of an action, `PLACE.ACTION`, or `any.ACTION` for everywhere. A key that is given to
one action is taken from whatever had it in that place: every key does one thing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.tui.actions import PLACES, Action, actions_of
from siptrace.tui.keys import NO_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Clash", "actions_in", "bound", "clashes", "keymap"]


_OWN_MOVES = ("app", "move", "filter", "time", "save", "leave")
"""Places where nobody moves as elsewhere."""


class Clash(NamedTuple):
    """A key that is wanted for two actions of one place: the one that has it, and the one that does not get it."""

    key: str
    keeps: str
    loses: str


def actions_in(place: str) -> Iterator[tuple[str, Action]]:
    """Yield all actions of a place with their names; on a screen those that move too, at last."""
    yield from ((f"{place}.{action.name}", action) for action in actions_of(place))
    if place not in _OWN_MOVES:
        yield from actions_in("move")


def bound(custom: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the keys of every action of every place; none where all of them were given to others."""
    found: dict[str, tuple[str, ...]] = {}
    for place in PLACES:
        taken = _taken(place, custom)
        for name, action in actions_in(place):
            keys = found.get(name, _own(name, action, custom))
            found[name] = tuple(key for key in keys if taken.get(key, name) == name)
    return found


def _own(name: str, action: Action, custom: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the keys that a user gave to an action, here rather than everywhere; else those that it has."""
    given = custom.get(name) or custom.get(f"any.{action.name}") or action.keys
    return tuple(key for key in given if key != NO_KEY)


def _given(place: str, custom: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield each key that a user gave to an action of a place, and the action's name."""
    for name, action in actions_in(place):
        if name in custom or f"any.{action.name}" in custom:
            yield from ((key, name) for key in _own(name, action, custom))


def _taken(place: str, custom: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return which action has each key that a user gave away in a place; the first one gets it."""
    taken: dict[str, str] = {}
    for key, name in _given(place, custom):
        taken.setdefault(key, name)
    return taken


def clashes(custom: Mapping[str, tuple[str, ...]]) -> list[Clash]:
    """Return the keys that are wanted for two actions of one place, or that the application keeps everywhere."""
    everywhere = {key: name for name, action in actions_in("app") for key in _own(name, action, custom)}
    found: dict[Clash, None] = {}
    for place in PLACES:
        has = {} if place == "app" else dict(everywhere)
        for key, name in _given(place, custom):
            if has.setdefault(key, name) != name:
                found[Clash(key, has[key], name)] = None
    return list(found)


def keymap(custom: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what Textual's keymap needs: the keys of each action that has other ones than at first."""
    first = bound({})
    return {name: ",".join(keys or (NO_KEY,)) for name, keys in bound(custom).items() if keys != first[name]}
