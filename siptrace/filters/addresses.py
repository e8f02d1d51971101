"""Addresses in expressions: an IP address, a network, `ip:port`, or the name that a log gives.

The values of such a field are endpoints as `siptrace.ingest.datagram` has them: the packed address and two bytes of
port, or a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.filters.types import ORDER, Searched
from siptrace.ingest.datagram import endpoint_text, host_of
from siptrace.patterns import pattern

if TYPE_CHECKING:
    from siptrace.filters.types import Test
    from siptrace.ingest.datagram import EndpointKey

__all__ = ["Address", "Endpoint"]

_PORT = pattern(r"(?P<host>[0-9.]+|\[[^\]]*\]|[^:]+):(?P<port>[0-9]{1,5})")


class _Network(NamedTuple):
    """The addresses of `size` bytes that begin with the same bits as `prefix`, with `shift` bits after those."""

    size: int
    prefix: int
    shift: int
    port: int | None

    def place(self, end: EndpointKey) -> int | None:
        """Return the bits of an endpoint that count, None for one that cannot be in such a network."""
        if isinstance(end, str) or len(end) != self.size + 2:
            return None
        return int.from_bytes(end[:-2], "big") >> self.shift


class Endpoint(Searched):
    """Where a message came from or went to: an address, a network, an address with its port, or a name in a log."""

    name, example = "address", "10.0.0.0/8"

    def shown(self, value: Any) -> str:
        """Return `ip:port`, or the name."""
        return endpoint_text(value)

    def read(self, text: str) -> Any:
        """Return the network, or the text of a name."""
        return _network(text) or text

    def compare(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator with a network or a name."""
        if isinstance(wanted, str):
            return lambda end: (wanted in (endpoint_text(end), host_of(endpoint_text(end)))) == (name == "eq")
        return _equal(wanted, name == "eq") if name in ("eq", "ne") else _ordered(wanted, name)


class Address(Endpoint):
    """An IP address or a network, as Wireshark writes them: no port, no name."""

    name, example, tests = "IP address", "10.0.0.1", ORDER

    def read(self, text: str) -> Any:
        """Return the network; raises ValueError for everything else."""
        network = _network(text)
        if network is None or network.port is not None:
            raise ValueError(f'"{text}" is neither an IP address nor a network such as 10.0.0.0/8.')
        return network


def _network(text: str) -> _Network | None:
    """Return the network of an address, a network, or an address with its port; None for another text."""
    from ipaddress import ip_network  # noqa: PLC0415  (most expressions have no addresses)

    host, port = text, None
    with_port = _PORT.fullmatch(text)
    if with_port:
        host, port = with_port["host"], int(with_port["port"])
    try:
        network = ip_network(host.strip("[]"), strict=False)
    except ValueError:
        return None
    shift = network.max_prefixlen - network.prefixlen
    return _Network(network.max_prefixlen // 8, int(network.network_address) >> shift, shift, port)


def _equal(wanted: _Network, equal: bool) -> Test:
    """Return the test for being in a network and at its port, or for not being so."""
    port = None if wanted.port is None else wanted.port.to_bytes(2, "big")

    def test(end: EndpointKey) -> bool:
        same = wanted.place(end) == wanted.prefix and (port is None or end[-2:] == port)
        return same == equal

    return test


def _ordered(wanted: _Network, name: str) -> Test:
    """Return the test for standing before or after a network; addresses of the other kind do neither."""
    compare = {"lt": int.__lt__, "le": int.__le__, "gt": int.__gt__, "ge": int.__ge__}[name]
    return lambda end: (place := wanted.place(end)) is not None and compare(place, wanted.prefix)
