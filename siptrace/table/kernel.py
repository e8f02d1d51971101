"""The compiled indexer: records, packets and header fields of a window of a capture, in machine code.

These are numba functions over bytes and integers: no object, no allocation, no exception. `walk_window` finds the
records of a pcap window; `index_records` decodes link, IP and UDP of each, and reads the identifying header fields of
SIP into a row of integers. It reads only the shapes that nearly all traffic has. Whatever else it meets (TCP,
fragments, tunnels, odd links, folded lines, lists, quoting, bytes that are not ASCII) it hands over, record by record,
to the plain path, whose `siptrace.table.scan` is the definition of every column; so the kernel may be narrow but is
never wrong.

Invariant: every index is checked against the end of its record or message before it is used; searches may look at what
lies behind that end, inside the window, and do not mind it.

Importing this module imports numba; only `siptrace.table.native` does, when there is no compiled copy yet.
"""

from __future__ import annotations

import numpy as np

from siptrace.ingest.limits import MAX_PACKET
from siptrace.table.columns import Flag
from siptrace.table.kernel_bytes import (
    apart,
    byte_at,
    get,
    hash_text,
    is_ascii,
    kernel,
    pack,
    put,
    u16,
    u32,
)
from siptrace.table.kernel_fields import (
    BINDING,
    CALL,
    CHALLENGED,
    COOKIE_TEXT,
    CREDENTIAL,
    LIFETIME,
    OTHER,
    RARE,
    REGISTER,
    SDP_1,
    SDP_2,
    SEQ,
    SIZE,
    STATE,
    TERMINATED_1,
    TERMINATED_2,
    TO,
    TYPE,
    VIA,
    field_of,
    is_held,
    keeps_bindings,
    put_text,
    read_cseq,
    read_start,
)
from siptrace.table.kernel_lanes import TOKEN, digits, find_break, find_colon, members
from siptrace.table.kernel_memo import read_twin
from siptrace.table.kernel_rows import put_rows, rehash
from siptrace.table.layout import (
    ADDRESS,
    BRANCH,
    CALL_ID,
    DST,
    FLAGS,
    FRAME,
    FROM_TAG,
    FROM_URI,
    KIND_SHIFT,
    KINDS,
    LENGTH,
    METHOD,
    OFFSET,
    PORTS,
    ROW,
    SENT_BY,
    SRC,
    TIME,
    TO_TAG,
    TO_URI,
    VIAS,
)

__all__ = ["hash_key", "index_records", "put_rows", "rehash", "walk_window"]

# Results of looking at one packet or message.
NOTHING, MESSAGE, HAND_OVER = 0, 1, 2

# Plain numbers, because numba knows no enums.
SDP, CHALLENGE, CREDENTIALS = int(Flag.SDP), int(Flag.CHALLENGE), int(Flag.CREDENTIALS)
COOKIE, SUBSCRIPTION_ENDED = int(Flag.COOKIE), int(Flag.SUBSCRIPTION_ENDED)
HOLD, CONTACT = int(Flag.HOLD), int(Flag.CONTACT)

KIND_OF, TEXT_COUNT = np.array(KINDS, np.int64), len(KINDS)

FIRST_TEXT, SECOND_TEXT = (
    np.array([SENT_BY, FROM_URI, TO_URI], np.int64),
    np.array([BRANCH, FROM_TAG, TO_TAG], np.int64),
)
"""The places of the two texts of VIA, FROM and TO."""

MAY_BEGIN = members(TOKEN + "\r\n")

MAX_LINES = 500
"""Header lines of a message read here; more are left to the parser, which has the limit."""


@kernel
def hash_key(data, length, more, key0, key1):
    """Return the hash that a text has in a row."""
    return hash_text(data, 0, length, more, np.uint64(key0), np.uint64(key1), False)


@kernel
def line_end(data, start, end):
    """Return where the CR LF of a line begins; -1 where there is none, or a CR or LF alone."""
    at = find_break(data, start, end)
    return at if at + 1 < end and byte_at(data, at) == 13 and byte_at(data, at + 1) == 10 else -1


@kernel
def is_blank(data, at):
    """Return whether a byte is a space or a tab."""
    return byte_at(data, at) == 32 or byte_at(data, at) == 9


@apart
def read_message(data, start, end, rows, row, memo, era):
    """Read the identifying header fields of the message in `data[start:end]` into a row; False to hand it over.

    A row is ROW integers of `rows` from an item on. `era` counts the messages that were handed over: their rows go to
    others, so the memo may no longer know what it knew before the last of them.
    """
    stop = line_end(data, start, end)
    if stop < 0:
        return False
    kind = read_start(data, start, stop, rows, row)
    if kind == 0:
        return False
    seen, vias, flags, sdp_type, size, lines = 0, 0, 0, False, np.int64(-1), 0
    register = kind == 1 and byte_at(data, start + 8) == 32 and pack(data, start, start + 8) == REGISTER
    at = stop + 2
    while True:
        stop = line_end(data, at, end)
        if stop < 0:
            return False
        if stop == at:
            break
        lines += 1
        if lines > MAX_LINES or is_blank(data, at):
            return False
        colon = find_colon(data, at, stop)
        if colon < stop:
            name_end = colon
            while name_end > at and is_blank(data, name_end - 1):
                name_end -= 1
            field = field_of(data, at, name_end)
            if field != OTHER:
                value, value_end = colon + 1, stop
                while value < value_end and is_blank(data, value):
                    value += 1
                while value_end > value and is_blank(data, value_end - 1):
                    value_end -= 1
                if field != VIA and field <= SIZE:
                    if seen & (1 << field):
                        return False
                good = True
                if field <= TO:
                    first, second = row + get(FIRST_TEXT, field), row + get(SECOND_TEXT, field)
                    via = field == VIA
                    counts = vias == 0 or not via
                    good = read_twin(data, value, value_end, rows, first, second, via, counts, memo, era)
                    vias += via
                elif field == CALL:
                    good = value < value_end and is_ascii(data, value, value_end)
                    put_text(rows, row + CALL_ID, value, value_end - value)
                elif field == SEQ:
                    good = read_cseq(data, value, value_end, rows, row, kind == 2)
                elif field == TYPE:
                    sdp_type = value_end - value == 15 and pack(data, value, value_end) == SDP_1
                    sdp_type = sdp_type and pack(data, value + 8, value_end) == SDP_2
                elif field == SIZE:
                    good = digits(data, value, value_end) == value_end and 0 < value_end - value < 10
                    size = np.int64(0)
                    if good:
                        for i in range(value, value_end):
                            size = size * 10 + (np.int64(byte_at(data, i)) - 48)
                elif field == CHALLENGED:
                    flags |= CHALLENGE
                elif field == CREDENTIAL:
                    flags |= CREDENTIALS
                elif field == RARE:
                    return False
                elif field == BINDING or field == LIFETIME:
                    if register:
                        good = keeps_bindings(data, value, value_end)
                        flags |= CONTACT if field == BINDING else 0
                elif field == STATE and value_end - value >= 10:
                    ended = pack(data, value, value_end) == TERMINATED_1
                    if ended and pack(data, value + 8, value + 10) == TERMINATED_2:
                        flags |= SUBSCRIPTION_ENDED
                if not good:
                    return False
                seen |= 1 << field
        at = stop + 2
    if seen & 31 != 31:
        return False
    body = end - (stop + 2)
    if body > 0:
        if not sdp_type or size != body:
            return False
        flags |= SDP | (HOLD if is_held(data, stop + 2, end) else 0)
    branch, length = get(rows, row + BRANCH), get(rows, row + BRANCH + 1)
    if length > 7 and pack(data, branch, branch + 7) == COOKIE_TEXT:
        flags |= COOKIE
    put(rows, row + VIAS, vias)
    put(rows, row + FLAGS, flags)
    put(rows, row + OFFSET, start)
    put(rows, row + LENGTH, end - start)
    return True


@kernel
def network_of(data, link, start, end):
    """Return EtherType and where IP begins, as one number (`position << 16 | type`); 0 to hand the packet over."""
    if link == 1:
        kind, at = start + 12, start + 14
    elif link == 113:
        kind, at = start + 14, start + 16
    elif link == 276:
        kind, at = start, start + 20
    elif link == 12 or link == 14 or link == 101:
        if start >= end:
            return 0
        version = byte_at(data, start) >> 4
        if version == 4:
            return start << 16 | 0x0800
        return start << 16 | 0x86DD if version == 6 else 0
    elif link == 228:
        return start << 16 | 0x0800
    elif link == 229:
        return start << 16 | 0x86DD
    elif link == 0 or link == 108:
        if start + 4 > end:
            return 0
        # AF_INET is 2 everywhere, and its byte is the first or the last
        if (
            byte_at(data, start) + byte_at(data, start + 3) == 2
            and byte_at(data, start + 1) == 0
            and byte_at(data, start + 2) == 0
        ):
            return (start + 4) << 16 | 0x0800
        return 0
    else:
        return 0
    if at > end:
        return 0
    found = u16(data, kind)
    while found == 0x8100 or found == 0x88A8 or found == 0x9100 or found == 0x9200:
        if at + 4 > end:
            return 0
        found = u16(data, at + 2)
        at += 4
    return at << 16 | found


@kernel
def udp_of(data, kind, at, end):
    """Return where an unfragmented UDP header begins, 0 to hand the packet over; all lengths agree and are there."""
    if kind == 0x0800:
        if at + 28 > end or byte_at(data, at) >> 4 != 4:
            return 0
        header, total = np.int64(byte_at(data, at) & 15) * 4, u16(data, at + 2)
        if (
            header < 20
            or byte_at(data, at + 9) != 17
            or u16(data, at + 6) & 0x3FFF
            or at + total > end
            or total < header + 8
        ):
            return 0
        udp = at + header
        return udp if u16(data, udp + 4) + header == total else 0
    if kind == 0x86DD:
        if at + 48 > end or byte_at(data, at) >> 4 != 6 or byte_at(data, at + 6) != 17:
            return 0
        total = u16(data, at + 4)
        if total < 8 or at + 40 + total > end:
            return 0
        return at + 40 if u16(data, at + 44) == total else 0
    return 0


@kernel
def read_packet(data, link, start, end, rows, row, key0, key1, memo, era):
    """Decode one packet and read its message into a row; return NOTHING, MESSAGE or HAND_OVER."""
    found = network_of(data, link, start, end)
    kind, at = found & 0xFFFF, found >> 16
    udp = udp_of(data, kind, at, end) if found else 0
    if udp == 0:
        return HAND_OVER
    begin, stop = udp + 8, udp + u16(data, udp + 4)
    if begin == stop or not MAY_BEGIN[byte_at(data, begin)]:
        return NOTHING
    for place in range(ROW):
        put(rows, row + place, 0)
    if not read_message(data, begin, stop, rows, row, memo, era):
        return HAND_OVER
    size = 4 if kind == 0x0800 else 16
    address = at + 12 if kind == 0x0800 else at + 8
    put_text(rows, row + ADDRESS, address, size)
    put(rows, row + PORTS, udp)
    put_text(rows, row + SRC, address, size)
    put_text(rows, row + DST, address + size, size)
    for text in range(TEXT_COUNT):
        place = METHOD + 3 * text
        length = get(rows, row + place + 1)
        if length and get(rows, row + place + 2) == 0:
            # An endpoint is hashed as its address and, because they lie apart, its port (never 0 apart from that).
            port = u16(data, udp + (2 if place == DST else 0)) + 1 if place >= SRC else 0
            more = get(KIND_OF, text) << KIND_SHIFT | port
            key = hash_text(data, get(rows, row + place), length, more, key0, key1, place == SENT_BY)
            put(rows, row + place + 2, key)
    return MESSAGE


@kernel
def walk_window(data, start, end, swapped, header, scale, link, frame, records, result):
    """Walk pcap records from `start` while they are whole and sane; the first of them is frame number `frame`.

    Puts six integers a record into `records` (time, frame, link, position, captured and wire length), and into
    `result` where the last one ends and how many there are.
    """
    at, count = start, 0
    while at + header <= end:
        captured = u32(data, at + 8, swapped)
        if captured <= 0 or captured > MAX_PACKET or at + header + captured > end:
            break
        record = count * 6
        put(records, record, u32(data, at, swapped) * 1_000_000_000 + u32(data, at + 4, swapped) * scale)
        put(records, record + 1, frame + count)
        put(records, record + 2, link)
        put(records, record + 3, at + header)
        put(records, record + 4, captured)
        put(records, record + 5, u32(data, at + 12, swapped))
        at += header + captured
        count += 1
    put(result, 0, at)
    put(result, 1, count)
    return 0


@kernel
def index_records(data, records, key0, key1, rows, handed, memo, counts):
    """Index packets: ROW integers a message into `rows`; records that go the plain way are copied to `handed`.

    `counts` gets how many there are of each; `memo` is zeros, as many as `siptrace.table.layout` says.
    """
    messages, others = 0, 0
    first, second, era = np.uint64(key0), np.uint64(key1), np.int64(1)
    for record in range(0, records.shape[0], 6):
        row, what = messages * ROW, HAND_OVER
        start, length = get(records, record + 3), get(records, record + 4)
        if length == get(records, record + 5):
            what = read_packet(
                data, get(records, record + 2), start, start + length, rows, row, first, second, memo, era
            )
        if what == MESSAGE:
            put(rows, row + TIME, get(records, record))
            put(rows, row + FRAME, get(records, record + 1))
            messages += 1
        elif what == HAND_OVER:
            for i in range(6):
                put(handed, others * 6 + i, get(records, record + i))
            others += 1
            era += 1
    put(counts, 0, messages)
    put(counts, 1, others)
    return 0
