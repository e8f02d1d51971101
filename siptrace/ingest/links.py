"""From the link layer to the network layer: where in a packet IP begins.

One function a link type, each from `(buf, start, end)` to `(EtherType, position)` or None; the registry is `LINKS`.
EtherTypes stand for the network protocol whatever the link calls it. Never raises: a header that is cut gives None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.ingest.sources import Buffer

__all__ = ["ETHERNET", "IPV4", "IPV6", "LINKS", "TAGS", "after_ethertype", "ethernet", "gre", "ppp"]

ETHERNET = 1
"""The link type of nearly every capture (LINKTYPE_ETHERNET)."""

IPV4 = 0x0800
IPV6 = 0x86DD
_PPPOE_SESSION = 0x8864
_BRIDGED, _ERSPAN, _ERSPAN3 = 0x6558, 0x88BE, 0x22EB
_PPP = {0x0021: IPV4, 0x0057: IPV6}  # RFC 1332 2, RFC 5072 4

TAGS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
"""VLAN tags: 802.1Q, 802.1ad, and what switches used for stacked tags before that."""

# Loopback writes the address family of the machine it ran on: AF_INET is 2 everywhere, AF_INET6 differs.
_FAMILIES = {2: IPV4, 10: IPV6, 24: IPV6, 28: IPV6, 30: IPV6}

Found = tuple[int, int] | None


def after_ethertype(kind: int, buf: Buffer, pos: int, end: int) -> Found:
    """Skip VLAN tags and PPPoE behind an EtherType; return the network protocol and where it begins."""
    while kind in TAGS:
        if pos + 4 > end:
            return None
        kind = buf[pos + 2] << 8 | buf[pos + 3]
        pos += 4
    if kind == _PPPOE_SESSION:  # RFC 2516 4: version and type, code, session, length
        return ppp(buf, pos + 6, end) if pos + 8 <= end and buf[pos + 1] == 0 else None
    return kind, pos


def ethernet(buf: Buffer, start: int, end: int) -> Found:
    """Two addresses and an EtherType (IEEE 802.3)."""
    if start + 14 > end:
        return None
    return after_ethertype(buf[start + 12] << 8 | buf[start + 13], buf, start + 14, end)


def _cooked(buf: Buffer, start: int, end: int) -> Found:
    """Linux `-i any`, first version (LINKTYPE_LINUX_SLL): the EtherType is the last of 16 bytes."""
    if start + 16 > end:
        return None
    return after_ethertype(buf[start + 14] << 8 | buf[start + 15], buf, start + 16, end)


def _cooked2(buf: Buffer, start: int, end: int) -> Found:
    """Linux `-i any`, second version (LINKTYPE_LINUX_SLL2): the EtherType is the first of 20 bytes."""
    if start + 20 > end:
        return None
    return after_ethertype(buf[start] << 8 | buf[start + 1], buf, start + 20, end)


def _raw(buf: Buffer, start: int, end: int) -> Found:
    """No link header: the first nibble of the packet is the version of IP."""
    version = buf[start] >> 4 if start < end else 0
    return (IPV4 if version == 4 else IPV6, start) if version in (4, 6) else None


def _raw4(_buf: Buffer, start: int, _end: int) -> Found:
    """IPv4 and nothing else (LINKTYPE_IPV4)."""
    return IPV4, start


def _raw6(_buf: Buffer, start: int, _end: int) -> Found:
    """IPv6 and nothing else (LINKTYPE_IPV6)."""
    return IPV6, start


def _loopback(buf: Buffer, start: int, end: int) -> Found:
    """BSD loopback: an address family in the byte order of the machine that captured, or of the network (108)."""
    if start + 4 > end:
        return None
    family = bytes(buf[start : start + 4])
    kind = _FAMILIES.get(int.from_bytes(family, "little")) or _FAMILIES.get(int.from_bytes(family, "big"))
    return (kind, start + 4) if kind else None


def ppp(buf: Buffer, start: int, end: int) -> Found:
    """PPP with or without its HDLC-like frame (RFC 1662 3.1) and with a compressed protocol field (RFC 1661 6.5)."""
    if start + 2 <= end and buf[start] == 0xFF and buf[start + 1] == 0x03:
        start += 2
    if start >= end:
        return None
    if buf[start] & 1:
        return _ppp_found(buf[start], start + 1)
    return _ppp_found(buf[start] << 8 | buf[start + 1], start + 2) if start + 2 <= end else None


def _ppp_found(protocol: int, pos: int) -> Found:
    kind = _PPP.get(protocol)
    return (kind, pos) if kind else None


def gre(buf: Buffer, start: int, end: int) -> Found:
    """Look into a GRE tunnel (RFC 2784 2, RFC 2890 2), which may carry Ethernet frames, as ERSPAN does."""
    if start + 4 > end or buf[start] & 0x40 or buf[start + 1] & 7:  # source routes (RFC 1701) and PPTP (RFC 2637)
        return None
    kind = buf[start + 2] << 8 | buf[start + 3]
    numbered = buf[start] & 0x10
    pos = start + 4 + sum(4 for flag in (0x80, 0x20, 0x10) if buf[start] & flag)
    if kind == _BRIDGED:
        return ethernet(buf, pos, end)
    if kind == _ERSPAN:  # type I has no header of its own and no sequence numbers, type II has 8 bytes
        return ethernet(buf, pos + 8 if numbered else pos, end)
    if kind == _ERSPAN3 and pos + 12 <= end:
        return ethernet(buf, pos + (20 if buf[pos + 11] & 1 else 12), end)
    return after_ethertype(kind, buf, pos, end)


LINKS: dict[int, Callable[[Buffer, int, int], Found]] = {
    0: _loopback,
    ETHERNET: ethernet,
    9: ppp,
    12: _raw,
    14: _raw,
    50: ppp,
    101: _raw,
    108: _loopback,
    113: _cooked,
    228: _raw4,
    229: _raw6,
    276: _cooked2,
}
"""The link types that are decoded here, by their LINKTYPE or DLT number (12 and 14 are both names of raw IP)."""
