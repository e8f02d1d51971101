"""How tests ask the compiled indexer about single packets and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fixtures.wire import udp_frame
from siptrace.sip.grammar import looks_like_sip
from siptrace.table import layout
from siptrace.table.bulk import KERNEL
from siptrace.table.columns import Flag
from siptrace.table.layout import MEMO, ROW
from siptrace.table.scan import Scanned, scan
from tests.kernels import loaded

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HEAD", "A", "B", "check_message", "index", "record", "scanned_of", "text_at"]

A, B = ("192.0.2.1", 5060), ("192.0.2.2", 5070)
HEAD = 42
"""Bytes of Ethernet, IPv4 and UDP before a payload."""
SECRET = (7, 11)
TIME, FRAME = 1_700_000_000_000_000_000, 3


def record(size: int, link: int = 1, *, start: int = 0, wire: int = 0) -> list[int]:
    """Return the record of a packet of a size."""
    return [TIME, FRAME, link, start, size, wire or size]


def index(data: bytes, *records: list[int]) -> tuple[NDArray[np.int64], list[list[int]]]:
    """Return the rows of the messages in some packets, and the records that were handed over."""
    loaded(KERNEL)
    listed = np.array(records, np.int64).reshape(-1)
    rows, handed = np.zeros(len(records) * ROW, np.int64), np.zeros(len(listed), np.int64)
    counts, memo = np.zeros(2, np.int64), np.zeros(MEMO, np.int64)
    KERNEL("index_records", np.frombuffer(data, np.uint8), listed, *SECRET, rows, handed, memo, counts)
    return rows.reshape(-1, ROW)[: counts[0]], handed.reshape(-1, 6)[: counts[1]].tolist()


def text_at(data: bytes, row: NDArray[np.int64], place: int) -> bytes:
    """Return a text of a row."""
    start, length, _ = row[place : place + 3].tolist()
    return data[start : start + length]


def scanned_of(data: bytes, row: NDArray[np.int64]) -> Scanned:
    """Return what a row says, in the words of the plain indexer."""
    texts: dict[str, Any] = {
        name: text_at(data, row, getattr(layout, name.upper()))
        for name in ("method", "start", "call_id", "from_tag", "to_tag", "branch", "from_uri", "to_uri")
    }
    return Scanned(
        **texts,
        sent_by=text_at(data, row, layout.SENT_BY).lower(),
        status=int(row[layout.STATUS]),
        cseq=int(row[layout.CSEQ]),
        via_count=int(row[layout.VIAS]),
        flags=Flag(int(row[layout.FLAGS])),
    )


def check_message(payload: bytes) -> bool:
    """Hold that a message in a UDP datagram is read as `scan` reads it, or handed over; return whether it was read."""
    data = udp_frame(A, B, payload[:65000])
    rows, handed = index(data, record(len(data)))
    if not len(rows):
        assert handed == [record(len(data))] or not looks_like_sip(payload)
        return False
    assert looks_like_sip(payload)
    assert scanned_of(data, rows[0]) == scan(payload, {})
    assert rows[0][layout.OFFSET] == HEAD
    assert rows[0][layout.LENGTH] == len(payload)
    return True
