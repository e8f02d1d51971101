"""The registry of keys: none does two things in one place, and every action is there."""

from __future__ import annotations

from collections import Counter

import pytest

from siptrace.tui.actions import ACTIONS, actions_of, bindings, shown_key
from siptrace.tui.calls_screen import CallsScreen
from siptrace.tui.diff_screen import DiffScreen
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.message_screen import MessageScreen

SCREENS = {"list": CallsScreen, "ladder": LadderScreen, "message": MessageScreen, "diff": DiffScreen}

# What the keys of sngrep's call list do there, in our words (its keybinding.c); all but p, for which there is no need.
SNGREP = {
    "enter": "open", "space": "select", "f1": "help", "h": "help", "f2": "save", "s": "save", "f3": "filter",
    "slash": "filter", "tab": "filter", "f4": "extended", "x": "extended", "f5": "clear", "ctrl+l": "clear",
    "f6": "raw", "r": "raw", "R": "raw", "f7": "quick", "f": "quick", "F": "quick", "f10": "columns", "t": "columns",
    "T": "columns", "i": "statistics", "less_than_sign": "sort_left", "greater_than_sign": "sort_right",
    "z": "reverse", "A": "follow", "escape": "back", "q": "back",
}  # fmt: skip


@pytest.mark.parametrize("place", SCREENS)
def test_a_key_does_one_thing(place: str) -> None:
    keys = Counter(key for action in actions_of(place) for key in action.keys)
    assert not [key for key, count in keys.items() if count > 1]


@pytest.mark.parametrize("place", SCREENS)
def test_every_action_is_there(place: str) -> None:
    missing = [action.name for action in actions_of(place) if not hasattr(SCREENS[place], f"action_{action.name}")]
    assert not missing


def test_every_place_is_a_screen() -> None:
    assert {action.place for action in ACTIONS} == {*SCREENS, "any"}


def test_hands_that_know_sngrep_need_not_learn() -> None:
    ours = {key: action.name for action in actions_of("list") for key in action.keys}
    assert {key: ours.get(key) for key in SNGREP} == SNGREP


def test_bindings_can_be_bound_anew_by_name() -> None:
    made = bindings("list")
    assert len({binding.id for binding in made}) == len(made)
    assert [binding.show for binding in made] == [bool(action.label) for action in actions_of("list")]


@pytest.mark.parametrize(("key", "shown"), {"f10": "F10", "f": "f", "escape": "Esc", "slash": "/", "z": "z"}.items())
def test_keys_as_people_call_them(key: str, shown: str) -> None:
    assert shown_key(key) == shown
