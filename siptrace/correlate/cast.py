"""Who in a trace plays whom in a flow: the actor at an endpoint, and the addresses of an actor.

Read off the steps that were found: who sent one is its sender. Who received it is its receiver unless the match leaves
relays out of account, for then the next hop is one of those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ingest.datagram import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.correlate.model import Actor
    from siptrace.correlate.reading import Match
    from siptrace.reconstruct.model import TracedMessage

__all__ = ["Cast"]


class Cast:
    """The cast of one match."""

    def __init__(self, match: Match, messages: Sequence[TracedMessage]) -> None:
        """Find out who plays whom."""
        self._flow = match.flow
        self._actors: dict[str, str] = {}
        for endpoint, actor_id in _sightings(match, messages):
            self._actors.setdefault(endpoint, actor_id)
        self._hosts: dict[str, set[str]] = {}
        for endpoint, actor_id in self._actors.items():
            self._hosts.setdefault(host_of(endpoint), set()).add(actor_id)
        self._shared = {host_of(m.src) for m in messages if host_of(m.src) == host_of(m.dst) and m.src != m.dst}
        self._ends = dict.fromkeys(end for message in messages for end in (message.src, message.dst))

    def actor(self, endpoint: str) -> Actor | None:
        """Return who is at an endpoint, None for somebody whom the flow does not have."""
        host = host_of(endpoint)
        at_host = set() if host in self._shared else self._hosts.get(host, set())
        actor_id = self._actors.get(endpoint) or (next(iter(at_host)) if len(at_host) == 1 else None)
        return None if actor_id is None else self._flow.actor(actor_id)

    def name(self, endpoint: str) -> str:
        """Return what to call who is at an endpoint: the actor's label, or the address."""
        actor = self.actor(endpoint)
        return self.address(endpoint) if actor is None else actor.label

    def address(self, endpoint: str) -> str:
        """Return an endpoint without its port, unless more than one party is at that address."""
        host = host_of(endpoint)
        return endpoint if host in self._shared or len(self._hosts.get(host, ())) > 1 else host

    def addresses(self, actor_id: str) -> tuple[str, ...]:
        """Return the addresses of an actor in order of appearance; empty for one that the trace does not show."""
        ends = (end for end in self._ends if (actor := self.actor(end)) is not None and actor.id == actor_id)
        return tuple(dict.fromkeys(map(self.address, ends)))

    @property
    def others(self) -> tuple[str, ...]:
        """The addresses of all who play no part."""
        return tuple(dict.fromkeys(self.address(end) for end in self._ends if self.actor(end) is None))


def _sightings(match: Match, messages: Sequence[TracedMessage]) -> Iterator[tuple[str, str]]:
    """Yield endpoints with the actor that each is; who hangs up tells only where nothing else does."""
    steps = match.flow.steps
    found = [(steps[step], messages[at]) for step, at in match.steps.items()]
    found = [pair for pair in found if pair[0].method != "BYE"] or found
    for step, message in found:
        yield message.src, step.src
    for step, message in () if match.surplus else found:
        yield message.dst, step.dst
