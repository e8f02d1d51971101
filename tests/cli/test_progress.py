"""The progress line: when it is drawn, what it says, that it fits, and that nothing of it is left."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from bench.make_trace import make
from siptrace.cli import progress as module
from siptrace.cli.progress import Bar, line
from siptrace.ingest import sources
from siptrace.trace import Progress, open_trace
from tests.cli.running import CALL, CAPTURES, ROOT

MB = 1_000_000
HALF = Progress(50 * MB, 100 * MB, 1234)


class Screen(io.StringIO):
    """A terminal of some width that notes what was drawn; a line that is too long breaks it."""

    def __init__(self, columns: int = 80) -> None:
        super().__init__()
        self.columns = columns
        self.cells = [" "] * columns
        self.at = 0
        self.drawn: list[str] = []

    def write(self, text: str) -> int:
        for letter in text:
            if letter == "\r":
                self.at = 0
            else:
                self.cells[self.at] = letter
                self.at += 1
        assert self.at < self.columns
        self.drawn.append(self.shown)
        return len(text)

    @property
    def shown(self) -> str:
        return "".join(self.cells).rstrip()


class Clock:
    """A clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr(module, "_columns", lambda out: out.columns)
    return screen


def test_nothing_is_drawn_in_the_first_half_second(screen: Screen) -> None:
    clock = Clock()
    bar = Bar(screen, clock)
    for now in (100.0, 100.2, 100.49):
        clock.now = now
        bar(HALF)
    bar.erase()
    assert screen.drawn == []


def test_it_is_drawn_ten_times_a_second_and_erased(screen: Screen) -> None:
    clock = Clock()
    bar = Bar(screen, clock)
    for hundredth in range(100):
        clock.now = 100.005 + hundredth / 100
        bar(HALF)
    assert len(screen.drawn) == 5
    assert set(screen.drawn) == {line(HALF, 79)}
    bar.erase()
    assert screen.shown == ""
    bar.erase()
    assert len(screen.drawn) == 6


def test_a_shorter_line_leaves_nothing_of_a_longer_one(screen: Screen) -> None:
    clock = Clock()
    bar = Bar(screen, clock)
    for read, messages in ((5000 * MB, 1_000_000), (MB, 1)):
        clock.now += 1
        bar(Progress(read, None, messages))
    assert screen.shown == "reading  1 MB  1 messages"


def test_what_the_terminal_echoes_is_erased_as_well(screen: Screen) -> None:
    clock = Clock()
    bar = Bar(screen, clock)
    clock.now += 1
    bar(HALF)
    for letter in "^C":
        screen.cells[screen.at] = letter
        screen.at += 1
    bar.erase()
    assert screen.shown == ""


def test_a_terminal_that_shrank_is_not_written_over(screen: Screen) -> None:
    clock = Clock()
    bar = Bar(screen, clock)
    clock.now += 1
    bar(HALF)
    screen.columns, screen.cells = 30, screen.cells[:30]
    bar.erase()
    assert set(screen.cells[:-1]) == {" "}  # the last cell is not written: some terminals would begin a new line


def test_a_notice_stands_on_a_line_of_its_own(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    bar = Bar(screen, clock)
    clock.now += 1
    bar(HALF)
    bar.say("compiling")
    assert screen.shown == ""
    assert capsys.readouterr().err == "siptrace: compiling\n"


@pytest.mark.parametrize("progress", [HALF, Progress(50 * MB, None, 1234), Progress(0, 0, 0), Progress(9, 3, 1)])
def test_it_fits(progress: Progress) -> None:
    for room in range(-1, 120):
        assert len(line(progress, room)) <= max(room, 0)


LINES = {
    "wide": (HALF, 100, "reading  50%  [###################...................]  50 of 100 MB  1,234 messages"),
    "narrow": (HALF, 55, "reading  50%  [####.....]  50 of 100 MB  1,234 messages"),
    "no room for a bar": (HALF, 50, "reading  50%  50 of 100 MB  1,234 messages"),
    "no room for all": (HALF, 30, "reading  50%  50 of 100 MB"),
    "no room": (HALF, 10, "reading  5"),
    "a pipe": (Progress(2_345_678, None, 0), 100, "reading  2 MB  0 messages"),
    "done": (Progress(10, 10, 7), 45, "reading 100%  [######]  0 of 0 MB  7 messages"),
    "a file that grew": (Progress(200, 100, 7), 40, "reading 100%  0 of 0 MB  7 messages"),
}


@pytest.mark.parametrize(("progress", "room", "said"), LINES.values(), ids=LINES)
def test_what_it_says(progress: Progress, room: int, said: str) -> None:
    assert line(progress, room) == said


# -- what reading reports


WINDOW = 4 * 1024 * 1024


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of several windows, more than the compiled indexer is loaded for."""
    path = tmp_path_factory.mktemp("large") / "large.pcap"
    make(path, 1800)
    return path


def test_a_large_capture_reports_every_window(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []
    monkeypatch.setattr(sources, "WINDOW_BYTES", WINDOW)
    trace = open_trace(large, progress=told.append)
    size = large.stat().st_size
    assert len(told) >= size // WINDOW >= 2
    assert {progress.total for progress in told} == {size}
    assert [progress.read for progress in told] == sorted(progress.read for progress in told)
    assert told[-1].read == size
    assert [progress.messages for progress in told] == sorted(progress.messages for progress in told)
    assert 0 < told[-2].messages <= len(trace.messages)


def test_all_files_count_together() -> None:
    files = sorted(CAPTURES.glob("*.udp4.pcap"))
    told: list[Progress] = []
    open_trace(*files, progress=told.append)
    assert told[-1].read == told[-1].total == sum(file.stat().st_size for file in files)


# -- the whole program

RUN = """
import signal
from siptrace.cli import progress
from siptrace.cli.main import main
progress.AFTER_SECONDS = progress.EVERY_SECONDS = 0
{more}
main()
"""

INTERRUPT = """
class Interrupted(progress.Bar):
    def __call__(self, told):
        super().__call__(told)
        signal.raise_signal(signal.SIGINT)
progress.Bar = Interrupted
"""

NOTICE = """
import siptrace.trace
real = siptrace.trace.open_trace
def open_trace(*paths, progress, notice):
    progress(siptrace.trace.Progress(1, 2, 3))
    notice("compiling")
    return real(*paths, progress=progress, notice=notice)
siptrace.trace.open_trace = open_trace
"""


def run(*words: str, columns: int = 80, more: str = "", stdin: bytes = b"", term: str = "xterm") -> tuple[int, str]:
    """Run the command with standard error alone on a terminal; return exit code and all that was written there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(more=more), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": term},
        cwd=ROOT,
    )
    os.close(theirs)
    if process.stdin is not None:
        with process.stdin as pipe:
            pipe.write(stdin)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # Linux says EIO where other systems say end of file
        pass
    os.close(ours)
    return process.wait(), written.decode()


def left(written: str) -> list[str]:
    """Return the lines that stay on the screen."""
    lines = []
    for row in written.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in row.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return [row for row in lines if row]


@pytest.mark.parametrize("columns", [30, 80, 200])
def test_a_terminal_sees_it_come_and_go(columns: int) -> None:
    code, written = run("calls", CALL, columns=columns)
    assert code == 0
    assert "reading 100%" in written
    assert max(map(len, re.split(r"[\r\n]+", written))) < columns
    assert left(written) == []


def test_standard_input_has_no_total() -> None:
    code, written = run("calls", "-", stdin=Path(CALL).read_bytes())
    assert code == 0
    assert "reading  0 MB" in written
    assert "%" not in written
    assert left(written) == []


def test_ctrl_c_leaves_no_half_drawn_line() -> None:
    code, written = run("calls", CALL, more=INTERRUPT)
    assert code == 130
    assert "reading" in written
    assert left(written) == ["siptrace: interrupted"]


def test_a_notice_is_said_beside_the_bar() -> None:
    code, written = run("calls", CALL, more=NOTICE)
    assert code == 0
    assert "reading  50%" in written
    assert left(written) == ["siptrace: compiling"]


def test_an_error_leaves_no_line() -> None:
    code, written = run("calls", CALL, "nowhere.pcap")
    assert code == 3
    assert left(written) == ["siptrace: nowhere.pcap: there is no such file"]


@pytest.mark.parametrize("term", ["dumb"])
def test_a_terminal_that_cannot_redraw_sees_nothing(term: str) -> None:
    assert run("calls", CALL, term=term) == (0, "")


def test_a_pipe_sees_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(more=""), "calls", CALL],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
