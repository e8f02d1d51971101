"""Bodies of several parts: MIME multipart as SIP carries it (RFC 2046 5.1, RFC 5621).

A part keeps its bytes exactly; transfer encodings are not undone. A closing boundary that is missing is a problem,
and the last part then reaches to the end of the body.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from siptrace.errors import AnomalyCode
from siptrace.patterns import pattern
from siptrace.sip.fields import MediaType, parse_media_type
from siptrace.sip.grammar import LWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.sip.lexical import Problem, Problems

__all__ = ["MAX_DEPTH", "MAX_PARTS", "Part", "parse_parts"]

MAX_DEPTH = 8
"""How deep parts may nest; each level reads its bytes again, so the depth bounds the work."""

MAX_PARTS = 1000
"""More parts on a level than any real body has, few enough to show."""

_BLANK_LINE = pattern(rb"\r?\n\r?\n")
_LINE_END = pattern(r"\r?\n(?![ \t])")


class Part(NamedTuple):
    """One part of a multipart body: its header fields as written (unfolded), its bytes, and its own parts."""

    headers: tuple[tuple[str, str], ...]
    content_type: MediaType | None
    body: bytes
    parts: tuple[Part, ...] = ()

    def get(self, name: str) -> str | None:
        """Return the value of a header field of this part, in any case, or None."""
        return next((value for written, value in self.headers if written.lower() == name.lower()), None)

    def walk(self) -> Iterator[Part]:
        """Yield this part and every part within it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def parse_parts(body: bytes, kind: MediaType | None) -> tuple[tuple[Part, ...], Problems]:
    """Return the parts of a body of this type (() unless it is multipart) and what is wrong with them. Never raises."""
    problems: dict[Problem, None] = {}
    parts = _parts(body, kind, 1, problems)
    return parts, tuple(problems)


def _parts(body: bytes, kind: MediaType | None, depth: int, problems: dict[Problem, None]) -> tuple[Part, ...]:
    """Return the parts of one level."""
    if kind is None or kind.type != "multipart" or not body:
        return ()
    boundary = kind.params.get("boundary") or ""
    if not boundary:
        problems[AnomalyCode.BAD_MULTIPART, "no boundary parameter"] = None
        return ()
    if depth > MAX_DEPTH:
        problems[AnomalyCode.BAD_MULTIPART, f"nested deeper than {MAX_DEPTH}"] = None
        return ()
    pieces = _cut(body, boundary.encode(errors="surrogateescape"), problems)
    return tuple(_part(piece, depth, problems) for piece in pieces)


def _cut(body: bytes, boundary: bytes, problems: dict[Problem, None]) -> list[bytes]:
    """Return what stands between the boundaries; text before the first and after the last one is no part."""
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*+(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    start = -1
    for match in delimiter.finditer(body):
        if start >= 0:
            pieces.append(body[start : match.start()])
        start = match.end()
        if match[1]:
            break
        if len(pieces) >= MAX_PARTS:
            problems[AnomalyCode.BAD_MULTIPART, f"more than {MAX_PARTS} parts"] = None
            break
    else:
        problems[AnomalyCode.BAD_MULTIPART, "no closing boundary" if start >= 0 else "no boundary in the body"] = None
        if start >= 0:
            pieces.append(body[start:])
    return pieces


def _part(piece: bytes, depth: int, problems: dict[Problem, None]) -> Part:
    """Return one part: `piece` begins with the line end after its boundary, which may be that of the empty line."""
    match = _BLANK_LINE.search(piece)
    head, body = (piece[: match.start()], piece[match.end() :]) if match else (piece, b"")
    headers = []
    for line in _LINE_END.split(head.decode(errors="backslashreplace")):
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(LWS), " ".join(value.split())))
    text = next((value for name, value in headers if name.lower() in ("content-type", "c")), "text/plain")
    kind = parse_media_type(text)[0]
    return Part(tuple(headers), kind, body, _parts(body, kind, depth + 1, problems))
