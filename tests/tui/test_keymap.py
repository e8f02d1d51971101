"""Who has which key: what a user gives to one action is taken from the others of that place, and of no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.tui.actions import PLACES
from siptrace.tui.keymap import Clash, actions_in, bound, clashes, keymap
from siptrace.tui.keys import NO_KEY

Keys = dict[str, tuple[str, ...]]

NAMES = sorted({name for place in PLACES for name, _ in actions_in(place)})
KEYS = ["ctrl+f", "f2", "f12", "x", "s", "down", "ctrl+p", "ctrl+g", "question_mark"]


def test_nothing_is_changed_for_nobody() -> None:
    assert keymap({}) == {}
    assert clashes({}) == []
    assert bound({})["list.help"] == ("f1", "h", "H", "question_mark")
    assert bound({})["app.theme"] == ()


@pytest.mark.parametrize(
    ("custom", "keys"),
    [
        ({"list.filter": ("ctrl+g",)}, {"list.filter": ("ctrl+g",), "list.save": ("f2", "s", "S")}),
        ({"list.filter": ("f2",)}, {"list.filter": ("f2",), "list.save": ("s", "S"), "ladder.sdp": ("f2", "d")}),
        ({"list.filter": ("ctrl+f",)}, {"move.page_down": ("pagedown",)}),
        ({"move.down": ("x",)}, {"move.down": ("x",), "list.extended": ("f4",), "ladder.extended": ("f4",)}),
        ({"any.help": ("f12",)}, {"list.help": ("f12",), "diff.help": ("f12",), "any.help": ("f12",)}),
        ({"any.help": ("f12",), "diff.help": ("f11",)}, {"list.help": ("f12",), "diff.help": ("f11",)}),
        ({"list.filter": ("z",)}, {"list.reverse": ()}),
        ({"list.save": ("z",), "list.reverse": ("s",)}, {"list.save": ("z",), "list.reverse": ("s",)}),
    ],
)
def test_a_key_is_taken_where_it_is_wanted(custom: Keys, keys: Keys) -> None:
    found = bound(custom)
    assert {name: found[name] for name in keys} == keys
    assert clashes(custom) == []


def test_what_lost_all_its_keys_gets_one_that_nobody_has() -> None:
    assert keymap({"list.filter": ("z",)}) == {"list.filter": "z", "list.reverse": NO_KEY}


def test_a_key_that_two_want_is_told() -> None:
    assert clashes({"list.save": ("f12",), "list.raw": ("f12", "r")}) == [Clash("f12", "list.save", "list.raw")]
    assert clashes({"list.save": ("f12",), "ladder.save": ("f12",)}) == []
    assert clashes({"list.save": ("ctrl+p",)}) == [Clash("ctrl+p", "app.palette", "list.save")]
    assert clashes({"list.save": ("ctrl+p",), "app.palette": ("f12",)}) == []


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(KEYS), min_size=1, max_size=3).map(tuple)))
def test_a_key_never_does_two_things_in_a_place(custom: Keys) -> None:
    found = bound(custom)
    for place in PLACES:
        keys = [key for name, _ in actions_in(place) for key in dict.fromkeys(found[name])]
        assert len(keys) == len(set(keys)), place
