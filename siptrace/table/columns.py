"""The MessageTable: one row a message, in typed columns.

A trace may hold millions of messages, so a row is numbers only: where the bytes lie, and small integers for the texts
that identify things (equal number = equal text). The columns are `array.array`, which both plain Python and numpy
read without a copy; `MessageTable.numpy` is the view for whole-column work.

The invariant: rows are in time order (ties keep the order of reading), and every column is as long as `len(table)`.
Weak spot: a table is only as good as its sources; when a file changes under us, `raw` returns other bytes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Protocol

from siptrace.ingest.datagram import endpoint_text
from siptrace.ingest.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from siptrace.ingest.datagram import Datagram, EndpointKey
    from siptrace.table.scan import Scanned

__all__ = [
    "ACK",
    "BYE",
    "CANCEL",
    "COLUMNS",
    "INVITE",
    "KNOWN_METHODS",
    "NOTIFY",
    "NO_NUMBER",
    "REFER",
    "REGISTER",
    "SUBSCRIBE",
    "Flag",
    "MessageTable",
    "Readable",
    "Texts",
]

KNOWN_METHODS = (
    b"INVITE",
    b"ACK",
    b"CANCEL",
    b"BYE",
    b"REGISTER",
    b"OPTIONS",
    b"SUBSCRIBE",
    b"NOTIFY",
    b"PUBLISH",
    b"MESSAGE",
    b"REFER",
    b"INFO",
    b"UPDATE",
    b"PRACK",
)
"""Methods with a fixed number in every table (their place here, from 1), so that the state tables can name them."""

INVITE, ACK, CANCEL, BYE, REGISTER, OPTIONS, SUBSCRIBE, NOTIFY, PUBLISH, MESSAGE, REFER = range(1, 12)

NO_NUMBER = -1
"""In `cseq` and `status`: there should be a number, and there is none that can be used."""


class Flag(IntFlag):
    """What else a row says about its message."""

    SDP = 1
    """A session description is in the body."""
    CHALLENGE = 2
    """WWW-Authenticate or Proxy-Authenticate is there."""
    CREDENTIALS = 4
    """Authorization or Proxy-Authorization is there."""
    MALFORMED = 8
    """Via, From, To, Call-ID or CSeq is missing or unusable."""
    COOKIE = 16
    """The top Via branch begins with the magic cookie of RFC 3261 8.1.1.7."""
    ASIDE = 32
    """The bytes lie in the table's side buffer, not in the file."""
    SUBSCRIPTION_ENDED = 64
    """Subscription-State is `terminated` (RFC 6665 4.1.3)."""
    HOLD = 128
    """A line of the session description says sendonly, inactive or the address 0.0.0.0 (RFC 3264 8.4)."""
    CONTACT = 256
    """A REGISTER with a Contact; without one it only asks (RFC 3261 10.2.3)."""
    UNREGISTER = 512
    """A REGISTER that removes a binding: `Contact: *`, or expires 0 (RFC 3261 10.2.2)."""
    REPLACES = 1024
    """Replaces or Join is there: the message is about another dialog (RFC 3891, RFC 3911)."""
    REFERENCE = 2048
    """Refer-To, Referred-By, Also or Requested-By is there: it is about a third party (RFC 3515, RFC 3892)."""


COLUMNS: dict[str, str] = {
    "time": "q",  # nanoseconds since 1970 in UTC, or NO_TIME
    "frame": "q",  # frame number in its file, line number in a log
    "source": "i",  # index of the file in the trace
    "transport": "b",  # siptrace.ingest.datagram.Transport
    "src": "i",  # endpoints
    "dst": "i",
    "offset": "q",  # where the message begins: in its file, or in the side buffer with Flag.ASIDE
    "length": "i",
    "method": "i",  # of the request, or of CSeq for a response
    "status": "h",  # 0 for a request
    "cseq": "q",  # the number, or NO_NUMBER
    "start": "i",  # the start line
    "call_id": "i",
    "from_tag": "i",
    "to_tag": "i",
    "branch": "i",  # of the top Via
    "sent_by": "i",  # of the top Via, lower case
    "via_count": "h",
    "from_uri": "i",
    "to_uri": "i",
    "flags": "i",  # Flag
}
"""Name and `array` type code of every column."""


_WORTH_NUMPY = 50_000
"""Rows that take longer to sort in plain Python than numpy takes to be imported."""


class Texts:
    """Numbers for texts: equal text, equal number, and 0 is the empty (absent) text.

    The dictionary is keyed with Python's own hash of bytes, which is seeded for each process, so a hostile trace
    cannot aim at collisions.
    """

    __slots__ = ("_arena", "_ends", "_ids")

    def __init__(self, known: Iterable[bytes] = ()) -> None:
        """Start with the empty text as 0 and the known ones from 1."""
        self._ids: dict[bytes, int] = {b"": 0}
        self._arena = bytearray()
        self._ends = array("q", (0,))
        for text in known:
            self.number(text)

    def number(self, text: bytes) -> int:
        """Return the number of a text, a new one when it is new."""
        found = self._ids.get(text)
        if found is None:
            found = self._ids[text] = len(self._ends)
            self._arena += text
            self._ends.append(len(self._arena))
        return found

    def extend(self, blob: bytes | memoryview, ends: bytes | memoryview) -> None:
        """Add texts that somebody else has numbered: behind each other in `blob`, with their ends as native int64.

        The ends count from the beginning of all texts (see `size`). The texts are not in the dictionary, so from then
        on that somebody has to number all others as well.
        """
        self._arena += blob
        self._ends.frombytes(ends)

    @property
    def size(self) -> int:
        """The number of bytes of all texts."""
        return len(self._arena)

    def find(self, text: bytes) -> int | None:
        """Return the number of a text, or None when no message has it."""
        found = self._ids.get(text)
        if found is not None or len(self._ids) == len(self._ends):
            return found
        at = self._arena.find(text)
        while at >= 0:
            number = bisect_right(self._ends, at)
            if self._ends[number - 1] == at and self._ends[number] == at + len(text):
                return number
            at = self._arena.find(text, at + 1)
        return None

    def __getitem__(self, number: int) -> bytes:
        """Return the text of a number."""
        return bytes(self._arena[self._ends[number - 1] : self._ends[number]]) if number else b""

    def all(self) -> list[bytes]:
        """Return every text by its number."""
        return [self[number] for number in range(len(self._ends))]

    def text(self, number: int) -> str:
        """Return the text of a number as str; bytes that are not UTF-8 appear as hexadecimal escapes."""
        text = self._arena[self._ends[number - 1] : self._ends[number]] if number else b""
        return text.decode("utf-8", "backslashreplace")

    def many(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield `text` of each of some numbers, which is faster for all at once."""
        if not self._arena.isascii():
            return map(self.text, numbers)
        whole, ends = self._arena.decode("ascii"), self._ends
        return (whole[ends[number - 1] : ends[number]] if number else "" for number in numbers)

    def numpy(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the bytes of all texts behind each other and where each ends, as arrays that share their memory."""
        import numpy as np  # noqa: PLC0415  (only whole-column work pays for its start)

        return np.frombuffer(self._arena, np.uint8), np.frombuffer(self._ends, np.int64)

    def __len__(self) -> int:
        """Return how many numbers are given out, 0 included."""
        return len(self._ends)


def packed(key: EndpointKey) -> bytes:
    """Return an endpoint's key as a text: packed addresses as they are (their length is even), names of odd length."""
    if isinstance(key, bytes):
        return key
    name = key.encode()
    return b"--" + name if len(name) % 2 else b"=" + name


def _unpacked(text: bytes) -> EndpointKey:
    """Return the key that `packed` made a text of."""
    if len(text) % 2 == 0:
        return text
    return text[2 if text.startswith(b"-") else 1 :].decode()


class Readable(Protocol):
    """A file of the trace, as far as the table needs it."""

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes at `offset`."""
        ...


class MessageTable:
    """The messages of a trace in columns, with the texts that their numbers stand for."""

    def __init__(self) -> None:
        """Start with no rows."""
        self.time = array("q")
        self.frame = array("q")
        self.source = array("i")
        self.transport = array("b")
        self.src = array("i")
        self.dst = array("i")
        self.offset = array("q")
        self.length = array("i")
        self.method = array("i")
        self.status = array("h")
        self.cseq = array("q")
        self.start = array("i")
        self.call_id = array("i")
        self.from_tag = array("i")
        self.to_tag = array("i")
        self.branch = array("i")
        self.sent_by = array("i")
        self.via_count = array("h")
        self.from_uri = array("i")
        self.to_uri = array("i")
        self.flags = array("i")
        self.methods = Texts(KNOWN_METHODS)
        self.starts = Texts()
        self.call_ids = Texts()
        self.tags = Texts()
        self.branches = Texts()
        self.sent_bys = Texts()
        self.uris = Texts()
        self.endpoints = Texts()
        self._texts = {
            "src": self.endpoints,
            "dst": self.endpoints,
            "method": self.methods,
            "start": self.starts,
            "call_id": self.call_ids,
            "from_tag": self.tags,
            "to_tag": self.tags,
            "branch": self.branches,
            "sent_by": self.sent_bys,
            "from_uri": self.uris,
            "to_uri": self.uris,
        }
        self._aside = Spool()
        self.sources: list[Readable] = []

    def __len__(self) -> int:
        """Return the number of messages."""
        return len(self.time)

    def endpoint(self, number: int) -> str:
        """Return an endpoint as `ip:port`, or the name that a log gave it."""
        return endpoint_text(_unpacked(self.endpoints[number]))

    def texts(self, name: str) -> Texts:
        """Return the texts of a column of texts."""
        return self._texts[name]

    def put_aside(self, data: bytes) -> int:
        """Keep bytes that cannot be read again; return their offset for a row with Flag.ASIDE.

        Raises UnreadableInput when there is no room for them.
        """
        return self._aside.append(data)

    def append(self, source: int, datagram: Datagram, scanned: Scanned) -> None:
        """Add one row; the payload goes to the side buffer when it lies nowhere in its file."""
        time_ns, frame, transport, src, dst, payload, offset = datagram
        method, status, cseq, start, call_id, from_tag, to_tag, branch, sent_by, vias, from_uri, to_uri, flags = scanned
        if offset < 0:
            offset = self.put_aside(payload)
            flags |= Flag.ASIDE
        self.time.append(time_ns)
        self.frame.append(frame)
        self.source.append(source)
        self.transport.append(transport)
        self.src.append(self.endpoints.number(src if isinstance(src, bytes) else packed(src)))
        self.dst.append(self.endpoints.number(dst if isinstance(dst, bytes) else packed(dst)))
        self.offset.append(offset)
        self.length.append(len(payload))
        self.method.append(self.methods.number(method))
        self.status.append(status)
        self.cseq.append(cseq)
        self.start.append(self.starts.number(start))
        self.call_id.append(self.call_ids.number(call_id))
        self.from_tag.append(self.tags.number(from_tag))
        self.to_tag.append(self.tags.number(to_tag))
        self.branch.append(self.branches.number(branch))
        self.sent_by.append(self.sent_bys.number(sent_by))
        self.via_count.append(vias)
        self.from_uri.append(self.uris.number(from_uri))
        self.to_uri.append(self.uris.number(to_uri))
        self.flags.append(flags)

    def sort(self) -> None:
        """Bring the rows into time order; rows of equal time keep the order in which they were added."""
        time = self.time
        if len(time) >= _WORTH_NUMPY:
            times = self.numpy("time")
            if not bool((times[1:] >= times[:-1]).all()):
                self._take(times.argsort(kind="stable"))
        elif any(map(int.__gt__, time, time[1:])):
            order = sorted(range(len(time)), key=time.__getitem__)
            for name, code in COLUMNS.items():
                setattr(self, name, array(code, map(getattr(self, name).__getitem__, order)))

    def values(self, name: str, rows: array[int]) -> list[int]:
        """Return the values of a column in some rows, in their order."""
        if len(rows) >= _WORTH_NUMPY:
            found: list[int] = self.numpy(name)[rows].tolist()
            return found
        return [*map(getattr(self, name).__getitem__, rows)]

    def flagged(self, flags: int) -> list[int]:
        """Return the rows that have one of some flags, in time order."""
        if len(self) >= _WORTH_NUMPY:
            return list((self.numpy("flags") & flags).nonzero()[0].tolist())
        return [row for row, own in enumerate(self.flags) if own & flags]

    def _take(self, order: NDArray[np.intp]) -> None:
        """Bring the rows into an order."""
        for name, code in COLUMNS.items():
            column = array(code)
            column.frombytes(self.numpy(name)[order].tobytes())
            setattr(self, name, column)

    def raw(self, row: int) -> bytes:
        """Return the bytes of a row's message, as captured.

        Raises OSError or ValueError when its file cannot be read any more.
        """
        offset, length = self.offset[row], self.length[row]
        if self.flags[row] & Flag.ASIDE:
            return self._aside.read(offset, length)
        return self.sources[self.source[row]].read(offset, length)

    def numpy(self, name: str) -> NDArray[Any]:
        """Return a column as a numpy array that shares its memory (no copy); the units are those of COLUMNS."""
        import numpy as np  # noqa: PLC0415  (only whole-column work pays for numpy's start)

        column = getattr(self, name)
        return np.frombuffer(column, dtype=column.typecode) if column else np.empty(0, column.typecode)
