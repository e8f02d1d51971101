"""A side buffer of any size: bytes that cannot be read again from where they came from.

The messages of a TCP stream, a compressed capture, a pipe and a log lie nowhere as they are, and somebody may want to
look at any of them later. The first ones stay in memory; what goes over the limit goes to a file that has no name and
disappears with its owner, so that a gzipped capture of any size needs a bounded amount of memory.

Weak spot: the file needs room on a disk, and running out of it ends the reading.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from siptrace.errors import UnreadableInput

if TYPE_CHECKING:
    from io import FileIO

__all__ = ["IN_MEMORY", "WRITE_BYTES", "Spool"]

IN_MEMORY = 64 * 1024 * 1024
"""How many bytes stay in memory: some 80,000 messages, more than most traces have, so that most never touch a disk."""

WRITE_BYTES = 4 * 1024 * 1024
"""One write to the file: large enough that a message costs no call of the system."""


class Spool:
    """Bytes behind each other, appended once and read at any time.

    Appending and reading may happen in different threads, as long as only one of them appends.
    """

    __slots__ = ("_file", "_held", "_limit", "_memory", "_written")

    def __init__(self, in_memory: int | None = None) -> None:
        """Start empty; `in_memory` bytes stay in memory, `IN_MEMORY` when not said."""
        self._limit = IN_MEMORY if in_memory is None else in_memory
        self._memory = bytearray()  # the first bytes, for good
        self._held = bytearray()  # the last bytes, on their way to the file
        self._written = 0  # bytes in the file, between the two
        self._file: FileIO | None = None

    def __len__(self) -> int:
        """Return the number of bytes appended."""
        return len(self._memory) + self._written + len(self._held)

    def append(self, data: bytes) -> int:
        """Keep bytes; return their offset. Raises UnreadableInput when they find no room on the disk."""
        offset = len(self._memory)
        if offset + len(data) <= self._limit and self._file is None:
            self._memory += data
            return offset
        return self._append_to_file(data)

    def _append_to_file(self, data: bytes) -> int:
        """Keep bytes in the file, or until there are enough of them for a write; return their offset."""
        if self._file is None:
            self._file = _unnamed_file()
        offset = len(self)
        self._held += data
        if len(self._held) >= WRITE_BYTES:
            held = self._held
            _write(self._file, held)
            # In this order another thread finds every byte in one of the two places, at the worst in both.
            self._written += len(held)
            self._held = bytearray()
        return offset

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes at an offset, all of them brought by one `append`.

        Raises OSError when the disk fails.
        """
        at = offset - len(self._memory)
        if at < 0 or self._file is None:
            return bytes(self._memory[offset : offset + length])
        if at < self._written:
            return os.pread(self._file.fileno(), length, at)
        at -= self._written
        return bytes(self._held[at : at + length])

    def __del__(self) -> None:
        """Close the file, and with that remove it."""
        if self._file is not None:
            self._file.close()


def _write(file: FileIO, data: bytearray) -> None:
    """Write all bytes to the end of the file."""
    left = memoryview(data)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise _no_room(error) from error


def _unnamed_file() -> FileIO:
    """Return a temporary file without a name."""
    import tempfile  # noqa: PLC0415  (only large traces pay for it)

    try:
        return tempfile.TemporaryFile(buffering=0, dir=_folder())
    except OSError as error:
        raise _no_room(error) from error


def _folder() -> str | None:
    """Return where a large temporary file belongs, None for wherever small ones go.

    That is /var/tmp, because /tmp is memory on many systems; whoever sets TMPDIR knows better.
    """
    chosen = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    large = "/var/tmp"  # noqa: S108  (the file has no name there that somebody else could take)
    return large if not chosen and os.access(large, os.W_OK | os.X_OK) else None


def _no_room(error: OSError) -> UnreadableInput:
    """Return the error to raise when the file cannot be made or written."""
    return UnreadableInput(
        "a large trace that can be read only once needs room for its messages on a disk "
        f"({error.strerror}); TMPDIR names another folder for it"
    )
