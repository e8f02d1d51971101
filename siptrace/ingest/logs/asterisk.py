"""Asterisk's SIP loggers: `pjsip set logger on`, `pjsip show history entry`, and the older `sip set debug on`.

    [Jan  5 10:00:00] VERBOSE[123] pjsip.c: <--- Received SIP request (412 bytes) from UDP:10.0.0.1:5060 --->
    <--- Transmitting SIP response (310 bytes) to UDP:10.0.0.1:5060 --->
    <--- History Entry 7 Received from 10.0.0.1:5060 at 1767607200 --->
    <--- SIP read from UDP:10.0.0.1:5060 --->
    Reliably Transmitting (NAT) to 10.0.0.1:5060:

The message follows on the next lines, byte for byte, without the prefix (or with it, where a console stamps each
line). The peer is named, the own address is not. The time stands in the prefix, local and in the format of
`dateformat` in logger.conf; a console prints none. `sip set debug` puts it on the line above.
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

__all__ = ["Asterisk"]

_PEER = rb"(?:(?P<transport>[A-Za-z]{2,4}6?):)?(?P<peer>\[[^\]\s]{2,64}\]:\d{1,5}|[^\s\[\]]{1,262})"
_PJSIP = re.compile(
    rb"<--- (?P<way>Received|Transmitting|Transmitted) SIP \w{1,16} \((?P<size>\d{1,9}) bytes\) (?:from|to) "
    + _PEER
    + rb" --->"
)
_HISTORY = re.compile(
    rb"<--- History Entry \d{1,9} (?P<way>Received|Sent) (?:from|to) " + _PEER + rb" at (?P<epoch>\d{9,10}) {0,4}--->"
)
_CHAN_SIP_READ = re.compile(rb"<--- (?P<way>SIP read) from " + _PEER + rb" --->")
_CHAN_SIP_SENT = re.compile(
    rb"(?:<--- )?(?:Reliably )?(?P<way>Transmitting|Retransmitting #\d{1,3}) \([^()\n]{1,32}\) to "
    + _PEER
    + rb"(?: --->|:\s*\Z)"
)
_SENT = (b"Transmitt", b"Retransmitt", b"Sent")
# What a line of the log file is before its words: "[2026-01-05 10:00:00] VERBOSE[123] chan_sip.c: "
_PREFIX_ALONE = re.compile(rb"\[[^\]\n]{8,64}\] [^\n]{0,128}:\s*\Z")


class _Finder:
    bounded = False  # other lines of the log follow a message

    def __init__(self) -> None:
        self._stamp = b""
        self._is_chan_sip = False

    def mark(self, line: bytes) -> Mark | None:
        """Return the mark on this line, in any of the spellings."""
        if b"<--- " not in line and b"ransmitting " not in line:
            if line.strip():
                self._stamp = line[:256] if line.startswith(b"[") and _PREFIX_ALONE.match(line) else b""
            return None
        line = uncoloured(line)
        found = _PJSIP.search(line) or _HISTORY.search(line)
        self._is_chan_sip = found is None
        found = found or _CHAN_SIP_READ.search(line) or _CHAN_SIP_SENT.search(line)
        if found is None:
            return None
        fields = found.groupdict()
        prefix = line[: found.start()]
        transport = transport_of(fields["transport"])
        return Mark(
            sent=fields["way"].startswith(_SENT),
            transport=transport,
            peer=parse_address(fields["peer"]),
            size=int(fields["size"]) if fields.get("size") else None,
            stamp=fields.get("epoch") or (prefix if prefix.strip() else self._stamp),
            prefix=prefix,
        )

    def ends(self, line: bytes) -> bool:
        """Return whether the line is the end mark of `sip set debug` or of a history entry."""
        if not line.startswith((b"<---", b"---")):
            return False
        line = line.rstrip()
        return line == b"<------------->" or (self._is_chan_sip and line == b"---")


class Asterisk:
    """Asterisk's SIP loggers."""

    name = "asterisk"
    title = "Asterisk SIP logger (pjsip set logger on, sip set debug on)"

    def recognise(self, head: bytes) -> bool:
        """Return whether the head holds a message below a mark of Asterisk."""
        return (b"<--- " in head or b"ransmitting " in head) and holds_record(head, _Finder())

    def read(self, lines: Iterable[bytes], anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
        """Yield the messages of the log."""
        return read_records(lines, _Finder(), anomalies, source)
