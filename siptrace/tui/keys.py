"""Keys by their names: what a user may write for one, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import name

from textual.keys import Keys, format_key, key_to_character

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NO_KEY", "key_named", "shown_key", "shown_keys"]

NO_KEY = "unbound"
"""A key that no keyboard has, for actions that have none."""

_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")

_OTHERWISE = {
    "esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "ins": "insert",
    "bksp": "backspace",
}  # fmt: skip
"""What people call keys, and Textual calls otherwise."""

_CHARACTERS = {"/": "slash", "+": "plus", "-": "minus", "_": "underscore", "@": "at", "\\": "backslash"}
"""Characters that Textual calls otherwise than Unicode does."""

_SHOWN = {
    "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "up": "Up", "down": "Down", "left": "Left", "right": "Right", "delete": "Del",
    "insert": "Ins", "backspace": "Bksp", "slash": "/",
}  # fmt: skip

_KNOWN = {*(key.value for key in Keys if not key.value.startswith("<")), *_CHARACTERS.values()}


def key_named(text: str) -> str | None:
    """Return Textual's name of a key, None for what is none: `F5`, `^L`, `Ctrl+L`, `ctrl+l`, `?`, `question_mark`."""
    if len(text) == 1:
        return _base(text)
    words = (f"ctrl+{text[1:]}" if text.startswith("^") else text).split("+")
    modifiers, base = [word.strip().lower() for word in words[:-1]], words[-1].strip()
    if not set(modifiers) <= set(_MODIFIERS):
        return None
    found = _base(base.lower() if modifiers else base)
    return None if found is None else "+".join((*modifiers, found))


def _base(text: str) -> str | None:
    """Return the name of a key without modifiers; case matters for single letters alone."""
    if len(text) == 1:
        return text if text.isalnum() else _CHARACTERS.get(text) or _in_unicode(text)
    lowered = _OTHERWISE.get(text.lower(), text.lower())
    return lowered if lowered in _KNOWN or key_to_character(lowered) is not None else None


def _in_unicode(character: str) -> str | None:
    """Return a character's name as Textual writes it, None for one that has none."""
    return name(character, "").lower().replace("-", "_").replace(" ", "_") or None


def shown_key(key: str) -> str:
    """Return a key as people call it: `F5`, `^L`, `?`, `Esc`."""
    *modifiers, base = key.split("+")
    shown = _SHOWN.get(base) or (base.upper() if base[0] == "f" and base[1:].isdigit() else format_key(base))
    if modifiers == ["ctrl"]:
        return f"^{shown.upper() if len(shown) == 1 else shown}"
    return "+".join((*(word.capitalize() for word in modifiers), shown))


def shown_keys(keys: Iterable[str]) -> str:
    """Return keys as people call them, each once."""
    return " ".join(dict.fromkeys(shown_key(key) for key in keys if key != NO_KEY))
