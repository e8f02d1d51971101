"""The plain-Python indexer: what each column of a row means, by definition.

`columns_of` says it of a parsed message, and that is the definition. `scan` says the same of a message's bytes without
parsing it: header lines in the shape that nearly all traffic has are read by short patterns, single odd values by
`siptrace.sip.fields`, and a message that is odd as a whole by the parser itself. A header line that was seen before is
not read again: the lines of one call repeat in each of its messages, and a dictionary of lines is the cheapest parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from siptrace.sip import fields
from siptrace.sip.parse import MAX_HEAD_BYTES, MAX_HEADERS, parse
from siptrace.table.columns import NO_NUMBER, Flag

if TYPE_CHECKING:
    from siptrace.sip.message import Message

__all__ = ["MEMO_LIMIT", "Memo", "Scanned", "columns_of", "scan"]

MEMO_LIMIT = 32_768
"""Remembered lines; when full they are all forgotten, which costs one more reading each and bounds the memory."""


class Scanned(NamedTuple):
    """The columns of one message that its own bytes determine, in the order of `COLUMNS`; absent texts are empty."""

    method: bytes
    status: int
    cseq: int
    start: bytes
    call_id: bytes
    from_tag: bytes
    to_tag: bytes
    branch: bytes
    sent_by: bytes
    via_count: int
    from_uri: bytes
    to_uri: bytes
    flags: int


_Line = tuple[int, bytes, bytes, int]
"""What a remembered line is: its field, up to two texts and a number."""

Memo = dict[bytes, _Line | None]
"""Header lines already read, by their bytes; None where the line is of no interest."""

_VIA, _FROM, _TO, _CALL_ID, _CSEQ, _CONTENT_TYPE, _CONTENT_LENGTH, _FLAG = range(8)

_FIELDS: dict[bytes, int] = {
    b"via": _VIA,
    b"v": _VIA,
    b"from": _FROM,
    b"f": _FROM,
    b"to": _TO,
    b"t": _TO,
    b"call-id": _CALL_ID,
    b"i": _CALL_ID,
    b"cseq": _CSEQ,
    b"content-type": _CONTENT_TYPE,
    b"c": _CONTENT_TYPE,
    b"content-length": _CONTENT_LENGTH,
    b"l": _CONTENT_LENGTH,
    b"www-authenticate": _FLAG,
    b"proxy-authenticate": _FLAG,
    b"authorization": _FLAG,
    b"proxy-authorization": _FLAG,
    b"subscription-state": _FLAG,
    b"replaces": _FLAG,
    b"join": _FLAG,
    b"refer-to": _FLAG,
    b"r": _FLAG,
    b"referred-by": _FLAG,
    b"b": _FLAG,
    b"also": _FLAG,
    b"requested-by": _FLAG,
    b"contact": _FLAG,
    b"m": _FLAG,
    b"expires": _FLAG,
}
_FLAGS = {
    b"www-authenticate": int(Flag.CHALLENGE),
    b"proxy-authenticate": int(Flag.CHALLENGE),
    b"authorization": int(Flag.CREDENTIALS),
    b"proxy-authorization": int(Flag.CREDENTIALS),
    **dict.fromkeys((b"replaces", b"join"), int(Flag.REPLACES)),
    **dict.fromkeys((b"refer-to", b"r", b"referred-by", b"b", b"also", b"requested-by"), int(Flag.REFERENCE)),
}
_FLAG_HEADERS = (
    (Flag.CHALLENGE, ("WWW-Authenticate", "Proxy-Authenticate")),
    (Flag.CREDENTIALS, ("Authorization", "Proxy-Authorization")),
    (Flag.REPLACES, ("Replaces", "Join")),
    (Flag.REFERENCE, ("Refer-To", "Referred-By", "Also", "Requested-By")),
)
"""The same by the names of a parsed message: header fields that say something by being there."""

# The common shapes. Whatever does not match goes to the parser, so they may be narrow but never wrong.
_REQUEST_LINE = re.compile(rb"([A-Z]+) [!-~]+ SIP/2\.0")
_STATUS_LINE = re.compile(rb"SIP/2\.0 ([1-6]\d\d) [ -~]*")
_VIA_VALUE = re.compile(
    rb"SIP/2\.0/[A-Za-z]+ ([A-Za-z0-9.-]+(?::[1-9]\d{0,3})?)((?:;[a-z]+(?:=[A-Za-z0-9.!%*_+`'~-]+)?)*)"
)
_BRANCH = re.compile(rb";branch=([^;]+)")
_ADDRESS_VALUE = re.compile(
    rb"(?:\"[^\"\\<>\x80-\xff]*\"|[A-Za-z0-9.!%*_+`'~-]*) ?<([A-Za-z0-9.!%*_+`'~:;@=&$?/-]+)>"
    rb"((?:;[A-Za-z]+=[A-Za-z0-9.!%*_+`'~-]+)*)"
)
_TAG = re.compile(rb";tag=([^;]+)")
_CSEQ_VALUE = re.compile(rb"(\d{1,9}) ([A-Z]+)")
_NO_EXPIRES = re.compile(rb"(?i);[ \t]*expires[ \t]*=[ \t]*\"?0+(?![0-9])")
_HELD = re.compile(rb"(?im)^(?:a=(?:sendonly|inactive)|c=IN IP4 0\.0\.0\.0)\r?$")
_BLANKS = b" \t"
# Plain numbers: arithmetic on enum members is slow, and these meet every message.
_SDP, _MALFORMED, _COOKIE_FLAG = int(Flag.SDP), int(Flag.MALFORMED), int(Flag.COOKIE)
_CONTACT, _UNREGISTER, _HOLD = int(Flag.CONTACT), int(Flag.UNREGISTER), int(Flag.HOLD)
_OF_REGISTER = _CONTACT | _UNREGISTER
_COOKIE = b"z9hg4bk"
_MAX_CSEQ = 2**31


def _read_via(value: bytes) -> tuple[bytes, bytes, int]:
    """Return branch, sent-by and number of values of one Via line (RFC 3261 20.42)."""
    simple = _VIA_VALUE.fullmatch(value)
    if simple and value.count(b";branch") < 2:
        branch = _BRANCH.search(simple[2])
        return (branch[1] if branch else b""), simple[1].lower(), 1
    vias, _ = fields.parse_via(value.decode(errors="backslashreplace"))
    if not vias:
        return b"", b"", 0
    return (vias[0].branch or "").encode(), vias[0].sent_by.encode(), len(vias)


def _read_address(value: bytes) -> tuple[bytes, bytes, int]:
    """Return tag and URI of a From or To value (RFC 3261 20.20, 20.39)."""
    simple = _ADDRESS_VALUE.fullmatch(value)
    if simple and (not simple[2] or (simple[2].startswith(b";tag=") and simple[2].count(b";") == 1)):
        return simple[2][5:], simple[1], 1
    address, _ = fields.parse_name_addr(value.decode(errors="backslashreplace"))
    if address is None:
        return b"", b"", 0
    return (address.tag or "").encode(), address.uri.text.encode(), 1


def _read_cseq(value: bytes) -> tuple[bytes, bytes, int]:
    """Return method, nothing and number of a CSeq value (RFC 3261 20.16)."""
    simple = _CSEQ_VALUE.fullmatch(value)
    if simple:
        return simple[2], b"", int(simple[1])
    cseq, _ = fields.parse_cseq(value.decode(errors="backslashreplace"))
    if cseq is None:
        return b"", b"", NO_NUMBER
    return cseq.method.encode(), b"", _cseq_number(cseq.number)


def _cseq_number(number: int) -> int:
    """Return a CSeq number, NO_NUMBER where it is not below 2**31 (RFC 3261 8.1.1.5)."""
    return number if 0 <= number < _MAX_CSEQ else NO_NUMBER


def _read_line(line: bytes) -> _Line | None:  # noqa: PLR0911  (one return a field)
    """Read one header line that is not remembered; None when it is of no interest."""
    name, colon, value = line.partition(b":")
    name = name.strip(_BLANKS).lower()
    field = _FIELDS.get(name)
    if field is None or not colon:
        return None
    value = value.strip(_BLANKS)
    if field == _VIA:
        read = _read_via(value)
        return (_VIA, *read) if read[2] else None
    if field in (_FROM, _TO):
        return (field, *_read_address(value))
    if field == _CSEQ:
        return (_CSEQ, *_read_cseq(value))
    if field == _CALL_ID:
        return _CALL_ID, value if value.isascii() else value.decode(errors="backslashreplace").encode(), b"", 0
    if field == _CONTENT_TYPE:
        return _CONTENT_TYPE, value.lower(), b"", 0
    if field == _CONTENT_LENGTH:
        return _CONTENT_LENGTH, b"", b"", int(value) if value.isdigit() and len(value) < 10 else NO_NUMBER
    flags = _flags_of(name, value)
    return (_FLAG, b"", b"", flags) if flags else None


def _flags_of(name: bytes, value: bytes) -> int:
    """Return the flags that a header line gives its message."""
    if name == b"subscription-state":
        return int(Flag.SUBSCRIPTION_ENDED) if value.lower().startswith(b"terminated") else 0
    if name in (b"contact", b"m"):
        return _binding(value)
    if name == b"expires":
        return _UNREGISTER if _is_zero(value) else 0
    return _FLAGS[name]


def _binding(contact: bytes) -> int:
    """Return what a Contact line of a REGISTER does (RFC 3261 10.2.1, 10.2.2)."""
    return _CONTACT | (_UNREGISTER if contact.startswith(b"*") or _NO_EXPIRES.search(contact) else 0)


def _is_zero(expires: bytes) -> bool:
    """Return whether an Expires value is zero."""
    return expires.isdigit() and not expires.strip(b"0")


def _hold(body: bytes) -> int:
    """Return the flag of a session description that puts somebody on hold, 0 for another."""
    return _HOLD if _HELD.search(body) else 0


def scan(data: bytes, memo: Memo) -> Scanned:
    """Return the columns of one message; `memo` is kept by the caller from message to message.

    Where a header field that may stand only once is repeated the first one counts, as in `siptrace.sip.message`.
    """
    end = data.find(b"\r\n\r\n")
    head = data[:end]
    lines = head.split(b"\r\n")
    count = len(lines) - 1
    if (
        end < 0
        or head.count(b"\n") != count
        or head.count(b"\r") != count
        or b"\n " in head
        or b"\n\t" in head
        or count > MAX_HEADERS
        or end > MAX_HEAD_BYTES
    ):
        return columns_of(parse(data))
    start = lines[0]
    response = _STATUS_LINE.fullmatch(start)
    request = None if response else _REQUEST_LINE.fullmatch(start)
    if not response and not request:
        return columns_of(parse(data))
    return _scan_lines(data, lines, end + 4, memo, request[1] if request else b"", int(response[1]) if response else 0)


def _scan_lines(data: bytes, lines: list[bytes], body: int, memo: Memo, method: bytes, status: int) -> Scanned:
    """Return the columns of a message whose head is in good order; `method` is that of a request."""
    found: list[_Line | None] = [None] * 7
    vias = flags = 0
    if len(memo) > MEMO_LIMIT:
        memo.clear()
    for line in lines[1:]:
        try:
            known = memo[line]
        except KeyError:
            known = memo[line] = _read_line(line)
        if known is None:
            continue
        field = known[0]
        if field == _FLAG:
            flags |= known[3]
            continue
        if field == _VIA:
            vias += known[3]
        if found[field] is None:
            found[field] = known
    described = _described(data, body, found)
    if described is None:
        return columns_of(parse(data))
    return _combine(found, vias, flags | described, lines[0], method, status)


def _described(data: bytes, body: int, found: list[_Line | None]) -> int | None:
    """Return the flag of a session description that is the whole body, 0 without one, None where the parser decides."""
    content_type, length = found[_CONTENT_TYPE], found[_CONTENT_LENGTH]
    size = len(data) - body
    if not size:
        return 0
    if content_type is None:
        return None if data.startswith(b"v=0", body) else 0
    plain = content_type[1] == b"application/sdp" and length is not None and length[3] == size
    return _SDP | _hold(data[body:]) if plain else None


_NOTHING: _Line = (_FLAG, b"", b"", 0)
_NO_CSEQ: _Line = (_CSEQ, b"", b"", NO_NUMBER)


def _has_cookie(branch: bytes) -> bool:
    """Return whether a branch is the magic cookie and more (RFC 3261 8.1.1.7); of bytes only A to Z have a case."""
    return len(branch) > len(_COOKIE) and branch[: len(_COOKIE)].lower() == _COOKIE


def _combine(found: list[_Line | None], vias: int, flags: int, start: bytes, method: bytes, status: int) -> Scanned:
    """Return the columns from the lines that were found."""
    _, branch, sent_by, has_via = found[_VIA] or _NOTHING
    _, from_tag, from_uri, has_from = found[_FROM] or _NOTHING
    _, to_tag, to_uri, has_to = found[_TO] or _NOTHING
    _, cseq_method, _, cseq = found[_CSEQ] or _NO_CSEQ
    call_id = (found[_CALL_ID] or _NOTHING)[1]
    if not (has_via and has_from and has_to and call_id and cseq >= 0 and sent_by and status >= 0):
        flags |= _MALFORMED
    if _has_cookie(branch):
        flags |= _COOKIE_FLAG
    if method != b"REGISTER":
        flags &= ~_OF_REGISTER
    return Scanned(
        method or cseq_method, status, cseq, start, call_id, from_tag, to_tag, branch, sent_by, vias, from_uri, to_uri,
        flags,
    )  # fmt: skip


def _registration(message: Message) -> int:
    """Return what a REGISTER does to bindings, line by line."""
    flags = 0
    for header in message.headers:
        value = header.value.encode("utf-8", "backslashreplace")
        if header.name == "Contact":
            flags |= _binding(value)
        elif header.name == "Expires" and _is_zero(value):
            flags |= _UNREGISTER
    return flags


def columns_of(message: Message) -> Scanned:
    """Return the columns of a parsed message: the definition of each."""
    via = message.vias[0] if message.vias else None
    cseq, from_, to = message.cseq, message.from_, message.to
    number = _cseq_number(cseq.number) if cseq else NO_NUMBER
    status = 0 if message.status is None else message.status if 100 <= message.status <= 699 else NO_NUMBER
    sent_by, call_id = (via.sent_by if via else "").encode(), message.call_id.encode()
    flags = int(Flag.SDP) | _hold(message.body) if message.sdp is not None else 0
    for flag, names in _FLAG_HEADERS:
        if any(message.values(name) for name in names):
            flags |= flag
    if message.method == "REGISTER" and message.is_request:
        flags |= _registration(message)
    if _has_cookie((via.branch or "" if via else "").encode()):
        flags |= Flag.COOKIE
    if any(value.lower().startswith("terminated") for value in message.values("Subscription-State")):
        flags |= Flag.SUBSCRIPTION_ENDED
    if not (via and from_ and to and call_id and number >= 0 and sent_by and status >= 0):
        flags |= Flag.MALFORMED
    return Scanned(
        message.method.encode(),
        status,
        number,
        message.raw.lstrip(b"\r\n").replace(b"\r", b"\n").partition(b"\n")[0],
        call_id,
        (from_.tag or "" if from_ else "").encode(),
        (to.tag or "" if to else "").encode(),
        (via.branch or "" if via else "").encode(),
        sent_by,
        len(message.vias),
        (from_.uri.text if from_ else "").encode(),
        (to.uri.text if to else "").encode(),
        int(flags),
    )
