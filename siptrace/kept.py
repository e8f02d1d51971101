"""What takes long to make and is kept for later runs: files in the user's cache folder (XDG base directories).

A file is used only when it is whole, ours, and nobody else could have written it, because what is in it is run. A name
says what its contents are good for; whatever is missing is made again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["path_of", "read", "write"]

_DIGEST_BYTES = hashlib.sha256().digest_size


def path_of(name: str) -> Path:
    """Return where a file of that name is kept; raises OSError for somebody without a home."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path("~/.cache").expanduser()) / "siptrace" / name
    except RuntimeError as error:
        raise OSError(str(error)) from error


def read(name: str) -> bytes | None:
    """Return what is kept under a name; None where there is nothing, or it is damaged or could be somebody else's."""
    try:
        with path_of(name).open("rb") as file:
            state = os.fstat(file.fileno())
            if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o022):
                return None
            data = file.read()
    except OSError:
        return None
    digest, content = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == digest else None


def write(name: str, content: bytes) -> None:
    """Keep something, whole or not at all; without a place to write, it is made again next time."""
    import tempfile  # noqa: PLC0415  (where something was made)

    try:
        path = path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(hashlib.sha256(content).digest() + content)
                file.flush()
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink()
    except OSError:
        return
