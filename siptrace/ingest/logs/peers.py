"""Between whom: the two addresses of a message whose log names one of them, or none.

The message itself tells: who sends a request writes itself on top of Via, the Request-URI or the first Route says
where it goes, and a response takes the way of its request back (RFC 3261 18.2). Names stay names: nothing is looked
up. The weak spot: behind a NAT, or with names in URIs, one machine may appear under two addresses.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from siptrace.ingest.datagram import EndpointKey, Transport, endpoint_key

__all__ = ["UNKNOWN", "Addresses", "Peers", "parse_address", "scan", "transport_of"]

UNKNOWN: EndpointKey = "unknown"
"""The endpoint of which neither the log nor the message says anything."""

MAX_REQUESTS = 65_536
"""How many requests wait for their responses: at 1,000 calls a second that is more than 32 s, the life of a
transaction (RFC 3261 17.1.1.2), and costs some megabytes."""

_VALUE_LIMIT = 2048
"""How many bytes of a field are searched: an address that begins later is none, and a search stays cheap."""

Key = tuple[bytes, bytes, bytes]
_key = lru_cache(maxsize=65_536)(endpoint_key)

_FOLD = re.compile(rb"\r?\n[ \t]+")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_HOST = rb"(?P<host>\[[0-9A-Fa-f:.%]{2,64}\]|[^\s:;,?<>\"/\[\]]{1,255})"
# via-parm = sent-protocol LWS sent-by *( SEMI via-params )    (RFC 3261 25.1); blanks around the slashes are legal.
_VIA = re.compile(
    rb"SIP\s*/\s*[\d.]{1,8}\s*/\s*(?P<transport>[A-Za-z0-9-]{1,16})\s+" + _HOST + rb"(?:\s*:\s*(?P<port>\d{1,5}))?"
)
_RECEIVED = re.compile(rb";\s*received\s*=\s*(\[?[0-9A-Fa-f:.]{2,64}\]?)", re.IGNORECASE)
_RPORT = re.compile(rb";\s*rport\s*=\s*(\d{1,5})", re.IGNORECASE)
_BRANCH = re.compile(rb";\s*branch\s*=\s*([^\s;,]{1,256})", re.IGNORECASE)
# SIP-URI = "sip:" [ userinfo ] hostport    (RFC 3261 25.1); blanks before the port have been seen.
_URI = re.compile(
    rb"(?P<scheme>sips?):(?:[^@<>\s]*@)?" + _HOST + rb"(?:[ \t]*:[ \t]*(?P<port>\d{1,5}))?", re.IGNORECASE
)
_LITERAL = re.compile(rb"\[|[\d.]+\Z")
_ADDRESS = re.compile(rb"(?P<host>\[[^\]\s]{2,64}\]|[^\s:\[\]]{1,255})(?::(?P<port>\d{1,5}))?\Z")

_NAMES = {
    b"v": b"via",
    b"via": b"via",
    b"route": b"route",
    b"m": b"contact",
    b"contact": b"contact",
    b"t": b"to",
    b"to": b"to",
    b"i": b"call-id",
    b"call-id": b"call-id",
    b"cseq": b"cseq",
}
_TRANSPORTS = {name.name.encode(): name for name in Transport}


class Addresses(NamedTuple):
    """What a message says of addresses: each an endpoint, or None where it says nothing usable."""

    is_request: bool
    transport: Transport | None
    """The top Via's."""
    sent_by: EndpointKey | None
    """Whom the top Via names: the sender of a request, by its own word."""
    reply_to: EndpointKey | None
    """Where a response goes: the top Via with received and rport (RFC 3261 18.2.2, RFC 3581)."""
    target: EndpointKey | None
    """Where a request goes: the first Route, else the Request-URI (RFC 3261 8.1.2)."""
    is_literal: bool
    """Whether `target` is an IP address and no name."""
    answerer: EndpointKey | None
    """Who answers: the Contact of a response, else its To."""
    key: Key
    """What a response and its request have in common: branch, CSeq, Call-ID."""


def transport_of(name: bytes | None) -> Transport | None:
    """Return the transport of that name in any case, also as logs spell IPv6 (`UDP6`), or None."""
    return _TRANSPORTS.get(name.upper().rstrip(b"6")) if name else None


def parse_address(text: bytes, port: int = 5060) -> EndpointKey | None:
    """Return the endpoint of `host:port`, `[v6]:port` or a bare host with the default `port`; None if it is neither."""
    text = text[:_VALUE_LIMIT]
    if text.count(b":") > 1 and not text.startswith(b"["):
        return _endpoint(text, None, port)  # IPv6 without brackets has no port
    found = _ADDRESS.match(text)
    return _endpoint(found["host"], found["port"], port) if found else None


def scan(payload: bytes) -> Addresses:
    """Return what the message says of addresses, from its start line and the fields that name some."""
    end = _HEADER_END.search(payload)
    lines = _FOLD.sub(b" ", payload[: end.start()] if end else payload).lstrip(b"\r\n").split(b"\n")
    fields: dict[bytes, bytes] = {}
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        known = _NAMES.get(name.rstrip(b" \t").lower())
        if known and known not in fields:
            fields[known] = value[:_VALUE_LIMIT].strip()
    is_request = lines[0][:4].upper() != b"SIP/"
    via = fields.get(b"via", b"").partition(b",")[0]
    sent_by, reply_to, transport = _read_via(via)
    request_uri = lines[0][:_VALUE_LIMIT].partition(b" ")[2] if is_request else b""
    target = _search_uri(fields.get(b"route", b"")) or _search_uri(request_uri)
    answerer = _search_uri(fields.get(b"contact", b"")) or _search_uri(fields.get(b"to", b""))
    branch = _BRANCH.search(via)
    return Addresses(
        is_request=is_request,
        transport=transport,
        sent_by=sent_by,
        reply_to=reply_to,
        target=target[0] if target else None,
        is_literal=target is not None and target[1],
        answerer=answerer[0] if answerer else None,
        key=(
            branch[1] if branch else b"",
            b" ".join(fields.get(b"cseq", b"").split()),
            fields.get(b"call-id", b""),
        ),
    )


def _read_via(via: bytes) -> tuple[EndpointKey | None, EndpointKey | None, Transport | None]:
    """Return the sent-by, the address for responses and the transport of one Via value."""
    found = _VIA.match(via)
    if found is None:
        return None, None, None
    default = 5061 if found["transport"].upper() == b"TLS" else 5060  # RFC 3261 18.2.2
    received, rport = _RECEIVED.search(via), _RPORT.search(via)
    sent_by = _endpoint(found["host"], found["port"], default)
    reply_to = _endpoint(received[1] if received else found["host"], rport[1] if rport else found["port"], default)
    return sent_by, reply_to, transport_of(found["transport"])


def _search_uri(value: bytes) -> tuple[EndpointKey, bool] | None:
    """Return the endpoint of the first SIP URI in the value, and whether its host is an IP address."""
    found = _URI.search(value)
    if found is None:
        return None
    default = 5061 if len(found["scheme"]) == 4 else 5060  # sips (RFC 3263 4.2)
    return _endpoint(found["host"], found["port"], default), _LITERAL.match(found["host"]) is not None


def _endpoint(host: bytes, port: bytes | None, default: int) -> EndpointKey:
    return _key(host.decode("utf-8", "replace").lower(), int(port) if port else default)


class Peers:
    """Gives each message of one log its source and destination, and remembers which way requests went."""

    def __init__(self) -> None:
        """Start without knowing anybody."""
        self._requests: dict[Key, tuple[EndpointKey, EndpointKey]] = {}
        self._own: EndpointKey | None = None

    def resolve(
        self, message: Addresses, *, sent: bool | None = None, peer: EndpointKey | None = None
    ) -> tuple[EndpointKey, EndpointKey]:
        """Return source and destination of the message.

        `sent` tells whether the program that wrote the log sent it (None: the log does not say); `peer` is the other
        side where the log names it.
        """
        src, dst = self._of_request(message, sent) if message.is_request else self._of_response(message, sent)
        if peer is not None and sent is not None:
            src, dst = (src, peer) if sent else (peer, dst)
        if message.is_request and any(message.key):
            self._requests[message.key] = (src, dst)
            if len(self._requests) > MAX_REQUESTS:
                del self._requests[next(iter(self._requests))]
        return src, dst

    def _of_request(self, message: Addresses, sent: bool | None) -> tuple[EndpointKey, EndpointKey]:
        target = message.target or UNKNOWN
        if sent is None:
            return message.reply_to or UNKNOWN, target
        if sent:
            self._own = message.sent_by or self._own
            return message.sent_by or self._own or UNKNOWN, target
        # A name in the Request-URI is ours, under whatever address we have signed requests with.
        return message.reply_to or UNKNOWN, target if message.is_literal else self._own or target

    def _of_response(self, message: Addresses, sent: bool | None) -> tuple[EndpointKey, EndpointKey]:
        way = self._requests.get(message.key) if any(message.key) else None
        if way:
            return way[1], way[0]
        if sent is None:
            return message.answerer or UNKNOWN, message.reply_to or UNKNOWN
        if sent:
            return self._own or message.answerer or UNKNOWN, message.reply_to or UNKNOWN
        return message.answerer or UNKNOWN, message.sent_by or self._own or UNKNOWN
