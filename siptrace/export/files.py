"""Files that are written whole or not at all, and never over what is being read.

What is written goes to a temporary file in the same folder, which takes the place of the target only when everything
is in it and on the disk. Until then, and after any error, the target is as it was. Devices and pipes (/dev/null,
`>(gzip)`) are written in place.

Weak spot: a process that is killed outright leaves its temporary file (`.siptrace-…`) behind.
"""

from __future__ import annotations

import io
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from siptrace.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["check_file", "file_at"]

_BUFFER = 1024 * 1024
"""Bytes that are written at once, so that a line costs no call of the system."""


def check_file(path: str, *, inputs: Sequence[str], force: bool) -> None:
    """Raise UsageError when a file must not be written: it is an input, or is there and `force` is not given.

    Raises OutputError when there can be no such file, or its folder is not there.

    `inputs` are the paths that are read, `-` for standard input. Commands call it before they begin, so that nobody
    waits for a refusal, with the words of the call, in which a folder stands for none of its files; `file_at`
    calls it again with what was read.
    """
    there = _there(path)
    if there is None:
        return
    if stat.S_ISDIR(there.st_mode):
        raise UsageError(f"{path}: this is a folder, not a file to write.")
    if not stat.S_ISREG(there.st_mode):
        return
    if any(_is_same(there, source) for source in inputs):
        raise UsageError(f"{path}: this file is being read, so it is not written.")
    if not force:
        raise UsageError(f"{path}: there is such a file already; --force overwrites it.")


@contextmanager
def file_at(path: str, *, inputs: Sequence[str], force: bool) -> Iterator[BinaryIO]:
    """Give a file to write to, which stands at `path` once the block ends without an error, and else does not.

    `inputs` are the paths that were read. Raises UsageError as `check_file` does, and OutputError when the system
    refuses (no such folder, no permission, no room).
    """
    check_file(path, inputs=inputs, force=force)
    there = _there(path)
    if there is not None and not stat.S_ISREG(there.st_mode):
        with _Sink(path, os.O_WRONLY, path) as sink:
            yield cast("BinaryIO", sink)
        return
    with _replacing(path, lambda: check_file(path, inputs=inputs, force=force)) as sink:
        yield cast("BinaryIO", sink)


@contextmanager
def _replacing(path: str, check: Callable[[], None]) -> Iterator[_Sink]:
    """Give a temporary file that takes the place of `path` in the end, when `check` still has nothing against it."""
    target = os.path.realpath(path)  # a link stays a link
    with _told(path):
        part = os.path.join(os.path.dirname(target), f".siptrace-{os.urandom(8).hex()}")
        sink = _Sink(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, path)
    try:
        with sink:
            yield sink
            sink.settle(target)
        check()
        with _told(path):
            os.replace(part, target)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            os.unlink(part)
        raise


class _Sink(io.RawIOBase):
    """A file that is being written; what the system refuses is raised as OutputError, in the name of its target."""

    def __init__(self, path: str, flags: int, target: str) -> None:
        """Open a file; the mode of a new one is what the umask leaves."""
        self._target = target
        with _told(target):
            self._file = os.fdopen(os.open(path, flags, 0o666), "wb", _BUFFER)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write all bytes; return their number."""
        with _told(self._target):
            return self._file.write(data)

    def tell(self) -> int:
        """Return how many bytes are written."""
        with _told(self._target):
            return self._file.tell()

    def flush(self) -> None:
        """Hand everything to the system."""
        if not self._file.closed:
            with _told(self._target):
                self._file.flush()

    def settle(self, target: str) -> None:
        """Have everything on the disk, with the permissions of the file whose place it takes."""
        self.flush()
        with _told(self._target):
            with suppress(FileNotFoundError):
                os.fchmod(self._file.fileno(), stat.S_IMODE(os.stat(target).st_mode))
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            try:
                with _told(self._target):
                    self._file.close()
            finally:
                super().close()


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Turn what the system says into an OutputError; a reader that went away is told by its own error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    except ValueError as error:
        raise OutputError(f"{path!r}: there can be no such file: {error}") from error


def _there(path: str) -> os.stat_result | None:
    """Return what is at a path, None where a file could be made; raises UsageError or OutputError where none can."""
    with _told(path):
        try:
            return os.stat(path)
        except FileNotFoundError:
            os.stat(os.path.dirname(path) or ".")
    if not os.path.basename(path):
        raise UsageError(f"{path!r}: this is no name of a file to write.")
    return None


def _is_same(there: os.stat_result, source: str) -> bool:
    """Return whether an input is this very file, under whatever name."""
    try:
        return os.path.samestat(there, os.fstat(0) if source == "-" else os.stat(source))
    except (OSError, ValueError):
        return False
