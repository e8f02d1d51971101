"""Two messages beside each other: what is the same, what always differs, and what really differs.

Header fields are aligned by name, because their order says nothing (RFC 3261 7.3.1); several of one name by what they
begin with, so that one Via more does not move all others. Lines of a body are aligned in their order.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from siptrace.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.sip.message import Message

__all__ = ["Part", "Row", "Sign", "compare"]


class Sign(StrEnum):
    """How two texts are to each other; the value is what stands between them."""

    SAME = " "
    VARIES = "~"
    """They differ in what is made anew for each message, transaction or call, and nowhere else."""
    DIFFERENT = "≠"
    LEFT = "<"
    """Only the first message has it."""
    RIGHT = ">"
    """Only the second message has it."""


class Part(NamedTuple):
    """A piece of a line, safe to print; its sign is one of the first three, or that of its row."""

    text: str
    sign: Sign


class Row(NamedTuple):
    """A line of each message, or of one of them: the other one is empty."""

    sign: Sign
    left: tuple[Part, ...] = ()
    right: tuple[Part, ...] = ()


_ANY = "(.+)"
_TAG = r";\s*tag\s*=\s*([^;,\s>]+)"
_DIGEST = r'\b(?:next|c)?(?:nonce|nc|response|rspauth|opaque)\s*=\s*("[^"]*"|[^,\s]+)'
_ROUTE = r";\s*(?:ftag|did)\s*=\s*([^;,\s>]+)"

_VARYING = {
    name: re.compile(source, re.IGNORECASE)
    for name, source in {
        "Authentication-Info": _DIGEST,
        "Authorization": _DIGEST,
        "CSeq": r"^\s*(\d+)",
        "Call-ID": _ANY,
        "Content-Length": _ANY,
        "Date": _ANY,
        "From": _TAG,
        "Identity": _ANY,
        "In-Reply-To": _ANY,
        "Join": _ANY,
        "Max-Forwards": _ANY,
        "Proxy-Authenticate": _DIGEST,
        "Proxy-Authorization": _DIGEST,
        "RAck": r"^\s*(\d+\s+\d+)",
        "RSeq": _ANY,
        "Record-Route": _ROUTE,
        "Replaces": _ANY,
        "Route": _ROUTE,
        "Session-ID": "([0-9a-f]{32})",
        "Target-Dialog": _ANY,
        "Timestamp": _ANY,
        "To": _TAG,
        "Via": r";\s*branch\s*=\s*([^;,\s]+)",
        "WWW-Authenticate": _DIGEST,
    }.items()
}
"""What differs in header fields of messages that say the same: the group of each pattern."""

_BODY_VARIES = re.compile(
    r"^o=\S*\s+(\S+\s+\S+)|^a=ice-(?:ufrag|pwd):(.+)|^a=ssrc:(\d+)|^a=crypto:.*?inline:([^\s|]+)", re.IGNORECASE
)
"""The same in the lines of a session description: the origin's session and version (RFC 8866 5.2), and secrets."""

_TOKEN = re.compile(r"[\w.+-]+|\s+|.")
_BODY_KEY = re.compile(r"[a-z]=(?:[a-z]+ |[A-Za-z-]+:\d*)?")
_DIRECTIONS = ("a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive")


def compare(first: Message, second: Message) -> list[Row]:
    """Return two messages line by line: start lines, header fields in the order of the first one, bodies."""
    rows = [_row(_start(first), _start(second))]
    rows += _headers(first, second)
    if first.body or second.body:
        rows += [Row(Sign.SAME), *_bodies(_lines(first.body), _lines(second.body))]
    return rows


def _start(message: Message) -> str:
    """Return the first line as it came."""
    return message.raw.lstrip(b"\r\n").partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "surrogateescape")


def _lines(body: bytes) -> list[str]:
    """Return the lines of a body."""
    return body.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\n").split("\n") if body else []


def _headers(first: Message, second: Message) -> Iterator[Row]:
    """Yield the header fields, aligned by name."""
    mine, theirs = _by_name(first), _by_name(second)
    names, before = list(mine), -1
    for name in theirs:
        if name in mine:
            before = names.index(name)
        else:
            before += 1
            names.insert(before, name)
    for name in names:
        left, right = mine.get(name, []), theirs.get(name, [])
        for one, other in _aligned(
            left, right, [[value.partition(";")[0] for value in side] for side in (left, right)]
        ):
            yield _row(_field(name, one), _field(name, other), name)


def _by_name(message: Message) -> dict[str, list[str]]:
    """Return the values of the header fields by name, in order."""
    found: dict[str, list[str]] = {}
    for name, value in message.headers:
        found.setdefault(name, []).append(value)
    return found


def _field(name: str, value: str | None) -> str | None:
    """Return a header field line, None for none."""
    return None if value is None else f"{name}: {value}"


def _bodies(left: list[str], right: list[str]) -> Iterator[Row]:
    """Yield the lines of two bodies, aligned by what they are about."""
    for one, other in _aligned(left, right, [[*map(_body_key, side)] for side in (left, right)]):
        if one is None or other is None or _body_key(one) == _body_key(other):
            yield _row(one, other)
        else:
            yield from (_row(one, None), _row(None, other))


def _body_key(line: str) -> str:
    """Return what a line of a session description is about; of any other line, the line."""
    found = _BODY_KEY.match(line)
    if found is None:
        return line
    return "a=direction" if line in _DIRECTIONS else found[0] if found[0] != "a=" else line


def _aligned(
    left: Sequence[str], right: Sequence[str], keys: Sequence[Sequence[str]]
) -> Iterator[tuple[str | None, str | None]]:
    """Yield pairs of texts whose keys are equal, and what stands between them in order."""
    for _, a, b, c, d in SequenceMatcher(None, keys[0], keys[1]).get_opcodes():
        yield from zip_longest(left[a:b], right[c:d])


def _row(left: str | None, right: str | None, name: str = "") -> Row:
    """Return the row of two lines, of which one may be missing; `name` is that of a header field."""
    if left is None or right is None:
        sign = Sign.RIGHT if left is None else Sign.LEFT
        parts = (Part(visible(left or right or ""), sign),)
        return Row(sign, (), parts) if left is None else Row(sign, parts)
    ours, theirs = _parts(*_tokens(left, name), *_tokens(right, name))
    signs = {part.sign for part in (*ours, *theirs)}
    sign = next((sign for sign in (Sign.DIFFERENT, Sign.VARIES) if sign in signs), Sign.SAME)
    return Row(sign, ours, theirs)


def _tokens(line: str, name: str) -> tuple[list[str], list[str]]:
    """Return the words of a line, and the same with nothing in place of those that always differ."""
    begin = len(name) + 2 if name else 0
    found = _VARYING.get(name) if name else _BODY_VARIES
    spans = [match.span(match.lastindex or 0) for match in found.finditer(line[begin:])] if found else []
    words: list[str] = []
    masked: list[str] = []
    place = 0
    for start, end in ((begin + start, begin + end) for start, end in spans):
        fixed = _TOKEN.findall(line[place:start])
        words += [*fixed, line[start:end]]
        masked += [*fixed, ""]
        place = end
    rest = _TOKEN.findall(line[place:])
    return words + rest, masked + rest


def _parts(
    left: list[str], left_masked: list[str], right: list[str], right_masked: list[str]
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return two lines in parts: words that are equal, that always differ, and that differ."""
    ours: list[Part] = []
    theirs: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, left_masked, right_masked).get_opcodes():
        if tag == "equal":
            for one, other in zip(left[a:b], right[c:d], strict=True):
                sign = Sign.SAME if one == other else Sign.VARIES
                ours.append(Part(one, sign))
                theirs.append(Part(other, sign))
        else:
            ours += [Part(word, Sign.DIFFERENT) for word in left[a:b]]
            theirs += [Part(word, Sign.DIFFERENT) for word in right[c:d]]
    return _joined(ours), _joined(theirs)


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Return parts with neighbours of one sign as one, made safe to print."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].sign is part.sign:
            joined[-1] = Part(joined[-1].text + part.text, part.sign)
        else:
            joined.append(part)
    return tuple(Part(visible(part.text), part.sign) for part in joined)
