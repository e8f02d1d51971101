"""The small words that every header field is made of: lists, parameters, quoted strings, numbers, host and port.

Each function takes the text of one value and answers with `(what it found, problems)`. It never raises and reads its
text once; a problem is a pair of an `AnomalyCode` and a few words. The weak spot is the quotation that is never
closed: it reaches to the end of its value, and what it swallows is told nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.errors import AnomalyCode
from siptrace.patterns import pattern
from siptrace.sip import grammar
from siptrace.sip.grammar import LWS

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

__all__ = [
    "NO_PARAMS",
    "Params",
    "Problem",
    "Problems",
    "host_port",
    "number",
    "parse_params",
    "split_list",
    "unescape",
    "unquote",
]

Problem = tuple[AnomalyCode, str]
"""What is wrong, and a few words on this very case."""

Problems = tuple[Problem, ...]

Params = dict[str, str | None]
"""Parameters by lower-cased name, in their order; the value is None where there is no equals sign."""

NO_PARAMS: Mapping[str, str | None] = {}
"""What a value without parameters has: one for all, so nobody writes to it; no proxy, which could not be pickled."""

_ESCAPES = pattern(r"(?:%[0-9A-Fa-f]{2})+")
_MAX_DIGITS = 20
"""Longer numbers are read as too large without being converted: no field of SIP holds more than 32 bits, and the
conversion of thousands of digits is slow (and refused by Python)."""


def unescape(text: str) -> str:
    """Return `text` with %HH replaced, once (RFC 3986 2.4); bytes that are not UTF-8 become backslash escapes."""
    if "%" not in text:
        return text
    return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode(errors="backslashreplace"), text)


def unquote(text: str) -> str:
    """Return the content of a quoted string without marks and escapes, and any other text as it is (RFC 3261 25.1)."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    return grammar.QUOTED_PAIR.sub(r"\1", inner) if "\\" in inner else inner


def number(text: str, limit: int) -> int | None:
    """Return the value of a text of digits (leading zeros are fine), None where it is something else or > `limit`."""
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    if len(digits) > _MAX_DIGITS:
        return None
    value = int(digits or "0")
    return value if value <= limit else None


def _pieces(piece: re.Pattern[str], text: str) -> list[str]:
    """Return what stands between the separators that `piece` stops at, without the blanks around it."""
    pieces = []
    position, end = 0, len(text)
    while True:
        match = piece.match(text, position)
        stop = match.end() if match else position
        pieces.append(text[position:stop].strip(LWS))
        if stop >= end:
            return pieces
        position = stop + 1


def _quote_problems(text: str) -> list[Problem]:
    """Return the problem of a quotation without an end."""
    match = grammar.CLOSED.match(text)
    closed = match is not None and match.end() == len(text)
    return [] if closed else [(AnomalyCode.UNCLOSED_QUOTE, "a quotation has no end")]


def split_list(value: str) -> tuple[tuple[str, ...], Problems]:
    """Split a value at its commas outside quotes and <>; empty elements are left out and told (RFC 3261 7.3.1).

    An empty value is an empty list, which is legal where a list may be empty (Supported, Accept).
    """
    if not value:
        return (), ()
    problems: list[Problem] = []
    if '"' in value or "<" in value:
        pieces = _pieces(grammar.LIST_PIECE, value)
        if '"' in value:
            problems = _quote_problems(value)
    elif "," not in value:
        return (value.strip(LWS),), ()
    else:
        pieces = [piece.strip(LWS) for piece in value.split(",")]
    elements = tuple(filter(None, pieces))
    if len(elements) != len(pieces):
        problems.append((AnomalyCode.EMPTY_ELEMENT, "nothing between two commas"))
    return elements, tuple(problems)


def parse_params(text: str) -> tuple[Params, Problems]:
    """Read `name[=value]` pairs between semicolons; `text` is what follows the first semicolon (RFC 3261 25.1).

    Names are lower-cased, quoted values are unquoted. The first of two equal names counts.
    """
    quoted = '"' in text
    pieces: Sequence[str] = _pieces(grammar.PARAM_PIECE, text) if quoted else text.split(";")
    problems = _quote_problems(text) if quoted else []
    params: Params = {}
    told: set[AnomalyCode] = set()
    for piece in pieces:
        problem = _add_param(params, piece.strip(LWS))
        if problem and problem[0] not in told:
            told.add(problem[0])
            problems.append(problem)
    return params, tuple(problems)


def _add_param(params: Params, piece: str) -> Problem | None:
    """Put one `name[=value]` into `params` and return what is wrong with it."""
    if not piece:
        return AnomalyCode.EMPTY_ELEMENT, "nothing between two semicolons"
    name, equals, value = piece.partition("=")
    name = name.rstrip(LWS).lower()
    value = value.lstrip(LWS)
    if name in params:
        return AnomalyCode.REPEATED_PARAMETER, name[:40]
    params[name] = unquote(value) if equals else None
    if not grammar.TOKEN_VALID.fullmatch(name):
        return AnomalyCode.BAD_HEADER, f"the parameter name {name[:40]!r} is not a token"
    if equals and not grammar.PARAM_VALUE_VALID.fullmatch(value) and not grammar.QUOTED.fullmatch(value):
        return AnomalyCode.BAD_HEADER, f"the value of parameter {name[:40]} is not a token"
    return None


def _bare_ipv6(text: str) -> tuple[str, int | None]:
    """Return host and port of an IPv6 address without brackets: only a ninth group can be told to be a port."""
    host, _, tail = text.rpartition(":")
    port = number(tail, 65535)
    return (host, port) if text.count(":") == 8 and "::" not in text and port is not None else (text, None)


def host_port(text: str) -> tuple[str, int | None, str]:
    """Split `host[:port]` (blanks around the colon allowed) and return also what is wrong with it, or nothing.

    The host keeps its brackets and its case; the port is None where there is none or it is not 0..65535. More than
    one colon without brackets is an IPv6 address that lacks them (RFC 5118 4.1).
    """
    if text.startswith("["):
        host, bracket, rest = text.partition("]")
        host += bracket
        rest = rest.lstrip(LWS)
        colon, tail = rest[:1], rest[1:]
        if rest and colon != ":":
            return host, None, "text follows the IPv6 reference"
    elif text.count(":") > 1:
        host, port = _bare_ipv6(text.strip(LWS))
        return host, port, "an IPv6 address lacks its brackets"
    else:
        host, colon, tail = text.partition(":")
        host = host.rstrip(LWS)
    port = number(tail.strip(LWS), 65535) if colon else None
    if colon and port is None:
        return host, None, "the port is not a number up to 65535"
    return host, port, "" if grammar.HOST_VALID.fullmatch(host) else "the host is malformed"
