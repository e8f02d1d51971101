"""What capture tools print: the time and both ends of a packet, and below it what the packet holds.

    U 2026/01/05 10:00:00.123456 192.0.2.10:5060 -> 192.0.2.20:5060 #7        ngrep -W byline, with -t or without
    2026/01/05 10:00:00.123456 192.0.2.10:5060 -> 192.0.2.20:5060             sngrep, calls saved as text
    10:00:00.123456 IP 192.0.2.10.5060 > 192.0.2.20.5060: SIP: OPTIONS ...    tcpdump -A, with -v on two lines

ngrep shows whatever is not printable as a dot, the CR at the end of each line too; tcpdump prints the headers of the
packet as well, as text before the start line. The time is that of the zone in which the tool ran.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from siptrace.ingest.datagram import Transport
from siptrace.ingest.logs.peers import parse_address
from siptrace.ingest.logs.records import Mark, holds_record, read_records
from siptrace.sip.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from siptrace.errors import AnomalyLog
    from siptrace.ingest.datagram import Datagram

__all__ = ["NGREP", "SNGREP", "TCPDUMP", "Hops"]

_Restore: TypeAlias = "Callable[[bytes], bytes]"
"""Makes of a line what it was in the message."""

_DATE = rb"\d{4}[/-]\d\d[/-]\d\d "
_TIME = rb"\d\d:\d\d:\d\d(?:\.\d{1,9})?"
_HOST = rb"\[?[0-9A-Fa-f:.]{2,45}(?:%[\w.-]{1,16})?\]?"
_ENDS = rb"(?P<src>" + _HOST + rb"):(?P<sport>\d{1,5}) -> (?P<dst>" + _HOST + rb"):(?P<dport>\d{1,5})"
_NGREP = re.compile(
    rb"(?<!\S)(?P<letter>[UT]) (?:(?P<stamp>" + _DATE + _TIME + rb") |\+\d{1,9}\.\d{1,9} )?"
    + _ENDS
    + rb"(?: \[[A-Z]{1,8}\])?(?: #\d{1,12})?\s*\Z"
)  # fmt: skip
_SNGREP = re.compile(rb"(?<!\S)(?P<stamp>" + _DATE + _TIME + rb") " + _ENDS + rb"\s*\Z")
# "IP 192.0.2.10.5060 > 192.0.2.20.sip: ...", after "IP (tos 0x0, ...)" on the line above where it is verbose
_TCPDUMP = re.compile(
    rb"\A(?:[^\n]{0,80}\bIP6? (?:\([^\n]{0,200}\) )?|[ \t]+)(?P<src>" + _HOST + rb")\.(?P<sport>\d{1,5}|sips?) > "
    rb"(?P<dst>" + _HOST + rb")\.(?P<dport>\d{1,5}|sips?): "
)  # fmt: skip
_TCPDUMP_STAMP = re.compile(rb"(?:" + _DATE + rb")?" + _TIME + rb" |\d{9,10}\.\d{1,9} ")
_PORTS = {b"sip": b"5060", b"sips": b"5061"}

# Where a method that is known can begin, it does: the headers end with whatever bytes they have.
_STARTS = (
    re.compile(rb"(?:" + "|".join(METHODS).encode() + rb") [A-Za-z][A-Za-z0-9+.-]{0,31}:|SIP/2\.0 [1-6]\d\d"),
    re.compile(rb"[A-Z]{2,32} [a-z]{2,8}:"),
)
_HEADERS = 200
"""How far into the text a start line may begin: twice what IPv6 and TCP with options take."""


def _with_cr() -> _Restore:
    """Return what gives the lines of a message the CR back that ngrep shows as a dot, if its first line has one."""
    has_cr: bool | None = None

    def restore(line: bytes) -> bytes:
        nonlocal has_cr
        if has_cr is None and line.strip():
            has_cr = line.endswith(b".\n")
        return line[:-2] + b"\r\n" if has_cr and line.endswith(b".\n") else line

    return restore


def _without_headers(line: bytes) -> bytes:
    """Return the line without the headers of a packet before a start line; indentation is none."""
    if b"SIP/" not in line:
        return line
    found = next((found for start in _STARTS if (found := start.search(line, 0, _HEADERS))), None)
    return line[found.start() :] if found and line[: found.start()].strip() else line


class _Form(NamedTuple):
    """How a tool prints: what every mark has in it, the mark, and, for each message, what its lines were in it.

    `stamp` finds a time on any line, for marks without one; `below` begins a line that ends a message.
    """

    sign: bytes
    mark: re.Pattern[bytes]
    restore: Callable[[], _Restore | None]
    stamp: re.Pattern[bytes] | None = None
    below: bytes | None = None


class _Finder:
    bounded = True

    def __init__(self, form: _Form) -> None:
        self._form = form
        self._stamp = b""

    def mark(self, line: bytes) -> Mark | None:
        """Return the mark on this line; the line above may have its time."""
        found = self._form.mark.search(line) if self._form.sign in line else None
        if self._form.stamp is not None and (stamp := self._form.stamp.match(line)):
            self._stamp = stamp[0]
        if found is None:
            return None
        fields = found.groupdict()
        src = parse_address(_end(fields["src"], fields["sport"]))
        dst = parse_address(_end(fields["dst"], fields["dport"]))
        return Mark(
            sent=None,
            transport=Transport.TCP if fields.get("letter") == b"T" or b": Flags [" in line else Transport.UDP,
            stamp=fields.get("stamp") or self._stamp,
            prefix=line[: found.start()],
            hop=(src, dst) if src is not None and dst is not None else None,
            restore=self._form.restore(),
        )

    def ends(self, line: bytes) -> bool:
        """Return whether the line stands below the message."""
        return self._form.below is not None and line.startswith(self._form.below)


def _end(host: bytes, port: bytes) -> bytes:
    """Return an endpoint as logs write it."""
    host, port = host.strip(b"[]"), _PORTS.get(port, port)
    return b"[" + host + b"]:" + port if b":" in host else host + b":" + port


_NGREP_FORM = _Form(b" -> ", _NGREP, _with_cr)
_SNGREP_FORM = _Form(b" -> ", _SNGREP, lambda: None)
_TCPDUMP_FORM = _Form(b" > ", _TCPDUMP, lambda: _without_headers, stamp=_TCPDUMP_STAMP, below=b"0x0000:  ")


class Hops:
    """The printouts of one tool."""

    def __init__(self, name: str, title: str, form: _Form) -> None:
        """Take what the tool is called and how it prints."""
        self.name, self.title, self._form = name, title, form

    def recognise(self, head: bytes) -> bool:
        """Return whether the head holds a message below a mark of the tool."""
        return self._form.sign in head and holds_record(head, _Finder(self._form))

    def read(self, lines: Iterable[bytes], anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
        """Yield the messages of the printout."""
        return read_records(lines, _Finder(self._form), anomalies, source)


NGREP = Hops("ngrep", "ngrep (-W byline)", _NGREP_FORM)
SNGREP = Hops("sngrep", "sngrep, calls saved as text", _SNGREP_FORM)
TCPDUMP = Hops("tcpdump", "tcpdump (-A)", _TCPDUMP_FORM)
