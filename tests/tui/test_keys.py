"""Keys by their names: what people write is what Textual means, and is shown as it stands on the keyboard."""

from __future__ import annotations

import pytest

from siptrace.tui.actions import ACTIONS
from siptrace.tui.keys import NO_KEY, key_named, shown_key, shown_keys

WRITTEN = {
    "f5": "f5", "F5": "f5", "f": "f", "F": "F", "^L": "ctrl+l", "Ctrl+L": "ctrl+l", "ctrl+l": "ctrl+l",
    "?": "question_mark",
    "/": "slash", "slash": "slash", "<": "less_than_sign", "+": "plus", "-": "minus", "@": "at", "Esc": "escape",
    "PgDn": "pagedown", "pagedown": "pagedown", "Del": "delete", "Space": "space", " ": "space", "Alt+x": "alt+x",
    "shift+f5": "shift+f5", "é": "é", "question_mark": "question_mark", "^": "circumflex_accent",
}  # fmt: skip

NO_KEYS = ("", "foo", "f99", "foo+x", "ctrl+", "+x", "ctrl+foo", "a b", "ab", "\x1b", "f5,f6")


@pytest.mark.parametrize(("text", "key"), WRITTEN.items())
def test_what_people_write(text: str, key: str) -> None:
    assert key_named(text) == key


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_is_no_key(text: str) -> None:
    assert key_named(text) is None


@pytest.mark.parametrize(
    ("key", "shown"),
    {"f10": "F10", "f": "f", "escape": "Esc", "slash": "/", "z": "z", "ctrl+l": "^L", "shift+right": "Shift+Right",
     "less_than_sign": "<", "left_square_bracket": "[", "pagedown": "PgDn"}.items(),
)  # fmt: skip
def test_keys_as_people_call_them(key: str, shown: str) -> None:
    assert shown_key(key) == shown


def test_every_key_of_ours_is_known_by_its_name_and_as_it_is_shown() -> None:
    keys = {key for action in ACTIONS for key in action.keys} - {NO_KEY}
    assert not {key for key in keys if key_named(key) != key}
    assert not {key for key in keys if key_named(shown_key(key)) != key}


def test_keys_that_look_alike_are_shown_once_and_no_key_never() -> None:
    assert shown_keys(("f1", NO_KEY, "h", "f1")) == "F1 h"
