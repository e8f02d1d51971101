"""What a user wants otherwise: values read from a table, with a sentence for everything in it that makes no sense.

Nothing here reads a file. A setting that makes no sense is left as it is without it; the others hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from siptrace.render.cells import visible
from siptrace.render.colours import COLOURS
from siptrace.render.layout import Times
from siptrace.tui.actions import PLACES
from siptrace.tui.aliases import NO_ALIASES, Aliases
from siptrace.tui.columns import COLUMNS, DEFAULT
from siptrace.tui.keymap import actions_in, bound, clashes
from siptrace.tui.keys import key_named, shown_key, shown_keys
from siptrace.tui.themes import theme_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from textual.app import App

__all__ = ["Settings", "keys_of", "settings_in", "settings_of"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the application looks like at first.

    `columns` are those of the call list in their order, `sort` the one that it is sorted by and whether downwards.
    `keys` are those of actions by their names (`PLACE.ACTION`, `any.ACTION`); `theme` is empty where the terminal
    chooses. `colours` and `times` are what the ladder's colours and times mean; `preview` is whether the message stands
    beside it, None where the room decides; `sparkline` whether the list shows its calls over time.
    """

    columns: tuple[str, ...] = DEFAULT
    sort: tuple[str, bool] = ("index", False)
    sparkline: bool = True
    colours: str = COLOURS[0]
    times: Times = Times.CLOCK
    preview: bool | None = None
    theme: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Aliases = NO_ALIASES


@runtime_checkable
class _HasSettings(Protocol):
    """An application that has settings."""

    settings: Settings


def settings_in(app: App[Any]) -> Settings:
    """Return the settings of an application, those of nobody where it has none."""
    return app.settings if isinstance(app, _HasSettings) else Settings()


def keys_of(app: App[Any], place: str) -> dict[str, str]:
    """Return the first key of each action of a place by its name, for texts that say what to press."""
    has = bound(settings_in(app).keys)
    return {action.name: shown_keys(has[name][:1]) or "(no key)" for name, action in actions_in(place)}


class _Wrong(ValueError):
    """A value that makes no sense; the text says why, without its place."""


def settings_of(table: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """Return the settings of a table as TOML gives it, and one sentence for each thing in it that makes no sense."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for path, value in _leaves(table):
        if path not in _READERS:
            problems.append(f"{visible(path)}: there is no such setting{_meant(path, _READERS)}.")
            continue
        name, read = _READERS[path]
        try:
            found[name] = read(value)
        except _Wrong as error:
            problems.append(f"{path}: {visible(str(error))}.")
    for name, read_all in _TABLES.items():
        value = table.get(name, {})
        if not isinstance(value, dict):
            problems.append(f"{name}: this is to be a table, [{name}], and not {_kind(value)}.")
            continue
        found[name], wrong = read_all(dict(_flat(value)))
        problems += [f"{name}.{visible(text)}" for text in wrong]
    return Settings(**found), problems


def _leaves(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what stands in a table outside of those that are read as a whole, each with its path."""
    yield from _flat({name: value for name, value in table.items() if name not in _TABLES})


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is no table, with its path: a key with dots and without quotes is a table for TOML, not for people."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


# -- single settings


def _columns(value: Any) -> tuple[str, ...]:
    """Return names of columns."""
    if not isinstance(value, list) or not value:
        raise _Wrong(f"this is to be a list of columns, and not {_kind(value)}")
    for name in value:
        _one_of(COLUMNS, "column")(name)
    return tuple(dict.fromkeys(value))


def _sort(value: Any) -> tuple[str, bool]:
    """Return a column, and whether its name has a minus in front, which means downwards."""
    down = isinstance(value, str) and value.startswith("-")
    return _one_of(COLUMNS, "column")(value[1:] if down else value), down


def _flag(value: Any) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise _Wrong(f"this is to be true or false, and not {_kind(value)}")
    return value


def _one_of(known: Iterable[str], what: str) -> Callable[[Any], str]:
    """Return a reader of a text that is one of some."""
    names = list(known)

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise _Wrong(f"this is to be the name of a {what}, and not {_kind(value)}")
        if value not in names:
            raise _Wrong(f"there is no {what} {value!r}{_meant(value, names) or f' (there are {_listed(names)})'}")
        return value

    return read


_CLOCKS = {times.name.lower(): times for times in Times}

_READERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "theme": ("theme", _one_of(theme_names(), "theme")),
    "list.columns": ("columns", _columns),
    "list.sort": ("sort", _sort),
    "list.sparkline": ("sparkline", _flag),
    "ladder.colors": ("colours", _one_of(COLOURS, "kind of colours")),
    "ladder.clock": ("times", lambda value: _CLOCKS[_one_of(_CLOCKS, "clock")(value)]),
    "ladder.preview": ("preview", _flag),
}
"""Each setting under its path: which field of `Settings` it is, and what reads it."""


# -- tables that are read as a whole


def _keys(table: dict[str, Any]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the keys of actions, and what is wrong with others."""
    actions = {name for place in PLACES for name, _ in actions_in(place)}
    found: dict[str, tuple[str, ...]] = {}
    wrong: list[str] = []
    for name, value in table.items():
        texts = value if isinstance(value, list) else [value]
        keys = [key_named(text) if isinstance(text, str) else None for text in texts]
        if name not in actions:
            wrong.append(f"{name}: there is no such action{_meant(name, actions)}.")
        elif not keys or None in keys:
            odd = repr(texts[keys.index(None)]) if keys else "nothing"
            wrong.append(f"{name}: {odd} is no key; one is written like 'F5', 'ctrl+f' or '?'.")
        else:
            found[name] = tuple(key for key in keys if key is not None)
    for one in clashes(found):
        wrong.append(f"{one.loses}: {shown_key(one.key)} is the key of {one.keeps}.")
        if left := tuple(key for key in found.pop(one.loses, ()) if key != one.key):
            found[one.loses] = left
    return found, wrong


def _aliases(table: dict[str, Any]) -> tuple[Aliases, list[str]]:
    """Return the names of addresses, and what is wrong with others."""
    found: dict[str, str] = {}
    wrong: list[str] = []
    for text, name in table.items():
        if not isinstance(name, str) or not name.strip():
            wrong.append(f"{text}: this is to be a name, and not {_kind(name)}.")
            continue
        try:
            Aliases({text: name})
        except ValueError:
            wrong.append(f"{text}: this is no address, address:port or network.")
        else:
            found[text] = name.strip()
    return Aliases(found), wrong


_TABLES: dict[str, Callable[[dict[str, Any]], tuple[Any, list[str]]]] = {"keys": _keys, "aliases": _aliases}
"""The fields of `Settings` that are tables with names of the user's choice, and what reads them."""


# -- words


def _meant(name: str, known: Iterable[str]) -> str:
    """Return a guess what was meant, in brackets; nothing where there is none."""
    near = get_close_matches(name, list(known), 1)
    return f" (is it {near[0]!r}?)" if near else ""


def _listed(names: list[str]) -> str:
    """Return names as a list in a sentence."""
    return ", ".join(names)


_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}


def _kind(value: Any) -> str:
    """Return what a value is, in words."""
    kind = _KINDS.get(type(value), "a date or time")
    return kind.replace("a ", "an empty ", 1) if value in ("", []) else kind
