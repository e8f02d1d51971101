"""Machine code made once: numba compiles a kernel module, its objects are kept, later runs load them without numba.

Importing numba costs half a second, more than most traces do. So the machine code of each entry function is written
to the user's cache folder, and later runs hand it to LLVM's loader alone (`llvmlite`, some 50 ms). The copy is good for
one source text, one version of llvmlite and one processor; anything else is another file.

Functions are called with numpy arrays and integers; they release the interpreter lock, take what they need by pointer
and return an int.
"""

from __future__ import annotations

import ctypes
import hashlib
import marshal
import os
import sys
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from siptrace import kept
from siptrace.errors import NativeError
from siptrace.table import llvm

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

    Entries = dict[str, tuple[str, ...]]
    Objects = dict[str, bytes]

__all__ = ["Native", "bound_memory"]

_COMPILER = "siptrace.table.compiler"
"""The module that imports numba: only where there is no machine code yet."""

_ARRAYS = {
    "u1": ctypes.c_uint8,
    "i1": ctypes.c_int8,
    "i2": ctypes.c_int16,
    "i4": ctypes.c_int32,
    "i8": ctypes.c_int64,
}
"""Element types of array parameters; any other parameter is an int64."""


class Native:
    """The compiled entry functions of one kernel module.

    `entries` maps the name of each to its parameters, such as `u1 i8 n`: arrays of bytes, of int64, an integer. The one
    that takes longest to compile comes first.
    """

    def __init__(self, module: str, entries: Mapping[str, str], constants: Sequence[str] = ()) -> None:
        """Remember what is wanted; `constants` are the modules that are compiled in. Nothing is loaded yet."""
        self.module = module
        self._constants = constants
        self.entries = {name: tuple(kinds.split()) for name, kinds in entries.items()}
        self._calls: dict[str, Callable[..., int]] = {}
        self._engine: Any = None
        self._found: bytes | None = None

    def is_kept(self) -> bool:
        """Return whether the machine code is there and can be trusted, so that `load` takes no compiling."""
        try:
            return self._find() is not None
        except (NativeError, OSError):
            return False

    def require_compiler(self) -> None:
        """Raise NativeError where `load` could not compile."""
        llvm.binding()
        if find_spec("numba") is None:
            raise NativeError("numba is not installed")

    def load(self, along: Sequence[Native] = ()) -> None:
        """Load the kept machine code, or compile and keep it (seconds); raises NativeError when neither can be.

        Kernels `along` are compiled and kept too while somebody has to wait anyway, where another process can do it.
        """
        if self._calls:
            return
        found, self._found = self._find(), None
        if found is not None:
            self._link(marshal.loads(found))  # noqa: S302  (our own file, as it was written)
            return
        compiled = self._compile([kernel for kernel in along if not kernel.is_kept()])
        self.keep(compiled)
        self._link(compiled)

    def keep(self, compiled: Objects) -> None:
        """Write machine code to where `load` finds it."""
        kept.write(self._name, marshal.dumps(compiled))

    def __call__(self, name: str, *arguments: Any) -> int:
        """Call an entry function with numpy arrays (contiguous, of its element types) and integers."""
        return self._calls[name](*arguments)

    def _find(self) -> bytes | None:
        """Return the machine code as it is kept, None where it is not; raises NativeError where it cannot be."""
        try:
            kept.path_of(self._name)
        except OSError as error:
            raise NativeError(f"there is no place for machine code ({error})") from error
        if self._found is None:
            self._found = kept.read(self._name)
        return self._found

    @cached_property
    def _name(self) -> str:
        """The name under which the machine code for this source, loader and processor is kept."""
        binding = llvm.binding()
        features = ",".join(sorted(name for name, there in binding.get_host_cpu_features().items() if there))
        processor = f"{binding.get_host_cpu_name()}|{features}|{sys.platform}"
        digest = hashlib.sha256(f"{llvm.version()}|{processor}".encode())
        digest.update(repr(sorted(self.entries.items())).encode())
        for module in (self.module, *self._constants, __name__, _COMPILER, llvm.__name__):
            digest.update(_source(module))
        return f"{self.module}-{digest.hexdigest()[:24]}.bin"

    def _compile(self, along: Sequence[Native]) -> Objects:
        """Have every entry function compiled with numba; return the object code of each.

        The first one takes about as long as all others, so each half has a process.
        """
        first, *others = self.entries
        rest = {name: self.entries[name] for name in others}
        wanted = {kernel.module: kernel.entries for kernel in along} if (os.cpu_count() or 1) > 1 else {}
        try:
            with (
                _Process(self.module, {first: self.entries[first]}) as one,
                _Process(self.module, rest, wanted) as other,
            ):
                compiled = other.result()
                found = one.result()[self.module] | compiled[self.module]
        except Exception as error:
            # Whatever this version of a compiler objects to: there is a plain path.
            words = str(error).partition("\n")[0]
            raise NativeError(f"numba cannot be used here ({words})") from error
        for kernel in along:
            if kernel.module in compiled:
                kernel.keep(compiled[kernel.module])
        return found

    def _link(self, objects: Mapping[str, bytes]) -> None:
        """Load the objects into this process and make a Python callable of each entry function."""
        binding = llvm.binding()
        self._engine = binding.create_mcjit_compiler(binding.parse_assembly(""), llvm.machine())
        for code in objects.values():
            self._engine.add_object_file(binding.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        for name in objects:
            self._calls[name] = _callable(self._engine.get_function_address(llvm.symbol(name)), self.entries[name])


class _Process:
    """A process that compiles entry functions of a module."""

    def __init__(self, module: str, entries: Entries, more: Mapping[str, Entries] | None = None) -> None:
        """Begin; where there is nothing to do, or no process to be had, `result` will do it.

        `more` are modules of which all would be good to have, but can be done without.
        """
        self._module, self._entries, self._wanted = module, entries, {module: entries, **(more or {})}
        self._process: subprocess.Popen[bytes] | None = None
        if (entries or more) and sys.executable:
            import subprocess  # noqa: PLC0415  (where something is compiled, which is once)

            code = f"import sys; from {_COMPILER} import compile_for; compile_for(sys.stdin.buffer.read())"
            with suppress(OSError):
                self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and code)
                    [sys.executable, "-P", "-c", code],
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                )  # fmt: skip

    def __enter__(self) -> Self:
        """Tell the process what to do."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError), self._process.stdin as pipe:
                pipe.write(marshal.dumps(self._wanted))
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()

    def result(self) -> dict[str, Objects]:
        """Wait for the end and return the object code by module; what was needed and went wrong is done again here."""
        with suppress(OSError, EOFError, ValueError, TypeError):
            if self._process is not None and self._process.stdout is not None:
                found: dict[str, Objects] = marshal.loads(self._process.stdout.read())  # noqa: S302  (our own process)
                return found
        return {self._module: import_module(_COMPILER).compile_entries(self._module, self._entries)}


def _callable(address: int, kinds: tuple[str, ...]) -> Callable[..., int]:
    """Return a function that calls machine code by numba's convention.

    A result pointer and an error pointer come first; an array is seven values: two owners (none here), its items, the
    size of one, the data, its shape and its stride. The result of the call itself is 0.
    """
    types: list[Any] = [ctypes.c_void_p, ctypes.c_void_p]
    for kind in kinds:
        types += (
            [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 2, ctypes.c_void_p, *[ctypes.c_int64] * 2]
            if (kind in _ARRAYS)
            else [ctypes.c_int64]
        )
    function = ctypes.CFUNCTYPE(ctypes.c_int32, *types)(address)
    wanted = [(kind[0], ctypes.sizeof(_ARRAYS[kind])) if kind in _ARRAYS else ("", 0) for kind in kinds]

    def call(*arguments: Any) -> int:
        result, error = ctypes.c_int64(), ctypes.c_void_p()
        flat: list[Any] = [ctypes.byref(result), ctypes.byref(error)]
        for argument, (kind, size) in zip(arguments, wanted, strict=True):
            if not size:
                flat.append(argument)
                continue
            if argument.dtype.kind != kind or argument.itemsize != size or not argument.flags.c_contiguous:
                raise TypeError("an array of the wrong type")
            count, address = argument.size, argument.__array_interface__["data"][0]
            flat += [None, None, count, size, address, count, size]
        if function(*flat):
            raise RuntimeError("a kernel failed")
        return result.value

    return call


def bound_memory() -> None:
    """Have glibc give the memory of large arrays back when they are freed, where it is glibc.

    Left alone it keeps more and more for arrays that come and go, twice of what a large trace needs.
    """
    try:
        ctypes.CDLL(None).mallopt(_M_TRIM_THRESHOLD, 1024 * 1024)
    except (OSError, AttributeError):
        return


_M_TRIM_THRESHOLD = -1
"""glibc's number for the setting (malloc.h); setting it also keeps glibc from raising it by itself."""


def _source(module: str) -> bytes:
    """Return the source text of a module of ours."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise NativeError(f"{module} has no source")
    return Path(spec.origin).read_bytes()
