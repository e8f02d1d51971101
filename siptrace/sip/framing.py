"""Messages cut from a byte stream: RFC 3261 7.5 and 18.3.

Bytes in, cuts out; no sockets, no clocks. A `Framer` is fed the bytes of one direction of a connection in order and
returns `Cut`s whose positions count from the first byte of the stream. The rules, where the RFC leaves room:

- CR and LF before a start line are keep-alives or sloppiness and are passed over (7.5, RFC 5626 3.5.1).
- A message ends Content-Length bytes behind its header section. Repeated fields: the first readable one counts.
- Without a readable Content-Length, which a stream must not lack, the message ends with its header section when it
  names no Content-Type; where it names one there is a body, and that goes on to the next start line, or to the end of
  the stream.
- A body or header section that is too large is cut off, and the next start line is looked for.
- Whatever is no start line where one must stand is passed over up to the next line that is one *and* is followed by a
  header field: a body may quote a start line (message/sipfrag), hardly the line behind it too.

Invariant: the cuts do not depend on how the stream is divided into `feed()` calls. The buffer is bounded by
MAX_STREAM_MESSAGE and what one call brings.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from siptrace.patterns import pattern
from siptrace.sip.grammar import looks_like_sip

__all__ = ["MAX_HEADER_SECTION", "MAX_START_LINE", "MAX_STREAM_MESSAGE", "Cut", "CutKind", "Framer"]

MAX_START_LINE = 8300
"""The longest start line: what `looks_like_sip` accepts (a method of 64 and a Request-URI of 8192 bytes)."""

MAX_HEADER_SECTION = 64 * 1024
"""The longest header section, and the longest body without a Content-Length: the largest UDP datagram, for which every
message must be fit (RFC 3261 18.1.1)."""

MAX_STREAM_MESSAGE = 1024 * 1024
"""The longest message of a stream: bodies are descriptions, presence documents and pictures of callers, not files."""

_SKIPPED_SHOWN = 64
"""How many of the bytes that belong to no message are kept to be shown."""

# message-header ends with CRLF, and an empty CRLF closes the section (RFC 3261 7). Lenient: LF alone.
_HEADER_END = pattern(rb"\n\r?\n")
# Content-Length = ( "Content-Length" / "l" ) HCOLON 1*DIGIT (RFC 3261 20.14); HCOLON allows a folded line.
_LENGTH = pattern(rb"\n(?:content-length|l)[ \t]*:(?:[ \t]|\r?\n[ \t])*(\d{1,12})[ \t]*(?=\r|\n)", re.IGNORECASE)
_TYPE = pattern(rb"\n(?:content-type|c)[ \t]*:", re.IGNORECASE)
# header-name = token, HCOLON = *( SP / HTAB ) ":" SWS (RFC 3261 25.1)
_HEADER_NAME = pattern(rb"[A-Za-z0-9.!%*_+`'~-]{1,128}[ \t]{0,32}:")
_TOKEN_START = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!%*_+`'~-")


class CutKind(Enum):
    """What a cut is."""

    MESSAGE = auto()  # a whole message
    TOO_LARGE = auto()  # the beginning of a message that is over a limit
    PARTIAL = auto()  # a message with a whole header section; the stream ended or has a gap inside its body
    FRAGMENT = auto()  # the same, inside the header section or even the start line
    SKIPPED = auto()  # bytes that belong to no message; `data` is how they begin


class Cut(NamedTuple):
    """Bytes `start` to `end` of the stream; `data` is all of them, except for SKIPPED."""

    kind: CutKind
    start: int
    end: int
    data: bytes


class _Header(NamedTuple):
    """Where a message's header section ends, and where the message does (-1: at the next start line)."""

    end: int
    message_end: int


class Framer:
    """Cuts the messages out of one direction of a stream."""

    __slots__ = (
        "_base",
        "_begin_of_line",
        "_buffer",
        "_header",
        "_parts",
        "_parts_size",
        "_scanned",
        "_seeking",
        "_skipped_data",
        "_skipped_from",
    )

    def __init__(self) -> None:
        """Start at position 0, where a start line is expected."""
        self._buffer = b""
        self._parts: list[bytes] = []  # more of the body of a message that is known to need it
        self._parts_size = 0
        self._base = 0  # the position in the stream of the first byte of the buffer
        self._header: _Header | None = None  # of the message at the start of the buffer, once it is whole
        self._scanned = 0  # up to where the buffer holds no end of a header section, or no start line
        self._seeking = False
        self._begin_of_line = True  # whether a start line may begin at the first byte of the buffer while seeking
        self._skipped_from = -1
        self._skipped_data = b""

    @property
    def position(self) -> int:
        """How many bytes were fed, or lost in gaps."""
        return self._base + self.buffered

    @property
    def skipped(self) -> int:
        """How many bytes were passed over since the last message."""
        return self._base - self._skipped_from if self._skipped_from >= 0 else 0

    @property
    def buffered(self) -> int:
        """How many bytes are kept for the message that is not yet whole."""
        return len(self._buffer) + self._parts_size

    def feed(self, data: bytes) -> list[Cut]:
        """Take the next bytes of the stream; return what they complete."""
        cuts: list[Cut] = []
        if self._header and self._header.message_end > self.buffered + len(data):
            self._parts.append(data)
            self._parts_size += len(data)
            return cuts
        self._join()
        self._buffer = self._buffer + data if self._buffer else data
        while self._buffer and (self._seek(cuts) if self._seeking else self._message(cuts)):
            pass
        return cuts

    def gap(self, lost: int) -> list[Cut]:
        """Take note that `lost` bytes are missing here; return what was cut off, and look for the next start line."""
        cuts = self.finish()
        self._base += lost
        self._seeking = True
        self._begin_of_line = True
        return cuts

    def _join(self) -> None:
        """Put the parts of a body into the buffer."""
        if self._parts:
            self._buffer = b"".join((self._buffer, *self._parts))
            self._parts, self._parts_size = [], 0

    def finish(self) -> list[Cut]:
        """End the stream; return the message that is not whole, or the bytes that belong to none."""
        cuts: list[Cut] = []
        self._join()
        if self._header:
            self._end_skipped(cuts)
            kind = CutKind.MESSAGE if self._header.message_end < 0 else CutKind.PARTIAL
            self._cut(cuts, kind, len(self._buffer))
        elif self._buffer and not self._seeking:
            self._end_skipped(cuts)
            self._cut(cuts, CutKind.FRAGMENT, len(self._buffer))
        else:
            self._skip(len(self._buffer))
            self._end_skipped(cuts)
        self._seeking = False
        return cuts

    # -- one message

    def _message(self, cuts: list[Cut]) -> bool:
        """Cut the message at the start of the buffer; return whether there may be another."""
        if self._header is None and not self._read_header(cuts):
            return False
        if self._header is None:
            return True
        end, limit = self._header.message_end, MAX_STREAM_MESSAGE
        if end < 0:
            limit = self._header.end + MAX_HEADER_SECTION
            found, end = self._find_start(max(self._scanned, self._header.end), begin_of_line=False)
            if not found and end <= limit:
                self._scanned = end
                return False
        if end > limit:  # what a Content-Length promises is not waited for; what has come without one is kept
            return self._too_large(cuts, limit if self._header.message_end < 0 else self._header.end)
        if end > len(self._buffer):
            return False
        self._end_skipped(cuts)
        self._cut(cuts, CutKind.MESSAGE, end)
        return True

    def _read_header(self, cuts: list[Cut]) -> bool:
        """Look for a start line and a header section; return False to wait for more bytes."""
        if self._scanned == 0:
            begin = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
            self._drop(begin)
            if not self._buffer:
                return False
            if self._buffer[0] not in _TOKEN_START:
                return self._lose()
            line = self._buffer.find(b"\n", 0, MAX_START_LINE)
            if line < 0:
                return self._lose() if len(self._buffer) >= MAX_START_LINE else False
            if not looks_like_sip(self._buffer):
                return self._lose()
            self._scanned = line
        end = _HEADER_END.search(self._buffer, self._scanned)
        if end is None or end.end() > MAX_HEADER_SECTION:
            self._scanned = max(self._scanned, len(self._buffer) - 2)
            return self._too_large(cuts, MAX_HEADER_SECTION) if len(self._buffer) > MAX_HEADER_SECTION else False
        self._header = _Header(end.end(), self._message_end(end.end()))
        self._scanned = end.end()
        return True

    def _message_end(self, header_end: int) -> int:
        """Return where the message ends whose header section ends there; -1 for at the next start line."""
        length = _LENGTH.search(self._buffer, 0, header_end)
        if length:
            return header_end + int(length[1])
        return -1 if _TYPE.search(self._buffer, 0, header_end) else header_end

    def _cut(self, cuts: list[Cut], kind: CutKind, end: int) -> None:
        """Take the first `end` bytes off the buffer as a cut."""
        cuts.append(Cut(kind, self._base, self._base + end, self._buffer[:end]))
        self._drop(end)

    def _drop(self, size: int) -> None:
        self._base += size
        self._buffer = self._buffer[size:]
        self._header = None
        self._scanned = 0

    def _too_large(self, cuts: list[Cut], end: int) -> bool:
        """Cut a message that is over a limit off at `end`, and look for the next one."""
        self._end_skipped(cuts)
        self._cut(cuts, CutKind.TOO_LARGE, end)
        self._seeking, self._begin_of_line = True, False
        return True

    # -- looking for the next start line

    def _lose(self) -> bool:
        """Begin to look for a start line: there is none where one must stand."""
        self._seeking, self._begin_of_line, self._scanned = True, False, 0
        return True

    def _seek(self, _cuts: list[Cut]) -> bool:
        """Pass over bytes up to the next start line; return whether it was found."""
        found, at = self._find_start(0, begin_of_line=self._begin_of_line)
        if at:
            self._begin_of_line = self._buffer[at - 1 : at] == b"\n"
            self._skip(at)
        self._seeking = not found
        return found

    def _find_start(self, begin: int, *, begin_of_line: bool) -> tuple[bool, int]:
        """Return whether a start line is found from `begin` on, and where; else where the next search must begin."""
        at = begin
        if not begin_of_line:
            line_end = self._buffer.find(b"\n", max(at - 1, 0))
            at = line_end + 1 if line_end >= 0 else len(self._buffer)
        while (mark := self._buffer.find(b"SIP/", at)) >= 0:
            line = max(self._buffer.rfind(b"\n", at, mark) + 1, at)
            line_end = self._buffer.find(b"\n", mark)
            if line_end < 0:
                return False, line if len(self._buffer) - line < MAX_START_LINE else len(self._buffer)
            if line_end - line < MAX_START_LINE and looks_like_sip(self._buffer, line):
                if _HEADER_NAME.match(self._buffer, line_end + 1):
                    return True, line
                following = self._buffer[line_end + 1 : line_end + 200]
                if len(following) < 199 and b"\n" not in following:
                    return False, line
            at = line_end + 1
        last = self._buffer.rfind(b"\n", at) + 1 or at
        return False, last if len(self._buffer) - last < MAX_START_LINE else len(self._buffer)

    def _skip(self, size: int) -> None:
        """Pass over bytes that belong to no message, and keep how they begin."""
        if size and self._skipped_from < 0:
            self._skipped_from = self._base
            self._skipped_data = b""
        if size and len(self._skipped_data) < _SKIPPED_SHOWN:
            self._skipped_data += self._buffer[: min(size, _SKIPPED_SHOWN - len(self._skipped_data))]
        self._drop(size)

    def _end_skipped(self, cuts: list[Cut]) -> None:
        """Report what was passed over before the message that begins here."""
        if self._skipped_from >= 0:
            cuts.append(Cut(CutKind.SKIPPED, self._skipped_from, self._base, self._skipped_data))
            self._skipped_from = -1
