"""The settings on the screen: as a file that means the same."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from siptrace.render.layout import Times
from siptrace.tui.actions import ACTIONS
from siptrace.tui.aliases import Aliases
from siptrace.tui.settings import Settings, settings_of
from siptrace.tui.settings_file import SettingsFile
from siptrace.tui.settings_screen import SettingsScreen, as_toml
from tests.tui.showing import leaves, see

if TYPE_CHECKING:
    from pathlib import Path

MINE = Settings(
    ("index", "flow"), ("time", True), False, "cseq", Times.START, True, "nord",
    {"list.filter": ("ctrl+g", "slash")}, Aliases({"10.0.0.1": 'a "b" \\ é\t\x7f'}),
)  # fmt: skip


@pytest.mark.parametrize("settings", [MINE, Settings(theme="siptrace-dark")], ids=["mine", "nobody's"])
def test_what_is_shown_means_the_same(settings: Settings) -> None:
    again, problems = settings_of(tomllib.loads(as_toml(settings, settings.theme)))
    assert problems == []
    assert again.aliases.names == settings.aliases.names
    assert (again.columns, again.sort, again.keys, again.preview) == (
        settings.columns, settings.sort, settings.keys, settings.preview,
    )  # fmt: skip


def test_where_the_file_is_and_what_is_wrong_in_it(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('them = "nord"')
    file = SettingsFile(path)
    shown = " ".join(" ".join(see(SettingsScreen(file, file.settings, "nord"), "w")).replace("│", " ").split())
    assert "them: there is no such setting (is it 'theme'?)." in shown
    assert 'theme = "nord"' in shown
    assert path.read_text() == 'them = "nord"', "w writes no file over another"


def test_a_file_to_begin_with(tmp_path: Path) -> None:
    path = tmp_path / "siptrace" / "s.toml"
    shown = "\n".join(see(SettingsScreen(SettingsFile(path), MINE, "nord"), "w", size=(200, 130)))
    assert "There is no such file yet" not in shown
    assert all(f" {action.place}.{action.name} " in shown for action in ACTIONS)
    assert "list.filter              ^G /" in shown
    assert SettingsFile(path).problems == []
    assert SettingsFile(path).settings.columns == MINE.columns


def test_keys_that_leave() -> None:
    assert all(leaves(SettingsScreen(None, MINE, "nord"), key) for key in ("escape", "f8"))
