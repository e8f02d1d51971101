"""The row of integers in which the compiled indexer describes one message.

A text takes three places: where it begins in the window, its length, and its keyed hash. The hash of an endpoint is
that of its packed address and port; texts of two kinds never have one hash.
"""

from __future__ import annotations

ROW = 44
"""Integers a row."""

TIME, FRAME, OFFSET, LENGTH, STATUS, CSEQ, VIAS, FLAGS, ADDRESS, ADDRESS_BYTES, PORTS = range(11)
METHOD, START, CALL_ID, FROM_TAG, TO_TAG, BRANCH, SENT_BY, FROM_URI, TO_URI, SRC, DST = range(11, 44, 3)

TEXTS = {
    "method": METHOD,
    "start": START,
    "call_id": CALL_ID,
    "from_tag": FROM_TAG,
    "to_tag": TO_TAG,
    "branch": BRANCH,
    "sent_by": SENT_BY,
    "from_uri": FROM_URI,
    "to_uri": TO_URI,
    "src": SRC,
    "dst": DST,
}
"""Columns of texts and their places in a row."""

KINDS = (0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 7)
"""The kind of each text, in the order of `TEXTS`: texts of one kind share their numbers."""

KIND_COUNT = 8
KIND_SHIFT = 17
"""A hash takes a kind in above these bits, which hold the port of an endpoint and one more."""

WIDE = (TIME, FRAME, OFFSET, CSEQ)
MIDDLE = (LENGTH, FLAGS)
NARROW = (STATUS, VIAS)
"""Places of plain numbers whose columns have 64, 32 and 16 bits."""

NUMBERS = {
    "time": TIME,
    "frame": FRAME,
    "offset": OFFSET,
    "length": LENGTH,
    "status": STATUS,
    "cseq": CSEQ,
    "via_count": VIAS,
    "flags": FLAGS,
}
"""Columns of plain numbers and their places in a row."""

MEMO_BITS = 10
MEMO = 4 << MEMO_BITS
"""Integers of the memo of values that were read lately, four a value."""

LINKS = frozenset((0, 1, 12, 14, 101, 108, 113, 228, 229, 276))
"""The link types that the compiled indexer knows."""
