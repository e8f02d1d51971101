"""The few texts that the columns hold, read quickly: start lines, and the URIs of From and To.

What has the shape that nearly all traffic has is read by a short pattern, everything else by `siptrace.sip`.
"""

from __future__ import annotations

from typing import NamedTuple

from siptrace.patterns import pattern
from siptrace.sip.parse import parse
from siptrace.sip.uri import parse_uri

__all__ = ["Start", "UriParts", "request_uri", "start_line", "uri_parts"]

_STATUS = pattern(r"SIP/2\.0 [1-6]\d\d ([ -~]*)")
_REQUEST = pattern(r"[A-Z]+ ([!-~]+) SIP/2\.0")
_PARTS = r"[sS][iI][pP][sS]?:(?:([^\s@:;?]*)@)?([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?:;[^\s@?]*)?"
_URI, _WITH_URI = pattern(_PARTS), pattern(f"[A-Z]+ {_PARTS} SIP/2\\.0")


class Start(NamedTuple):
    """What a start line says besides method and status: the Request-URI, or the reason; the other is None."""

    uri: str | None
    reason: str | None


class UriParts(NamedTuple):
    """The parts of a URI that people ask for; "" where there is none."""

    user: str
    host: str
    port: str


def start_line(text: str) -> Start:
    """Return what a start line says."""
    found = _REQUEST.fullmatch(text)
    if found and found[1][0] != "<":
        return Start(found[1], None)
    found = _STATUS.fullmatch(text)
    if found:
        return Start(None, found[1])
    line = parse(text.encode("utf-8", "surrogateescape") + b"\r\n\r\n").start
    return Start(line.uri, None if line.status is None else line.reason)


def request_uri(text: str) -> UriParts | None:
    """Return the parts of the Request-URI of a start line, None for a response."""
    found = _WITH_URI.fullmatch(text)
    if found:
        return UriParts._make(found.groups(""))
    uri = start_line(text).uri
    return None if uri is None else uri_parts(uri)


def uri_parts(text: str) -> UriParts:
    """Return the parts of a URI."""
    found = _URI.fullmatch(text)
    if found:
        return UriParts._make(found.groups(""))
    uri = parse_uri(text)[0]
    return UriParts(uri.user or "", uri.host, "" if uri.port is None else str(uri.port))
