"""Where bytes come from: files, pipes, and compressed ones; a window over each.

Owns opening, reading and decompressing. A `Feed` shows a window `buf[start:end]` of a source; whoever walks it says
with `advance()` how far it came and is shown more.

Invariant: neither feed ever holds more than a window and one record.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from siptrace.errors import EmptyInput, MissingInput, UnreadableInput
from siptrace.ingest.limits import HEAD_BYTES, MAX_DECOMPRESSED, MAX_LINE, READ_BYTES, WINDOW_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from mmap import mmap

__all__ = [
    "STDIN",
    "Buffer",
    "FileFeed",
    "Source",
    "StreamFeed",
    "content",
    "is_regular",
    "lines",
    "open_raw",
    "peek",
]

STDIN = "-"
"""The path that means standard input."""

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31  # 15 bits of window, and 16 for "with a gzip header" (zlib's manual)

_WINDOWS = 2
"""Windows of a file that stand at once: one is looked at while the rest of the one before it is put into rows."""

_SALVAGE_BYTES = 256
"""How much of a damaged piece is decompressed at once; of the last such part every single byte."""

Buffer: TypeAlias = "bytes | mmap"
"""The bytes of a window; slices of either are bytes. What lies behind the end of the window means nothing."""


@dataclass(slots=True)
class Source:
    """One file of the trace: `kind` is `pcap`, `pcapng` or `log:` and the dialect's name."""

    index: int
    path: str
    kind: str
    compressed: bool
    _handle: _Handle | None = field(default=None, repr=False, compare=False)

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes of an uncompressed file at `offset` (a `Datagram.offset`); fewer where it is cut.

        Raises UnreadableInput when the file is gone or compressed, or when it was standard input.
        """
        if self.compressed or self.path == STDIN:
            raise UnreadableInput(f"{self.path}: a stream cannot be read again")
        if self._handle is None:
            self._handle = _Handle(self.path)
        return os.pread(self._handle.number, length, offset)


class _Handle:
    """A file descriptor that is closed with its owner, without a warning."""

    def __init__(self, path: str) -> None:
        self._close = os.close  # at the end of the interpreter there may be no `os` any more
        try:
            self.number = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            self.number = -1
            raise UnreadableInput(f"{path}: cannot be read any more: {error.strerror}") from error

    def __del__(self) -> None:
        if self.number >= 0:
            self._close(self.number)


def open_raw(path: str) -> BinaryIO:
    """Open the path (`-` is standard input) for reading bytes; raises MissingInput or UnreadableInput."""
    if path == STDIN:
        return sys.stdin.buffer
    try:
        return open(path, "rb")
    except FileNotFoundError as error:
        raise MissingInput(f"{path}: there is no such file") from error
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read: {error.strerror}") from error


def is_regular(path: str) -> bool:
    """Return whether the path is a plain file that can be read twice; not a pipe, not a file of /proc."""
    if path == STDIN:
        return False
    try:
        state = os.stat(path)
    except OSError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size > 0


def _chunks(handle: BinaryIO, path: str, count: Callable[[int], None] | None) -> Iterator[bytes]:
    """Yield what is read, and count it; closes the handle at the end."""
    try:
        while chunk := handle.read(READ_BYTES):
            if count:
                count(len(chunk))
            yield chunk
    except OSError as error:
        raise UnreadableInput(f"{path}: reading failed: {error.strerror}") from error
    finally:
        if path != STDIN:
            handle.close()


class _Damage(Exception):
    """The compressed data cannot be read any further."""


class _Gunzip:
    """Decompresses member after member (RFC 1952 2.2), in pieces of at most READ_BYTES."""

    def __init__(self) -> None:
        self.total = 0
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._inside = False  # whether a member has begun and not ended

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next compressed bytes give; raises _Damage."""
        while chunk:
            if not self._inside:
                chunk = self._begin(chunk)
                continue
            before = self._member.copy()
            try:
                piece = self._member.decompress(chunk, READ_BYTES)
            except zlib.error as error:
                yield from self._salvage(before, chunk)
                raise _Damage(f"damaged after {self.total} decompressed bytes ({error})") from error
            self._inside = not self._member.eof
            chunk = self._member.unconsumed_tail if self._inside else self._member.unused_data
            if piece:
                yield self._count(piece)

    def _salvage(self, member: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
        """Yield what the bytes before the damaged one give: zlib hands nothing out of the call in which it fails."""
        size = _SALVAGE_BYTES
        while chunk:
            before = member.copy()
            try:
                piece = member.decompress(chunk[:size])
            except zlib.error:
                if size == 1:
                    return
                member, size = before, 1
                continue
            chunk = chunk[size:]
            if piece:
                yield self._count(piece)

    def _begin(self, chunk: bytes) -> bytes:
        """Begin a member, and return what there is of it."""
        if self.total or self._member.eof:
            chunk = chunk.lstrip(b"\0")  # what tapes and block devices fill up with
        if chunk and not _GZIP.startswith(chunk[:2]):
            raise _Damage(f"bytes that are not compressed follow {self.total} decompressed ones")
        if chunk:
            self._member, self._inside = zlib.decompressobj(_GZIP_WINDOW), True
        return chunk

    def rest(self) -> Iterator[bytes]:
        """Yield what is held back at the end; raises _Damage where the end is not the end of a member."""
        if self._inside:
            piece = self._member.flush()
            if piece:
                yield self._count(piece)
            if not self._member.eof:
                raise _Damage(f"cut after {self.total} decompressed bytes")

    def _count(self, piece: bytes) -> bytes:
        self.total += len(piece)
        if self.total > MAX_DECOMPRESSED:
            raise _Damage(f"more than {MAX_DECOMPRESSED} decompressed bytes")
        return piece


def gunzip(chunks: Iterator[bytes], complain: Callable[[str], None]) -> Iterator[bytes]:
    """Yield the decompressed bytes in bounded pieces, member after member (RFC 1952 2.2).

    `complain` is told once when the data is cut, damaged, too large or followed by something else; everything that
    could be decompressed before is yielded.
    """
    # Python's gzip module does the same, but loses the bytes of the read in which the data turns out cut or damaged.
    state = _Gunzip()
    try:
        for chunk in chunks:
            yield from state.pieces(chunk)
        yield from state.rest()
    except _Damage as damage:
        complain(str(damage))


def content(
    path: str, count: Callable[[int], None] | None, complain: Callable[[str], None]
) -> tuple[Iterator[bytes], bool]:
    """Return the decompressed content of the path in pieces, and whether its first bytes say that it is compressed."""
    chunks = _chunks(open_raw(path), path, count)
    first = next(chunks, b"")
    whole = chain([first] if first else [], chunks)
    if first.startswith(_GZIP):
        return gunzip(whole, complain), True
    return whole, False


def peek(pieces: Iterator[bytes], path: str) -> tuple[bytes, Iterator[bytes]]:
    """Return the first HEAD_BYTES of the content, and an iterator over all of it; raises EmptyInput without content."""
    taken: list[bytes] = []
    size = 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= HEAD_BYTES:
            break
    if not size:
        raise EmptyInput(f"{path}: the file is empty")
    return b"".join(taken)[:HEAD_BYTES], chain(taken, pieces)


def lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines with their line ends; one longer than MAX_LINE comes in pieces, the last may lack its end."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
        while len(rest) > MAX_LINE:
            yield rest[:MAX_LINE]
            rest = rest[MAX_LINE:]
    if rest:
        yield rest


class FileFeed:
    """Windows of a file: `base` is the offset of the window in it.

    Windows are read and not mapped: the pages of a large file need not be mapped and unmapped one by one, and a file
    that is truncated meanwhile ends early instead of ending the process. Two windows share their memory with all later
    ones in turn, because fresh memory costs more than filling it: the bytes of a window stand until the next but one.
    """

    def __init__(self, path: str, count: Callable[[int], None] | None = None) -> None:
        """Show the beginning of the file; raises the errors of `open_raw`."""
        self._handle = open_raw(path)
        self._path = path
        self._count = count
        self._size = os.fstat(self._handle.fileno()).st_size
        self._memory: list[mmap] = []
        self.buf: Buffer = b""
        self.base = self.start = self.end = 0
        self._read(WINDOW_BYTES)

    @property
    def last(self) -> bool:
        """Whether the window reaches to the end of the file."""
        return self.base + self.end >= self._size

    def advance(self, position: int) -> bool:
        """Show the window that begins at `position`; return False when there is no more than what was shown."""
        if self._count:
            self._count(position)
        was_last = self.last
        size = WINDOW_BYTES if position else self.end + WINDOW_BYTES  # or a record is larger than a window
        self.base += position
        rest = self.end - position
        if was_last:
            self.buf, self.end = self.buf[position : self.end], rest
            return False
        self._read(size)
        if self.end <= rest:  # truncated since it was opened
            self._size = self.base + self.end
            return False
        return True

    def _read(self, size: int) -> None:
        """Make so many bytes from `base` on the window, fewer where the file ends."""
        try:
            if size == WINDOW_BYTES and size <= self._size - self.base:
                memory = self._next_memory()
                self.end = os.preadv(self._handle.fileno(), [memory], self.base)
                self.buf = memory
            else:
                self.buf = os.pread(self._handle.fileno(), min(size, max(self._size - self.base, 0)), self.base)
                self.end = len(self.buf)
        except OSError as error:
            raise UnreadableInput(f"{self._path}: reading failed: {error.strerror}") from error

    def _next_memory(self) -> mmap:
        """Return memory for a window: that of the last but one."""
        self._memory.append(self._memory.pop(0) if len(self._memory) == _WINDOWS else _fresh_memory())
        return self._memory[-1]

    def close(self) -> None:
        """Close the file; what nobody wanted to see of it counts as read."""
        self._handle.close()
        if self._count:
            self._count(max(self._size - self.base, 0))


def _fresh_memory() -> mmap:
    """Return memory for a window, in large pages where there are any: getting small ones takes as long as reading."""
    import mmap  # noqa: PLC0415  (large files only)

    memory = mmap.mmap(-1, WINDOW_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):
            memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


class StreamFeed:
    """Windows of something that can be read once: positions in `buf` mean nothing outside of it."""

    base = None

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Show the first piece."""
        self._pieces = pieces
        self.buf = next(pieces, b"")
        self._ahead = next(pieces, b"")
        self.start = 0
        self.end = len(self.buf)

    @property
    def last(self) -> bool:
        """Whether the window reaches to the end of the stream."""
        return not self._ahead

    def advance(self, position: int) -> bool:
        """Show what is left from `position` on, and the next piece behind it; return False when there is none."""
        piece, self._ahead = self._ahead, next(self._pieces, b"")
        rest = self.buf[position:]
        self.buf = rest + piece if rest else piece
        self.start = 0
        self.end = len(self.buf)
        return bool(piece)

    def close(self) -> None:
        """Forget the window."""
        self.buf = b""
