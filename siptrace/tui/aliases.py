"""Names for addresses: what a user calls an endpoint, an address or a network."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from siptrace.ingest.datagram import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siptrace.ladder.model import Ladder

__all__ = ["NO_ALIASES", "Aliases"]


class Aliases:
    """Names of addresses, endpoints and networks: `10.0.0.1`, `[2001:db8::1]:5060`, `10.1.0.0/16`.

    Of several names that fit, that of the narrowest counts.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take the names; raises ValueError for one of what is neither endpoint nor address nor network."""
        self.names = dict(names)
        self._endpoints: dict[str, str] = {}
        self._networks: list[tuple[IPv4Network | IPv6Network, str]] = []
        for text, name in names.items():
            host = host_of(text)
            if host != text and (host.startswith("[") or ":" not in host):
                self._endpoints[_as_in_traces(host) + text[len(host) :]] = name
            else:
                self._networks.append((ip_network(text.strip("[]"), strict=False), name))
        self._networks.sort(key=lambda pair: pair[0].prefixlen, reverse=True)
        self._known: dict[str, str] = {}

    def name(self, endpoint: str) -> str:
        """Return the name of an endpoint or address as traces write them, the empty text where it has none."""
        if not self.names:
            return ""
        found = self._known.get(endpoint)
        if found is None:
            found = self._known[endpoint] = self._endpoints.get(endpoint) or self._in_network(host_of(endpoint))
        return found

    def named(self, ladder: Ladder) -> Ladder:
        """Return a ladder whose lanes are called by these names, where they have one."""
        if not self.names:
            return ladder
        lanes = (lane._replace(alias=self.name(lane.address) or lane.alias) for lane in ladder.lanes)
        return ladder._replace(lanes=tuple(lanes))

    def _in_network(self, host: str) -> str:
        """Return the name of the narrowest network that an address is in."""
        try:
            address = ip_address(host.strip("[]"))
        except ValueError:  # a host name in a log, or nobody
            return ""
        return next((name for network, name in self._networks if address in network), "")


def _as_in_traces(host: str) -> str:
    """Return an address as traces write it; raises ValueError for what is none."""
    address = ip_address(host.strip("[]"))
    return f"[{address}]" if address.version == 6 else str(address)


NO_ALIASES = Aliases({})
"""Everybody is called as the trace calls them."""
