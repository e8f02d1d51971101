"""The terminal application from the command line: when it is started, and what it refuses."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time

import pytest

from tests.cli.running import CALL, COMMAND, ROOT, siptrace


def on_screen(*words: str, keys: bytes, term: str = "xterm-256color") -> tuple[int, str]:
    """Run the command on a terminal until the calls are listed, press keys, and return exit code and output."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": term}
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
    code, printed = on_screen(*words, keys=b"q")
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
