"""FreeSWITCH's SIP trace (`sofia global siptrace on`), and everything else that logs by Sofia-SIP.

    recv 412 bytes from udp/[10.0.0.1]:5060 at 10:00:00.123456:
       ------------------------------------------------------------------------
       OPTIONS sip:b@10.0.0.2 SIP/2.0
       ------------------------------------------------------------------------

Line ends are LF, each line is indented by three blanks (not in every version), and a log may put its own prefix before
the first line or before all. The time of day is UTC without a date; where the prefix has one, that is taken. The
byte count is that of the message on the wire. The peer is named, the own address is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siptrace.ingest.logs.peers import parse_address, transport_of
from siptrace.ingest.logs.records import Mark, holds_record, read_records, uncoloured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.errors import AnomalyLog
    from siptrace.ingest.datagram import Datagram

__all__ = ["FreeSwitch"]

# "recv 412 bytes from udp/[10.0.0.1]:5060 at 10:00:00.123456:"; IPv6 may carry its flow label ("/7"), a compressed
# message ";comp=sigcomp", and older versions leave out the port.
_MARK = re.compile(
    rb"(?<![\w-])(?P<way>recv|send) (?P<size>\d{1,9}) bytes (?:from|to) (?P<transport>[a-z]{2,5})/"
    rb"(?P<peer>\[[^\]\s]{1,255}\](?::\d{1,5})?|[^\s\[\]/;]{1,262})(?:/\d{1,10})?(?:;comp=\w{1,16})?"
    rb" at (?P<time>(?:[\d-]{10}[ T])?\d\d:\d\d:\d\d(?:\.\d{1,9})?)"
)
_HAS_DATE = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")
_BARE_BRACKETS = re.compile(rb"\[([^\]:]{1,255})\]")


class _Finder:
    bounded = True

    def mark(self, line: bytes) -> Mark | None:
        """Return the mark on this line."""
        if b" bytes " not in line:
            return None
        line = uncoloured(line)
        found = _MARK.search(line)
        if found is None:
            return None
        prefix = line[: found.start()]
        peer = _BARE_BRACKETS.sub(rb"\1", found["peer"])  # Sofia brackets IPv4, too
        return Mark(
            sent=found["way"] == b"send",
            transport=transport_of(found["transport"]),
            peer=parse_address(peer, 5061 if found["transport"] == b"tls" else 5060),
            size=int(found["size"]),
            stamp=found["time"],
            day=prefix if _HAS_DATE.search(prefix[:256]) else b"",
            prefix=prefix,
        )

    def ends(self, line: bytes) -> bool:
        """Return whether the line is the rule below a message."""
        line = line.strip()
        return len(line) in (71, 72) and not line.strip(b"-")


class FreeSwitch:
    """FreeSWITCH's SIP trace."""

    name = "freeswitch"
    title = "FreeSWITCH SIP trace (sofia global siptrace on)"

    def recognise(self, head: bytes) -> bool:
        """Return whether the head holds a message below a mark of Sofia-SIP."""
        return b" bytes " in head and holds_record(head, _Finder())

    def read(self, lines: Iterable[bytes], anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
        """Yield the messages of the trace."""
        return read_records(lines, _Finder(), anomalies, source)
