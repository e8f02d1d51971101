"""The settings file: read whatever is in it, and changed without losing what a user wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from siptrace.errors import OutputError
from siptrace.tui.settings import Settings
from siptrace.tui.settings_file import SettingsFile, settings_path

WRITTEN = """\
# mine
theme = 'nord' # at night

[list]
sort = "time"     # oldest first
columns = [ "index",
            "state" ]

[unknown]
kept = 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_it_is_in_the_folder_for_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings_path({"XDG_CONFIG_HOME": "/etc/me"}) == Path("/etc/me/siptrace/settings.toml")
    for environment in ({}, {"XDG_CONFIG_HOME": ""}, {"XDG_CONFIG_HOME": "relative"}):
        assert settings_path(environment) == tmp_path / ".config/siptrace/settings.toml"


def test_it_is_read_with_its_name_before_each_problem(path: Path) -> None:
    path.write_text(WRITTEN)
    file = SettingsFile(path)
    assert (file.settings.theme, file.settings.columns) == ("nord", ("index", "state"))
    assert file.problems == [f"{path}: unknown.kept: there is no such setting."]


def test_no_file_is_no_problem_unless_it_was_named(path: Path) -> None:
    assert SettingsFile(path).problems == []
    assert SettingsFile(path, must_be=True).problems == [f"{path}: there is no such file."]


BROKEN = {
    b"theme = \n": "is no TOML: invalid value (at line 1, column 9)",
    b"[list]\nsort = 1\nsort = 2\n": "is no TOML: cannot overwrite a value (at line 3, column 9)",
    b"\xff\xfe": "is not UTF-8 text",
    b"a = " + b"[" * 5000: "has brackets in brackets without end",
}


@pytest.mark.parametrize("content", BROKEN)
def test_what_is_no_toml_is_told_and_never_written_over(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    file = SettingsFile(path)
    assert file.settings == Settings()
    assert file.problems == [f"{path}: {BROKEN[content]}."]
    with pytest.raises(OutputError, match="so nothing was written"):
        file.change({"theme": "nord"})
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    assert file.problems == [f"{tmp_path}: cannot be read: Is a directory."]
    with pytest.raises(OutputError):
        file.change({"theme": "nord"})


def test_a_change_keeps_what_stands_around_it(path: Path) -> None:
    path.write_text(WRITTEN)
    SettingsFile(path).change({"list.columns": ["index", "flow"], "theme": "siptrace-dark"})
    text = path.read_text()
    assert SettingsFile(path).settings.columns == ("index", "flow")
    assert [line for line in WRITTEN.splitlines() if line not in text.splitlines()] == [
        "theme = 'nord' # at night", 'columns = [ "index",', '            "state" ]',
    ]  # fmt: skip
    assert "# at night" in text


def test_a_file_that_is_not_there_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.toml"
    SettingsFile(path).change({"list.columns": ["flow"]})
    assert SettingsFile(path).settings.columns == ("flow",)


def test_a_value_where_a_table_is_needed_stays(path: Path) -> None:
    path.write_text("list = 5\n")
    with pytest.raises(OutputError, match="list is to be a table"):
        SettingsFile(path).change({"list.columns": ["flow"]})
    assert path.read_text() == "list = 5\n"


def test_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be made"):
        SettingsFile(tmp_path / "file" / "settings.toml").write("")
