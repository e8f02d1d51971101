"""How the tests of this folder read captures: bytes in, datagrams and anomalies out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.links.make_links import ALICE4, BOB4, START_NS, links
from fixtures.wire import ACK, tcp_frame
from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.decode import Decoder
from siptrace.ingest.open import open_sources

if TYPE_CHECKING:
    from pathlib import Path

    from fixtures.wire import Packet
    from siptrace.ingest.datagram import Datagram

__all__ = ["codes", "decode", "ethernet", "numbers", "read", "read_bytes", "segment", "timed"]


def read(*paths: Path | str) -> tuple[list[Datagram], AnomalyLog]:
    """Return all datagrams of the sources, and what was wrong."""
    anomalies = AnomalyLog()
    return [datagram for _, datagram in open_sources(paths, anomalies)], anomalies


def read_bytes(data: bytes, folder: Path) -> tuple[list[Datagram], AnomalyLog]:
    """Return what a file with these bytes holds."""
    path = folder / "trace"
    path.write_bytes(data)
    return read(path)


def decode(packets: list[bytes], link: int = 1, *, on_wire: int = 0) -> tuple[list[Datagram], AnomalyLog]:
    """Return what packets hold that were captured a millisecond apart."""
    anomalies = AnomalyLog()
    decoder = Decoder(anomalies)
    found: list[tuple[int, Datagram]] = []
    for number, data in enumerate(packets):
        record = (START_NS + number * 1_000_000, number + 1, link, 0, len(data), max(on_wire, len(data)))
        found += decoder.decode([record], data, 0, base=None)
    found += decoder.finish()
    return [datagram for _, datagram in found], anomalies


def timed(frames: list[bytes], step_ns: int = 1_000_000) -> list[Packet]:
    """Return the frames with times that lie `step_ns` apart."""
    return [(START_NS + number * step_ns, frame) for number, frame in enumerate(frames)]


def ethernet(packet: bytes) -> bytes:
    """Return an IP packet in an Ethernet frame."""
    _, before4, before6 = links()["ethernet"]
    return (before4 if packet[0] >> 4 == 4 else before6) + packet


def segment(seq: int, data: bytes = b"", flags: int = ACK, port: int = 0) -> bytes:
    """Return a frame with a TCP segment from Alice to Bob."""
    src = (ALICE4[0], port or ALICE4[1])
    return tcp_frame(src, BOB4, data, seq=seq & 0xFFFFFFFF, ack=1, flags=flags)


def numbers(found: list[Datagram]) -> list[int]:
    """Return the CSeq numbers of the messages."""
    return [int(datagram.payload.split(b"CSeq: ")[1].split()[0]) for datagram in found]


def codes(anomalies: AnomalyLog) -> dict[AnomalyCode, int]:
    """Return how often each code was reported."""
    return dict(anomalies.counts)
