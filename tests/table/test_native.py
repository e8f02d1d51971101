"""Machine code is made once: kept for the next process, never taken from somebody else, and never needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from siptrace import kept
from siptrace.errors import NativeError
from siptrace.reconstruct.fast import KERNEL as PASSES
from siptrace.table import llvm
from siptrace.table.bulk import KERNEL as INDEXER
from siptrace.table.native import Native
from tests.kernels import loaded

ROOT = Path(__file__).parents[2]
ENTRIES = {"scaled": "i8 u1 n"}
PYTHON = sys.executable


def tiny(entries: dict[str, str] | None = None) -> Native:
    """Return the kernel of these tests, not yet loaded."""
    return Native("tests.table.tiny_kernel", entries or ENTRIES, ("tests.table.tiny_number",))


def run(kernel: Native) -> int:
    """Load and call it."""
    kernel.load()
    numbers, marks = np.array([1, 2], np.int64), np.zeros(2, np.uint8)
    total = kernel("scaled", numbers, marks, 10)
    assert (numbers.tolist(), marks.tolist()) == ([3, 6], [1, 1])
    return total


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the machine code of the tiny kernel."""
    folder = tmp_path_factory.mktemp("cache")
    loaded(INDEXER)  # or nothing: without numba these tests are skipped
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        assert run(tiny()) == 19
    return folder


@pytest.fixture
def cache(compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, in use; returns the file in it."""
    shutil.copytree(compiled, tmp_path / "cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (file,) = (tmp_path / "cache" / "siptrace").iterdir()
    return file


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """No numba, so that nothing can be compiled; llvmlite is there."""
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "tests.table.tiny_kernel", raising=False)


@pytest.mark.usefixtures("no_compiler")
def test_kept_code_is_used_without_the_compiler(cache: Path) -> None:
    kernel = tiny()
    assert kernel.is_kept()
    assert run(kernel) == 19
    assert cache.stat().st_mode & 0o777 == 0o600
    assert cache.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_process_imports_no_numba(cache: Path) -> None:
    code = """
import sys
from tests.table.test_native import run, tiny
sys.exit(run(tiny()) != 19 or "numba" in sys.modules or "llvmlite" not in sys.modules)
"""
    words = [sys.executable, "-c", code]
    assert subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode == 0
    assert cache.exists()


def test_what_is_not_trusted_is_replaced(cache: Path) -> None:
    whole = cache.read_bytes()
    cache.write_bytes(whole[:100])
    cache.chmod(0o666)
    assert run(tiny()) == 19
    assert cache.stat().st_mode & 0o777 == 0o600
    assert list(cache.parent.iterdir()) == [cache]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        assert run(tiny()) == 19


MORE = {"half": "n", **ENTRIES, "negative": "n"}


@pytest.mark.parametrize("python", [PYTHON, "", "/bin/false", "/no/such/thing", "/bin/cat"])
@pytest.mark.usefixtures("cache")
def test_other_processes_compile_and_are_not_needed(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = pytest.importorskip("siptrace.table.compiler", reason="numba is not installed")
    here: list[str] = []
    compile_entries = compiler.compile_entries

    def noted(module: str, entries: dict[str, tuple[str, ...]]) -> dict[str, bytes]:
        here.extend(entries)
        found: dict[str, bytes] = compile_entries(module, entries)
        return found

    monkeypatch.setattr(compiler, "compile_entries", noted)
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    kernel = tiny(MORE)
    assert run(kernel) == 19
    assert (kernel("half", 9), kernel("negative", 9)) == (4, -9)
    assert sorted(here) == ([] if python == PYTHON else sorted(MORE))


@pytest.mark.parametrize("python", [PYTHON, ""])
@pytest.mark.usefixtures("cache")
def test_who_waits_for_one_kernel_need_not_wait_for_another(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    other = Native("tests.table.tiny_other", {"tripled": "n"})
    kernel = tiny(MORE)
    kernel.load([other])
    assert kernel("half", 9) == 4
    assert other.is_kept() == (python == PYTHON)
    if other.is_kept():
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "numba", None)
            other.load()
        assert other("tripled", 5) == 15


def test_another_source_signature_or_version_is_another_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.path_of(tiny()._name) == cache
    others = [
        tiny({"scaled": "i8 u1 i8"})._name,
        tiny({**ENTRIES, "more": "n"})._name,
        Native("tests.table.tiny_kernel", ENTRIES)._name,
        Native("tests.table.tiny_number", ENTRIES)._name,
    ]
    monkeypatch.setattr(llvm, "version", lambda: "0.0")
    others.append(tiny()._name)
    assert len({cache.name, *others}) == 6


def test_without_a_place_to_keep_it_it_works_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(INDEXER)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kernel = tiny()
    assert not kernel.is_kept()
    assert run(kernel) == 19
    assert run(kernel) == 19
    assert not tiny().is_kept()


@pytest.mark.parametrize("missing", ["llvmlite", "llvmlite.binding"])
def test_without_llvmlite_there_is_no_machine_code(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    kernel = tiny()
    assert not kernel.is_kept()
    with pytest.raises(NativeError, match="numba is not installed"):
        kernel.load()
    with pytest.raises(NativeError, match="numba is not installed"):
        kernel.require_compiler()


@pytest.mark.usefixtures("no_compiler")
def test_without_numba_nothing_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(NativeError, match="numba is not installed"):
        tiny().require_compiler()
    with pytest.raises(NativeError, match="numba cannot be used here"):
        tiny().load()
    assert list(tmp_path.iterdir()) == []


def test_without_a_home_there_is_no_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(path: Path) -> Path:
        raise RuntimeError(f"no home for {path}")

    loaded(INDEXER)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "expanduser", homeless)
    assert not tiny().is_kept()
    with pytest.raises(NativeError, match="no place"):
        tiny().load()


def test_a_compiler_that_refuses_is_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(INDEXER)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(NativeError, match="numba cannot be used here") as caught:
        Native("tests.table.tiny_kernel", {"scaled": "n n n"}, ("tests.table.tiny_number",)).load()
    assert "\n" not in str(caught.value)


WRONG = {
    "floats": (np.zeros(2), np.zeros(2, np.uint8), 1),
    "unsigned": (np.zeros(2, np.uint64), np.zeros(2, np.uint8), 1),
    "shorter items": (np.zeros(2, np.int32), np.zeros(2, np.uint8), 1),
    "every other one": (np.zeros(4, np.int64)[::2], np.zeros(2, np.uint8), 1),
    "signed bytes": (np.zeros(2, np.int64), np.zeros(2, np.int8), 1),
    "flags": (np.zeros(2, np.int64), np.zeros(2, np.bool_), 1),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.usefixtures("cache")
def test_arrays_of_other_types_are_refused(name: str) -> None:
    kernel = tiny()
    kernel.load()
    with pytest.raises(TypeError, match="wrong type"):
        kernel("scaled", *WRONG[name])


@pytest.mark.usefixtures("cache")
def test_another_number_of_arguments_is_refused() -> None:
    kernel = tiny()
    kernel.load()
    with pytest.raises(ValueError, match="argument"):
        kernel("scaled", np.zeros(2, np.int64))


@pytest.mark.parametrize("kernel", [INDEXER, PASSES], ids=["indexer", "passes"])
def test_whatever_is_compiled_in_is_part_of_the_name(kernel: Native) -> None:
    """Every module of ours that a kernel imports is among its constants, or stale machine code would be taken."""
    seen: set[str] = set()
    waiting = [kernel.module]
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        if "kernel" in module:
            source = (ROOT / (module.replace(".", "/") + ".py")).read_text("utf-8")
            words = [line.split() for line in source.splitlines() if line.startswith("from siptrace")]
            waiting += [found[1] for found in words]
    assert seen == {kernel.module, *kernel._constants}
