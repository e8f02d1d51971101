"""When the compiled indexer is loaded, when it is compiled, and what is said about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from bench.make_trace import make
from fixtures.flows.make_flows import CAPTURES
from siptrace.cli.main import cli
from siptrace.errors import NativeError
from siptrace.reconstruct import quick
from siptrace.reconstruct.fast import KERNEL as PASSES
from siptrace.table import loader
from siptrace.table.bulk import KERNEL
from siptrace.table.columns import MessageTable
from siptrace.table.loader import WORTH_COMPILING, WORTH_LOADING, BulkLoader
from siptrace.trace import open_trace
from tests.kernels import loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.table.scan import Memo

ROOT = Path(__file__).parents[2]
COMPILING = "compiling the fast path for large traces, once; this takes some seconds"


class Kernel:
    """Stands for machine code that is kept or not, with a compiler or not."""

    def __init__(self, *, kept: bool = False, compiler: bool = True, works: bool = True) -> None:
        self.kept, self.compiler, self.works = kept, compiler, works
        self.asked = self.loads = 0

    def is_kept(self) -> bool:
        self.asked += 1
        return self.kept

    def require_compiler(self) -> None:
        if not self.compiler:
            raise NativeError("numba is not installed")

    def load(self, along: Sequence[Kernel] = ()) -> None:
        self.loads += 1
        for other in () if self.kept else along:
            other.kept = True
        if not self.works:
            raise NativeError("numba cannot be used here (x)")


class Filler:
    """Stands for a Bulk."""

    def __init__(self, table: MessageTable, memo: Memo) -> None:
        self.given, self.finished = (table, memo), False

    def finish(self) -> None:
        self.finished = True


def load(patch: pytest.MonkeyPatch, kernel: Kernel, total: int | None, *seen: int) -> tuple[list[bool], list[str]]:
    """Ask before each window, after so many bytes; return whether there was a Bulk each time, and the notices."""
    patch.setattr("siptrace.table.bulk.KERNEL", kernel)
    patch.setattr("siptrace.table.bulk.Bulk", Filler)
    notices: list[str] = []
    made = BulkLoader(MessageTable(), {}, total, notices.append)
    return [made.bulk_for(size) is not None for size in seen], notices


LARGE, HUGE = WORTH_LOADING, WORTH_COMPILING


@pytest.mark.parametrize("total", [0, 1000, LARGE - 1])
def test_a_small_trace_does_not_even_ask(total: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(kept=True)
    assert load(monkeypatch, kernel, total, 100, total) == ([False, False], [])
    assert (kernel.asked, kernel.loads) == (0, 0)


@pytest.mark.parametrize("total", [LARGE, HUGE])
def test_kept_code_is_loaded_for_a_large_trace_from_its_first_window_on(
    total: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(kept=True)
    assert load(monkeypatch, kernel, total, 100, 200) == ([True, True], [])
    assert kernel.loads == 1


def test_a_pipe_becomes_large_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, Kernel(kept=True), None, 100, LARGE - 1, LARGE) == ([False, False, True], [])
    found = load(monkeypatch, Kernel(), None, 100, LARGE, HUGE - 1, HUGE, HUGE + 1)
    assert found == ([False, False, False, True, True], [COMPILING])


def test_it_is_compiled_for_a_huge_trace_only(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel()
    assert load(monkeypatch, kernel, HUGE - 1, 100, HUGE - 1) == ([False, False], [])
    assert kernel.loads == 0
    assert load(monkeypatch, kernel, HUGE, 100, 200) == ([True, True], [COMPILING])
    assert kernel.loads == 1


@pytest.mark.parametrize(("kept", "size"), [(False, HUGE), (True, HUGE), (False, HUGE - 1)])
def test_what_will_be_wanted_next_is_compiled_along(kept: bool, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    next_one: Any = Kernel()
    monkeypatch.setattr("siptrace.table.bulk.KERNEL", Kernel(kept=kept))
    monkeypatch.setattr("siptrace.table.bulk.Bulk", Filler)
    BulkLoader(MessageTable(), {}, size, None, lambda: [next_one]).bulk_for(100)
    assert next_one.kept == (not kept and size == HUGE)
    assert next_one.loads == next_one.kept


def test_what_will_be_wanted_next_is_loaded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    next_one: Any = Kernel(kept=True)
    monkeypatch.setattr("siptrace.table.bulk.KERNEL", Kernel(kept=True))
    monkeypatch.setattr("siptrace.table.bulk.Bulk", Filler)
    BulkLoader(MessageTable(), {}, LARGE, None, lambda: [next_one]).bulk_for(100)
    assert next_one.loads == 1


def test_without_a_compiler_one_notice_says_what_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(compiler=False)
    slow = "large traces are read the slow way: numba is not installed"
    assert load(monkeypatch, kernel, HUGE, 100, 200, 300) == ([False] * 3, [slow])
    assert (kernel.asked, kernel.loads) == (1, 0)
    assert load(monkeypatch, kernel, HUGE - 1, 100) == ([False], [])


def test_a_compiler_that_fails_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(works=False)
    slow = "large traces are read the slow way: numba cannot be used here (x)"
    assert load(monkeypatch, kernel, HUGE, 100, 200) == ([False, False], [COMPILING, slow])
    assert kernel.loads == 1


def test_without_numpy_there_is_the_plain_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "siptrace.table.bulk", None)
    notices: list[str] = []
    made = BulkLoader(MessageTable(), {}, HUGE, notices.append)
    assert made.bulk_for(100) is None
    assert made.bulk_for(200) is None
    assert len(notices) == 1
    made.finish()


def test_the_end_finishes_the_bulk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siptrace.table.bulk.KERNEL", Kernel(kept=True))
    monkeypatch.setattr("siptrace.table.bulk.Bulk", Filler)
    table = MessageTable()
    made = BulkLoader(table, {}, HUGE, None)
    filler: object = made.bulk_for(0)
    assert isinstance(filler, Filler)
    assert filler.given[0] is table
    made.finish()
    assert filler.finished


def modules_after(code: str, **environment: str) -> set[str]:
    """Return the top packages in a new interpreter after some code."""
    tell = "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    done = subprocess.run(
        [sys.executable, "-c", code + tell], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return set(json.loads(done.stdout))


OPEN = "from siptrace import open_trace\nassert len(open_trace({!r}).calls)"


def test_a_small_capture_imports_neither_numpy_nor_llvmlite() -> None:
    small = str(CAPTURES / "rfc3665-3.1.udp4.pcap")
    assert not modules_after(OPEN.format(small)) & {"numpy", "llvmlite", "numba"}


def test_a_large_one_with_kept_code_imports_no_numba(tmp_path: Path) -> None:
    loaded(KERNEL)
    make(tmp_path / "large.pcap", 600, rtp=0)
    code = "from siptrace.table import loader\nloader.WORTH_LOADING = 100_000\n" + OPEN.format(
        str(tmp_path / "large.pcap")
    )
    assert modules_after(code) & {"numpy", "llvmlite", "numba"} == {"numpy", "llvmlite"}


def test_a_large_one_without_kept_code_compiles_nothing(tmp_path: Path) -> None:
    make(tmp_path / "large.pcap", 600, rtp=0)
    code = "from siptrace.table import loader\nloader.WORTH_LOADING = 100_000\n" + OPEN.format(
        str(tmp_path / "large.pcap")
    )
    assert "numba" not in modules_after(code, XDG_CACHE_HOME=str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["large.pcap"]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loader") / "generated.pcap"
    make(path, 60, rtp=2)
    return path


def use(patch: pytest.MonkeyPatch, size: int) -> None:
    """Have the compiled paths used from a size on."""
    for module in (loader, quick):
        patch.setattr(module, "WORTH_LOADING", size)
        patch.setattr(module, "WORTH_COMPILING", size)


@pytest.mark.parametrize("words", [["calls"], ["calls", "--json"], ["messages", "--json"], ["ladder"]], ids=" ".join)
def test_the_command_line_says_the_same_either_way(
    words: list[str], generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(KERNEL)
    loaded(PASSES)
    said = []
    files = [generated, *sorted(CAPTURES.glob("*3.2*")), CAPTURES.parents[1] / "logs" / "sipp.log"]
    for size in (0, 1 << 60):
        use(monkeypatch, size)
        for path in files:
            done = CliRunner().invoke(cli, [*words, str(path)], catch_exceptions=False)
            said.append((done.exit_code, done.stdout, done.stderr))
    assert said[: len(files)] == said[len(files) :]
    assert len(said[0][1].splitlines()) > 20


def test_without_numba_everything_works_with_one_notice(generated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [(call.state, call.message_count) for call in open_trace(generated).calls]
    use(monkeypatch, 0)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(PASSES, "_calls", {})
    notices: list[str] = []
    trace = open_trace(generated, generated.parent, notice=notices.append)
    assert [(call.state, call.message_count) for call in trace.calls] == expected
    assert notices == ["large traces are read the slow way: numba is not installed"]
