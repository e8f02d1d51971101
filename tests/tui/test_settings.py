"""Settings out of a table: what makes sense holds, and what does not is told in a sentence with its place."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.layout import Times
from siptrace.tui.columns import COLUMNS
from siptrace.tui.settings import Settings, settings_of
from siptrace.tui.themes import theme_names

WHOLE = """
theme = "siptrace-light"

[list]
columns = ["index", "state", "src", "state"]
sort = "-time"
sparkline = false

[ladder]
colors = "dialog"
clock = "delta"
preview = true

[keys]
"list.filter" = "ctrl+g"
ladder.find = ["/", "F12"]

[aliases]
"10.0.0.1:5060" = " sbc "
10.0.0.2 = "proxy"
"""

BAD: dict[str, list[str]] = {
    'thme = "nord"': ["thme: there is no such setting (is it 'theme'?)."],
    'theme = "pink"': [f"theme: there is no theme 'pink' (there are {', '.join(theme_names())})."],
    "theme = 3": ["theme: this is to be the name of a theme, and not a number."],
    "theme = 2026-01-05": ["theme: this is to be the name of a theme, and not a date or time."],
    'list = "x"': ["list: there is no such setting (is it 'list.sort'?)."],
    "[list]\ncolumns = []": ["list.columns: this is to be a list of columns, and not an empty list."],
    '[list]\ncolumns = "index"': ["list.columns: this is to be a list of columns, and not a text."],
    '[list]\ncolumns = ["index", "stat"]': ["list.columns: there is no column 'stat' (is it 'state'?)."],
    "[list]\ncolumns = [1]": ["list.columns: this is to be the name of a column, and not a number."],
    '[list]\nsort = "--time"': ["list.sort: there is no column '-time' (is it 'time'?)."],
    "[list]\nsparkline = 1": ["list.sparkline: this is to be true or false, and not a number."],
    "[list.columns]\na.b = 1": ["list.columns.a.b: there is no such setting (is it 'list.columns'?)."],
    '[ladder]\nclock = ""': ["ladder.clock: there is no clock '' (there are clock, start, delta)."],
    '[ladder]\ncolors = "red"': ["ladder.colors: there is no kind of colours 'red' (there are class, dialog, cseq)."],
    'keys = "f5"': ["keys: this is to be a table, [keys], and not a text."],
    '[keys]\nlist.fliter = "x"': ["keys.list.fliter: there is no such action (is it 'list.filter'?)."],
    '[keys]\nlist.filter = "foo"': ["keys.list.filter: 'foo' is no key; one is written like 'F5', 'ctrl+f' or '?'."],
    "[keys]\nlist.filter = []": ["keys.list.filter: nothing is no key; one is written like 'F5', 'ctrl+f' or '?'."],
    "[keys]\nlist.filter = [5]": ["keys.list.filter: 5 is no key; one is written like 'F5', 'ctrl+f' or '?'."],
    '[keys]\nlist.save = "f12"\nlist.raw = "f12"': ["keys.list.raw: F12 is the key of list.save."],
    '[keys]\nlist.save = "ctrl+p"': ["keys.list.save: ^P is the key of app.palette."],
    '[aliases]\n"sbc" = "10.0.0.1"': ["aliases.sbc: this is no address, address:port or network."],
    '[aliases]\n"10.0.0.1" = 5': ["aliases.10.0.0.1: this is to be a name, and not a number."],
    '[aliases]\n"10.0.0.1" = ""': ["aliases.10.0.0.1: this is to be a name, and not an empty text."],
    "[[aliases]]": ["aliases: this is to be a table, [aliases], and not a list."],
    '"a\\u001bb" = 1': ["a\\x1bb: there is no such setting."],
}  # fmt: skip


def read(text: str) -> tuple[Settings, list[str]]:
    return settings_of(tomllib.loads(text))


def test_everything_can_be_set() -> None:
    settings, problems = read(WHOLE)
    assert problems == []
    assert settings.columns == ("index", "state", "src")
    assert settings.sort == ("time", True)
    assert (settings.sparkline, settings.colours, settings.times) == (False, "dialog", Times.DELTA)
    assert (settings.preview, settings.theme) == (True, "siptrace-light")
    assert settings.keys == {"list.filter": ("ctrl+g",), "ladder.find": ("slash", "f12")}
    assert (settings.aliases.name("10.0.0.1:5060"), settings.aliases.name("10.0.0.2:1")) == ("sbc", "proxy")
    first = Settings()
    assert not [one.name for one in fields(Settings) if getattr(settings, one.name) == getattr(first, one.name)]


def test_what_the_documentation_shows_makes_sense() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    settings, problems = read(text.partition("```toml\n")[2].partition("```")[0])
    assert problems == []
    assert settings.keys["any.help"] == ("f1",)


def test_nothing_set_is_as_without_a_file() -> None:
    settings, problems = read("")
    assert (settings.columns, settings.keys, problems) == (Settings().columns, {}, [])


@pytest.mark.parametrize("text", BAD)
def test_what_makes_no_sense_is_told(text: str) -> None:
    assert read(text)[1] == BAD[text]


def test_what_makes_sense_holds_beside_what_does_not() -> None:
    settings, problems = read('theme = "pink"\n[list]\nsort = "time"\n[keys]\nlist.save = ["f12", "ctrl+p"]\nfoo = "x"')
    assert len(problems) == 3
    assert (settings.theme, settings.sort, settings.keys) == ("", ("time", False), {"list.save": ("f12",)})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(sorted(COLUMNS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PLACES = st.sampled_from(["theme", "list", "ladder", "keys", "aliases", "x"])


@given(st.dictionaries(PLACES, VALUES | st.dictionaries(st.sampled_from(["columns", "sort", "clock", "find"]), VALUES)))
def test_no_table_stops_it(table: dict[str, Any]) -> None:
    settings, problems = settings_of(table)
    assert settings.columns
    assert all(problem.endswith(".") and problem.isprintable() for problem in problems)
