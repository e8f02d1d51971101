"""From bytes to a `Message`, whatever the bytes: what breaks RFC 3261 becomes an anomaly, nothing raises.

Text is decoded as UTF-8; bytes that are not become backslash escapes (so that every text of a message can be printed
and encoded again), and the bytes themselves stay in `Message.raw`. Lines may end with LF or CR alone. The length of
the body follows the rules for datagrams (RFC 3261 18.3); a message from a stream was already cut to its length.
"""

from __future__ import annotations

import re

from siptrace.errors import Anomaly, AnomalyCode
from siptrace.patterns import pattern
from siptrace.sip import grammar
from siptrace.sip.checks import check_fields, check_request_uri
from siptrace.sip.grammar import LWS
from siptrace.sip.headers import SPELLINGS, canonical_name
from siptrace.sip.lexical import number
from siptrace.sip.message import Header, Message, StartLine

__all__ = ["MAX_HEADERS", "MAX_HEAD_BYTES", "parse"]

MAX_HEADERS = 2000
"""More header fields than any real message has (the longest seen have about a hundred), few enough to show."""

MAX_HEAD_BYTES = 256 * 1024
"""Four times what fits in a datagram: over a stream somebody may send more, and nobody reads it."""

KEPT_BYTES = 200
"""How many of the offending bytes an anomaly keeps: enough to recognise the place."""

_LEADING = pattern(rb"[\r\n]*+")
_LINE_END = pattern(rb"\r\n|\n|\r")
_FOLD = pattern(r"\r\n[ \t]++")
_FIRST_FOLD = pattern(r"(?>(?:[ \t][^\r]*+(?:\r\n|\Z))+)")
_REQUEST = pattern(r"[ \t]*+([^ \t]++)[ \t]++(.*)[ \t](SIP/[^ \t]*+)[ \t]*+", re.IGNORECASE | re.DOTALL)
_STATUS = pattern(r"[ \t]*+(SIP/[^ \t]*+)[ \t]++([^ \t]++)(.*+)", re.IGNORECASE | re.DOTALL)

_Found = list[tuple[AnomalyCode, str, str]]
"""What is wrong: the code, a few words, and the text where it is."""


def parse(data: bytes, *, frame: int = 0, source: int = 0) -> Message:
    """Return the message in `data`; its anomalies carry `frame` and `source`. Never raises."""
    found: _Found = []
    head, body_start = _head(data, found)
    text = _decode(head, found)
    first, _, rest = text.partition("\r\n")
    start = _start_line(first, found)
    headers = _headers(rest, found)
    length = check_fields(start, headers, found)
    body = data[body_start:]
    if length is not None and length != len(body):
        body = _cut(body, length, found)
    if body and not any(header[0] == "Content-Type" for header in headers):
        found.append((AnomalyCode.MISSING_HEADER, "Content-Type", ""))
    anomalies = tuple(_anomaly(entry, frame, source) for entry in found) if found else ()
    return Message(data, start, tuple(headers), body, anomalies)


def _anomaly(entry: tuple[AnomalyCode, str, str], frame: int, source: int) -> Anomaly:
    """Return the anomaly with the bytes of its text."""
    code, detail, text = entry
    return Anomaly(code, frame, detail, text[:KEPT_BYTES].encode(errors="backslashreplace"), source)


def _head(data: bytes, found: _Found) -> tuple[bytes, int]:
    """Return start line and header fields without the empty line, lines ending with CRLF, and where the body begins."""
    start = 0
    if data[:1] in (b"\r", b"\n"):
        match = _LEADING.match(data)
        start = match.end() if match else 0
    end = data.find(b"\r\n\r\n", start)
    head = data[start:end] if end >= 0 else data[start:]
    body_start = end + 4 if end >= 0 else len(data)
    breaks = head.count(b"\r\n")
    if breaks != head.count(b"\n") or breaks != head.count(b"\r"):
        match = grammar.HEAD_END.search(data, start)
        head, body_start = (data[start : match.start()], match.end()) if match else (data[start:], len(data))
        end = match.start() if match else -1
        if head.count(b"\r\n") != head.count(b"\n") or head.count(b"\r\n") != head.count(b"\r"):
            found.append((AnomalyCode.BARE_LINE_END, "", ""))
            head = _LINE_END.sub(b"\r\n", head)
    if end < 0:
        found.append((AnomalyCode.NO_BLANK_LINE, "", ""))
        head = head.rstrip(b"\r\n")
    if len(head) > MAX_HEAD_BYTES:
        found.append((AnomalyCode.MESSAGE_TOO_LARGE, f"{len(head)} bytes of header fields", ""))
        head = head[:MAX_HEAD_BYTES]
    return head, body_start


def _decode(head: bytes, found: _Found) -> str:
    """Return the text of the header section; bytes that are not UTF-8 become backslash escapes."""
    try:
        return head.decode()
    except UnicodeDecodeError as error:
        text = head.decode(errors="backslashreplace")
        found.append((AnomalyCode.NOT_TEXT, f"at byte {error.start}", ""))
        return text


def _start_line(line: str, found: _Found) -> StartLine:
    """Return the first line as a request or status line, or as neither (RFC 3261 7.1, 7.2)."""
    match = grammar.REQUEST_LINE_VALID.fullmatch(line)
    if match:
        method, uri, version = match.groups()
        check_request_uri(uri, found)
        return StartLine(method, uri, None, "", version)
    match = grammar.STATUS_LINE_VALID.fullmatch(line)
    if match:
        return StartLine("", None, int(match[2]), match[3], match[1])
    match = _STATUS.fullmatch(line)
    if match:
        return _odd_status_line(line, match, found)
    match = _REQUEST.fullmatch(line)
    if match:
        return _odd_request_line(line, match, found)
    found.append((AnomalyCode.BAD_START_LINE, "neither a request nor a status line", line))
    return StartLine("", None, None, "", "")


def _odd_status_line(line: str, match: re.Match[str], found: _Found) -> StartLine:
    """Return a status line that is not quite right; a code that is no number of up to ten digits becomes 0."""
    version, code, reason = match.groups()
    _check_version(version, line, found)
    status = number(code, 10**10 - 1)
    if status is None or len(code) != 3 or not 100 <= status <= 699:
        found.append((AnomalyCode.BAD_STATUS, code[:40], line))
    if line[0] in LWS or line[len(version) : len(version) + 2].strip(LWS) == "":
        found.append((AnomalyCode.EXTRA_SPACE, "", line))
    if not reason:
        found.append((AnomalyCode.BAD_START_LINE, "no space after the status code", line))
    return StartLine("", None, status or 0, reason[1:], version)


def _odd_request_line(line: str, match: re.Match[str], found: _Found) -> StartLine:
    """Return a request line that is not quite right, its Request-URI without brackets and the blanks around it."""
    method, between, version = match.groups()
    uri = between.strip(LWS)
    if line != f"{method} {uri} {version}":
        found.append((AnomalyCode.EXTRA_SPACE, "", line))
    if not grammar.TOKEN_VALID.fullmatch(method):
        found.append((AnomalyCode.BAD_METHOD, method[:40], line))
    _check_version(version, line, found)
    if uri.startswith("<") and uri.endswith(">"):
        found.append((AnomalyCode.BRACKETED_REQUEST_URI, "", line))
        uri = uri[1:-1]
    check_request_uri(uri, found)
    return StartLine(method, uri, None, "", version)


def _check_version(version: str, line: str, found: _Found) -> None:
    """Tell a version other than SIP/2.0; its case does not matter (RFC 3261 7.1)."""
    if version.upper() != "SIP/2.0":
        found.append((AnomalyCode.BAD_VERSION, version[:40], line))


def _headers(text: str, found: _Found) -> list[Header]:
    """Return the header fields, names canonical and values unfolded (RFC 3261 7.3.1)."""
    if "\r\n " in text or "\r\n\t" in text or text[:1] in (" ", "\t"):
        text = _unfold(text, found)
    headers: list[Header] = []
    for line in text.split("\r\n") if text else ():
        name, colon, value = line.partition(":")
        canonical = SPELLINGS.get(name)
        if canonical is None or not colon:
            canonical = _odd_name(name, colon, line, found)
            if not canonical:
                continue
        if len(headers) == MAX_HEADERS:
            found.append((AnomalyCode.TOO_MANY_HEADERS, f"more than {MAX_HEADERS}", line))
            break
        headers.append(Header(canonical, value.strip(LWS)))
    return headers


def _unfold(text: str, found: _Found) -> str:
    """Join each line that begins with a blank to the one before it; such a line right after the start line is none."""
    if text[:1] in (" ", "\t"):
        found.append((AnomalyCode.BAD_HEADER_LINE, "a continuation of the start line", text))
        match = _FIRST_FOLD.match(text)
        text = text[match.end() :] if match else text
    return _FOLD.sub(" ", text)


def _odd_name(name: str, colon: str, line: str, found: _Found) -> str:
    """Return the canonical name for a spelling that is not in the table, "" for a line without a name or colon."""
    name = name.strip(LWS)
    if not colon or not name:
        found.append((AnomalyCode.BAD_HEADER_LINE, "no colon" if name else "no name", line))
        return ""
    if not grammar.TOKEN_VALID.fullmatch(name):
        found.append((AnomalyCode.BAD_HEADER_LINE, "the name is not a token", line))
    return canonical_name(name)


def _cut(body: bytes, length: int, found: _Found) -> bytes:
    """Return the body that Content-Length says, and tell what is missing or follows it (RFC 3261 18.3)."""
    if length > len(body):
        found.append((AnomalyCode.BODY_CUT, f"{len(body)} of {length} bytes", ""))
        return body
    rest = body[length:]
    found.append((AnomalyCode.TRAILING_BYTES, f"{len(rest)} bytes", rest[:KEPT_BYTES].decode("latin-1")))
    return body[:length]
