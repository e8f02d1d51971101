"""The exact bytes of one message, put together from the lines of a text log.

A log that was written byte by byte keeps CRLF; one that went through a terminal or an editor has LF, and nobody knows
whether its body had CRLF too. Two numbers help: the byte count some logs print above a message, and Content-Length.
The form in which a number falls on the end of a line is the right one. When neither does (somebody edited the
addresses), the text decides, and `finish` says whether the message is shorter than its header claims.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MESSAGE_LIMIT", "Assembly", "is_fence"]

MESSAGE_LIMIT = 256 * 1024
"""How many bytes of text one message may take: four times what a UDP datagram can carry, so that even a message
with pictures over TCP fits, and a log without a recognisable end cannot fill the memory."""

# Content-Length = ( "Content-Length" / "l" ) HCOLON 1*DIGIT    (RFC 3261 25.1)
# Ten digits and more are no length of a message that fits; they read as if the field were absent.
_LENGTH = re.compile(rb"^(?:Content-Length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# Content-Type = ( "Content-Type" / "c" ) HCOLON media-type    (RFC 3261 25.1); the line may be folded after the colon.
_TYPE = re.compile(
    rb"^(?:Content-Type|c)[ \t]*:\s{0,8}([a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64})", re.IGNORECASE | re.MULTILINE
)
# Each line of a session description is <type>=<value>, the type one letter    (RFC 8866 5)
_SDP_LINE = re.compile(rb"[A-Za-z]=")


def is_fence(line: bytes) -> bool:
    """Return whether the line is the fence of a Markdown code block: no message goes on behind it."""
    return line.lstrip(b" \t>").startswith((b"```", b"~~~"))


def _end_size(line: bytes) -> int:
    """Return how many bytes the line's end takes."""
    return 2 if line.endswith(b"\r\n") else 1 if line.endswith(b"\n") else 0


def _with_crlf(line: bytes) -> bytes:
    """Return the line with LF made CRLF; a line without an end stays so."""
    return line[:-1] + b"\r\n" if line.endswith(b"\n") and not line.endswith(b"\r\n") else line


class Assembly:
    """One message that grows line by line, from its start line on.

    `frame` is the number of the start line; `size` the count of bytes that the log gives for the whole message, or
    None. `too_large` tells that `MESSAGE_LIMIT` was reached and the rest left out.
    """

    def __init__(self, frame: int, size: int | None = None) -> None:
        """Start an empty message; the start line is the first that is added."""
        self.frame = frame
        self.too_large = False
        self._raw = False
        self._size = size
        self._head: list[bytes] = []
        self._head_size = 0
        self._body: list[bytes] = []
        self._body_size = 0
        self._body_size_crlf = 0
        self._closed = False
        self._overran = False
        self._wanted: list[int] = []
        self._type = b""

    def add(self, line: bytes) -> bool:
        """Take the next line with its end; return True when the message is complete and wants no more."""
        if not line:  # the file ends behind a margin
            return False
        room = max(0, MESSAGE_LIMIT - self._head_size - self._body_size)
        if len(line) > room:
            line, self.too_large = line[:room], True
        if self._closed:
            self._body.append(line)
            self._body_size += len(line)
            self._body_size_crlf += len(_with_crlf(line))
        else:
            self._add_to_head(line)
        return self.too_large or (self._closed and self._is_complete())

    def _add_to_head(self, line: bytes) -> None:
        if not self._head:
            self._raw = line.endswith(b"\r\n")
        if not self._raw:
            # A last line without an end is one that lost it.
            line = _with_crlf(line) if line.endswith(b"\n") else line + b"\r\n"
        self._head.append(line)
        self._head_size += len(line)
        if line in (b"\r\n", b"\n"):
            self._close_head()

    def _close_head(self) -> None:
        """Read from the header how long the body is: the wanted sizes, the one to trust most first."""
        self._closed = True
        head = b"".join(self._head)
        media_type = _TYPE.search(head)
        self._type = media_type[1].lower() if media_type else b""
        if self._size is not None and self._size >= self._head_size:
            self._wanted.append(self._size - self._head_size)
        length = _LENGTH.search(head)
        if length:
            self._wanted.append(int(length[1]))

    def _is_complete(self) -> bool:
        if not self._wanted:
            return not self._type
        if self._raw:
            size, end = self._body_size, _end_size(self._body[-1]) if self._body else 0
        else:
            size, end = self._body_size_crlf, 2 if self._body and self._body[-1].endswith(b"\n") else 0
        if _ends_at(self._wanted[0], size, end, raw=self._raw):
            return True
        self._overran = self._body_size >= max(self._wanted)
        return self._overran and self._type != b"application/sdp"  # an SDP shows by itself where it ends

    @property
    def carries_messages(self) -> bool:
        """Whether the body may hold SIP itself, whose start lines are then no new messages (RFC 3420, RFC 3261 23)."""
        return self._type.startswith((b"message/sip", b"multipart/"))

    def overran_before(self, line: bytes) -> bool:
        """Return whether the body has become longer than any number said, and the line is no part of it."""
        return self._overran and self.ends_before(line)

    def ends_before(self, line: bytes) -> bool:
        """Return whether the line cannot belong to the body, because that is an SDP and the line is not."""
        return self._closed and self._type == b"application/sdp" and not _SDP_LINE.match(line)

    def finish(self, *, bounded: bool) -> tuple[bytes, bool]:
        """Return the message's bytes, and whether it is cut: shorter than its header or the log's count says.

        `bounded` tells that nothing but the message can stand in the lines (the log marks its end, too): then an
        impossible Content-Length does not cut the text.
        """
        head = b"".join(self._head)
        if not self._closed:
            return self._finish_open_head(head)
        for wanted in self._wanted:
            for lines in self._forms():
                body = _exactly(lines, wanted, raw=self._raw)
                if body is not None:
                    return head + body, self.too_large
        return self._finish_by_text(head, bounded=bounded)

    def _forms(self) -> list[list[bytes]]:
        """Return the body's lines in each form they may have had on the wire, the likely one first."""
        return [self._body] if self._raw else [[_with_crlf(line) for line in self._body], self._body]

    def _finish_open_head(self, head: bytes) -> tuple[bytes, bool]:
        """Give back the empty line that a paste or a log has lost, when the numbers say that nothing else is."""
        length = _LENGTH.search(head)
        is_whole = (length is not None and int(length[1]) == 0) or self._size == len(head) + 2
        if is_whole and not self.too_large:
            return head.rstrip(b"\r\n") + b"\r\n\r\n", False
        return head, True

    def _finish_by_text(self, head: bytes, *, bounded: bool) -> tuple[bytes, bool]:
        """No number falls on the end of a line: let the text say where the body ends."""
        lines = self._forms()[0]
        if self._type == b"application/sdp":
            lines = list(takewhile(_SDP_LINE.match, lines))
        while lines and not lines[-1].strip():
            lines = lines[:-1]
        body = b"".join(lines)
        wanted = self._wanted[-1] if self._wanted else 0
        if not bounded and self._wanted and self._type != b"application/sdp":
            body = body[:wanted]
        # With LF the text may be too short although it is long enough with CRLF.
        return head + body, self.too_large or min(len(body), self._body_size) < wanted


def _ends_at(wanted: int, size: int, end: int, *, raw: bool) -> bool:
    """Return whether `wanted` falls on the end of a line that ends after `size` bytes, `end` of them its line end.

    The line end may be the log's and not the message's; a CRLF may be the message's CR and the log's LF, but only
    where the log keeps bytes.
    """
    return wanted in (size, size - end) or (raw and end == 2 and wanted == size - 1)


def _exactly(lines: Iterable[bytes], wanted: int, *, raw: bool) -> bytes | None:
    """Return the first `wanted` bytes of the lines if a line ends there (with its end or without), else None."""
    size = 0
    taken: list[bytes] = []
    if wanted == 0:
        return b""
    for line in lines:
        taken.append(line)
        size += len(line)
        if _ends_at(wanted, size, _end_size(line), raw=raw):
            return b"".join(taken)[:wanted]
        if size > wanted:
            return None
    return None
