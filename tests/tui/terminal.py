"""How tests drive a program on a real terminal: keys go in through tmux, and what is on the screen comes out."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Terminal", "terminal"]

_PATIENCE = 30.0
"""Seconds that something may take to appear on a busy machine."""


class Terminal:
    """A program on a terminal of tmux."""

    def __init__(self, server: str) -> None:
        """Take the name of a server of tmux that runs the program."""
        self._server = server

    def _tmux(self, *arguments: str) -> str:
        """Have tmux do something; return what it prints."""
        command = ["tmux", "-L", self._server, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def pane(self, *, escapes: bool = False) -> str:
        """Return what is on the screen, without blanks at the end of lines; with what sets colours, or without."""
        text = self._tmux("capture-pane", "-p", *(["-e"] if escapes else []), "-t", "0")
        return "\n".join(line.rstrip() for line in text.split("\n"))

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", "-t", "0", *keys)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-t", "0", "-l", text)

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-t", "0", "-x", str(width), "-y", str(height))

    def wait(self, *texts: str, without: str | None = None, what: str = "") -> str:
        """Return the screen as soon as all texts stand on it, and one does not; fail with it when that never is."""
        until = time.monotonic() + _PATIENCE
        while True:
            shown = self.pane()
            if all(text in shown for text in texts) and (without is None or without not in shown):
                return shown
            if time.monotonic() > until:
                pytest.fail(f"{what}: not on the screen: {texts}, or still there: {without!r}\n{shown}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the program, which may not mind that its terminal is gone, and the terminal."""
        with suppress(subprocess.CalledProcessError, ProcessLookupError, ValueError):
            os.kill(int(self._tmux("display-message", "-p", "-t", "0", "#{pane_pid}")), signal.SIGKILL)
        _quietly("tmux", "-L", self._server, "kill-server")

    def has_ended(self) -> bool:
        """Return whether the program ends within the time that it may take."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                self.pane()
            except subprocess.CalledProcessError:
                return True
            time.sleep(0.05)
        return False


@contextmanager
def terminal(
    command: Sequence[str], *, size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Run a program on a terminal of a size; skip where there is no tmux."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    server = f"siptrace-{uuid4().hex[:12]}"
    width, height = map(str, size)
    settings = [f"{name}={value}" for name, value in (env or {}).items()]
    new = ["new-session", "-d", "-x", width, "-y", height, "env", *settings, *command]
    _quietly("tmux", "-L", server, "-f", "/dev/null", *new)
    on = Terminal(server)
    try:
        yield on
    finally:
        on.kill()


def _quietly(*command: str) -> None:
    """Run a command; tmux keeps what it inherits, so nothing that somebody waits for may be among that."""
    null = subprocess.DEVNULL
    # Programs believe these two rather than the terminal.
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    subprocess.run(command, check=False, stdin=null, stdout=null, stderr=null, env=env)
