"""What tests write messages with: a message is a value, its bytes are made when asked for, a trace is a list of them.

    call = invite()
    trace = trace_of([call, response_to(call, 180), response_to(call, 200), ack_2xx(call), in_dialog(call, "BYE")])

Actors are letters: `a` calls `b`; `p` and `q` are proxies, `c` and `d` further phones. Nothing here is for the product.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from siptrace.errors import AnomalyLog
from siptrace.ingest.datagram import NO_OFFSET, NO_TIME, Datagram, Transport, endpoint_key
from siptrace.ingest.open import Source
from siptrace.reconstruct.overview import overview
from siptrace.table.columns import MessageTable
from siptrace.table.scan import scan
from siptrace.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siptrace.reconstruct.overview import Overview
    from siptrace.table.scan import Memo

__all__ = [
    "HOLD",
    "SDP",
    "SECOND",
    "START",
    "Sent",
    "ack",
    "ack_2xx",
    "address",
    "cancel",
    "in_dialog",
    "invite",
    "overview_of",
    "relayed",
    "request",
    "response_to",
    "sdp",
    "table_of",
    "trace_of",
]

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
STEP = SECOND // 10
"""What lies between two messages that do not say when they were sent."""


def sdp(host: str = "192.0.2.1", port: int = 4000, direction: str = "", version: int = 1) -> bytes:
    """Return a session description with one audio stream."""
    lines = [
        "v=0",
        f"o=- 1 {version} IN IP4 192.0.2.1",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0",
    ]
    return "".join(f"{line}\r\n" for line in [*lines, *([f"a={direction}"] if direction else [])]).encode()


SDP = sdp()
HOLD = sdp(direction="sendonly", version=2)


def address(actor: str) -> tuple[str, int]:
    """Return the address of an actor."""
    return f"192.0.2.{ord(actor)}", 5060


def via(actor: str, branch: str) -> str:
    """Return the Via value that an actor adds."""
    return f"SIP/2.0/UDP {actor}.example.com{f';branch={branch}' if branch else ''}"


@dataclass(frozen=True)
class Sent:
    """One message on its way from one actor to another; `at` is in seconds after the first, None: a step later."""

    hop: str
    method: str
    status: int | None = None
    call_id: str = "one@example.com"
    cseq: int = 1
    from_tag: str = "a1"
    to_tag: str = ""
    vias: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    body: bytes = b""
    at: float | None = None
    users: tuple[str, str] = ("alice", "bob")

    @property
    def raw(self) -> bytes:
        """The bytes."""
        caller, callee = self.users
        start = (
            f"{self.method} sip:{callee}@example.com SIP/2.0"
            if self.status is None
            else f"SIP/2.0 {self.status} Because"
        )
        lines = [
            start,
            *(f"Via: {value}" for value in self.vias),
            f"From: <sip:{caller}@example.com>{f';tag={self.from_tag}' if self.from_tag else ''}",
            f"To: <sip:{callee}@example.com>{f';tag={self.to_tag}' if self.to_tag else ''}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} {self.method}",
            *self.headers,
            *(["Content-Type: application/sdp"] if self.body else []),
            f"Content-Length: {len(self.body)}",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


def request(method: str, hop: str = "ab", *, branch: str | None = None, **fields: Any) -> Sent:
    """Return a request of the first actor of the hop; its branch is its own unless one is given ("": none)."""
    sent = Sent(hop, method, **fields)
    if branch is None:
        branch = f"z9hG4bK-{hop[0]}-{method}-{sent.cseq}-{sent.call_id.partition('@')[0]}"
    return replace(sent, vias=(via(hop[0], branch),))


def invite(hop: str = "ab", **fields: Any) -> Sent:
    """Return an INVITE."""
    return request("INVITE", hop, **fields)


def relayed(sent: Sent, hop: str, branch: str | None = None) -> Sent:
    """Return a request one hop further: one Via more."""
    mine = via(hop[0], branch or f"z9hG4bK-{hop}-{sent.method}-{sent.cseq}")
    return replace(sent, hop=hop, vias=(mine, *sent.vias), at=None)


def response_to(sent: Sent, status: int, tag: str = "b1", **fields: Any) -> Sent:
    """Return a response on the way back of a request; 100 has no To tag, nor has one whose `tag` is empty."""
    to_tag = sent.to_tag or ("" if status == 100 else tag)
    fields = {"headers": (), "body": b"", "at": None, **fields}
    return replace(sent, hop=sent.hop[::-1], status=status, to_tag=to_tag, **fields)


def ack(sent: Sent, tag: str = "b1", **fields: Any) -> Sent:
    """Return the ACK of a failure: hop by hop, with the branch of its INVITE (RFC 3261 17.1.1.3)."""
    fields = {"headers": (), "body": b"", "at": None, **fields}
    return replace(sent, method="ACK", to_tag=sent.to_tag or tag, vias=sent.vias[:1], **fields)


def cancel(sent: Sent, **fields: Any) -> Sent:
    """Return the CANCEL of an INVITE: hop by hop, with its branch (RFC 3261 9.1)."""
    fields = {"headers": (), "body": b"", "at": None, **fields}
    return replace(sent, method="CANCEL", vias=sent.vias[:1], **fields)


def in_dialog(sent: Sent, method: str, *, tag: str = "b1", cseq: int | None = None, **fields: Any) -> Sent:
    """Return a request of the caller in the dialog that an INVITE made; `from_callee` turns it round."""
    number = sent.cseq + 1 if cseq is None else cseq
    tags = {"from_tag": sent.from_tag, "to_tag": tag}
    hop = fields.pop("hop", sent.hop)
    if fields.pop("from_callee", False):
        hop, tags = hop[::-1], {"from_tag": tag, "to_tag": sent.from_tag}
    return request(method, hop, call_id=sent.call_id, cseq=number, **tags, **fields)


def ack_2xx(sent: Sent, tag: str = "b1", **fields: Any) -> Sent:
    """Return the ACK of a 2xx: end to end, a transaction of its own (RFC 3261 13.2.2.4)."""
    return in_dialog(sent, "ACK", tag=tag, cseq=sent.cseq, **fields)


def table_of(messages: Iterable[Sent | bytes]) -> MessageTable:
    """Return the sorted table of messages in their order; bare bytes travel from `a` to `b`."""
    table = MessageTable()
    memo: Memo = {}
    now = START
    for number, message in enumerate(messages, 1):
        hop, raw, at = ("ab", message, None) if isinstance(message, bytes) else (message.hop, message.raw, message.at)
        now = now + STEP if at is None else START + round(at * SECOND)
        src, dst = (endpoint_key(*address(actor)) for actor in hop)
        table.append(0, Datagram(now, number, Transport.UDP, src, dst, raw, NO_OFFSET), scan(raw, memo))
    table.sort()
    return table


def overview_of(messages: Iterable[Sent | bytes]) -> Overview:
    """Return the overview of messages in their order."""
    return overview(table_of(messages))


def trace_of(messages: Sequence[Sent | bytes], *, timeless: int = 0) -> Trace:
    """Return a trace of messages in their order, as if read from one capture; the first ones may be without a time."""
    table = table_of(messages)
    for row in range(min(timeless, len(table))):
        table.time[row] = NO_TIME
    sources = (Source(0, "made.pcap", "pcap", compressed=False),)
    table.sources.extend(sources)
    return Trace(sources, table, AnomalyLog())
