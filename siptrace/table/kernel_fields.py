"""SIP header fields for the compiled indexer: which a line is, and what the common shape of each says.

A reader returns False for any shape but the common one; the message is then left to `siptrace.table.scan`. Importing
this module imports numba.
"""

from __future__ import annotations

import numpy as np

from siptrace.table.kernel_bytes import apart, byte_at, get, is_printed, kernel, pack, packed_text, put
from siptrace.table.kernel_lanes import (
    alphas,
    digits,
    displayed,
    find_newline,
    host_chars,
    token_chars,
    uppers,
    uri_chars,
)
from siptrace.table.layout import CSEQ, METHOD, START, STATUS

__all__ = ["field_of", "is_held", "keeps_bindings", "put_text", "read_address", "read_cseq", "read_start", "read_via"]

SIP_2, TAG_NAME, BRANCH_NAME, COOKIE_TEXT = (
    packed_text(b"SIP/2.0"),
    packed_text(b"tag"),
    packed_text(b"branch"),
    packed_text(b"z9hG4bK"),
)


REGISTER, EXPIRES = packed_text(b"register"), packed_text(b"expires")
SENDONLY, SENDONLY_REST, INACTIVE, INACTIVE_REST, NOWHERE, NOWHERE_REST = (
    packed_text(b"a=sendon"),
    packed_text(b"ly"),
    packed_text(b"a=inacti"),
    packed_text(b"ve"),
    packed_text(b"c=in ip4"),
    packed_text(b" 0.0.0.0"),
)
SDP_1, SDP_2, TERMINATED_1, TERMINATED_2 = (
    packed_text(b"applicat"),
    packed_text(b"ion/sdp"),
    packed_text(b"terminat"),
    packed_text(b"ed"),
)

VIA, FROM, TO, CALL, SEQ, TYPE, SIZE, CHALLENGED, CREDENTIAL, STATE, BINDING, LIFETIME, RARE, OTHER = range(14)
"""Header fields that the indexer reads, in no order that matters; messages with a rare one are left to `scan`."""

NAMES = {
    "via": VIA, "v": VIA, "from": FROM, "f": FROM, "to": TO, "t": TO, "call-id": CALL, "i": CALL, "cseq": SEQ,
    "content-type": TYPE, "c": TYPE, "content-length": SIZE, "l": SIZE, "www-authenticate": CHALLENGED,
    "proxy-authenticate": CHALLENGED, "authorization": CREDENTIAL, "proxy-authorization": CREDENTIAL,
    "subscription-state": STATE, "contact": BINDING, "m": BINDING, "expires": LIFETIME, "replaces": RARE, "join": RARE,
    "refer-to": RARE, "r": RARE, "referred-by": RARE, "b": RARE, "also": RARE, "requested-by": RARE,
}  # fmt: skip
"""Their names and compact forms (RFC 3261 7.3.3, 20), at most 24 bytes long."""

SLOT_BITS = 6
LONGEST = max(map(len, NAMES))


def slot_of(name: bytes, factor: int) -> int:
    """Return the slot of a name, out of its first bytes and its length."""
    return ((packed_text(name[:8]) ^ len(name)) * factor & 2**64 - 1) >> 64 - SLOT_BITS


def factor_of(names: list[bytes]) -> int:
    """Return a number that gives each name a slot of its own."""
    odd = (0x9E3779B97F4A7C15 * (2 * i + 1) & 2**64 - 1 for i in range(100_000))
    return next(factor for factor in odd if len({slot_of(name, factor) for name in names}) == len(names))


FACTOR = np.uint64(factor_of([name.encode() for name in NAMES]))


def slots() -> tuple[np.ndarray, np.ndarray]:
    """Return for each slot the length and the bytes of its name, eight at a time, and the field."""
    names, fields = np.zeros((1 << SLOT_BITS) * 4, np.int64), np.full(1 << SLOT_BITS, OTHER, np.int64)
    for text, field in NAMES.items():
        name = text.encode()
        slot = slot_of(name, int(FACTOR))
        names[4 * slot : 4 * slot + 4] = [len(name), *(packed_text(name[at : at + 8]) for at in (0, 8, 16))]
        fields[slot] = field
    return names, fields


SLOT_NAMES, SLOT_FIELDS = slots()


@kernel
def put_text(rows, place, start, length):
    """Put a text into its places among rows; `read_packet` hashes it later, all texts in one loop."""
    put(rows, place, start)
    put(rows, place + 1, length)


@kernel
def field_of(data, start, end):
    """Return which header field a name is (RFC 3261 7.3.3, 20), in any case and in the compact form."""
    length = end - start
    if length > LONGEST:
        return OTHER
    word = pack(data, start, end)
    slot = np.int64((np.uint64(word ^ length) * FACTOR) >> np.uint64(64 - SLOT_BITS))
    good = get(SLOT_NAMES, 4 * slot) == length and get(SLOT_NAMES, 4 * slot + 1) == word
    if good and length > 8:
        good = get(SLOT_NAMES, 4 * slot + 2) == pack(data, start + 8, end)
        if length > 16:
            good = good and get(SLOT_NAMES, 4 * slot + 3) == pack(data, start + 16, end)
    return get(SLOT_FIELDS, slot) if good else OTHER


@apart
def keeps_bindings(data, start, end):
    """Return whether a Contact or Expires value of a REGISTER plainly removes nothing; False leaves it to `scan`.

    It does where no number after `expires=`, and not the value itself, begins with a zero.
    """
    if start >= end or byte_at(data, start) == 42 or byte_at(data, start) == 48:
        return False
    for i in range(start, end - 6):
        if byte_at(data, i) | 32 == 101 and pack(data, i, i + 7) == EXPIRES:
            if i + 8 >= end or byte_at(data, i + 7) != 61 or not 49 <= byte_at(data, i + 8) <= 57:
                return False
    return True


@apart
def is_held(data, start, end):
    """Return whether a line of a session description is `a=sendonly`, `a=inactive` or `c=IN IP4 0.0.0.0`."""
    at = start
    while at + 10 <= end:
        stop = find_newline(data, at, end)
        last = stop - 1 if stop > at and byte_at(data, stop - 1) == 13 else stop
        letter = byte_at(data, at) | 32
        if letter == 97 and last - at == 10:
            word, rest = pack(data, at, at + 8), pack(data, at + 8, last)
            if (word == SENDONLY and rest == SENDONLY_REST) or (word == INACTIVE and rest == INACTIVE_REST):
                return True
        elif letter == 99 and last - at == 16:
            if pack(data, at, at + 8) == NOWHERE and pack(data, at + 8, last) == NOWHERE_REST:
                return True
        at = stop + 1
    return False


@apart
def read_via(data, start, end, rows, sent_by_place, branch_place, first):
    """Read one Via value (RFC 3261 20.42); return False for any shape but `SIP/2.0/UDP host[:port];name[=token]...`."""
    if end - start < 12 or not is_sip_2(data, start) or byte_at(data, start + 7) != 47:
        return False
    at = alphas(data, start + 8, end)
    if at == start + 8 or at >= end or byte_at(data, at) != 32:
        return False
    host = at + 1
    at = host_chars(data, host, end)
    if at == host:
        return False
    if at < end and byte_at(data, at) == 58:
        first_digit = at + 1
        at = digits(data, first_digit, end)
        if at == first_digit or at - first_digit > 5 or byte_at(data, first_digit) == 48:
            return False
        port = np.int64(0)
        for i in range(first_digit, at):
            port = port * 10 + (np.int64(byte_at(data, i)) - 48)
        if port > 65535:
            return False
    sent_by = at - host
    branch, branch_length = 0, 0
    while at < end:
        if byte_at(data, at) != 59:
            return False
        name = at + 1
        at = alphas(data, name, end)
        if at == name:
            return False
        is_branch = at - name == 6 and pack(data, name, at) == BRANCH_NAME
        if at < end and byte_at(data, at) == 61:
            value = at + 1
            at = token_chars(data, value, end)
            if at == value or (is_branch and branch_length):
                return False
            if is_branch:
                branch, branch_length = value, at - value
        elif is_branch:
            return False
    if first:
        put_text(rows, sent_by_place, host, sent_by)
        put_text(rows, branch_place, branch, branch_length)
    return True


@apart
def read_address(data, start, end, rows, uri_place, tag_place):
    """Read a From or To value (RFC 3261 20.20, 20.39); False for any shape but `name <uri>` with token parameters."""
    at = start
    if at < end and byte_at(data, at) == 34:
        at += 1
        while at < end and byte_at(data, at) != 34:
            byte = byte_at(data, at)
            if byte == 92 or byte == 60 or byte == 62 or byte >= 127 or byte < 32:
                return False
            at += 1
        if at >= end:
            return False
        at += 1
        if at < end and byte_at(data, at) == 32:
            at += 1
    else:
        at = displayed(data, at, end)
    if at >= end or byte_at(data, at) != 60:
        return False
    uri = at + 1
    at = uri_chars(data, uri, end)
    if at == uri or at >= end or byte_at(data, at) != 62:
        return False
    uri_length = at - uri
    at += 1
    tag, tag_length = 0, 0
    while at < end:
        if byte_at(data, at) != 59:
            return False
        name = at + 1
        at = alphas(data, name, end)
        if at == name:
            return False
        is_tag = at - name == 3 and pack(data, name, at) == TAG_NAME
        if at >= end or byte_at(data, at) != 61:
            return False
        value = at + 1
        at = token_chars(data, value, end)
        if at == value or (is_tag and tag_length):
            return False
        if is_tag:
            tag, tag_length = value, at - value
    put_text(rows, uri_place, uri, uri_length)
    put_text(rows, tag_place, tag, tag_length)
    return True


@apart
def read_cseq(data, start, end, rows, row, response):
    """Read a CSeq value (RFC 3261 20.16); False for any shape but `1 INVITE`."""
    at = digits(data, start, end)
    if at == start or at - start > 9 or at >= end or byte_at(data, at) != 32:
        return False
    number = np.int64(0)
    for i in range(start, at):
        number = number * 10 + (np.int64(byte_at(data, i)) - 48)
    method = at + 1
    if uppers(data, method, end) != end or method == end:
        return False
    put(rows, row + CSEQ, number)
    if response:
        put_text(rows, row + METHOD, method, end - method)
    return True


@kernel
def is_sip_2(data, at):
    """Return whether seven bytes, which must be there, are `SIP/2.0`."""
    upper = 65 <= byte_at(data, at) <= 90 and 65 <= byte_at(data, at + 1) <= 90 and 65 <= byte_at(data, at + 2) <= 90
    return upper and pack(data, at, at + 7) == SIP_2


@apart
def read_start(data, start, end, rows, row):
    """Read the start line (RFC 3261 7.1, 7.2): 1 for a request, 2 for a response, 0 for any other shape."""
    if end - start < 12:
        return 0
    if is_sip_2(data, start):
        if byte_at(data, start + 7) != 32 or byte_at(data, start + 11) != 32:
            return 0
        code = np.int64(0)
        for i in range(8, 11):
            digit = byte_at(data, start + i)
            if digit < 48 or digit > 57:
                return 0
            code = code * 10 + (np.int64(digit) - 48)
        if code < 100 or code > 699:
            return 0
        if not is_printed(data, start + 12, end, 32):
            return 0
        put(rows, row + STATUS, code)
        put_text(rows, row + START, start, end - start)
        return 2
    at = uppers(data, start, end)
    uri = at + 1
    if (
        at == start
        or at - start > 64
        or uri + 9 > end
        or byte_at(data, at) != 32
        or byte_at(data, end - 8) != 32
        or end - uri > 8000
    ):
        return 0
    if not is_sip_2(data, end - 7):
        return 0
    if not is_printed(data, uri, end - 8, 33):
        return 0
    put(rows, row + STATUS, 0)
    put_text(rows, row + METHOD, start, at - start)
    put_text(rows, row + START, start, end - start)
    return 1
