"""What help says: fields, operators and examples, all from the registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.filters.operators import OPERATORS
from siptrace.filters.registry import FIELDS
from siptrace.filters.select import Field, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EXAMPLES", "Line", "families", "field_lines", "operator_lines", "reference"]

EXAMPLES = (
    ("method == invite and status >= 400", "calls with an INVITE and a failure; messages: failures of an INVITE"),
    ('sip.Method == "INVITE" && ip.addr == 10.0.0.1', "INVITEs from or to an address, as in Wireshark"),
    ("state in {busy, rejected, failed} and from == alice", "what went wrong for alice"),
    ("status == 4xx and not status in {401, 407}", "refusals that are no challenges"),
    ("setup > 3s or talk < 5s", "slow to ring, or soon over"),
    ("score < 95% and flow", "calls that leave their reference flow"),
    ("method == bye and not same(method == bye and status == 200)", "calls whose BYE nobody confirmed"),
    ('header["X-Trace"] contains "abc" or text matches "boundary=.*z"', "any header field, any text"),
    ('after 10:05 and before "2026-01-05 10:07:30"', "between two times, in UTC"),
    ("last 5m", "the end of the trace"),
)  # fmt: skip
"""Expressions, and what they select."""

_FAMILIES = {
    "headers": "Values of header fields, under the names that they have in Wireshark",
    "addresses": "What stands in the addresses of header fields",
    "vias": "What stands in every Via",
}


class Line(NamedTuple):
    """One line of help: names, what the values are, what it means, and an example."""

    names: tuple[str, ...]
    kind: str
    meaning: str
    example: str


def _listed(level: Level) -> list[Field]:
    """Return the fields of a level that have lines of their own."""
    return [field for field in FIELDS if field.level is level and not field.family]


def _kind(field: Field) -> str:
    """Return what the values of a field are; where they are a few words, these."""
    choices = field.type.choices
    return f"{field.type.name}: {', '.join(choices)}" if choices else field.type.name


def field_lines(level: Level) -> list[Line]:
    """Return the lines of the fields of calls, or of messages."""
    lines = [Line(field.names, _kind(field), field.meaning, field.example) for field in _listed(level)]
    if level is Level.MESSAGE:
        lines.append(Line(('header["NAME"]',), "text", "values of any header field", 'header["X-Foo"] contains "bar"'))
    return lines


def families() -> list[tuple[str, list[str]]]:
    """Return the fields that Wireshark has and people rarely ask for, by what they have in common."""
    return [
        (meaning, [field.name for field in FIELDS if field.family == family]) for family, meaning in _FAMILIES.items()
    ]


def operator_lines() -> list[tuple[tuple[str, ...], str]]:
    """Return the spellings of each operator, and what it means."""
    lines = [((entry.symbol, *entry.words), entry.meaning) for entry in OPERATORS]
    return [
        *lines,
        (("in {a, b..c}",), "a value is equal to one of some, or in a range"),
        (("not in {a, b..c}",), "no value is"),
        (("FIELD",), "the field is there, or is true"),
    ]


def _cell(text: str) -> str:
    """Return a text as it stands in a cell of a table."""
    return text.replace("|", "\\|")


def _code(words: Iterable[str]) -> str:
    """Return words as code."""
    return ", ".join(f"`{_cell(word)}`" for word in words)


def _example(expression: str) -> str:
    """Return an expression as code; nothing for none."""
    return f"`{_cell(expression)}`" if expression else ""


def reference() -> str:
    """Return fields, operators and examples as Markdown."""
    lines: list[str] = []
    for title, level in (("Fields of calls", Level.CALL), ("Fields of messages", Level.MESSAGE)):
        lines += [f"### {title}", "", "| field | value | meaning | example |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {_code(one.names)} | {one.kind} | {_cell(one.meaning)} | {_example(one.example)} |"
            for one in field_lines(level)
        ]
        lines += [""]
    for meaning, names in families():
        lines += [f"{meaning}: {_code(names)}.", ""]
    lines += ["### Operators", "", "| operator | it holds when |", "| --- | --- |"]
    lines += [f"| {_code(names)} | {meaning} |" for names, meaning in operator_lines()]
    lines += ["", "### Examples", "", "| expression | what it selects |", "| --- | --- |"]
    lines += [f"| `{_cell(expression)}` | {meaning} |" for expression, meaning in EXAMPLES]
    return "\n".join(lines) + "\n"
