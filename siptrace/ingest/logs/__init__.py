"""Text logs: one module per dialect, one registry.

A *dialect* is the way one program prints SIP messages. Each lives in a module of its own and stands in `DIALECTS`,
which is also the order in which they are tried: a dialect with marks of its own (a line above each message) goes
before `plain`, which takes any text that holds messages. To add one: write the module, add its line below, describe
it in docs/log-dialects.md.

What the dialects share: `records` (a mark, then a message), `assembly` (the exact bytes of a message from lines of
text), `times` (when) and `peers` (between whom). The weak spot is the last: most logs name one address or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from siptrace.ingest.logs.asterisk import Asterisk
from siptrace.ingest.logs.freeswitch import FreeSwitch
from siptrace.ingest.logs.hops import NGREP, SNGREP, TCPDUMP
from siptrace.ingest.logs.plain import Plain
from siptrace.ingest.logs.records import HEAD_SIZE
from siptrace.ingest.logs.sipp import Sipp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siptrace.errors import AnomalyLog
    from siptrace.ingest.datagram import Datagram

__all__ = ["DIALECTS", "HEAD_SIZE", "Dialect", "recognise"]


class Dialect(Protocol):
    """What a module here gives to the reader of sources."""

    name: str
    """The short name, as in a source's kind `log:<name>`."""
    title: str
    """What the dialect is, in a few words for people."""

    def recognise(self, head: bytes) -> bool:
        """Return whether the first bytes of a file (`HEAD_SIZE` or more, or all) hold a message in this dialect."""
        ...

    def read(self, lines: Iterable[bytes], anomalies: AnomalyLog, source: int) -> Iterator[Datagram]:
        """Yield the messages of a log in its order.

        `lines` keep their line ends (the last may lack one). `frame` of a datagram is the number of the line, from 1,
        on which the message starts. Whatever the lines hold, nothing is raised; what is wrong goes to `anomalies`.
        """
        ...


DIALECTS: tuple[Dialect, ...] = (
    Sipp(),
    Asterisk(),
    FreeSwitch(),
    NGREP,
    SNGREP,
    TCPDUMP,
    Plain(),  # last: it takes any text with messages in it
)


def recognise(head: bytes) -> Dialect | None:
    """Return the first dialect that finds itself in the first bytes of a file (`HEAD_SIZE` or more), or None."""
    return next((dialect for dialect in DIALECTS if dialect.recognise(head)), None)
