"""The terminal application from the command line: when it is started, and what it refuses."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import CALL, COMMAND, ROOT, siptrace

if TYPE_CHECKING:
    from pathlib import Path


def on_screen(
    *words: str, keys: bytes, term: str = "xterm-256color", env: dict[str, str] | None = None
) -> tuple[int, str]:
    """Run the command on a terminal until the calls are listed, press keys, and return exit code and output."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": term, "XDG_CONFIG_HOME": os.devnull, **(env or {})}
    process = subprocess.Popen(
        [*COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT
    )
    os.close(theirs)
    printed, pressed, deadline = b"", False, time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the program has closed its side
                break
            if not piece:
                break
            printed += piece
        if not pressed and b"shown)" in printed:
            os.write(ours, keys)
            pressed = True
    else:
        process.send_signal(signal.SIGKILL)
    os.close(ours)
    return process.wait(), printed.decode("utf-8", "replace")


@pytest.mark.parametrize("words", [[CALL], ["tui", CALL]], ids=["a trace alone", "tui"])
def test_it_lists_the_calls_and_q_ends_it(words: list[str]) -> None:
    code, printed = on_screen(*words, keys=b"qq")
    assert code == 0
    assert "alice@atlanta" in printed
    assert printed.rstrip().endswith("\x1b[?25h") or "\x1b[?1049l" in printed, "the terminal is left as it was"


def test_a_terminal_that_can_show_lines_only_gets_the_list() -> None:
    code, printed = on_screen(CALL, keys=b"", term="dumb")
    assert code == 0
    assert printed.startswith("#")


def test_a_pipe_gets_the_list() -> None:
    assert siptrace(CALL).out == siptrace("calls", CALL).out


def test_keys_and_a_trace_cannot_both_come_from_standard_input() -> None:
    done = siptrace("tui", "-")
    assert (done.code, done.out) == (2, "")
    assert "reads its keys from standard input" in done.err


def test_where_there_is_no_terminal_it_says_so() -> None:
    done = siptrace("tui", CALL)
    assert (done.code, done.out) == (2, "")
    assert "needs a terminal" in done.err
    code, printed = on_screen("tui", CALL, keys=b"", term="dumb")
    assert code == 2
    assert "needs a terminal" in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False),
        ({"TERM": "vt100", "NO_COLOR": ""}, False),
    ],
)
def test_colours_only_where_they_are_wanted_and_there_are_some(env: dict[str, str], coloured: bool) -> None:
    code, printed = on_screen("tui", CALL, keys=b"qq", env=env)
    sent = {int(part or 0) for codes in re.findall(r"\x1b\[([0-9;]*)m", printed) for part in codes.split(";")}
    plain = {0, 1, 2, 3, 4, 7, 9, 39, 49}
    assert (bool(sent - plain), code) == (coloured, 0)
    assert 7 in sent, "the cursor is seen"
    assert "Traceback" not in printed


def test_a_settings_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[list]\ncolumns = ["index", "dst"]\n[aliases]\n"192.0.2.201" = "desk phone"\ntheme = 5')
    code, printed = on_screen("tui", "--settings", str(path), CALL, keys=b"qq")
    assert code == 0
    assert "desk phone" in printed
    assert "Traceback" not in printed


REFUSED: dict[tuple[str, ...], str] = {
    ("--serve", "x"): "this is to be a port",
    ("--serve", "0"): "nothing.pcap: there is no such file",
    ("--serve", "192.0.2.1:80"): "nothing.pcap: there is no such file",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_served(words: tuple[str, ...]) -> None:
    pytest.importorskip("textual_serve")
    done = siptrace("tui", *words, "nothing.pcap")
    assert done.out == ""
    assert REFUSED[words] in done.err


def test_without_the_library_it_says_what_to_install() -> None:
    script = "import sys; sys.modules['textual_serve'] = None; from siptrace.cli.main import main; main()"
    words = [sys.executable, "-c", script, "tui", "--serve", "0", CALL]
    done = subprocess.run(words, capture_output=True, check=False, cwd=ROOT, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("pip install 'siptrace[serve]'\n")
    assert done.stderr.count("\n") == 1
