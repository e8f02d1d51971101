"""A process that only links makes no machine code but that of the whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="numba is not installed")

ROOT = Path(__file__).parents[2]

COMPILED = """
from numba.core.codegen import JitEngine
made = []
finish = JitEngine.finalize_object
JitEngine.finalize_object = lambda engine: (made.append(engine), finish(engine))
from siptrace.table.compiler import compile_entries
compile_entries("tests.table.tiny_kernel", {"quarter": ("n",)})
print(len(made))
"""


@pytest.mark.parametrize("only", [True, False])
def test_numba_makes_machine_code_or_not(only: bool) -> None:
    """Or the time would be lost again, without anybody's notice."""
    first = "from siptrace.table.link_only import link_only; link_only()\n" if only else ""
    code = f"import sys; sys.path.insert(0, '.')\n{first}{COMPILED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert (int(done.stdout) == 0) == only
