"""numba without machine code of its own: functions are linked to what they call, and left as they are.

numba compiles every function that another one calls to machine code and optimizes it, although it is only linked into
its callers and optimized there again. A process that calls none of them, and takes what is linked from numba, can leave
that out: a quarter of the time. These are numba's inner parts, which may be others in another version.

Importing this module imports numba; only `siptrace.table.compiler` does.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.registry import cpu_target

__all__ = ["link_only"]


def link_only() -> None:
    """Have numba make no more machine code in this process: what it compiles from now on must not be called."""
    cpu_target.target_context._internal_codegen = _LinkOnly("siptrace")  # noqa: SLF001


class _LinkedLibrary(JITCodeLibrary):
    """A function and what it calls, neither optimized nor made machine code."""

    def _optimize_final_module(self) -> None:
        """Leave it to whoever takes it."""

    def _finalize_specific(self) -> None:
        """Make no machine code."""

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002
        """Link the library, and return no address, because there is no machine code."""
        self._ensure_finalized()
        return 0


class _LinkOnly(JITCPUCodegen):
    """What numba makes its libraries with."""

    _library_class = _LinkedLibrary

    def _add_module(self, module: Any) -> None:
        """Keep LLVM's engine out of it."""

    def set_env(self, env_name: str, env: Any) -> None:
        """Leave the environment out, which only a call would need."""
