"""What every reader yields, whatever it reads: one payload with its time, addresses and place.

The invariant: a `Datagram` carries at most one transport payload that looks like SIP, in full. Over UDP that is one
datagram's payload; over a stream it is one message that was cut out of the stream.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

__all__ = ["NO_OFFSET", "NO_TIME", "Datagram", "EndpointKey", "Transport", "endpoint_key", "endpoint_text", "host_of"]

NO_TIME = -(2**63)
"""The time of a message whose log gives none."""

NO_OFFSET = -1
"""The offset of a payload that lies nowhere in its file in one piece (reassembled, decompressed or from a log)."""

EndpointKey = bytes | str
"""Packed address and port in network order (6 bytes for IPv4, 18 for IPv6); text where a log gives a name only."""


class Transport(IntEnum):
    """How a message travelled; the name is what `--json` prints."""

    UDP = 0
    TCP = 1
    TLS = 2
    WS = 3
    WSS = 4
    SCTP = 5


class Datagram(NamedTuple):
    """One payload: `time_ns` since 1970 in UTC, `frame` from 1 in its file (the line number in a log).

    `offset` is where `payload` begins in the file's own bytes, or NO_OFFSET.
    """

    time_ns: int
    frame: int
    transport: Transport
    src: EndpointKey
    dst: EndpointKey
    payload: bytes
    offset: int


def endpoint_key(host: str, port: int) -> EndpointKey:
    """Return the key of a host and port from text: packed when `host` is an IP address, else `host:port`.

    Brackets around IPv6 are accepted. A port outside 0..65535 becomes 0; port 0 is left out of a name.
    """
    from ipaddress import ip_address  # noqa: PLC0415  (captures give no addresses in text)

    port = port if 0 <= port <= 65535 else 0
    try:
        return ip_address(host.strip("[]")).packed + port.to_bytes(2, "big")
    except ValueError:
        return f"{host}:{port}" if port else host


@lru_cache(maxsize=65536)
def endpoint_text(key: EndpointKey) -> str:
    """Return `ip:port` (IPv6 in brackets), or the name as it is."""
    if isinstance(key, str):
        return key
    address, port = key[:-2], int.from_bytes(key[-2:], "big")
    if len(address) == 4:
        return f"{'.'.join(map(str, address))}:{port}"
    from ipaddress import IPv6Address  # noqa: PLC0415  (many captures hold no IPv6)

    return f"[{IPv6Address(address)}]:{port}"


def host_of(endpoint: str) -> str:
    """Return the text of an endpoint without its port: `ip` (IPv6 in brackets) or a name."""
    host, colon, port = endpoint.rpartition(":")
    return host if colon and port.isdigit() else endpoint
