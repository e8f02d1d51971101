"""Lanes: which addresses share a vertical line, and what the trace calls whoever stands there.

Ports of one address share a lane (TCP clients use many), unless messages travel between two ports of that address:
then each of its ports is somebody else, as on a loopback capture.

Names come from what each side says of itself: a user agent is called as the user it speaks for, a relay by the host
name in its Via, a server by the host name that requests to it carry. Addresses are not repeated as names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ingest.datagram import host_of
from siptrace.ladder.model import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siptrace.reconstruct.model import TracedMessage

__all__ = ["LaneMap", "find_lanes"]


class LaneMap:
    """Where each endpoint stands: `lanes`, and the index of an endpoint's lane."""

    def __init__(self, lanes: Sequence[Lane], places: dict[str, int]) -> None:
        """Hold the lanes and the place of each endpoint text."""
        self.lanes = tuple(lanes)
        self._places = places

    def place(self, endpoint: str) -> int:
        """Return the lane index of an endpoint that the messages contained."""
        return self._places[endpoint]


def find_lanes(messages: Sequence[TracedMessage]) -> LaneMap:
    """Return the lanes of some messages in the order in which they take part."""
    shared = {host_of(m.src) for m in messages if host_of(m.src) == host_of(m.dst) and m.src != m.dst}
    members: dict[str, dict[str, None]] = {}
    for endpoint in _in_order(messages):
        host = host_of(endpoint)
        members.setdefault(endpoint if host in shared else host, {})[endpoint] = None
    places = {endpoint: index for index, group in enumerate(members.values()) for endpoint in group}
    names = _names(messages, places)
    lanes = [
        Lane(names.get(index, ""), next(iter(group)) if len(group) == 1 else key)
        for index, (key, group) in enumerate(members.items())
    ]
    return LaneMap(lanes, places)


def _in_order(messages: Iterable[TracedMessage]) -> Iterable[str]:
    """Yield sender and receiver of each message; of a first response the receiver, who asked, comes first."""
    for message in messages:
        yield from (message.src, message.dst) if message.is_request else (message.dst, message.src)


def _is_address(host: str) -> bool:
    """Return whether a host is an IP address and so no name."""
    from ipaddress import ip_address  # noqa: PLC0415  (asked only of registrars and relays)

    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _names(messages: Sequence[TracedMessage], places: dict[str, int]) -> dict[int, str]:
    """Return the name of each lane that has one."""
    relays = {places[m.src] for m in messages if m.is_request and len(m.sip.vias) > 1}
    names: dict[int, str] = {}
    for message in messages:
        src, dst = places[message.src], places[message.dst]
        if message.is_request:
            _name_sender(names, src, relays, message)
            _name_server(names, dst, message)
        elif src not in names and src not in relays and _speaks_for_itself(message):
            _set(names, src, _user(message, called=True))
    return names


def _set(names: dict[int, str], lane: int, name: str) -> None:
    """Name a lane that has no name yet, unless another lane is already called so."""
    if name and lane not in names and name not in names.values():
        names[lane] = name


def _name_sender(names: dict[int, str], lane: int, relays: set[int], message: TracedMessage) -> None:
    """Name who sends a request: a relay by the host name in its Via, a user agent by its user."""
    via = message.sip.vias[0] if message.sip.vias else None
    if lane in relays:
        _set(names, lane, via.host if via and not _is_address(via.host) else "")
    elif via and len(message.sip.vias) == 1:
        _set(names, lane, _user(message, called=False))


def _name_server(names: dict[int, str], lane: int, message: TracedMessage) -> None:
    """Name a registrar by the host name in the Request-URI."""
    if message.method != "REGISTER":
        return
    host = (message.sip.request_uri or "").partition(":")[2].partition(";")[0].rpartition("@")[2]
    _set(names, lane, "" if _is_address(host_of(host)) else host_of(host))


def _user(message: TracedMessage, *, called: bool) -> str:
    """Return the display name or user of the caller (From) or the called (To)."""
    address = message.sip.to if called else message.sip.from_
    if address is None:
        return ""
    return address.display or address.uri.user or ""


def _speaks_for_itself(message: TracedMessage) -> bool:
    """Return whether a response comes from the called user agent itself: its Contact is where it was sent from."""
    if message.method == "REGISTER" or message.status in (None, 100):
        return False
    hosts = {contact.uri.host for contact in message.sip.contacts if contact.uri is not None}
    return not hosts if message.status and message.status >= 300 else host_of(message.src) in hosts
