"""SIP header fields for the compiled indexer: which a line is, and what the common shape of each says.

A reader returns False for any shape but the common one; the message is then left to `siptrace.table.scan`. Importing
this module imports numba.
"""

from __future__ import annotations

import numpy as np

from siptrace.table.kernel_bytes import (
    ALPHA,
    DIGIT,
    DISPLAY,
    HOST,
    TOKEN,
    UPPER,
    URI,
    byte_at,
    find,
    inlined,
    is_printed,
    pack,
    packed_text,
    span,
)
from siptrace.table.layout import BRANCH, CSEQ, METHOD, SENT_BY, START, STATUS

__all__ = ["field_of", "is_held", "keeps_bindings", "put_text", "read_address", "read_cseq", "read_start", "read_via"]

SIP_2, TAG_NAME, BRANCH_NAME, COOKIE_TEXT = (
    packed_text(b"SIP/2.0"),
    packed_text(b"tag"),
    packed_text(b"branch"),
    packed_text(b"z9hG4bK"),
)


def short_name(text: bytes) -> int:
    """Return the packed text of a name below eight bytes, its length on top: a name may end with zeros."""
    return packed_text(text) | len(text) << 56


V, F, T, ID, C, L = (short_name(letter) for letter in (b"v", b"f", b"t", b"i", b"c", b"l"))
N_VIA, N_FROM, N_TO, N_CALL_ID, N_CSEQ = (short_name(name) for name in (b"via", b"from", b"to", b"call-id", b"cseq"))
M, R, B = (short_name(letter) for letter in (b"m", b"r", b"b"))
N_CONTACT, N_EXPIRES, N_JOIN, N_ALSO = (short_name(name) for name in (b"contact", b"expires", b"join", b"also"))
REGISTER = packed_text(b"register")
REPLACES, REFER_TO, EXPIRES = packed_text(b"replaces"), packed_text(b"refer-to"), packed_text(b"expires")
REFERRED, REFERRED_REST = packed_text(b"referred"), packed_text(b"-by")
REQUESTED, REQUESTED_REST = packed_text(b"requeste"), packed_text(b"d-by")
CONTENT, TYPE_REST, LENGTH_REST = packed_text(b"content-"), packed_text(b"type"), packed_text(b"length")
WWW, WWW_REST = packed_text(b"www-auth"), packed_text(b"enticate")
PROXY, PROXY_CHALLENGE, PROXY_CREDENTIALS = packed_text(b"proxy-au"), packed_text(b"thentica"), packed_text(b"thorizat")
AUTH, AUTH_REST, STATE_1, STATE_2 = (
    packed_text(b"authoriz"),
    packed_text(b"ation"),
    packed_text(b"subscrip"),
    packed_text(b"tion-sta"),
)
TE, ION = packed_text(b"te"), packed_text(b"ion")
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

LENGTHS = sum(1 << length for length in (1, 2, 3, 4, 7, 8, 11, 12, 13, 14, 16, 18, 19))
"""The lengths of their names, as bits: most lines are no such field, and their length says so."""


@inlined
def put_text(row, place, start, length):
    """Put a text into its places of a row; `read_packet` hashes it later, all texts in one loop."""
    row[place] = start
    row[place + 1] = length


@inlined
def field_of(data, start, end):
    """Return which header field a name is (RFC 3261 7.3.3, 20), in any case and in the compact form."""
    length = end - start
    if length > 19 or not LENGTHS >> length & 1:
        return OTHER
    word = pack(data, start, end)
    if length < 8:
        word |= np.int64(length) << 56
        if word == N_VIA or word == V:
            return VIA
        if word == N_FROM or word == F:
            return FROM
        if word == N_TO or word == T:
            return TO
        if word == N_CALL_ID or word == ID:
            return CALL
        if word == N_CSEQ:
            return SEQ
        if word == C:
            return TYPE
        if word == L:
            return SIZE
        if word == N_CONTACT or word == M:
            return BINDING
        if word == N_EXPIRES:
            return LIFETIME
        return RARE if word == N_JOIN or word == N_ALSO or word == R or word == B else OTHER
    if length == 8:
        return RARE if word == REPLACES or word == REFER_TO else OTHER
    more = pack(data, start + 8, end)
    if word == CONTENT:
        if length == 12 and more == TYPE_REST:
            return TYPE
        return SIZE if length == 14 and more == LENGTH_REST else OTHER
    if length == 16 and word == WWW and more == WWW_REST:
        return CHALLENGED
    if length == 18 and word == PROXY and more == PROXY_CHALLENGE:
        return CHALLENGED if pack(data, start + 16, end) == TE else OTHER
    if length == 19 and word == PROXY and more == PROXY_CREDENTIALS:
        return CREDENTIAL if pack(data, start + 16, end) == ION else OTHER
    if length == 13 and word == AUTH and more == AUTH_REST:
        return CREDENTIAL
    if length == 18 and word == STATE_1 and more == STATE_2:
        return STATE if pack(data, start + 16, end) == TE else OTHER
    if length == 11 and word == REFERRED and more == REFERRED_REST:
        return RARE
    return RARE if length == 12 and word == REQUESTED and more == REQUESTED_REST else OTHER


@inlined
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


@inlined
def is_held(data, start, end):
    """Return whether a line of a session description is `a=sendonly`, `a=inactive` or `c=IN IP4 0.0.0.0`."""
    at = start
    while at + 10 <= end:
        stop = find(data, at, end, 10)
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


@inlined
def read_via(data, start, end, row, first):
    """Read one Via value (RFC 3261 20.42); return False for any shape but `SIP/2.0/UDP host[:port];name[=token]...`."""
    if end - start < 12 or not is_sip_2(data, start) or byte_at(data, start + 7) != 47:
        return False
    at = span(data, start + 8, end, ALPHA)
    if at == start + 8 or at >= end or byte_at(data, at) != 32:
        return False
    host = at + 1
    at = span(data, host, end, HOST)
    if at == host:
        return False
    if at < end and byte_at(data, at) == 58:
        digits = at + 1
        at = span(data, digits, end, DIGIT)
        if at == digits or at - digits > 5 or byte_at(data, digits) == 48:
            return False
        port = np.int64(0)
        for i in range(digits, at):
            port = port * 10 + (np.int64(byte_at(data, i)) - 48)
        if port > 65535:
            return False
    sent_by = at - host
    branch, branch_length = 0, 0
    while at < end:
        if byte_at(data, at) != 59:
            return False
        name = at + 1
        at = name
        while at < end and 97 <= byte_at(data, at) <= 122:
            at += 1
        if at == name:
            return False
        is_branch = at - name == 6 and pack(data, name, at) == BRANCH_NAME
        if at < end and byte_at(data, at) == 61:
            value = at + 1
            at = span(data, value, end, TOKEN)
            if at == value or (is_branch and branch_length):
                return False
            if is_branch:
                branch, branch_length = value, at - value
        elif is_branch:
            return False
    if first:
        put_text(row, SENT_BY, host, sent_by)
        put_text(row, BRANCH, branch, branch_length)
    return True


@inlined
def read_address(data, start, end, row, tag_place, uri_place):
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
        at = span(data, at, end, DISPLAY)
    if at >= end or byte_at(data, at) != 60:
        return False
    uri = at + 1
    at = span(data, uri, end, URI)
    if at == uri or at >= end or byte_at(data, at) != 62:
        return False
    uri_length = at - uri
    at += 1
    tag, tag_length = 0, 0
    while at < end:
        if byte_at(data, at) != 59:
            return False
        name = at + 1
        at = span(data, name, end, ALPHA)
        if at == name:
            return False
        is_tag = at - name == 3 and pack(data, name, at) == TAG_NAME
        if at >= end or byte_at(data, at) != 61:
            return False
        value = at + 1
        at = span(data, value, end, TOKEN)
        if at == value or (is_tag and tag_length):
            return False
        if is_tag:
            tag, tag_length = value, at - value
    put_text(row, uri_place, uri, uri_length)
    put_text(row, tag_place, tag, tag_length)
    return True


@inlined
def read_cseq(data, start, end, row, response):
    """Read a CSeq value (RFC 3261 20.16); False for any shape but `1 INVITE`."""
    at = span(data, start, end, DIGIT)
    if at == start or at - start > 9 or at >= end or byte_at(data, at) != 32:
        return False
    number = np.int64(0)
    for i in range(start, at):
        number = number * 10 + (np.int64(byte_at(data, i)) - 48)
    method = at + 1
    if span(data, method, end, UPPER) != end or method == end:
        return False
    row[CSEQ] = number
    if response:
        put_text(row, METHOD, method, end - method)
    return True


@inlined
def is_sip_2(data, at):
    """Return whether seven bytes, which must be there, are `SIP/2.0`."""
    upper = 65 <= byte_at(data, at) <= 90 and 65 <= byte_at(data, at + 1) <= 90 and 65 <= byte_at(data, at + 2) <= 90
    return upper and pack(data, at, at + 7) == SIP_2


@inlined
def read_start(data, start, end, row):
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
        row[STATUS] = code
        put_text(row, START, start, end - start)
        return 2
    at = span(data, start, end, UPPER)
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
    row[STATUS] = 0
    put_text(row, METHOD, start, at - start)
    put_text(row, START, start, end - start)
    return 1
