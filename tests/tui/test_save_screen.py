"""Saving from the terminal application: what the name of the file says, whole, and never over another by accident."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from siptrace.errors import OutputError, SiptraceError, UsageError
from siptrace.ladder.build import build_ladder
from siptrace.render.explain import explain
from siptrace.render.text import render_text
from siptrace.tui.save_screen import SaveScreen, save, save_message
from tests.tui.driving import PATHS, drive, lines, trace

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot


def test_calls_become_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert save(trace(), [2, 6], None, str(path), force=False) == f"2 calls are in {path}."
    with path.open(newline="") as file:
        assert [row["call"] for row in csv.DictReader(file)] == ["2", "6"]


def test_calls_become_json(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    save(trace(), [6], None, str(path), force=False)
    assert [one["state"] for one in json.loads(path.read_text())] == ["busy"]


@pytest.mark.parametrize(
    ("what", "name", "calls", "said"),
    [
        ("calls", "Mine.csv", [2], "1 call is in"),
        ("messages", "Mine.CSV", [2, 5], "The messages of 2 calls are in"),
        ("calls", "Mine.txt", [2], "The messages of 1 call are in"),
    ],
)
def test_what_was_saved_is_said_with_the_path_as_it_was_written(
    what: str, name: str, calls: list[int], said: str, tmp_path: Path
) -> None:
    path = str(tmp_path / name)
    assert save(trace(), calls, None, path, force=False, what=what) == f"{said} {path}."


@pytest.mark.parametrize("what", ["messages", "transactions", "dialogs"])
def test_what_belongs_to_calls_becomes_a_table(what: str, tmp_path: Path) -> None:
    path, found = tmp_path / "x.csv", trace()
    save(found, [2, 5], None, str(path), force=False, what=what)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["call"] for row in rows} == {"2", "5"}
    assert len(rows) == sum(len(getattr(found.call(call), what)) for call in (2, 5))


def test_tab_takes_another_table(tmp_path: Path) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("s")
        await pilot.pause()
        await pilot.press("tab")
        await pilot.pause()
        assert "Save the messages of 6 calls as" in "\n".join(lines(pilot))
        written = pilot.app.screen.query_one(Input)
        assert written.value == "messages.csv"
        await pilot.press("tab", "tab", "tab")
        assert written.value == "calls.csv"
        written.value = str(tmp_path / "mine.csv")
        await pilot.press("tab", "enter")
        await pilot.pause()

    drive(script)
    assert (tmp_path / "mine.csv").read_text("utf-8").count("\n") == 88


def test_calls_become_messages(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    found = trace()
    save(found, [2], None, str(path), force=False)
    content = path.read_bytes()
    assert all(message.raw in content for message in found.call(2).messages)


def test_a_ladder_becomes_what_the_name_says(tmp_path: Path) -> None:
    found = trace()
    ladder = build_ladder(found.call(2))
    save(found, [2], ladder, str(tmp_path / "x.txt"), force=False)
    assert (tmp_path / "x.txt").read_text("utf-8") == render_text(ladder, width=100)


def test_a_message_is_saved_as_it_is_or_explained(tmp_path: Path) -> None:
    found = trace()
    message = found.message(3)
    assert save_message(found, message, str(tmp_path / "x.SIP"), force=False) == f"Message 3 is in {tmp_path}/x.SIP."
    assert (tmp_path / "x.SIP").read_bytes() == message.raw
    save_message(found, message, str(tmp_path / "x.txt"), force=False)
    assert (tmp_path / "x.txt").read_text() == explain(message)
    with pytest.raises(SiptraceError, match="the end of the name says no format"):
        save_message(found, message, str(tmp_path / "sip"), force=False)
    with pytest.raises(UsageError):
        save_message(found, message, str(tmp_path / "x.txt"), force=False)


@pytest.mark.parametrize("name", ["x", "x.docx", "x.csv.bak"])
def test_a_name_that_says_nothing_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SiptraceError, match="the end of the name says no format"):
        save(trace(), [2], None, str(tmp_path / name), force=False)
    assert not list(tmp_path.iterdir())


def test_another_file_is_safe_and_so_is_the_trace(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(UsageError):
        save(trace(), [2], None, str(tmp_path / "x.csv"), force=False)
    with pytest.raises(OutputError):
        save(trace(), [2], None, str(tmp_path / "no" / "x.csv"), force=False)
    (tmp_path / "y.csv").symlink_to(PATHS[0])
    with pytest.raises(UsageError):
        save(trace(), [2], None, str(tmp_path / "y.csv"), force=True)
    assert (tmp_path / "x.csv").read_text() == "mine"


def test_the_second_enter_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("mine")

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SaveScreen)
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert "Enter once more" in "\n".join(lines(pilot))
        assert path.read_text() == "mine"
        await pilot.press("enter")
        await pilot.pause()
        assert not isinstance(pilot.app.screen, SaveScreen)

    drive(script)
    assert path.read_text().count("\n") == 7
