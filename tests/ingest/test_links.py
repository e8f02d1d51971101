from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from fixtures.links.make_links import BOB4, captures, links, message, packet
from fixtures.wire import ethernet, ip
from siptrace.ingest.links import IPV4, LINKS, gre
from tests.ingest.reading import decode, numbers, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = links()


@pytest.mark.parametrize("name", LAYERS)
def test_a_message_is_found_over_ipv4_and_ipv6(name: str) -> None:
    link, before4, before6 = LAYERS[name]
    link6 = 229 if link == 228 else link
    assert numbers(decode([before4 + packet(message(4))], link)[0]) == [4]
    assert numbers(decode([before6 + packet(message(6), 6)], link6)[0]) == [6]


@pytest.mark.parametrize("name", LAYERS)
def test_a_header_that_is_cut_anywhere_is_no_message_and_no_exception(name: str) -> None:
    link, before4, _ = LAYERS[name]
    data = before4 + packet(message(4))
    for length in range(len(before4) + 28):
        found, anomalies = decode([data[:length]], link, on_wire=len(data))
        assert not found
        assert not anomalies


def test_the_fixture_with_every_link_is_read(tmp_path: Path) -> None:
    found, anomalies = read_bytes(captures()["every-link.pcapng"], tmp_path)
    assert len(found) == 2 * len(LAYERS) - 1
    assert not anomalies


@pytest.mark.parametrize("flags", [0, 0x8000, 0x2000, 0x1000, 0xB000])
def test_gre_options_are_skipped(flags: int) -> None:
    options = bytes(4 * sum(bool(flags & bit) for bit in (0x8000, 0x2000, 0x1000)))
    data = struct.pack("!HH", flags, IPV4) + options + b"inner"
    assert gre(data, 0, len(data)) == (IPV4, len(data) - 5)


def frame() -> bytes:
    return ethernet("192.0.2.1", "192.0.2.2", packet(message(1)))


TUNNELS = {
    "ip in ip": (4, packet(message(1))),
    "ipv6 in ip": (41, packet(message(1), 6)),
    "gre": (47, b"\0\0\x08\0" + packet(message(1))),
    "gre with ethernet": (47, b"\0\0\x65\x58" + frame()),
    "erspan I": (47, b"\0\0\x88\xbe" + frame()),
    "erspan II": (47, b"\x10\0\x88\xbe" + bytes(4) + bytes(8) + frame()),
    "erspan III": (47, b"\x10\0\x22\xeb" + bytes(4) + bytes(12) + frame()),
    "erspan III with a platform header": (47, b"\x10\0\x22\xeb" + bytes(4) + bytes(11) + b"\1" + bytes(8) + frame()),
}


@pytest.mark.parametrize(("protocol", "inner"), TUNNELS.values(), ids=TUNNELS.keys())
def test_tunnels_are_looked_into(protocol: int, inner: bytes) -> None:
    data = ip("198.51.100.1", "198.51.100.2", protocol, inner)
    found, anomalies = decode([data], 101)
    assert numbers(found) == [1]
    assert found[0].dst[-2:] == struct.pack("!H", BOB4[1])
    assert not anomalies


def test_tunnels_in_tunnels_without_end_are_given_up() -> None:
    data = packet(message(1))
    for _ in range(200):
        data = ip("198.51.100.1", "198.51.100.2", 4, data)
    assert decode([data], 101)[0] == []


def test_unknown_links_are_not_in_the_registry() -> None:
    assert 147 not in LINKS
