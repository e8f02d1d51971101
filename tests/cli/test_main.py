"""The command as a whole: its words, its exit codes, and where its output goes."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from subprocess import PIPE

import pytest

from siptrace import __version__
from siptrace.cli.main import COMMANDS
from tests.cli.running import BUSY, CALL, CAPTURES, COMMAND, ROOT, TWO_CALLS, siptrace

HEAD = "#  method  state"

# Words, exit code, and the one line on standard error.
REFUSED: dict[str, tuple[list[str], int, str]] = {
    "unknown command": (["frobnicate"], 2, "siptrace: No such command 'frobnicate'. See `siptrace -h`."),
    "unknown option": (["calls", "--frob", CALL], 2, "siptrace: No such option '--frob'. See `siptrace calls -h`."),
    "no trace": (["calls"], 2, "siptrace: Missing argument 'TRACE...'. See `siptrace calls -h`."),
    "unknown call": (["ladder", CALL, "--call", "2"], 2, "siptrace: There is no call 2: the trace has 1 call."),
    "call 0": (["ladder", TWO_CALLS, "-n", "0"], 2, "siptrace: There is no call 0: the trace has 2 calls."),
    "unknown Call-ID": (["ladder", CALL, "--call-id", "x@y"], 2, "siptrace: No message has the Call-ID 'x@y'."),
    "both": (
        ["ladder", CALL, "--call", "1", "--call-id", "x"],
        2,
        "siptrace: Give either --call or --call-id, not both.",
    ),
    "too narrow": (
        ["ladder", CALL, "-w", "59"],
        2,
        "siptrace: Invalid value for '--width' / '-w': 59 is not in the range x>=60. See `siptrace ladder -h`.",
    ),
    "unknown message": (["show", CALL, "-m", "7"], 2, "siptrace: There is no message 7: the trace has 6 messages."),
    "missing file": (["calls", "nowhere.pcap"], 3, "siptrace: nowhere.pcap: there is no such file"),
    "missing file without a command": (["nowhere.pcap"], 3, "siptrace: nowhere.pcap: there is no such file"),
    "missing file among others": (["calls", CALL, "nowhere"], 3, "siptrace: nowhere: there is no such file"),
}


@pytest.mark.parametrize(("words", "code", "line"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_in_one_line(words: list[str], code: int, line: str) -> None:
    assert siptrace(*words) == (code, "", f"{line}\n")


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"no trace at all\n", bytes(range(256))])
def test_a_file_that_is_no_trace_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(content)
    code, out, err = siptrace("calls", str(path))
    assert (code, out) == (3, "")
    assert err.startswith(f"siptrace: {path}: ")
    assert err.count("\n") == 1


def test_a_hostile_file_name_is_made_visible(tmp_path: Path) -> None:
    code, _, err = siptrace("calls", str(tmp_path / "a\x1b[2J\nb"))
    assert code == 3
    assert "\\x1b[2J\\nb" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(option: str) -> None:
    assert siptrace(option) == (0, f"siptrace {__version__}\n", "")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_command(option: str) -> None:
    code, out, err = siptrace(option)
    assert (code, err) == (0, "")
    assert all(f"  {name} " in out and line in out for name, line in COMMANDS.items())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_fits_80_columns(command: str) -> None:
    code, out, err = siptrace(command, "-h")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: siptrace {command} ")
    assert max(map(len, out.splitlines())) <= 80


def test_nothing_at_all_prints_the_help_and_is_a_usage_error() -> None:
    code, out, err = siptrace()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: siptrace ")


def test_a_file_alone_lists_its_calls() -> None:
    assert siptrace(BUSY) == siptrace("calls", BUSY)


def test_a_file_named_like_a_command_needs_its_directory(tmp_path: Path) -> None:
    (tmp_path / "calls").write_bytes(Path(CALL).read_bytes())
    assert siptrace("./calls", cwd=tmp_path).out.startswith(HEAD)
    assert siptrace("calls", cwd=tmp_path).code == 2


@pytest.mark.parametrize("words", [["-"], ["calls", "-"]])
def test_standard_input(words: list[str]) -> None:
    assert siptrace(*words, stdin=Path(CALL).read_bytes()) == siptrace("calls", CALL)


def test_several_files_are_one_trace_in_time_order() -> None:
    found = siptrace("calls", CALL, BUSY)
    assert (found.code, found.err) == (0, "")
    assert [line.split()[:3] for line in found.out.splitlines()[1:]] == [
        ["1", "INVITE", "completed"],
        ["2", "INVITE", "busy"],
    ]


def test_a_directory_is_all_its_traces() -> None:
    assert len(siptrace("calls", str(CAPTURES)).out.splitlines()) > 10


def test_ctrl_c_ends_with_130_and_one_line() -> None:
    capture = Path(CALL).read_bytes()
    with subprocess.Popen([*COMMAND, "calls", "-"], stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        # Far more than a pipe holds: when it is written, the program is reading, and it waits for more.
        process.stdin.write(capture + capture[24:] * 200)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert err.decode().strip() == "siptrace: interrupted"


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    words = [*COMMAND, "messages", str(CAPTURES), "--json"]
    with subprocess.Popen(words, stdout=PIPE, stderr=PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


LATE = "import atexit; atexit.register(print, 'freed'); from siptrace.cli.main import run; run()"


@pytest.mark.parametrize(("words", "code"), [(["calls", CALL], 0), (["calls", "nowhere"], 3), (["--version"], 0)])
def test_the_process_ends_at_once(words: list[str], code: int) -> None:
    done = subprocess.run([COMMAND[0], "-c", LATE, *words], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == code
    assert "freed" not in done.stdout
    assert done.stdout or done.stderr


def test_a_bug_is_still_told() -> None:
    code = "from siptrace.cli import main; main.cli = None; main.run()"
    done = subprocess.run([COMMAND[0], "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
