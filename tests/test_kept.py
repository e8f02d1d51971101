"""What is kept for later runs is taken only when it is whole and ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from siptrace import kept

CONTENT = b"machine code " * 100
NAME = "something-1.bin"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a kept file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kept.write(NAME, CONTENT)
    return kept.path_of(NAME)


def test_what_was_written_is_read(file: Path) -> None:
    assert kept.read(NAME) == CONTENT
    assert kept.read("something-2.bin") is None
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]
    kept.write(NAME, b"")
    assert kept.read(NAME) == b""


def damage(data: bytes, name: str) -> bytes:
    """Return damaged contents of a kept file."""
    middle = len(data) // 2
    damaged = {
        "empty": b"",
        "cut": data[:-1],
        "half": data[:middle],
        "a wrong bit": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "something else": b"Dear diary",
        "longer": data + b"\0",
    }
    return damaged[name]


@pytest.mark.parametrize("name", ["empty", "cut", "half", "a wrong bit", "something else", "longer"])
def test_what_is_damaged_is_never_taken(name: str, file: Path) -> None:
    file.write_bytes(damage(file.read_bytes(), name))
    assert kept.read(NAME) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_is_never_taken(mode: int, file: Path) -> None:
    file.chmod(mode)
    assert kept.read(NAME) is None
    kept.write(NAME, CONTENT)
    assert kept.read(NAME) == CONTENT
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("file")
def test_what_is_of_somebody_else_is_never_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert kept.read(NAME) is None


def test_a_full_disk_leaves_nothing_behind(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file.unlink()
    monkeypatch.setattr(Path, "replace", refuse)
    kept.write(NAME, CONTENT)
    assert list(file.parent.iterdir()) == []


def test_without_a_place_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kept.write(NAME, CONTENT)
    assert kept.read(NAME) is None


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(path: Path) -> Path:
        raise RuntimeError(f"no home for {path}")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(OSError, match="no home"):
        kept.path_of(NAME)
    kept.write(NAME, CONTENT)
    assert kept.read(NAME) is None
