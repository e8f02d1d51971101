"""Writing files: whole or not at all, never over an input, and every refusal is one sentence."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from siptrace.cli.files import check_output, output_file, output_options, write_file
from siptrace.errors import ExitCode, OutputError, UsageError
from tests.cli.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLD, NEW = b"what was there", b"what is new\n"


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """A file to be, in a folder that must hold nothing else in the end."""
    folder = tmp_path / "out"
    folder.mkdir()
    yield folder / "x.svg"
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".siptrace")]


def write(path: Path, *, force: bool = False, inputs: Sequence[Path] = ()) -> None:
    write_file(str(path), NEW, inputs=list(map(str, inputs)), force=force)


def test_a_new_file_has_the_mode_that_the_umask_leaves(target: Path) -> None:
    before = os.umask(0o027)
    try:
        write(target)
    finally:
        os.umask(before)
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_file_that_is_there_stays_without_force(target: Path) -> None:
    target.write_bytes(OLD)
    with pytest.raises(UsageError, match=r"x\.svg: there is such a file already; --force overwrites it\."):
        write(target)
    assert target.read_bytes() == OLD
    target.chmod(0o600)
    write(target, force=True)
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o600, "what was private stays private"


def test_an_input_is_never_written_under_any_name(target: Path, tmp_path: Path) -> None:
    trace = tmp_path / "call.pcap"
    trace.write_bytes(OLD)
    hard, soft = target.parent / "hard", target.parent / "soft"
    hard.hardlink_to(trace)
    soft.symlink_to(trace)
    for name in (trace, hard, soft, tmp_path / "out" / ".." / "call.pcap"):
        with pytest.raises(UsageError, match="this file is being read, so it is not written"):
            write(name, inputs=[tmp_path / "other", trace], force=True)
    assert trace.read_bytes() == OLD
    write(hard, force=True)
    assert trace.read_bytes() == OLD, "a hard link is another name, and only that is replaced"


def test_standard_input_is_an_input(target: Path) -> None:
    target.write_bytes(OLD)
    code = f"from siptrace.cli.files import write_file; write_file({str(target)!r}, b'', inputs=['-'], force=True)"
    with target.open("rb") as stdin:
        done = subprocess.run([sys.executable, "-c", code], stdin=stdin, capture_output=True, cwd=ROOT, check=False)
    assert b"this file is being read" in done.stderr
    assert target.read_bytes() == OLD


def test_a_link_stays_a_link(target: Path) -> None:
    link = target.with_name("link")
    link.symlink_to(target.name)
    write(link)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("trouble", [RuntimeError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("there", [True, False])
def test_after_an_error_everything_is_as_it_was(target: Path, trouble: type[BaseException], there: bool) -> None:
    if there:
        target.write_bytes(OLD)

    def write_half() -> None:
        with output_file(str(target), inputs=[], force=True) as file:
            file.write(b"half of it" * 1_000_000)
            file.flush()
            raise trouble

    with pytest.raises(trouble):
        write_half()
    assert (target.read_bytes() if target.exists() else None) == (OLD if there else None)


def test_nothing_is_seen_before_all_is_there(target: Path) -> None:
    with output_file(str(target), inputs=[], force=False) as file:
        file.write(NEW)
        file.flush()
        assert file.tell() == len(NEW)
        assert not target.exists()
    assert target.read_bytes() == NEW


def test_a_file_that_came_in_the_meantime_is_not_overwritten(target: Path) -> None:
    def write_slowly() -> None:
        with output_file(str(target), inputs=[], force=False) as file:
            file.write(NEW)
            target.write_bytes(OLD)

    with pytest.raises(UsageError, match="there is such a file"):
        write_slowly()
    assert target.read_bytes() == OLD


def test_a_full_disk_is_one_sentence_and_no_file(target: Path) -> None:
    code = (
        "from siptrace.cli.diagnostics import guarded\nfrom siptrace.cli.files import write_file\n"
        f"with guarded(): write_file({str(target)!r}, bytes(5000000), inputs=[], force=False)"
    )

    def small() -> None:
        import signal  # noqa: PLC0415  (in the child, whose files may be no larger than this)

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = subprocess.run(
        [sys.executable, "-B", "-c", code], capture_output=True, cwd=ROOT, check=False, preexec_fn=small, text=True
    )
    assert (done.returncode, done.stderr) == (2, f"siptrace: {target}: cannot be written: File too large\n")
    assert not target.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_device_is_written_in_place() -> None:
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space left on device"):
        write(Path("/dev/full"))
    write(Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode), "it is not replaced"


def test_a_named_pipe_is_written_in_place(target: Path) -> None:
    os.mkfifo(target)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(target.read_bytes()))
    reader.start()
    write(target)
    reader.join()
    assert got == [NEW]
    assert target.is_fifo()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing/x", r"missing/x: cannot be written: No such file or directory"),
        ("file/x", r"file/x: cannot be written: Not a directory"),
        (".", r"this is a folder, not a file to write"),
        ("new/", r"new/: cannot be written: No such file or directory"),
        ("a\0b", r"there can be no such file: embedded null byte"),
        ("n" * 300, r"cannot be written: File name too long"),
    ],
)
def test_refusals(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((UsageError, OutputError), match=says) as raised:
        write_file(f"{tmp_path}/{name}", NEW, inputs=[], force=True)
    assert raised.value.exit_code is ExitCode.USAGE
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_empty_name() -> None:
    with pytest.raises(UsageError, match="'': this is no name of a file to write"):
        write_file("", NEW, inputs=[], force=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        write(tmp_path / "x")


def test_a_check_before_the_work_says_the_same(target: Path) -> None:
    check_output(str(target), inputs=[], force=False)
    check_output("-", inputs=["-"], force=False)
    target.write_bytes(OLD)
    with pytest.raises(UsageError, match="already"):
        check_output(str(target), inputs=[], force=False)
    with pytest.raises(UsageError, match="being read"):
        check_output(str(target), inputs=[str(target)], force=True)


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_gets_the_bytes(name: str, tmp_path: Path) -> None:
    code = f"from siptrace.cli.files import write_file; write_file({name!r}, bytes(range(256)), inputs=[], force=False)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path, check=True
    )
    assert done.stdout == bytes(range(256))
    assert not list(tmp_path.iterdir())


def test_what_is_no_text_does_not_go_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        with pytest.raises(UsageError, match="would disturb the terminal"):
            write_file("-", b"\x1b", inputs=[], force=False, binary=True)


def test_the_options() -> None:
    @click.command()
    @output_options
    def command(output: str | None, force: bool) -> None:
        click.echo((output, force))

    run = CliRunner().invoke
    assert run(command).output == "(None, False)\n"
    assert run(command, ["-o", "x.svg", "--force"]).output == "('x.svg', True)\n"
    assert run(command, ["--output", "-"]).output == "('-', False)\n"
