"""Machine code made once: numba compiles a kernel module, its objects are kept, later runs load them without numba.

Importing numba costs half a second, more than most traces do. So the machine code of each entry function is written
to the user's cache folder, and later runs hand it to LLVM's loader alone (`llvmlite`, some 50 ms). The copy is good for
one source text, one version of llvmlite and one processor; anything else is another file.

This is the only door to numba and llvmlite. Functions are called with numpy arrays and integers; they release the
interpreter lock, take what they need by pointer and return an int.
"""

from __future__ import annotations

import ctypes
import hashlib
import marshal
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from siptrace.errors import NativeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Entries = dict[str, tuple[str, ...]]
    Objects = dict[str, bytes]

__all__ = ["Native", "bound_memory", "compile_entries", "compile_for"]

_ARRAYS = {
    "u1": ctypes.c_uint8,
    "i1": ctypes.c_int8,
    "i2": ctypes.c_int16,
    "i4": ctypes.c_int32,
    "i8": ctypes.c_int64,
}
"""Element types of array parameters; any other parameter is an int64."""


_DIGEST_BYTES = 32
"""The SHA-256 of what follows it in a kept file: a damaged one must never run."""


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

    def is_kept(self) -> bool:
        """Return whether the machine code is there and can be trusted, so that `load` takes no compiling."""
        try:
            return _read(self._path()) is not None
        except (NativeError, OSError):
            return False

    def require_compiler(self) -> None:
        """Raise NativeError where `load` could not compile."""
        _llvm()
        if find_spec("numba") is None:
            raise NativeError("numba is not installed")

    def load(self, along: Sequence[Native] = ()) -> None:
        """Load the kept machine code, or compile and keep it (seconds); raises NativeError when neither can be.

        Kernels `along` are compiled and kept too while somebody has to wait anyway, where another process can do it.
        """
        if self._calls:
            return
        kept = _read(self._path())
        if kept is None:
            kept = self._compile([kernel for kernel in along if not kernel.is_kept()])
            self.keep(kept)
        self._link(kept)

    def keep(self, compiled: Objects) -> None:
        """Write machine code to where `load` finds it."""
        _write(self._path(), compiled)

    def __call__(self, name: str, *arguments: Any) -> int:
        """Call an entry function with numpy arrays (contiguous, of its element types) and integers."""
        return self._calls[name](*arguments)

    def _path(self) -> Path:
        """Return where the machine code for this source, loader and processor is kept."""
        llvm = _llvm()
        features = ",".join(sorted(name for name, there in llvm.get_host_cpu_features().items() if there))
        digest = hashlib.sha256(f"{_version()}|{llvm.get_host_cpu_name()}|{features}|{sys.platform}".encode())
        digest.update(repr(sorted(self.entries.items())).encode())
        for module in (self.module, *self._constants, __name__):
            digest.update(_source(module))
        return _cache_folder() / f"{self.module}-{digest.hexdigest()[:24]}.bin"

    def _compile(self, along: Sequence[Native]) -> Objects:
        """Compile every entry function with numba; return the object code of each.

        The first one takes about as long as all others, so a process of its own compiles those meanwhile.
        """
        first, *others = self.entries
        wanted = {kernel.module: kernel.entries for kernel in along}
        try:
            with _Helper(self.module, {name: self.entries[name] for name in others}, wanted) as helper:
                found = compile_entries(self.module, {first: self.entries[first]})
                compiled = helper.result()
            for kernel in along:
                if kernel.module in compiled:
                    kernel.keep(compiled[kernel.module])
            return found | compiled[self.module]
        except Exception as error:
            # Whatever this version of a compiler objects to: there is a plain path.
            words = str(error).partition("\n")[0]
            raise NativeError(f"numba cannot be used here ({words})") from error

    def _link(self, kept: Mapping[str, bytes]) -> None:
        """Load the objects into this process and make a Python callable of each entry function."""
        llvm = _llvm()
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        for code in kept.values():
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        for name in kept:
            self._calls[name] = _callable(self._engine.get_function_address(_symbol(name)), self.entries[name])


class _Helper:
    """A process that compiles entry functions of a module, while this one does the same with others."""

    def __init__(self, module: str, entries: Entries, more: Mapping[str, Entries]) -> None:
        """Begin; where there is nothing to do, or no second processor or process, `result` will do it.

        `more` are modules of which all would be good to have, but can be done without.
        """
        self._module, self._entries, self._wanted = module, entries, {module: entries, **more}
        self._process: subprocess.Popen[bytes] | None = None
        if (entries or more) and sys.executable and (os.cpu_count() or 1) > 1:
            code = "import sys; from siptrace.table.native import compile_for; compile_for(sys.stdin.buffer.read())"
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
        return {self._module: compile_entries(self._module, self._entries)}


def compile_for(wanted: bytes) -> None:
    """Do the work of a `_Helper`'s process: compile what it wants, and write that to standard output."""
    modules: dict[str, Entries] = marshal.loads(wanted)  # noqa: S302  (of our own process)
    sys.stdout.buffer.write(marshal.dumps({name: compile_entries(name, entries) for name, entries in modules.items()}))


def compile_entries(module: str, entries: Entries) -> Objects:
    """Compile functions of a module with numba for their parameters; return the object code of each."""
    functions = import_module(module)
    return {name: _object_of(getattr(functions, name), kinds, _symbol(name)) for name, kinds in entries.items()}


def _symbol(name: str) -> str:
    """Return what an entry function is called in machine code; numba's own names are unique only in one process."""
    return f"siptrace.{name}"


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


def _llvm() -> Any:
    """Return llvmlite's binding, ready for this processor; raises NativeError where it is not installed."""
    try:
        import llvmlite.binding as llvm  # noqa: PLC0415  (large traces only)
    except ImportError as error:
        raise NativeError("numba is not installed") from error
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def _version() -> str:
    import llvmlite  # noqa: PLC0415

    return str(llvmlite.__version__)


def _machine() -> Any:
    """Return LLVM's description of this processor."""
    llvm = _llvm()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, codemodel="jitdefault",
        jit=True,
    )  # fmt: skip


def _object_of(dispatcher: Any, kinds: tuple[str, ...], symbol: str) -> bytes:
    """Compile one function for its parameters; return an object file with that symbol, which needs nothing else."""
    from numba import types  # noqa: PLC0415  (compiling only)

    elements = {"u1": types.uint8, "i1": types.int8, "i2": types.int16, "i4": types.int32, "i8": types.int64}
    wanted = tuple(types.Array(elements[k], 1, "C") if k in elements else types.int64 for k in kinds)
    dispatcher.compile(wanted)
    compiled = dispatcher.overloads[wanted]
    llvm = _llvm()
    module = llvm.parse_assembly(compiled.library.get_llvm_str())
    for function in module.functions:
        if function.name == compiled.fndesc.llvm_func_name:
            function.name = symbol
        elif not function.is_declaration:
            # A function of one caller is inlined however long it is; numba's wrappers, which nobody calls, go.
            function.linkage = "internal"
    machine = _machine()
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options())
    passes.getModulePassManager().run(module, passes)
    return bytes(machine.emit_object(module))


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


def _cache_folder() -> Path:
    """Return our folder for what can be made again (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path("~/.cache").expanduser()) / "siptrace"
    except RuntimeError as error:
        raise NativeError(f"there is no place for machine code ({error})") from error


def _source(module: str) -> bytes:
    """Return the source text of a module of ours."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise NativeError(f"{module} has no source")
    return Path(spec.origin).read_bytes()


def _read(path: Path) -> Objects | None:
    """Return kept machine code; None where there is none, or it is damaged or could be somebody else's."""
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o022):
                return None
            data = file.read()
    except OSError:
        return None
    digest, code = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.sha256(code).digest() != digest:
        return None
    kept: Objects = marshal.loads(code)  # noqa: S302  (our own file, as it was written)
    return kept


def _write(path: Path, kept: Objects) -> None:
    """Keep machine code, whole or not at all; without a place to write, it is made again next time."""
    code = marshal.dumps(kept)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(hashlib.sha256(code).digest() + code)
                file.flush()
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink()
    except OSError:
        return
