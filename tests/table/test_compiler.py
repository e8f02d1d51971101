"""What is compiled in a process of its own is complete, and the same as what is compiled anywhere else."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from siptrace.errors import NativeError
from siptrace.table.native import Native

pytest.importorskip("numba", reason="numba is not installed")

from siptrace.table.compiler import compile_entries

ROOT = Path(__file__).parents[2]
MODULE = "tests.table.tiny_kernel"
ENTRIES = {"scaled": ("i8", "u1", "n"), "half": ("n",), "quarter": ("n",)}


def compiled_apart(code: str) -> subprocess.CompletedProcess[bytes]:
    """Have the entries compiled in a process that runs some code before."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; compiler.compile_for(sys.stdin.buffer.read())"],
        input=marshal.dumps({MODULE: ENTRIES}), capture_output=True, check=False,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def check(objects: dict[str, bytes]) -> None:
    """Check what object code does."""
    kernel = Native(MODULE, {name: " ".join(kinds) for name, kinds in ENTRIES.items()}, ("tests.table.tiny_number",))
    kernel._link(objects)
    numbers, marks = np.array([1, 2], np.int64), np.zeros(2, np.uint8)
    assert kernel("scaled", numbers, marks, 10) == 19
    assert (numbers.tolist(), marks.tolist()) == ([3, 6], [1, 1])
    assert (kernel("half", 9), kernel("quarter", 9)) == (4, 2)


def test_code_compiled_here_runs() -> None:
    check(compile_entries(MODULE, ENTRIES))


COMPILER = "import siptrace.table.compiler as compiler"
BEFORE = {
    "as it is": COMPILER,
    "another inside of numba": f"{COMPILER}; sys.modules['siptrace.table.link_only'] = None",
}


@pytest.mark.parametrize("name", BEFORE)
def test_code_compiled_in_a_process_of_its_own_runs(name: str) -> None:
    done = compiled_apart(BEFORE[name])
    assert done.returncode == 0, done.stderr.decode()
    check(marshal.loads(done.stdout)[MODULE])  # noqa: S302  (our own process)


def test_code_that_is_not_complete_is_refused() -> None:
    """What is linked into this process must find everything it calls, or the process would end."""
    with pytest.raises(NativeError, match="need something else"):
        compile_entries(MODULE, {"listed": ("n",)})
