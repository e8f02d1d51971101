"""Where commands write: standard output, or a file, whole or not at all (`siptrace.export.files`).

`-` (and /dev/stdout) is standard output, which gets the bytes as they come.
"""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from siptrace.cli.output import write_bytes
from siptrace.errors import UsageError
from siptrace.export.files import check_file, file_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["check_output", "output_file", "output_options", "write_file"]

_STDOUT = ("-", "/dev/stdout")

_OPTIONS = (
    click.option(
        "--output", "-o", metavar="FILE", type=click.Path(), help="Write to a file; - is standard output [-]."
    ),
    click.option("--force", is_flag=True, help="Overwrite the file that -o names."),
)


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options `output` (a path, or None where -o is not given) and `force`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_output(path: str, *, inputs: Sequence[str], force: bool) -> None:
    """Raise as `siptrace.export.files.check_file` does; standard output may always be written."""
    if path not in _STDOUT:
        check_file(path, inputs=inputs, force=force)


def write_file(path: str, data: bytes, *, inputs: Sequence[str], force: bool, binary: bool = False) -> None:
    """Write a file at once; see `output_file`."""
    with output_file(path, inputs=inputs, force=force, binary=binary) as file:
        file.write(data)


@contextmanager
def output_file(path: str, *, inputs: Sequence[str], force: bool, binary: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write to, which stands at `path` once the block ends without an error, and else does not.

    `inputs` are the paths that were read. `binary` is for what is no text: it is refused on a terminal. Raises
    UsageError as `check_output` does, and OutputError when the system refuses (no such folder, no permission, no room).
    """
    if path in _STDOUT:
        if binary and sys.stdout.isatty():
            raise UsageError("This is no text and would disturb the terminal; -o names a file for it.")
        with io.BufferedWriter(_StandardOutput(), _BUFFER) as out:
            yield out
        return
    with file_at(path, inputs=inputs, force=force) as file:
        yield file


_BUFFER = 1024 * 1024
"""Bytes that are written at once, so that a line costs no call of the system."""


class _StandardOutput(io.RawIOBase):
    """Standard output as a file."""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write all bytes; return their number."""
        write_bytes(bytes(data))
        return len(data)
