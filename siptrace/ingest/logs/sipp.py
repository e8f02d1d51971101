"""SIPp's message traces (`-trace_msg`).

    ----------------------------------------------- 2026-01-05 10:00:00.123456
    UDP message sent (412 bytes):
    (empty line)
    OPTIONS sip:b@10.0.0.2 SIP/2.0

The time is local; some versions print tabs and, behind it, the seconds since 1970, which then count. Neither address
is named. The messages are byte for byte, followed by one LF.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siptrace.ingest.logs.peers import transport_of
from siptrace.ingest.logs.records import Mark, holds_record, read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.errors import AnomalyLog
    from siptrace.ingest.datagram import Datagram

__all__ = ["Sipp"]

_RULE = re.compile(rb"-{20,100}[ \t]+(?=[^\n]{0,80}\d\d:\d\d:\d\d)")
# "UDP message sent (412 bytes):", "UDP message received [412] bytes :", "TCP control message sent:"
_MARK = re.compile(
    rb"(?P<transport>[A-Za-z0-9]{2,5}) (?:control )?message (?P<way>sent|received)"
    rb"(?: ?(?:\((?P<sent>\d{1,9}) bytes\)|\[(?P<received>\d{1,9})\] bytes))? ?: ?\r?\n?\Z"
)


class _Finder:
    bounded = True

    def __init__(self) -> None:
        self._stamp = b""

    def mark(self, line: bytes) -> Mark | None:
        """Return the mark on the second line of a record's head; the first leaves its time for it."""
        if line.startswith(b"--------------------"):
            rule = _RULE.match(line)
            if rule:
                self._stamp = line[rule.end() :]
            return None
        if b" message " not in line:
            return None
        found = _MARK.match(line)
        if found is None:
            return None
        size = found["sent"] or found["received"]
        return Mark(
            sent=found["way"] == b"sent",
            transport=transport_of(found["transport"]),
            size=int(size) if size else None,
            stamp=self._stamp,
        )

    def ends(self, line: bytes) -> bool:
        """Return whether the line begins the head of the next record."""
        return line.startswith(b"--------------------") and _RULE.match(line) is not None


class Sipp:
    """SIPp's message traces."""

    name = "sipp"
    title = "SIPp message trace (-trace_msg)"

    def recognise(self, head: bytes) -> bool:
        """Return whether the head holds a message below a mark of SIPp."""
        return b" message " in head and holds_record(head, _Finder())

    def read(self, lines: Iterable[bytes], anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
        """Yield the messages of the trace."""
        return read_records(lines, _Finder(), anomalies, source)
