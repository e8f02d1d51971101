"""Words in the filter bar that are no expression: they are looked for in what a row of the list says.

Nothing here knows Textual.
"""

from __future__ import annotations

import re

from siptrace.filters.problem import FilterError

__all__ = ["SOUGHT", "is_words", "meant"]

_SOUGHT = {
    "from": "From", "to": "To", "call-id": "Call-ID", "addr": "an address", "method": "the method", "state": "the state"
}  # fmt: skip
"""The fields that words are looked for in, and what people call them."""

SOUGHT = f"{', '.join(_SOUGHT.values())} or the code"
"""Where words are looked for."""

_WORDS = re.compile(r"[^=!<>&|~(){}\[\]\"',]+")
_CODE = re.compile(r"[1-6][0-9]{2}")
_OPERATORS = re.compile(r"\b(and|or|not|in|eq|ne|contains|matches|after|before|last)\b", re.IGNORECASE)


def is_words(text: str) -> bool:
    """Return whether a text is words to look for: it is no expression, and not meant as one."""
    from siptrace.filters.filter import parse  # noqa: PLC0415  (brings the parser library along)
    from siptrace.filters.registry import find  # noqa: PLC0415

    words = text.strip()
    if not _WORDS.fullmatch(words) or _OPERATORS.search(words) or find(words.split()[0]) is not None:
        return False
    try:
        parse(words)
    except FilterError:
        return True
    return False


def meant(text: str) -> str:
    """Return an expression as it is, and for words the one that finds all of them, in any case of letters.

    Three digits that can be a status are the final one, or a user: nobody means those in the middle of a Call-ID.
    """
    if not text or not is_words(text):
        return text
    found = [" or ".join(_finding(word)) for word in text.split()]
    return found[0] if len(found) == 1 else " and ".join(f"({one})" for one in found)


def _finding(word: str) -> list[str]:
    """Return expressions of which one is true where a word is found."""
    if _CODE.fullmatch(word):
        return [f"final == {word}", f'user == "{word}"']
    return [f'{field} matches "{re.escape(word)}"' for field in _SOUGHT]
