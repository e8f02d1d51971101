"""What stands left of a message in a text: indentation, quote marks, a log prefix on every line.

A margin is learnt from the line that begins a message and taken off the lines that follow. Numbers in a prefix may
change from line to line (the time, a thread), the rest of it may not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from siptrace.sip.grammar import looks_like_sip

__all__ = ["NO_MARGIN", "Margin", "find_margin", "quoting_margin"]

# Markdown quotes, and the comment marks of most programming languages, once or nested.
_QUOTES = re.compile(rb"[ \t]*(?:(?:>|//|#|;|\*|\|)[ \t]?){1,16}")
_BLANKS = re.compile(rb"[ \t]*")
_DIGITS = re.compile(rb"\d+")


class Margin:
    """A prefix, as a pattern or none, and after it the indentation."""

    def __init__(self, prefix: re.Pattern[bytes] | None, indent: bytes) -> None:
        """Make the margin of a prefix and the blanks behind it."""
        self._prefix = prefix
        self._indent = indent

    def strip(self, line: bytes) -> bytes | None:
        """Return the line without the margin, or None when it lacks the prefix. Missing indentation is none."""
        if self._prefix is not None:
            found = self._prefix.match(line)
            if found is None:
                return None
            line = line[found.end() :]
        if not self._indent or line.startswith(self._indent):
            return line[len(self._indent) :]
        return line.lstrip(b" \t") if line[: len(self._indent)].isspace() else line


NO_MARGIN = Margin(None, b"")
"""The margin of a message that begins at the left."""


def find_margin(line: bytes, prefix: bytes) -> Margin | None:
    """Return the margin behind which `line` is a SIP start line, or None.

    That is `prefix` (what stands on the left of the line above) and indentation, or indentation alone.
    """
    for pattern in (_prefix_pattern(prefix), None) if prefix.strip() else (None,):
        found = pattern.match(line) if pattern else None
        if pattern and not found:
            continue
        start = found.end() if found else 0
        indent = _indent(line, start)
        if looks_like_sip(line, start + len(indent)):
            return Margin(pattern, indent)
    return None


def quoting_margin(line: bytes) -> tuple[Margin, int] | None:
    """Return the quote marks and indentation left of a line as a margin, and how many bytes they take.

    None where the line begins at the left.
    """
    found = _QUOTES.match(line)
    start = found.end() if found else 0
    indent = _indent(line, start)
    if not found and not indent:
        return None
    return Margin(_prefix_pattern(found[0]) if found else None, indent), start + len(indent)


def _indent(line: bytes, start: int) -> bytes:
    found = _BLANKS.match(line, start)
    return found[0] if found else b""


def _prefix_pattern(prefix: bytes) -> re.Pattern[bytes]:
    """Return a pattern for the prefix with other numbers in it."""
    return _shape_pattern(_DIGITS.sub(b"0", prefix[:512]))


@lru_cache(maxsize=256)
def _shape_pattern(shape: bytes) -> re.Pattern[bytes]:
    """Return the pattern of prefixes in which 0 stands for any number; an empty line may lack the blanks at its end."""
    text = shape.rstrip(b" \t")
    escaped = re.escape(text).replace(b"0", rb"\d+")
    return re.compile(escaped + rb"(?:" + re.escape(shape[len(text) :]) + rb"|[ \t]*(?=\r?\n?\Z))")
