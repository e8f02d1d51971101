"""What was appended comes back, from memory and from the file, and a full disk is told in a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import UnreadableInput
from siptrace.ingest import spool
from siptrace.ingest.spool import IN_MEMORY, WRITE_BYTES, Spool

ROOT = Path(__file__).parents[2]


@given(
    pieces=st.lists(st.binary(max_size=40), max_size=40),
    in_memory=st.integers(0, 200),
    write_bytes=st.integers(1, 100),
)
def test_every_piece_comes_back(pieces: list[bytes], in_memory: int, write_bytes: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "WRITE_BYTES", write_bytes)
        kept, at = Spool(in_memory), []
        for piece in pieces:
            at.append(kept.append(piece))
            assert [kept.read(offset, len(old)) for offset, old in zip(at, pieces, strict=False)] == pieces[: len(at)]
    assert len(kept) == sum(map(len, pieces))
    assert at == [sum(map(len, pieces[:number])) for number in range(len(pieces))]


def test_small_traces_make_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    kept = Spool(10)
    assert [kept.append(b"12345"), kept.append(b""), kept.append(b"67890")] == [0, 5, 5]
    with pytest.raises(TypeError):
        kept.append(b"!")


def test_what_goes_over_the_limit_leaves_the_memory() -> None:
    assert Spool()._limit == IN_MEMORY
    kept, size = Spool(WRITE_BYTES), 100_000
    pieces = [hashlib.shake_128(bytes([number])).digest(size) for number in range(4 * WRITE_BYTES // size)]
    at = [kept.append(piece) for piece in pieces]
    assert len(kept._memory) <= WRITE_BYTES
    assert len(kept._held) <= WRITE_BYTES
    assert kept._written >= 2 * WRITE_BYTES
    for number in reversed(range(len(pieces))):
        assert kept.read(at[number], size) == pieces[number]


def test_a_piece_smaller_than_the_rest_of_the_memory_stays_behind_the_file() -> None:
    kept = Spool(10)
    at = [kept.append(piece) for piece in (b"12345", b"too much", b"small")]
    assert at == [0, 5, 13]
    assert [kept.read(offset, 5) for offset in at] == [b"12345", b"too m", b"small"]


def test_the_file_has_no_name_and_goes_with_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    kept = Spool(0)
    kept.append(b"x")
    assert kept._file is not None
    number = kept._file.fileno()
    if Path("/proc/self/fd").is_dir():
        assert str(Path(f"/proc/self/fd/{number}").readlink()).startswith(str(tmp_path))
    assert not list(tmp_path.iterdir())
    del kept
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


@pytest.mark.parametrize("large_ones", [True, False])
def test_large_files_go_where_disks_are(large_ones: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "access", lambda *_: large_ones)
    assert spool._folder() == ("/var/tmp" if large_ones else None)  # noqa: S108
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    assert spool._folder() is None


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self) -> None:
            pass

    monkeypatch.setattr(spool, "_unnamed_file", Full)
    kept = Spool(0)
    with pytest.raises(UnreadableInput, match=r"No space left on device.*TMPDIR"):
        kept.append(bytes(WRITE_BYTES))


def test_no_place_for_a_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(UnreadableInput, match="Permission denied"):
        Spool(0).append(b"x")


def test_a_write_that_takes_only_a_part_is_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        taken = b""

        def write(self, data: memoryview) -> int:
            self.taken += data[:3]
            return min(3, len(data))

        def close(self) -> None:
            pass

    file = Slow()
    monkeypatch.setattr(spool, "_unnamed_file", lambda: file)
    monkeypatch.setattr(spool, "WRITE_BYTES", 8)
    kept = Spool(0)
    for piece in (b"12345", b"6789", b"0"):
        kept.append(piece)
    assert file.taken == b"123456789"


LIMITED = """
import resource, sys
from siptrace.ingest import spool
from siptrace.cli.main import main
spool.IN_MEMORY, spool.WRITE_BYTES = 0, 1
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
sys.argv = ["siptrace", "calls", "-"]
main()
"""


def test_the_command_line_says_it_in_one_line() -> None:
    capture = ROOT / "fixtures" / "flows" / "captures" / "rfc3665-3.1.udp4.pcap"
    with capture.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", LIMITED],
            stdin=file,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("siptrace: a large trace that can be read only once needs room")
    assert done.stderr.count("\n") == 1
