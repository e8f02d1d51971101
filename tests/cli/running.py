"""How tests run the program: as a process of its own, through a pipe or on a terminal of a given size."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "fixtures" / "flows" / "captures"
CALL = str(CAPTURES / "rfc3665-3.1.udp4.pcap")
BUSY = str(CAPTURES / "rfc3665-3.9.udp4.pcap")
TWO_CALLS = str(CAPTURES / "service-2.8.udp4.pcap")
RESENT = str(CAPTURES / "rfc3665-3.4.udp4.pcap")

__all__ = ["BUSY", "CALL", "CAPTURES", "COMMAND", "RESENT", "ROOT", "TWO_CALLS", "Ended", "on_terminal", "siptrace"]

COMMAND = [sys.executable, "-c", "from siptrace.cli.main import run; run()"]


class Ended(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


def siptrace(*words: str, stdin: bytes = b"", env: dict[str, str] | None = None, cwd: Path = ROOT) -> Ended:
    """Run the command through pipes; `env` is added to the environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    done = subprocess.run([*COMMAND, *words], input=stdin, capture_output=True, env=environment, cwd=cwd, check=False)
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def on_terminal(*words: str, columns: int, rows: int = 24) -> tuple[int, list[str]]:
    """Run the command on a terminal of that size; return exit code and the lines that it printed there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    hidden = ("COLUMNS", "LINES")
    environment = {**{k: v for k, v in os.environ.items() if k not in hidden}, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT
    )
    os.close(theirs)
    printed = b""
    try:
        while piece := os.read(ours, 65536):
            printed += piece
    except OSError:  # Linux says EIO where other systems say end of file, once the program has closed its side
        pass
    os.close(ours)
    return process.wait(), printed.decode().replace("\r\n", "\n").splitlines()
