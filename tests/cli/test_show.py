"""`siptrace show`: one message, safe on a terminal, exact in a pipe."""

from __future__ import annotations

import subprocess

from siptrace.render.explain import explain
from siptrace.trace import open_trace
from tests.cli.running import CALL, COMMAND, ROOT, on_terminal, siptrace

MESSAGE = open_trace(CALL).messages[2]


def test_a_message_explained() -> None:
    assert siptrace("show", CALL, "--message", "3") == (0, explain(MESSAGE), "")


def test_raw_is_the_bytes_and_nothing_else() -> None:
    done = subprocess.run([*COMMAND, "show", CALL, "-m", "3", "--raw"], capture_output=True, cwd=ROOT, check=True)
    assert (done.stdout, done.stderr) == (MESSAGE.raw, b"")


def test_a_terminal_never_gets_raw_bytes() -> None:
    code, lines = on_terminal("show", CALL, "-m", "3", "--raw", columns=80)
    assert code == 0
    assert lines == explain(MESSAGE).splitlines()
