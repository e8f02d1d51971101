"""The registry of keys: none does two things in one place, and every action is there."""

from __future__ import annotations

from collections import Counter

import pytest

from siptrace.tui.actions import ACTIONS, actions_of, bindings
from siptrace.tui.app import SiptraceApp
from siptrace.tui.call_diff_screen import CallDiffScreen
from siptrace.tui.call_table import CallTable
from siptrace.tui.calls_screen import CallsScreen
from siptrace.tui.columns_screen import ColumnsScreen
from siptrace.tui.cursor_view import CursorView
from siptrace.tui.diff_screen import DiffScreen
from siptrace.tui.filter_bar import FilterBar
from siptrace.tui.help_screen import HelpScreen
from siptrace.tui.keymap import actions_in
from siptrace.tui.keys import NO_KEY
from siptrace.tui.ladder_screen import LadderScreen
from siptrace.tui.leave_screen import LeaveScreen
from siptrace.tui.message_screen import MessageScreen
from siptrace.tui.quick_screen import QuickScreen
from siptrace.tui.raw_screen import RawScreen
from siptrace.tui.save_screen import SaveScreen
from siptrace.tui.settings_screen import SettingsScreen
from siptrace.tui.text_scroll import TextScroll
from siptrace.tui.ticks import Choices, Ticks
from siptrace.tui.timeline import Timeline

SCREENS = {
    "list": CallsScreen, "ladder": LadderScreen, "message": MessageScreen, "diff": DiffScreen, "raw": RawScreen,
    "calls": CallDiffScreen, "filter": FilterBar, "time": Timeline, "save": SaveScreen, "columns": ColumnsScreen,
    "quick": QuickScreen, "settings": SettingsScreen, "help": HelpScreen,
    "leave": LeaveScreen,
}  # fmt: skip
"""Which screen, or part of one, each place is."""

MOVES = (CallTable, CursorView, TextScroll, Choices, Ticks)
"""What people move in."""

# What the keys of sngrep's call list do there, in our words (its keybinding.c).
SNGREP = {
    "enter": "open", "space": "select", "f1": "help", "h": "help", "f2": "save", "s": "save", "f3": "filter",
    "slash": "filter", "tab": "filter", "f4": "extended", "x": "extended", "f5": "clear", "ctrl+l": "clear",
    "f6": "raw", "r": "raw", "R": "raw", "f7": "quick", "f": "quick", "F": "quick", "f10": "columns", "t": "columns",
    "T": "columns", "i": "statistics", "less_than_sign": "sort_left", "greater_than_sign": "sort_right",
    "z": "reverse", "A": "follow", "p": "pause", "escape": "back", "q": "back",
}  # fmt: skip


@pytest.mark.parametrize("place", [*SCREENS, "app", "move"])
def test_a_key_does_one_thing(place: str) -> None:
    everywhere = [] if place == "app" else actions_of("app")
    actions = [*everywhere, *(action for _, action in actions_in(place))]
    keys = Counter(key for action in actions for key in action.keys if key != NO_KEY)
    assert not [key for key, count in keys.items() if count > 1]


@pytest.mark.parametrize(
    ("place", "target"), [*SCREENS.items(), ("app", SiptraceApp), *(("move", view) for view in MOVES)]
)
def test_every_action_is_there(place: str, target: type) -> None:
    def is_there(run: str) -> bool:
        name = run.partition("(")[0]
        where = SiptraceApp if name.startswith("app.") else target
        return hasattr(where, f"action_{name.removeprefix('app.')}")

    assert not [action.name for action in actions_of(place) if not is_there(action.run or action.name)]


def test_every_place_is_a_screen_or_everywhere() -> None:
    assert {action.place for action in ACTIONS} == {*SCREENS, "any", "app", "move"}


def test_hands_that_know_sngrep_need_not_learn() -> None:
    ours = {key: action.name for action in actions_of("list") for key in action.keys}
    assert {key: ours.get(key) for key in SNGREP} == SNGREP


def test_bindings_can_be_bound_anew_by_name() -> None:
    made = bindings("list")
    assert len({binding.id for binding in made}) == len(made)
    assert [binding.show for binding in made] == [bool(action.label) for action in actions_of("list")]
