"""The grammar of expressions, and the way from an expression to a tree of nodes.

    either: a or b            a field held against a value     method == invite, status in {180..189, 4xx}
    both:   a and b           a field alone: it is there       to-tag, retransmission
    not a                     a time                           after "2026-01-05 10:00", before 10:05, last 5m
    ( a )                     one and the same message         same(src == 10.0.0.1 and method == bye)

`and` binds tighter than `or`, as in Wireshark. Quotation marks, double or single, are needed where a value has blanks
or one of `()[]{},=!<>&|~"'` in it. Lark makes an LALR table of the grammar, so reading is linear and never goes back.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from siptrace.filters.message_fields import MESSAGE_TIMES
from siptrace.filters.operators import operator
from siptrace.filters.problem import FilterError
from siptrace.filters.registry import find, header_field, unknown
from siptrace.filters.select import All, Either, Field, Held, Level, Not, Same
from siptrace.filters.times import Ago, Duration, Time
from siptrace.filters.troubles import trouble

if TYPE_CHECKING:
    from siptrace.filters.operators import Operator
    from siptrace.filters.select import Node

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "outlook", "tree"]

MAX_LENGTH = 100_000
"""Characters of an expression: enough for a thousand Call-IDs, and about what a shell passes on."""

MAX_DEPTH = 50
"""Nodes that stand in each other: nobody reads more, and Python's stack is not endless."""

_GRAMMAR = r"""
start: either
?either: both (_OR both)*
?both: unary (_AND unary)*
?unary: _NOT unary -> negated
    | _SAME "(" either ")" -> same
    | "(" either ")" -> inner
    | field -> present
    | field COMPARE value -> compared
    | field IN "{" element ("," element)* "}" -> contained
    | field _NOT IN "{" element ("," element)* "}" -> not_contained
    | _AFTER value -> after
    | _BEFORE value -> before
    | _LAST value -> last
field: WORD -> named
    | HEADER "[" value "]" -> header
?value: WORD | STRING
element: value (".." value)?

_OR.2: "||" | /or(?![\w.-])/i
_AND.2: "&&" | /and(?![\w.-])/i
_NOT.2: /!(?!=)/ | /not(?![\w.-])/i
_SAME.2: /same(?=\s*\()/i
IN.2: /in(?![\w.-])/i
_AFTER.2: /after(?![\w.-])/i
_BEFORE.2: /before(?![\w.-])/i
_LAST.2: /last(?![\w.-])/i
HEADER.2: /header(?=\s*\[)/i
COMPARE.2: /===|!==|==|!=|<=|>=|<|>|~/
    | /(any_eq|all_eq|any_ne|all_ne|eq|ne|lt|le|gt|ge|contains|matches)(?![\w.-])/i
STRING.3: /r"[^"]*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/s
WORD: /\[[0-9a-fA-F:.]+\](:\d+)?|(?:(?!\.\.)[^\s()\[\]{},=!<>&|~"'])+/

%ignore /\s+/
"""

_TIME = Field("time", Time(), Level.MESSAGE, "when a message was captured", MESSAGE_TIMES)
_DURATION = Field("last", Duration(), Level.MESSAGE, "the end of the trace", MESSAGE_TIMES)
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "r": "\r", "t": "\t"}


class _Wrong(Exception):
    """A part of the expression makes no sense; the parts do not know the whole."""

    def __init__(self, problem: str, token: Token) -> None:
        super().__init__(problem)
        self.start, self.end = token.start_pos or 0, token.end_pos


def tree(expression: str) -> Node:
    """Return the nodes of an expression; raises FilterError, which points at what makes no sense."""
    if len(expression) > MAX_LENGTH:
        raise FilterError(f"An expression has at most {MAX_LENGTH:,} characters.", expression, MAX_LENGTH)
    try:
        node: Node = _parser().parse(expression)  # type: ignore[assignment]  # what the nodes' maker makes
    except UnexpectedInput as error:
        raise trouble(error, expression) from None
    except _Wrong as error:
        raise FilterError(str(error), expression, error.start, error.end) from None
    if node.depth > MAX_DEPTH:
        raise FilterError(f"At most {MAX_DEPTH} parts of an expression stand in each other.", expression, 0)
    return node


def outlook(beginning: str) -> tuple[list[Token], set[str]]:
    """Return the tokens that an expression begins with, and the names of those that may follow; of nonsense none."""
    try:
        begun = _parser().parse_interactive(beginning[:MAX_LENGTH])
        return list(begun.exhaust_lexer()), set(begun.accepts())  # type: ignore[no-untyped-call]  # lark's
    except (UnexpectedInput, _Wrong):
        return [], set()


def _plain(token: Token, *, pattern: bool = False) -> str:
    """Return what a value says without quotation marks and escapes; a pattern keeps the escapes of its own."""
    text = str(token)
    if token.type == "WORD":
        return text
    if text[0] == "r":
        return text[2:-1]
    known = "\\\"'" if pattern else _ESCAPES
    pieces, rest = [], text[1:-1]
    while "\\" in rest:
        before, _, rest = rest.partition("\\")
        pieces.append(before + (_ESCAPES[rest[0]] if rest[0] in known else f"\\{rest[0]}"))
        rest = rest[1:]
    return "".join(pieces) + rest


class _Named(NamedTuple):
    """A field, and where its name stands."""

    field: Field
    token: Token


def _read(field: Field, test: str, token: Token) -> Any:
    """Return what an operator makes of a written value."""
    if token.type == "WORD" and "." in token and find(token) is not None:
        raise _Wrong(f'"{token}" is a field, and fields are held against values; quote it if it is a text.', token)
    try:
        return field.type.operand(test, _plain(token, pattern=test == "matches"))
    except ValueError as error:
        raise _Wrong(str(error), token) from None


def _refusal(field: Field, wanted: Operator) -> str:
    """Return why an operator makes no sense for a field."""
    if wanted.test in ("contains", "matches"):
        return f"`{wanted.symbol}` looks into texts, which {field.name} ({field.type.name}) is not."
    return f"`{wanted.symbol}` asks for an order, which {field.name} ({field.type.name}) does not have."


def _held(field: Field, test: str, wanted: Any, *, every: bool = False) -> Held:
    """Return the node for a field held against a read value."""
    kind = field.type
    return Held(field, lambda subject: kind.test(test, kind.settle(wanted, subject)), every)


@v_args(inline=True)
class _Nodes(Transformer[Token, Any]):
    """Makes nodes of what the parser recognises, from the inside out."""

    def start(self, node: Node) -> Node:
        """Return the whole."""
        return node

    def either(self, *nodes: Node) -> Node:
        """Return nodes of which one must be true."""
        return nodes[0] if len(nodes) == 1 else Either(nodes)

    def both(self, *nodes: Node) -> Node:
        """Return nodes that must all be true."""
        return nodes[0] if len(nodes) == 1 else All(nodes)

    def negated(self, node: Node) -> Node:
        """Return a node that must be false."""
        return node.node if isinstance(node, Not) else Not(node)

    def inner(self, node: Node) -> Node:
        """Return what stands in parentheses."""
        return node

    def same(self, node: Node) -> Node:
        """Return what must be true of one message."""
        return Same(node)

    def named(self, token: Token) -> _Named:
        """Return the field of a name."""
        field = find(token)
        if field is None:
            raise _Wrong(unknown(token), token)
        return _Named(field, token)

    def header(self, word: Token, name: Token) -> _Named:
        """Return the field for any header field."""
        text = _plain(name).strip()
        if not text or ":" in text:
            raise _Wrong(f'"{text}" is no name of a header field.', name)
        return _Named(header_field(text), word)

    def present(self, named: _Named) -> Node:
        """Return whether a field is there."""
        return Held(named.field, lambda _: named.field.type.present)

    def compared(self, named: _Named, spelling: Token, value: Token) -> Node:
        """Return a field held against a value."""
        field, wanted = named.field, operator(spelling)
        if wanted.test not in field.type.tests:
            raise _Wrong(_refusal(field, wanted), spelling)
        return _held(field, wanted.test, _read(field, wanted.test, value), every=wanted.every)

    def element(self, low: Token, high: Token | None = None) -> Any:
        """Return what reads a value or a range, for the field that it is held against."""

        def read(field: Field) -> Any:
            first = _read(field, "eq", low)
            if high is None:
                return first
            try:
                return field.type.between(first, _read(field, "eq", high))
            except ValueError as error:
                raise _Wrong(str(error), low) from None

        return read

    def contained(self, named: _Named, _: Token, *elements: Any) -> Node:
        """Return a field with a value among some."""
        kind, wanted = named.field.type, [read(named.field) for read in elements]
        return Held(named.field, lambda subject: kind.one_of([kind.settle(one, subject) for one in wanted]))

    def not_contained(self, named: _Named, word: Token, *elements: Any) -> Node:
        """Return a field without a value among some."""
        return Not(self.contained(named, word, *elements))

    def after(self, value: Token) -> Node:
        """Return messages from a time on."""
        return _held(_TIME, "ge", _read(_TIME, "ge", value))

    def before(self, value: Token) -> Node:
        """Return messages before a time."""
        return _held(_TIME, "lt", _read(_TIME, "lt", value))

    def last(self, value: Token) -> Node:
        """Return messages of the end of the trace."""
        return _held(_TIME, "ge", Ago(_read(_DURATION, "ge", value).low))


@cache
def _parser() -> Lark:
    """Return the parser, which calls the maker of nodes as it goes: an expression may be deep before it is refused."""
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Nodes(), maybe_placeholders=False)
