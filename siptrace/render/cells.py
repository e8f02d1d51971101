"""Text in terminal cells: made safe, measured, cut and padded. Widths are cells, never `len()`.

Text from a trace is hostile: whatever is not printable (control characters, escape sequences, bidirectional marks,
bytes that were no UTF-8) is shown as an escape and never sent to a terminal.
"""

from __future__ import annotations

from functools import lru_cache

from siptrace.patterns import pattern

__all__ = ["all_visible", "cells", "fit", "pad", "to_ascii", "visible"]

_TO_ASCII = str.maketrans(
    {
        "│": "|",
        "─": "-",
        "┼": "+",
        "╌": "-",
        "▶": ">",
        "◀": "<",
        "…": "~",
        "→": ">",
        "←": "<",
        "↺": "@",
        "·": ".",
        "═": "=",
        "╪": "+",
    }
)
_OURS = frozenset(map(chr, _TO_ASCII))
"""What we draw with: one cell each, known without a table of all of Unicode."""

# Printable to Python, but able to reorder, hide or resize the text around them: bidirectional controls, joiners, and
# variation selectors, of which terminals disagree how wide they make a character.
_HIDDEN = pattern(
    "[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0100-\U000e01ef]"
)

_PLAIN = bytes(range(0x20, 0x7F))
"""What is printable in ASCII."""


def _escape(char: str) -> str:
    """Return a character as an escape; a byte that was not UTF-8 (a surrogate) as a hexadecimal byte."""
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return {"\t": "\\t", "\r": "\\r", "\n": "\\n"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_known(char: str) -> bool:
    """Return whether a character that is printable is known to take one cell and to leave the others alone."""
    return char.isascii() or char in _OURS


def visible(text: str) -> str:
    """Return text in which every character is printable and in place."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() and (_is_known(c) or not _HIDDEN.match(c)) else _escape(c) for c in text)


def all_visible(texts: list[str]) -> list[str]:
    """Return `visible` of each text; most lists have nothing to hide, which one look at all of it tells."""
    whole = "".join(texts)
    # Deleting what may stay is the fastest look at many characters.
    is_plain = whole.isascii() and not whole.encode("ascii").translate(None, _PLAIN)
    return texts if is_plain else list(map(visible, texts))


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    """Return the cells of one character: 0 for a combining one, but 1 for a spacing vowel sign (category Mc)."""
    if _is_known(char):
        return 1
    from unicodedata import category  # noqa: PLC0415

    from wcwidth import wcwidth  # noqa: PLC0415  (its tables cost half of what a small ladder does without)

    return 1 if category(char) == "Mc" else max(wcwidth(char), 0)


def cells(text: str) -> int:
    """Return how many terminal cells a visible text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def fit(text: str, width: int) -> str:
    """Return the text, cut with an ellipsis when it takes more than `width` cells."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    kept, used = [], 0
    for char in text:
        used += _width(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def pad(text: str, width: int) -> str:
    """Return the text in exactly `width` cells: cut, or filled with blanks on the right."""
    text = fit(text, width)
    return text + " " * (width - cells(text))


def to_ascii(text: str) -> str:
    """Return a drawing in plain ASCII: our own line characters by their look-alikes, all others as `?`."""
    return text.translate(_TO_ASCII).encode("ascii", "replace").decode("ascii")
