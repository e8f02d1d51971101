"""One call of a made-up trace while it is told: requests and responses on both hops of a record-routing proxy.

Nothing here reads a clock, and the only randomness is the generator that a call is given.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["MS", "PLAIN", "SECOND", "T1", "Call", "Packet", "Party", "Request", "Shape"]

MS = 1_000_000
SECOND = 1000 * MS
T1 = 500 * MS
"""RFC 3261 17.1.1.1: retransmissions begin after T1 and double, and Timer B gives up after 64 of them."""

SIP_PORT = 5060
REALM = "pbx.example.com"
PROXY = "192.0.2.10"
ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY, SUBSCRIBE, MESSAGE, PUBLISH"
AGENT = f"User-Agent: Bench Phone 1.0\r\nAllow: {ALLOW}\r\nSupported: 100rel, replaces, timer, path, outbound\r\n"
STREAM = "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"

Packet = tuple[int, str, str, int, int, bytes]
"""Time in nanoseconds, addresses, ports, UDP payload."""

Hops = tuple[int, ...]
"""Where a message is seen: 0 between caller and proxy, 1 between proxy and callee, in the order of travel."""


@dataclass(frozen=True)
class Shape:
    """What all calls of a trace have in common, more than calls usually do: the corners of a reader."""

    one_port: bool = False
    """Every session is offered on the same media port."""
    call_id_prefix: str = ""
    """Every Call-ID begins with this."""
    one_pair: bool = False
    """Every packet travels between the same two addresses: both parties stand behind one gateway."""


PLAIN = Shape()


@dataclass(frozen=True)
class Party:
    """One end of a call."""

    user: str
    address: str
    tag: str
    media_port: int

    def session(self, version: int, mode: str = "sendrecv") -> str:
        """Return the party's session description (RFC 8866)."""
        return (
            f"v=0\r\no={self.user} 4711 {version} IN IP4 {self.address}\r\ns=-\r\nc=IN IP4 {self.address}\r\nt=0 0\r\n"
            f"m=audio {self.media_port} RTP/AVP 0 8 101\r\n{STREAM}a={mode}\r\n"
        )


@dataclass(frozen=True)
class Request:
    """What its responses, ACK and CANCEL must know of a request: who sent it, its branch on each hop.

    `hop_by_hop` is what a proxy answers and sends by itself, with its own Via alone: CANCEL and the ACK of a failure.
    """

    method: str
    cseq: int
    sender: Party
    receiver: Party
    branches: tuple[str, str]
    hop_by_hop: bool = False

    def vias(self, hop: int) -> tuple[tuple[str, str], ...]:
        """Return sent-by and branch of each Via on a hop, the latest first (RFC 3261 16.6)."""
        first, own = (self.sender.address, self.branches[0]), (PROXY, self.branches[1])
        if hop == 0:
            return (first,)
        return (own,) if self.hop_by_hop else (own, first)

    def ends(self, hop: int) -> tuple[str, str]:
        """Return source and destination of the request on a hop."""
        return (self.sender.address, PROXY) if hop == 0 else (PROXY, self.receiver.address)


class Call:
    """One call while it is told: every step adds to `packets` and moves `now_ns` on."""

    def __init__(self, number: int, start_ns: int, rng: random.Random, shape: Shape = PLAIN) -> None:
        """Begin a call between two parties that follow from its number."""
        self.now_ns = start_ns
        self.packets: list[Packet] = []
        self.retransmissions = 0
        self.rng = rng
        self._shape = shape
        self.caller, self.callee = (self._party(side, name, number) for side, name in ((16, "alice"), (32, "bob")))
        self._call_id = f"{shape.call_id_prefix}{rng.getrandbits(96):024x}@{self.caller.address}"
        self._cseq = {self.caller: 1, self.callee: 1000}

    def _party(self, side: int, name: str, number: int) -> Party:
        place = 0 if self._shape.one_pair else (side << 16) + number % 50_000
        address = str(ipaddress.IPv4Address((10 << 24) + place + 1))
        port = 0 if self._shape.one_port else number * 2 % 40_000
        return Party(f"{name}{number}", address, f"{self.rng.getrandbits(40):010x}", 16_384 + port)

    def wait(self, duration_ns: int) -> None:
        """Let time pass."""
        self.now_ns += duration_ns

    def new_request(self, method: str, sender: Party | None = None) -> Request:
        """Return a request with the sender's next CSeq number and new branches, without sending it."""
        sender = sender or self.caller
        self._cseq[sender] += 1
        receiver = self.callee if sender == self.caller else self.caller
        return Request(method, self._cseq[sender], sender, receiver, (self._branch(), self._branch()))

    def same_hop(self, request: Request, method: str) -> Request:
        """Return the CANCEL of a request or the ACK of its failure: the request's branches (RFC 3261 9.1, 17.1.1.3)."""
        return replace(request, method=method, hop_by_hop=True)

    def confirmation(self, request: Request) -> Request:
        """Return the ACK of a 2xx, which has branches of its own (RFC 3261 13.2.2.4)."""
        return replace(request, method="ACK", branches=(self._branch(), self._branch()))

    def _branch(self) -> str:
        return f"z9hG4bK{self.rng.getrandbits(64):016x}"

    def send(
        self, request: Request, hops: Hops = (0, 1), *, extra: str = "", body: str = "", tagged: bool = True
    ) -> None:
        """Send a request over the hops."""
        start = f"{request.method} sip:{request.receiver.user}@{request.receiver.address} SIP/2.0"
        contact = f"Contact: <sip:{request.sender.user}@{request.sender.address}>\r\n"
        for hop in hops:
            lines = f"Max-Forwards: {70 - hop}\r\n{extra}"
            if request.method == "INVITE":
                lines += contact + (f"Record-Route: <sip:{PROXY};lr>\r\n" if hop else "")
            self._add(*request.ends(hop), self._message(start, hop, request, lines, body, tagged=tagged))

    def answer(
        self, request: Request, status: int, reason: str, hops: Hops = (1, 0), *, extra: str = "", body: str = ""
    ) -> None:
        """Send a response back over the hops."""
        contact = f"Contact: <sip:{request.receiver.user}@{request.receiver.address}>\r\n" if 100 < status < 300 else ""
        for hop in hops:
            start, lines = f"SIP/2.0 {status} {reason}", contact + extra
            data = self._message(start, hop, request, lines, body, tagged=status > 100)
            self._add(*request.ends(hop)[::-1], data)

    def repeat_last(self, number: int, after_ns: int) -> None:
        """Send the last packets once more, byte for byte, each so long after it was sent."""
        again = [(packet[0] + after_ns, *packet[1:]) for packet in self.packets[-number:]]
        self.packets += again
        self.retransmissions += number
        self.now_ns = again[-1][0]

    def _message(self, start: str, hop: int, request: Request, lines: str, body: str, *, tagged: bool) -> bytes:
        """Return the bytes of a message on a hop."""
        vias = request.vias(hop)
        stack = "".join(f"Via: SIP/2.0/UDP {host}:{SIP_PORT};rport;branch={branch}\r\n" for host, branch in vias)
        sender, receiver = request.sender, request.receiver
        tag = f";tag={receiver.tag}" if tagged else ""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f'{start}\r\n{stack}From: "{sender.user}" <sip:{sender.user}@{REALM}>;tag={sender.tag}\r\n'
            f"To: <sip:{receiver.user}@{REALM}>{tag}\r\nCall-ID: {self._call_id}\r\n"
            f"CSeq: {request.cseq} {request.method}\r\n{lines}{AGENT}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def _add(self, src: str, dst: str, data: bytes) -> None:
        """Put a message on the wire, two milliseconds after the last one."""
        self.wait(2 * MS)
        self.packets.append((self.now_ns, src, dst, SIP_PORT, SIP_PORT, data))

    def challenge(self, header: str) -> str:
        """Return a challenge."""
        nonce = f"{self.rng.getrandbits(128):032x}"
        return f'{header}: Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5, qop="auth"\r\n'

    def proof(self, header: str) -> str:
        """Return credentials (RFC 7616); nobody checks them here."""
        names = f'username="{self.caller.user}", realm="{REALM}", uri="sip:{REALM}", qop=auth, nc=00000001, cnonce="b"'
        return f'{header}: Digest {names}, nonce="0", response="{self.rng.getrandbits(128):032x}"\r\n'
