"""LLVM is found, and its absence is said in our words."""

from __future__ import annotations

import sys

import pytest

from siptrace.errors import NativeError
from siptrace.table import llvm


def test_this_processor_has_a_description() -> None:
    pytest.importorskip("llvmlite", reason="numba is not installed")
    assert llvm.machine().triple == llvm.binding().get_process_triple()
    assert llvm.version()[0].isdigit()


@pytest.mark.parametrize("missing", ["llvmlite", "llvmlite.binding"])
def test_without_llvmlite_there_is_an_error(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NativeError, match="numba is not installed"):
        llvm.binding()
    with pytest.raises(NativeError, match="numba is not installed"):
        llvm.machine()


def test_symbols_are_ours() -> None:
    assert llvm.symbol("walk") == "siptrace.walk"
