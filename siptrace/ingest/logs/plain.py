"""Plain text with SIP messages in it: pasted into a file, a mail, a page of notes, a comment in a program.

A message begins with a line that reads as a start line and is followed by header fields. On its left may stand
indentation, quote marks (`> `) or comment marks (`// `, `# `, `* `), the same before each of its lines; around it may
stand a Markdown fence. It ends where Content-Length says; where people have edited the text and that number is wrong,
at the next message, the closing fence, the end of the quote, or the first line that is no SDP in an SDP.

No time, no direction: source and destination are read from the message (see `peers`).
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from siptrace.errors import AnomalyLog
from siptrace.ingest.logs.assembly import Assembly, is_fence
from siptrace.ingest.logs.margin import NO_MARGIN, Margin, quoting_margin
from siptrace.ingest.logs.records import Emitter, Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.ingest.datagram import Datagram

__all__ = ["Plain"]

# Stricter than a packet's start line, because prose ends in "SIP/2.0", too: what follows the method begins with a
# scheme, or is one word with a dot or an at sign (blanks inside a SIP URI are wrong but seen).
_START = re.compile(
    rb"(?:SIP/\d{1,3}\.\d{1,3} {1,8}[1-6]\d\d(?: [^\r\n]{0,1024})?|"
    rb"[A-Za-z0-9.!%*_+`'~-]{1,64} {1,8}"
    rb"(?:<?[A-Za-z][A-Za-z0-9+.-]{0,31}:[^\r\n]{1,8192}?|[^\s:@.]{0,255}[@.][^\s:]{1,768})"
    rb" {1,8}SIP/\d{1,3}\.\d{1,3}) *\r?\n?\Z"
)
# The fields by which a message is told from a line of prose: one of them within the first lines of the header.
_FIELD = re.compile(
    rb"(?:via|v|from|f|to|t|call-id|i|cseq|contact|m|max-forwards|content-length|l|content-type|c)[ \t]*:",
    re.IGNORECASE,
)
_ANY_FIELD = re.compile(rb"[A-Za-z0-9.!%*_+`'~-]{1,64}[ \t]*(?::|\r?\n?\Z)|[ \t]+\S")

PROOF = 8
"""Within how many lines after the start line one of the fields above must stand."""

_MARK = Mark(sent=None)


class _Candidate:
    """A line that reads as a start line, with what follows, until a header field proves it."""

    def __init__(self, number: int, margin: Margin, line: bytes) -> None:
        self.margin = margin
        self.number = number
        self.lines = [line]

    def judge(self, line: bytes) -> bool | None:
        """Take the next line; return True when it proves the message, False when it disproves it, else None."""
        self.lines.append(line)
        if _FIELD.match(line):
            return True
        return None if _ANY_FIELD.match(line) and len(self.lines) <= PROOF else False


class _Reader:
    """The state between two lines: nothing, a candidate, or a message."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        self._candidate: _Candidate | None = None
        self._message: Assembly | None = None
        self._margin = NO_MARGIN
        self._is_fenced = False

    @property
    def has_message(self) -> bool:
        """Whether a message is under way."""
        return self._message is not None

    def feed(self, number: int, line: bytes) -> Datagram | None:
        """Take one line; return the message that it ends, if it does."""
        if self._message is not None:
            return self._grow(number, line)
        if self._candidate is None:
            self._look(number, line)
            return None
        stripped = self._candidate.margin.strip(line)
        verdict = False if stripped is None else self._candidate.judge(stripped)
        if verdict is False:
            self._candidate = None
            self._look(number, line)
            return None
        return self._begin(self._candidate) if verdict else None

    def close(self) -> Datagram | None:
        """Return the message that is under way, as far as it has come."""
        message, self._message = self._message, None
        return self._emitter.emit(message, _MARK, bounded=True) if message else None

    def _look(self, number: int, line: bytes) -> None:
        """Keep the line as a candidate if it reads as a start line, bare or behind a margin."""
        if is_fence(line):
            self._is_fenced = not self._is_fenced
            return
        found = _start_line(line)
        if found:
            margin, start = found
            self._candidate = _Candidate(number, margin, start)

    def _begin(self, candidate: _Candidate) -> Datagram | None:
        """Make the proven candidate the message under way; it may end with its first lines already."""
        self._candidate = None
        self._margin = candidate.margin
        message = Assembly(candidate.number)
        self._message = message
        for line in candidate.lines:
            message.add(line)
        return self.close() if message.too_large else None

    def _grow(self, number: int, line: bytes) -> Datagram | None:
        message = self._message
        if message is None:
            return None
        stripped = self._margin.strip(line)
        if stripped is None or self._ends(message, stripped):
            done = self.close()
            self._look(number, line)
            return done
        return self.close() if message.add(stripped) else None

    def _ends(self, message: Assembly, line: bytes) -> bool:
        """Return whether the line is no part of the message before it."""
        if self._is_fenced and is_fence(line):
            return True
        if message.ends_before(line):
            return True
        return b"SIP/" in line and not message.carries_messages and _START.match(line) is not None


def _start_line(line: bytes) -> tuple[Margin, bytes] | None:
    """Return the margin and the rest of a line that reads as a start line, or None."""
    if b"SIP/" not in line:
        return None
    if _START.match(line):
        return NO_MARGIN, line
    quoted = quoting_margin(line)
    if quoted and _START.match(line, quoted[1]):
        return quoted[0], line[quoted[1] :]
    return None


def _without_bom(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines, the first without the mark that some editors put before UTF-8."""
    iterator = iter(lines)
    for first in iterator:
        yield first.removeprefix(b"\xef\xbb\xbf")
        break
    yield from iterator


class Plain:
    """Pasted messages: the dialect of last resort."""

    name = "plain"
    title = "plain text with SIP messages"

    def recognise(self, head: bytes) -> bool:
        """Return whether a start line with header fields below it stands in the head."""
        if b"SIP/" not in head:
            return False
        reader = _Reader(Emitter(AnomalyLog(), 0))
        return any(
            reader.feed(number, line) is not None or reader.has_message
            for number, line in enumerate(_without_bom(io.BytesIO(head)), 1)
        )

    def read(self, lines: Iterable[bytes], anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
        """Yield the messages of the text."""
        reader = _Reader(Emitter(anomalies, source))
        for number, line in enumerate(_without_bom(lines), 1):
            done = reader.feed(number, line)
            if done is not None:
                yield done
        done = reader.close()
        if done is not None:
            yield done
