"""The numba functions of a kernel into object code.

Importing this module imports numba; only `siptrace.table.native` does, when there is no machine code yet.
"""

from __future__ import annotations

import gc
import marshal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from numba import types

from siptrace.errors import NativeError
from siptrace.table import llvm
from siptrace.table.kernel_bytes import APART

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["compile_entries", "compile_for"]

_ELEMENTS = {"u1": types.uint8, "i1": types.int8, "i2": types.int16, "i4": types.int32, "i8": types.int64}


def compile_entries(module: str, entries: Mapping[str, tuple[str, ...]]) -> dict[str, bytes]:
    """Compile functions of a module for their parameters (as `Native` has them); return the object code of each.

    Raises whatever numba objects to, and NativeError where the object code would need something else to run.
    """
    functions = import_module(module)
    return {name: _object_of(getattr(functions, name), kinds, llvm.symbol(name)) for name, kinds in entries.items()}


def compile_for(wanted: bytes) -> None:
    """Do the work of a process of its own: compile some entries of some modules, and write that to standard output."""
    modules: dict[str, dict[str, tuple[str, ...]]] = marshal.loads(wanted)  # noqa: S302  (of our own process)
    gc.disable()  # whatever is made stands until the end, which is soon
    with suppress(Exception):  # with another inside of numba, compiling takes longer
        import_module("siptrace.table.link_only").link_only()
    found = {name: compile_entries(name, entries) for name, entries in modules.items()}
    sys.stdout.buffer.write(marshal.dumps(found))


def _object_of(dispatcher: Any, kinds: tuple[str, ...], name: str) -> bytes:
    """Compile one function for its parameters; return an object file with that symbol, which needs nothing else."""
    wanted = tuple(types.Array(_ELEMENTS[kind], 1, "C") if kind in _ELEMENTS else types.int64 for kind in kinds)
    dispatcher.compile(wanted)
    compiled = dispatcher.overloads[wanted]
    binding = llvm.binding()
    module = binding.parse_assembly(compiled.library.get_llvm_str())
    alone = {made.fndesc.llvm_func_name for kernel in APART for made in kernel.overloads.values()}
    for function in module.functions:
        if function.name == compiled.fndesc.llvm_func_name:
            function.name = name
        elif not function.is_declaration:
            # LLVM passes it only what it needs, and inlines one of one caller however long it is.
            function.linkage = "internal"
            if function.name in alone:
                function.add_function_attribute("noinline")
    machine = llvm.machine()
    passes = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options())
    passes.getModulePassManager().run(module, passes)
    there = {function.name: not function.is_declaration for function in module.functions}
    if not there.pop(name, False) or any(not good and not other.startswith("llvm.") for other, good in there.items()):
        raise NativeError(f"{name} would need something else to run")
    return bytes(machine.emit_object(module))
