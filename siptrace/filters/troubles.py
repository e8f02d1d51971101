"""What the parser could not read, in a sentence for the person who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lark import UnexpectedCharacters, UnexpectedToken

from siptrace.filters.problem import FilterError

if TYPE_CHECKING:
    from lark import UnexpectedInput

__all__ = ["trouble"]


def trouble(error: UnexpectedInput, expression: str) -> FilterError:
    """Return the error for what the parser met where."""
    token = error.token if isinstance(error, UnexpectedToken) else None
    ended = token is not None and token.type == "$END"
    start = len(expression) if ended else int(error.pos_in_stream or 0)
    accepted = _accepted(error)
    if not expression.strip():
        return FilterError("The expression is empty.", expression, 0)
    if ended:
        return FilterError(f"The expression ends where {_wanted(accepted)} should follow.", expression, start)
    end = start + len(token) if token is not None else start + 1
    problem = _special(expression, start, accepted)
    if not problem and token is None:
        problem = f"`{expression[start]}` makes no sense here; a value that has it in it needs quotation marks."
    return FilterError(problem or f"`{token}` stands where {_wanted(accepted)} should.", expression, start, end)


def _accepted(error: UnexpectedInput) -> set[str]:
    """Return the names of the tokens that could have followed."""
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected or ())
    return set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()


_WANTED = {
    "HEADER": "a field",
    "STRING": "a value",
    "COMPARE": "an operator, or `and` or `or`,",
    "RSQB": "a `]`",
    "RBRACE": "a `,` or a `}`",
    "LBRACE": "a `{`",
    "RPAR": "a `)`, or `and` or `or`,",
}
"""What could have followed, by a token that tells it."""


def _wanted(accepted: set[str]) -> str:
    """Return what could have followed."""
    return next((words for token, words in _WANTED.items() if token in accepted), "`and` or `or`")


def _special(expression: str, start: int, accepted: set[str]) -> str:
    """Return a sentence for what is often written, "" for anything else."""
    rest = expression[start:]
    if rest[0] in "\"'":
        if len(rest) == 1 or rest[0] not in rest[1:].replace(f"\\{rest[0]}", ""):
            return "This text has no closing quotation mark."
    elif rest[0] == "=" and "COMPARE" in accepted:
        return "Equality is written `==`."
    elif rest[0] in "&|":
        return f"`{rest[0] * 2}` is written twice, or as `{'and' if rest[0] == '&' else 'or'}`."
    elif rest[0] == "[" and "COMPARE" in accepted:
        return "Only `header` is followed by brackets."
    elif rest[0] == ")" and "HEADER" not in accepted and "STRING" not in accepted:
        return "This `)` closes nothing."
    return ""
