"""How an expression may go on: fields, operators, values, out of the registries and of the trace.

What may follow is asked of the grammar itself. The word that is being written is the end of the text; candidates that
begin like it come first, then those that have it somewhere in them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from siptrace.filters.grammar import outlook
from siptrace.filters.operators import OPERATORS
from siptrace.filters.registry import FIELDS, find
from siptrace.filters.types import Status, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lark import Token

    from siptrace.filters.select import Field
    from siptrace.filters.subject import Subject

__all__ = ["Candidate", "Completion", "complete"]

_WORD = re.compile(r"[^\s()\[\]{},=!<>&|~\"']*$")
_PLAIN = re.compile(r"(?:(?!\.\.)[^\s()\[\]{},=!<>&|~\"'])+")
_MOST_VALUES = 1000
"""Values of a trace that are offered: nobody looks through more."""


class Candidate(NamedTuple):
    """What could be written, and what it means."""

    text: str
    meaning: str = ""


class Completion(NamedTuple):
    """The candidates for the end of an expression, from the character `start` on."""

    start: int
    candidates: tuple[Candidate, ...]
    goes_on: bool = True
    """Whether a blank follows: after all but values, which may stand before a brace."""

    def accepted(self, expression: str, index: int) -> str:
        """Return the expression with a candidate at its end."""
        return expression[: self.start] + self.candidates[index].text + (" " if self.goes_on else "")


def complete(expression: str, subject: Subject | None = None) -> Completion:
    """Return how the end of an expression may be written; values of the trace are offered where one is given."""
    found = _WORD.search(expression)
    start = len(expression) if found is None else found.start()
    word = expression[start:]
    tokens, follows = outlook(expression[:start])
    if "STRING" in follows:
        return Completion(start, _best(word, _values(tokens, subject)), goes_on=False)
    if "HEADER" in follows:
        return Completion(start, _best(word, [*_fields(hidden=bool(word)), *_words(follows)]))
    operators = _operators(_field_of(tokens)) if "COMPARE" in follows else []
    return Completion(start, _best(word, [*operators, *_words(follows)]))


_WORDS = {
    "IN": Candidate("in {", "a value is equal to one of some, or in a range: {a, b..c}"),
    "_AND": Candidate("and", "both are true"),
    "_OR": Candidate("or", "one is true, or both"),
    "_NOT": Candidate("not", "it is not true"),
    "_SAME": Candidate("same(", "all in it is true of one and the same message"),
    "_AFTER": Candidate("after", "messages from a time on"),
    "_BEFORE": Candidate("before", "messages before a time"),
    "_LAST": Candidate("last", "messages of the end of the trace: last 5m"),
}
"""The words of the grammar, by their tokens."""


def _words(follows: set[str]) -> list[Candidate]:
    """Return the words that may follow."""
    return [candidate for token, candidate in _WORDS.items() if token in follows]


def _fields(*, hidden: bool) -> Iterable[Candidate]:
    """Return the fields, with `hidden` by all their names and also those that help does not list one by one."""
    for field in FIELDS:
        if hidden or not field.family:
            for name in field.names if hidden else field.names[:1]:
                yield Candidate(name, field.meaning)


def _field_of(tokens: Sequence[Token]) -> Field | None:
    """Return the field that the last of some tokens are about, None where there is none that we know."""
    for place in range(len(tokens) - 1, -1, -1):
        if tokens[place].type in ("COMPARE", "IN"):
            before = [token for token in tokens[:place] if token.type != "_NOT"]
            return find(before[-1]) if before and before[-1].type == "WORD" else None
    return find(tokens[-1]) if tokens and tokens[-1].type == "WORD" else None


def _operators(field: Field | None) -> list[Candidate]:
    """Return the operators that make sense for a field; the everyday ones first."""
    tests = None if field is None else field.type.tests
    known = [one for one in OPERATORS if tests is None or one.test in tests]
    return [Candidate(one.symbol, one.meaning) for one in sorted(known, key=lambda one: len(one.symbol) == 3)]


def _values(tokens: Sequence[Token], subject: Subject | None) -> Iterable[Candidate]:
    """Return the values of the field that is asked for, where there are not too many."""
    field = _field_of(tokens)
    if field is None or tokens[-1].type in ("_AFTER", "_BEFORE", "_LAST", "LSQB"):
        return []
    if field.type.choices:
        return [Candidate(choice.replace(" ", "-")) for choice in field.type.choices]
    if isinstance(field.type, Truth):
        return [Candidate("true"), Candidate("false")]
    if isinstance(field.type, Status):
        return [*_CLASSES, *_codes(subject)]
    make = _OF_TRACE.get(field.name)
    if make is None or subject is None:
        return []
    return [Candidate(_quoted(text), meaning) for text, meaning in make(subject)]


_CLASSES = tuple(
    Candidate(f"{digit}xx", meaning)
    for digit, meaning in enumerate(("provisional", "success", "redirection", "failure of the request",
                                     "failure of a server", "failure everywhere"), 1)
)  # fmt: skip


def _codes(subject: Subject | None) -> list[Candidate]:
    """Return the status codes that calls ended with."""
    return [] if subject is None else [Candidate(str(code)) for code in sorted(set(subject.overview.calls.final) - {0})]


def _methods(subject: Subject) -> list[tuple[str, str]]:
    """Return the methods of the trace."""
    return [(text, "") for text in sorted(map(subject.table.methods.text, set(subject.table.method) - {0}))]


def _flows(_: Subject) -> list[tuple[str, str]]:
    """Return the reference flows."""
    from siptrace.correlate.standard import standard_flows  # noqa: PLC0415  (who asks for no flow pays for none)

    return [(flow.id, flow.title) for flow in standard_flows()]


def _ends(subject: Subject) -> list[tuple[str, str]]:
    """Return the endpoints of the trace."""
    known = range(1, len(subject.table.endpoints))  # 0 is none
    return [(subject.table.endpoint(number), "") for number in known[:_MOST_VALUES]]


_OF_TRACE: dict[str, Callable[[Subject], list[tuple[str, str]]]] = {
    "method": _methods, "sip.Method": _methods, "sip.CSeq.method": _methods, "flow": _flows,
    "src": _ends, "dst": _ends, "addr": _ends,
}  # fmt: skip
"""What makes the values of a field, with their meanings."""


def _quoted(text: str) -> str:
    """Return a text as a value, in quotation marks where it needs them."""
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _best(word: str, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return those that begin like a word, then those that have it in them; nothing for a word that is complete."""
    wanted = word.lower().replace("_", "-")
    begin: list[Candidate] = []
    inside: list[Candidate] = []
    for candidate in dict.fromkeys(candidates):
        text = candidate.text.lower()
        (begin if text.startswith(wanted) else inside if wanted in text else []).append(candidate)
    return () if [one.text.lower() for one in begin] == [wanted] and not inside else (*begin, *inside)
