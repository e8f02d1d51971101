"""Patterns that are compiled when they are first used.

Compiling takes longer than matching a whole small trace, and most patterns are there for what is odd or rare. So only
what every message needs is compiled by `re.compile` when its module is imported; the others are a `pattern`.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["pattern"]


class _Pattern:
    """Stands for a compiled pattern: its methods are that one's, taken from it when they are first asked for."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self.pattern, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        """Return a method of the compiled pattern and keep it, so that this is asked once a method."""
        method = getattr(re.compile(self.pattern, self._flags), name)  # `re` keeps what it compiled
        setattr(self, name, method)
        return method


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern as `re.compile` does, but compile it when one of its methods is first used.

    A source that makes no sense raises `re.error` only then, so a test compiles all that are in the project.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))
