"""Write a large SIP capture whose answer is known: the same options give the same bytes, and the totals are printed.

    python -m bench.make_trace OUT.pcap --calls 100000 --rtp 0 --rate 200 --seed 1

A tap beside one record-routing proxy sees both of its hops. Calls overlap in time as traffic does; what happens in
each is a short function below, chosen by weight. Standard output is one JSON object with the totals.
"""

from __future__ import annotations

import argparse
import heapq
import ipaddress
import json
import random
import struct
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.call import MS, PLAIN, SECOND, T1, Call, Packet, Request, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_NS = 1_767_607_200 * SECOND
"""2026-01-05T10:00:00Z"""
ETHERNET = bytes.fromhex("020000000002 020000000001 0800")


@dataclass
class Totals:
    """What is in a trace: the answer that a reader of it must give. `states` are those that siptrace calls them."""

    messages: int = 0
    call_ids: int = 0
    retransmissions: int = 0
    rtp_packets: int = 0
    states: dict[str, int] = field(default_factory=dict)
    stories: dict[str, int] = field(default_factory=dict)
    file_bytes: int = 0


def invite(call: Call) -> Request:
    """Begin as every call does: challenged by the proxy, sent again with credentials, passed on."""
    refused = call.new_request("INVITE")
    offer = call.caller.session(1)
    call.send(refused, (0,), body=offer, tagged=False)
    call.answer(refused, 407, "Proxy Authentication Required", (0,), extra=call.challenge("Proxy-Authenticate"))
    call.send(call.same_hop(refused, "ACK"), (0,))
    request = call.new_request("INVITE")
    call.send(request, (0,), extra=call.proof("Proxy-Authorization"), body=offer, tagged=False)
    call.answer(request, 100, "Trying", (0,))
    call.send(request, (1,), body=offer, tagged=False)
    return request


def ring(call: Call) -> Request:
    """Begin a call, and let it ring for a second."""
    request = invite(call)
    call.wait(150 * MS)
    call.answer(request, 180, "Ringing")
    call.wait(SECOND)
    return request


def fail(call: Call, request: Request, status: int, reason: str) -> None:
    """End an INVITE without a call: the failure, acknowledged on each hop by itself."""
    call.answer(request, status, reason)
    call.send(call.same_hop(request, "ACK"), (1, 0))


def hang_up(call: Call) -> None:
    """Talk for up to a minute, then BYE."""
    call.wait(10 * SECOND + call.rng.randrange(50 * SECOND))
    request = call.new_request("BYE")
    call.send(request)
    call.answer(request, 200, "OK")


def answered(call: Call) -> None:
    """Talk: the callee answers."""
    request = ring(call)
    call.answer(request, 200, "OK", body=call.callee.session(1))
    call.send(call.confirmation(request))
    hang_up(call)


def resent(call: Call) -> None:
    """Answer twice: the first ACK is lost before the tap."""
    request = ring(call)
    call.answer(request, 200, "OK", body=call.callee.session(1))
    call.repeat_last(2, T1)
    call.send(call.confirmation(request))
    hang_up(call)


def held(call: Call) -> None:
    """Put the caller on hold, and take the call back (RFC 3264 8.4)."""
    request = ring(call)
    call.answer(request, 200, "OK", body=call.callee.session(1))
    call.send(call.confirmation(request))
    for version, offer, answer in ((2, "sendonly", "recvonly"), (3, "sendrecv", "sendrecv")):
        call.wait(4 * SECOND)
        change = call.new_request("INVITE", call.callee)
        call.send(change, body=call.callee.session(version, offer))
        call.answer(change, 200, "OK", body=call.caller.session(version, answer))
        call.send(call.confirmation(change))
    hang_up(call)


def busy(call: Call) -> None:
    """Call somebody who is on the phone."""
    request = invite(call)
    call.wait(80 * MS)
    fail(call, request, 486, "Busy Here")


def cancelled(call: Call) -> None:
    """Give up while it rings: on each hop a CANCEL of its own (RFC 3261 16.10)."""
    request = ring(call)
    cancel = call.same_hop(request, "CANCEL")
    for hop in (0, 1):
        call.send(cancel, (hop,), tagged=False)
        call.answer(cancel, 200, "OK", (hop,))
    fail(call, request, 487, "Request Terminated")


def unanswered(call: Call) -> None:
    """Call a phone that is off: the proxy sends its INVITE seven times and gives up (RFC 3261 17.1.1.2)."""
    request = invite(call)
    for doubled in range(6):
        call.repeat_last(1, T1 << doubled)
    call.wait(T1)
    call.answer(request, 408, "Request Timeout", (0,))
    call.send(call.same_hop(request, "ACK"), (0,))


def registered(call: Call) -> None:
    """Register, challenged once (RFC 3261 10.2)."""
    first = call.new_request("REGISTER")
    call.send(first, (0,), tagged=False)
    call.answer(first, 401, "Unauthorized", (0,), extra=call.challenge("WWW-Authenticate"))
    second = call.new_request("REGISTER")
    call.send(second, (0,), extra=call.proof("Authorization"), tagged=False)
    call.answer(second, 200, "OK", (0,), extra="Expires: 3600\r\n")


def asked(call: Call) -> None:
    """Ask for options."""
    request = call.new_request("OPTIONS")
    call.send(request, tagged=False)
    call.answer(request, 200, "OK")


STORIES: dict[Callable[[Call], None], tuple[int, str]] = {
    answered: (60, "completed"),
    busy: (8, "busy"),
    cancelled: (8, "cancelled"),
    held: (6, "completed"),
    resent: (5, "completed"),
    unanswered: (3, "unanswered"),
    registered: (6, "completed"),
    asked: (4, "completed"),
}
"""What may happen in a call: how often of a hundred, and the state that siptrace gives it."""


def media(call: Call, answered_ns: int, packets: int) -> Iterator[Packet]:
    """Yield RTP of both directions, a packet every 20 ms (RFC 3550 5.1, RFC 3551)."""
    for side, (src, dst) in enumerate(((call.caller, call.callee), (call.callee, call.caller))):
        source = call.rng.getrandbits(32)
        for number in range(packets):
            data = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, 160 * number, source) + b"\xff" * 160
            time_ns = answered_ns + (20 * number + side) * MS
            yield time_ns, src.address, dst.address, src.media_port, dst.media_port, data


def packets(calls: int, rtp: int, rate: float, seed: int, totals: Totals, shape: Shape = PLAIN) -> Iterator[Packet]:
    """Yield the packets of so many calls in time order, `rate` new calls a second, and count them."""
    rng = random.Random(seed)  # noqa: S311 -- made-up traffic, no secrets
    stories = list(STORIES)
    weights = [weight for weight, _ in STORIES.values()]
    waiting: list[tuple[int, int, Packet]] = []
    order = 0
    for number in range(calls):
        start_ns = START_NS + int(number / rate * SECOND)
        while waiting and waiting[0][0] <= start_ns:
            yield heapq.heappop(waiting)[2]
        call = Call(number, start_ns, rng, shape)
        (story,) = rng.choices(stories, weights)
        story(call)
        _count(totals, call, story.__name__, STORIES[story][1])
        sent = call.packets
        if rtp and story in (answered, held, resent):
            sent = sent + list(media(call, sent[0][0] + 2 * SECOND, rtp))
            totals.rtp_packets += 2 * rtp
        for packet in sent:
            order += 1
            heapq.heappush(waiting, (packet[0], order, packet))
    while waiting:
        yield heapq.heappop(waiting)[2]


def _count(totals: Totals, call: Call, story: str, state: str) -> None:
    """Add a call to the totals."""
    totals.messages += len(call.packets)
    totals.call_ids += 1
    totals.retransmissions += call.retransmissions
    totals.states[state] = totals.states.get(state, 0) + 1
    totals.stories[story] = totals.stories.get(story, 0) + 1


def frame(packet: Packet, number: int) -> bytes:
    """Return an Ethernet frame with the packet; its UDP checksum is left out, as IPv4 allows (RFC 768)."""
    _, src, dst, src_port, dst_port, data = packet
    start = struct.pack("!BBHHHBB", 0x45, 0, 28 + len(data), number & 0xFFFF, 0x4000, 64, 17)
    addresses = ipaddress.IPv4Address(src).packed + ipaddress.IPv4Address(dst).packed
    total = sum(struct.unpack("!9H", start + addresses))
    total = (total & 0xFFFF) + (total >> 16)
    checksum: int = 0xFFFF ^ ((total & 0xFFFF) + (total >> 16))
    udp = struct.pack("!HHHH", src_port, dst_port, 8 + len(data), 0)
    return ETHERNET + start + struct.pack("!H", checksum) + addresses + udp + data


def make(out: Path, calls: int, *, rtp: int = 0, rate: float = 200.0, seed: int = 1, shape: Shape = PLAIN) -> Totals:
    """Write a pcap file and return what is in it; raises OSError where it cannot be written."""
    totals = Totals()
    with out.open("wb", buffering=1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for number, packet in enumerate(packets(calls, rtp, rate, seed, totals, shape)):
            data = frame(packet, number)
            seconds, rest = divmod(packet[0], SECOND)
            file.write(struct.pack("<IIII", seconds, rest // 1000, len(data), len(data)) + data)
        totals.file_bytes = file.tell()
    return totals


def main() -> None:
    """Read the options, write the trace, print the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rtp", type=int, default=0, help="RTP packets of each answered call and direction")
    parser.add_argument("--rate", type=float, default=200.0, help="new calls a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one-port", action="store_true", help="all calls offer the same media port")
    parser.add_argument("--call-id-prefix", default="", metavar="TEXT", help="what every Call-ID begins with")
    parser.add_argument("--one-pair", action="store_true", help="all packets travel between the same two addresses")
    given = parser.parse_args()
    shape = Shape(given.one_port, given.call_id_prefix, given.one_pair)
    totals = make(given.out, given.calls, rtp=given.rtp, rate=given.rate, seed=given.seed, shape=shape)
    print(json.dumps(asdict(totals)))


if __name__ == "__main__":
    main()
