"""The form that saves: what it offers, what it says, and that it waits for nobody while something is written."""

from __future__ import annotations

from threading import Event, Timer
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, Static

from siptrace.tui.save_screen import SaveScreen
from siptrace.tui.saving import Offer
from tests.tui.driving import drive, lines, trace

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError


async def press(pilot: Pilot[SiptraceError], *keys: str) -> str:
    """Press keys; return what is on the screen when all that they began has ended."""
    await pilot.press(*keys)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return "\n".join(lines(pilot))


def named(pilot: Pilot[SiptraceError], path: object) -> None:
    """Write a name into the form."""
    pilot.app.screen.query_one(Input).value = str(path)


def test_tab_takes_something_else(tmp_path: Path) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await press(pilot, "s")
        form, seen = pilot.app.screen, list[tuple[str, str]]()
        written, asked = form.query_one(Input), form.query_one("#what", Static)
        for _ in range(7):
            seen.append((str(asked.content), written.value))
            await press(pilot, "tab")
        assert seen == [
            ("Save 6 calls to:", "calls.csv"),
            ("Save the messages of 6 calls as text to:", "messages.txt"),
            ("Save the ladders of 6 calls to:", "ladders.txt"),
            ("Save the ladders of 6 calls with reference flows to:", "ladders.txt"),
            ("Save the dialogs of 6 calls as a table to:", "dialogs.csv"),
            ("Save the messages of 6 calls as a table to:", "messages.csv"),
            ("Save the transactions of 6 calls as a table to:", "transactions.csv"),
        ]
        assert written.value == "calls.csv"
        await press(pilot, "tab", "x")
        assert written.value == "x"
        written.value = "messages.txt"
        await press(pilot, *["tab"] * 6)
        await press(pilot, *["tab"] * 5)
        named(pilot, tmp_path / "mine.csv")
        await press(pilot, "enter")

    drive(script)
    assert (tmp_path / "mine.csv").read_text("utf-8").count("\n") == 88


def test_a_name_takes_the_first_thing_that_it_fits(tmp_path: Path) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await press(pilot, "space", "s")
        named(pilot, tmp_path / "x.puml")
        await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, SaveScreen)
        await press(pilot, "s")
        named(pilot, tmp_path / "x.docx")
        await press(pilot, "enter")
        answer = pilot.app.screen.query_one("#answer", Static)
        assert "the end of the name says no format: .json" in str(answer.content)

    drive(script)
    assert (tmp_path / "x.puml").read_text("utf-8").startswith("@startuml")


def test_the_second_enter_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("mine")

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await press(pilot, "s")
        named(pilot, path)
        assert "Enter once more" in await press(pilot, "enter")
        assert path.read_text() == "mine"
        await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, SaveScreen)

    drive(script)
    assert path.read_text().count("\n") == 7


def test_letters_are_written_and_do_nothing_else(tmp_path: Path) -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await press(pilot, "s")
        named(pilot, tmp_path / "")
        pilot.app.screen.query_one(Input).action_end()
        await press(pilot, *"qQhH", "full_stop", *"csv", "enter")

    drive(script)


@pytest.mark.parametrize("leave", [False, True])
def test_what_takes_long_can_be_stopped(leave: bool, tmp_path: Path) -> None:
    begun, go_on = Event(), Event()

    def slow(file: BinaryIO) -> None:
        file.write(b"x" * 2_500_000)
        begun.set()
        go_on.wait(20)
        file.write(b"y")

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.app.push_screen(SaveScreen(trace(), [Offer("it", str(tmp_path / "x.bin"), {".bin": slow})]))
        await pilot.press("enter")
        while not begun.is_set():
            await pilot.pause(0.02)
        await pilot.pause(0.5)
        assert "Saving, 2.5 MB so far; Esc stops it" in "\n".join(lines(pilot))
        await pilot.press("enter", "tab")  # nothing is begun twice
        if leave:
            Timer(1, go_on.set).start()
            pilot.app.exit()
        else:
            await pilot.press("escape")
            go_on.set()
            assert "Stopped; nothing was written." in await press(pilot)
            await press(pilot, "escape")
            assert not isinstance(pilot.app.screen, SaveScreen)

    drive(script)
    assert not list(tmp_path.iterdir())
