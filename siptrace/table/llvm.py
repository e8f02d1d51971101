"""LLVM as llvmlite has it: this processor, and machine code into and out of it.

The only door to llvmlite apart from the kernels. Importing this module imports nothing; its functions import llvmlite.
"""

from __future__ import annotations

from typing import Any

from siptrace.errors import NativeError

__all__ = ["binding", "machine", "symbol", "version"]


def binding() -> Any:
    """Return llvmlite's binding, ready for this processor; raises NativeError where it is not installed."""
    try:
        import llvmlite.binding as llvm  # noqa: PLC0415  (large traces only)
    except ImportError as error:
        raise NativeError("numba is not installed") from error
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def version() -> str:
    """Return the version of llvmlite, which must be there."""
    import llvmlite  # noqa: PLC0415

    return str(llvmlite.__version__)


def symbol(name: str) -> str:
    """Return what an entry function is called in machine code; numba's own names are unique only in one process."""
    return f"siptrace.{name}"


def machine() -> Any:
    """Return LLVM's description of this processor; raises NativeError where llvmlite is not installed."""
    llvm = binding()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, codemodel="jitdefault",
        jit=True,
    )  # fmt: skip
