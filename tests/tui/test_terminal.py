"""On a real terminal: what somebody does who looks into a failing call, and the habits of sngrep's users."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.tui.driving import PATHS
from tests.tui.terminal import terminal

if TYPE_CHECKING:
    from tests.tui.terminal import Terminal

PCAP_HEADER = 24
"""Bytes before the first record."""

SIPTRACE = (sys.executable, "-c", "from siptrace.cli.main import run; run()", "tui")
PLAIN = {"TERM": "xterm-256color", "COLORTERM": "", "NO_COLOR": ""}


def walk(on: Terminal, *steps: tuple[str, str]) -> str:
    """Press keys (with blanks between them), and wait after each step for a text; return the last screen."""
    shown = on.pane()
    for keys, text in steps:
        on.press(*keys.split())
        shown = on.wait(text)
    return shown


@pytest.mark.skipif(shutil.which("neato") is None, reason="graphviz is not installed")
def test_a_call_is_found_looked_into_compared_saved(tmp_path: Path) -> None:
    picture = tmp_path / "call.svg"
    with terminal([*SIPTRACE, *PATHS], size=(100, 30), env=PLAIN) as on:
        shown = on.wait("6 calls (6 shown)", "rfc3665-3.9", "F3 Filter")
        assert [line.split()[1] for line in shown.split("\n")[2:8]] == ["REGISTER", *["INVITE"] * 5]
        on.press("F3")
        on.wait("Filter:")
        on.type("state == canceled")
        on.wait("^^^^^^^^", "canceled")
        on.press(*["BSpace"] * 8)
        on.wait("Filter: state ==", without="canceled")
        on.type("cancelled")
        on.press("Enter")
        assert on.wait("6 calls (1 shown)", "Filter: state == cancelled").count("INVITE") == 1
        on.press("F5")
        shown = walk(on, (">", "method▲"), ("z", "method▼"), ("<", "#▼"), ("z", "#▲"))
        assert shown.split("\n")[2].split()[1] == "REGISTER"
        ladder = walk(
            on,
            ("Home Down Down Down Down Enter", "Call 5"),
            ("d", "no SDP"),
            ("d", "offer:"),
            ("m", "3.8"),
            ("m", "1 of 20"),
        )
        assert "CANCEL" in ladder
        assert "Max-Forwards" in ladder
        walk(on, ("w", "time since the start"), ("w", "time since the message before"), ("w", "10:00:00.000"))
        walk(on, ("c", "colours: "), ("c", "colours: "), ("T", "1 of 20"), ("t", "Bob"), ("t", "Max-Forwards"))
        walk(on, ("s", "without retransmissions"), ("T", "1 of 20"), ("x", "There is one Call-ID only"), ("D", "only"))
        walk(on, ("T", "1 of 20"), ("Space", "compare 5 with"), ("Down Space", "> Record-Route"), ("Escape", "2 of 20"))
        shown = walk(on, ("Enter", "e Explain"), ("e", "the proxies that stay on the path"), ("Escape", "2 of 20"))
        on.press("S")
        on.wait("Save the ladder to:")
        on.type(str(picture))
        on.wait(picture.name)
        on.press("Enter")
        on.wait("2 of 20", without="Save the ladder to:")
        walk(on, ("Escape", "6 calls (6 shown)"))
        walk(on, ("q", "Leave siptrace?"))
        on.press("q")
        assert on.has_ended()
    assert picture.read_text(encoding="utf-8").startswith("<svg")


class Habit(NamedTuple):
    """Keys that a user of sngrep presses, what sngrep shows then, and what siptrace does."""

    keys: str
    sngrep: str
    siptrace: str


HABITS = (
    Habit("F1", "Available keys", "Show this help"),
    Habit("Escape", "Idx", "#▲"),
    Habit("h", "Available keys", "Show this help"),
    Habit("Escape", "Idx", "#▲"),
    Habit("i", "Stats Information", "Answers"),
    Habit("Escape", "Idx", "#▲"),
    Habit("F10", "Call List columns", "method that began it"),
    Habit("Escape", "Idx", "#▲"),
    Habit("t", "Call List columns", "method that began it"),
    Habit("Escape", "Idx", "#▲"),
    Habit("F7", "Filter options", "sent again"),
    Habit("Escape", "Idx", "#▲"),
    Habit("f", "Filter options", "sent again"),
    Habit("Escape", "Idx", "#▲"),
    Habit("F2", "Save capture", "Save 2 calls to:"),
    Habit("Escape", "Idx", "#▲"),
    Habit("Space", "[*] 1", "1 selected"),
    Habit("Space", "[ ] 1", "(2 shown)  0 unsuccessful"),
    Habit("F6", "REGISTER sip:", "REGISTER sip:"),
    Habit("Escape", "Idx", "#▲"),
    Habit("p", "(Paused)", "nothing to pause"),
    Habit("Down", "Idx", "#▲"),
    Habit("Enter", "Call flow for", "Call 2"),
    Habit("F1", "Available keys", "Show this help"),
    Habit("Escape", "Call flow for", "Call 2"),
    Habit("F4", "Extended Call flow", "Call 2"),
    Habit("F4", "Call flow for", "Call 2"),
    Habit("t", "Call flow for", "192.0.2.101:5060"),
    Habit("t", "Max-Forwards", "Max-Forwards"),
    Habit("c", "Color by CSeq", "colours: "),
    Habit("F6", "SIP/2.0 180 Ringing", "SIP/2.0 180 Ringing"),
    Habit("Escape", "Call flow for", "Call 2"),
    Habit("Enter", "2026/01/05", "e Explain"),
    Habit("Escape", "Call flow for", "Call 2"),
    Habit("Escape", "Idx", "#▲"),
    Habit("q", "Are you sure you want to quit?", "Leave siptrace?"),
    Habit("Escape", "Idx", "#▲"),
    Habit("Q", "Are you sure you want to quit?", "Leave siptrace?"),
)
"""A session, key for key."""


@pytest.mark.parametrize("program", ["sngrep", "siptrace"])
def test_the_habits_of_users_of_sngrep(program: str, tmp_path: Path) -> None:
    if program == "sngrep" and shutil.which("sngrep") is None:
        pytest.skip("sngrep is not installed")
    # One file: of several, sngrep reads now this one first and now that one.
    one, other = (Path(path).read_bytes() for path in PATHS[:2])
    merged = tmp_path / "merged.pcap"
    merged.write_bytes(one + other[PCAP_HEADER:])
    command = ["sngrep", "-I", str(merged)] if program == "sngrep" else [*SIPTRACE, str(merged)]
    with terminal(command, size=(120, 40), env=PLAIN) as on:
        on.wait("F7", "REGISTER", "INVITE")
        before = None
        for number, habit in enumerate(HABITS):
            text = getattr(habit, program)
            on.press(habit.keys)
            on.wait(text, without=before if habit.keys == "Escape" else None, what=f"key {number}, {habit.keys}")
            before = text
        on.press("Enter")
        assert on.has_ended()


def test_sizes_that_come_and_go() -> None:
    with terminal([*SIPTRACE, *PATHS], size=(200, 60), env=PLAIN) as on:
        on.wait("6 calls")
        on.press("Down", "Down", "Enter")
        for width, height in ((20, 5), (240, 80), (60, 20), (80, 24), (10, 3), (120, 40)):
            on.resize(width, height)
        shown = on.wait("Call 3", "INVITE (SDP)", "Max-Forwards")
        assert "Traceback" not in shown
        on.press("q", "q", "q")
        assert on.has_ended()


@pytest.mark.parametrize(
    "env", [{"TERM": "vt100"}, {"TERM": "xterm-256color", "NO_COLOR": "1"}], ids=["vt100", "NO_COLOR"]
)
def test_a_terminal_without_colours(env: dict[str, str]) -> None:
    with terminal([*SIPTRACE, *PATHS], size=(60, 20), env=env) as on:
        on.wait("REGISTER", "completed")
        shown = walk(on, ("Down Enter", "Call 2"), ("m", "INVITE"), ("Enter", "Max-Forwards"))
        assert "Traceback" not in shown
        coloured = on.pane(escapes=True)
        assert "\x1b[3" not in coloured.replace("\x1b[39m", "")
        assert "\x1b[48" not in coloured
        on.press("Escape", "Escape", "Escape")
        on.wait("Leave siptrace?")
        on.press("Enter")
        assert on.has_ended()
