"""The operators, once: how they are written, when they hold, what help says of them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["OPERATORS", "Operator", "operator"]


class Operator(NamedTuple):
    """One way to hold a field and a value together.

    `test` is what one value is asked (`eq ne lt le gt ge contains matches`); it holds when one value passes, with
    `every` when there are values and all pass.
    """

    symbol: str
    words: tuple[str, ...]
    test: str
    every: bool
    meaning: str


OPERATORS = (
    Operator("==", ("eq", "any_eq"), "eq", False, "a value is equal"),
    Operator("!=", ("ne", "all_ne"), "ne", True, "there are values, and all differ"),
    Operator("===", ("all_eq",), "eq", True, "there are values, and all are equal"),
    Operator("!==", ("any_ne",), "ne", False, "a value differs"),
    Operator("<", ("lt",), "lt", False, "a value is smaller"),
    Operator("<=", ("le",), "le", False, "a value is smaller or equal"),
    Operator(">", ("gt",), "gt", False, "a value is larger"),
    Operator(">=", ("ge",), "ge", False, "a value is larger or equal"),
    Operator("contains", (), "contains", False, "a value has the text in it, in this case of letters"),
    Operator("matches", (), "matches", False, "a regular expression is found in a value, in any case of letters"),
)
"""Every operator that stands between a field and one value; `~` is another spelling of `matches`."""

_BY_SPELLING = {spelling: entry for entry in OPERATORS for spelling in (entry.symbol, *entry.words)}
_BY_SPELLING["~"] = _BY_SPELLING["matches"]


def operator(spelling: str) -> Operator:
    """Return the operator of a spelling that the grammar took for one."""
    return _BY_SPELLING[spelling.lower()]
