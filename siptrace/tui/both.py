"""Two filter expressions as one, of which both must be true. Nothing here knows Textual."""

from __future__ import annotations

import re

__all__ = ["both"]

_OR = re.compile(r"\bor\b|\|\|", re.IGNORECASE)


def both(first: str, second: str) -> str:
    """Return the expression that is true where both are; an empty one is true everywhere."""
    if not first or not second:
        return first or second
    return f"{_closed(first)} and {_closed(second)}"


def _closed(expression: str) -> str:
    """Return an expression as a part of one with `and`: in parentheses where it has an `or`, unless it is in some."""
    whole = expression.startswith("(") and expression.endswith(")") and expression.count("(") == 1
    return expression if whole or not _OR.search(expression) else f"({expression})"
