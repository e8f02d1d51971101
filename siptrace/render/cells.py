"""Text in terminal cells: made safe, measured, cut and padded. Widths are cells, never `len()`.

Text from a trace is hostile: whatever is not printable (control characters, escape sequences, bidirectional marks,
bytes that were no UTF-8) is shown as an escape and never sent to a terminal.
"""

from __future__ import annotations

import re

from wcwidth import wcwidth

__all__ = ["cells", "centre", "fit", "pad", "to_ascii", "visible"]

_TO_ASCII = str.maketrans(
    {"│": "|", "─": "-", "┼": "+", "╌": "-", "▶": ">", "◀": "<", "…": "~", "→": ">", "←": "<", "↺": "@", "·": "."}
)
# Printable to Python, but able to reorder or hide the text around them (Unicode bidirectional controls, joiners).
_HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def _escape(char: str) -> str:
    """Return a character as an escape; a byte that was not UTF-8 (a surrogate) as a hexadecimal byte."""
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return {"\t": "\\t", "\r": "\\r", "\n": "\\n"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str) -> str:
    """Return text in which every character is printable and in place."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if (c.isprintable() and not _HIDDEN.match(c)) else _escape(c) for c in text)


def cells(text: str) -> int:
    """Return how many terminal cells a visible text takes."""
    if text.isascii():
        return len(text)
    return sum(max(wcwidth(char), 0) for char in text)


def fit(text: str, width: int) -> str:
    """Return the text, cut with an ellipsis when it takes more than `width` cells."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    kept, used = [], 0
    for char in text:
        used += max(wcwidth(char), 0)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def pad(text: str, width: int) -> str:
    """Return the text in exactly `width` cells: cut, or filled with blanks on the right."""
    text = fit(text, width)
    return text + " " * (width - cells(text))


def centre(text: str, width: int) -> str:
    """Return the text in exactly `width` cells, in their middle."""
    text = fit(text, width)
    left = (width - cells(text)) // 2
    return " " * left + text + " " * (width - cells(text) - left)


def to_ascii(text: str) -> str:
    """Return a drawing in plain ASCII: our own line characters by their look-alikes, all others as `?`."""
    return text.translate(_TO_ASCII).encode("ascii", "replace").decode("ascii")
