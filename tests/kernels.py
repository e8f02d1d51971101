"""How tests come by machine code: compiled once, while the other workers of the test run wait."""

from __future__ import annotations

import fcntl
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from siptrace.table.native import Native

__all__ = ["loaded"]


def loaded(kernel: Native) -> Native:
    """Load a kernel, compiling it where nobody has yet; skip where there is no numba (it lags behind new Pythons)."""
    if find_spec("numba") is None:
        pytest.skip("numba is not installed")
    with Path(tempfile.gettempdir(), "siptrace-tests-compile.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kernel.load()
    return kernel
