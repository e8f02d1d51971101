from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.ingest.datagram import Transport, endpoint_text
from siptrace.ingest.logs.peers import MAX_REQUESTS, Peers, parse_address, scan, transport_of


def request(*fields: str, uri: str = "sip:b@10.0.0.2:5070", branch: str = "z9hG4bK1") -> bytes:
    via = f"Via: SIP/2.0/UDP 10.0.0.1:5061;branch={branch}"
    return "\r\n".join([f"INVITE {uri} SIP/2.0", via, "CSeq: 1 INVITE", "i: c", *fields, "", ""]).encode()


def response(*fields: str, via: str = "SIP/2.0/UDP 10.0.0.1:5061;branch=z9hG4bK1") -> bytes:
    return "\r\n".join(["SIP/2.0 200 OK", f"v: {via}", "CSeq:  1  INVITE", "Call-ID: c", *fields, "", ""]).encode()


def way(peers: Peers, payload: bytes, *, sent: bool | None = None, peer: str | None = None) -> str:
    key = parse_address(peer.encode()) if peer else None
    return " > ".join(endpoint_text(key) for key in peers.resolve(scan(payload), sent=sent, peer=key))


def test_a_pasted_request_goes_from_its_via_to_its_target() -> None:
    assert way(Peers(), request()) == "10.0.0.1:5061 > 10.0.0.2:5070"
    assert (
        way(Peers(), request("Route: <sip:proxy.Example.com;lr>, <sip:x>")) == "10.0.0.1:5061 > proxy.example.com:5060"
    )
    assert way(Peers(), request(uri="sips:b@[2001:db8::2]")) == "10.0.0.1:5061 > [2001:db8::2]:5061"
    assert way(Peers(), request(uri="tel:+49")) == "10.0.0.1:5061 > unknown"


def test_received_and_rport_are_preferred() -> None:
    payload = request().replace(b";branch", b";received=192.0.2.9;rport=6000;branch")
    assert way(Peers(), payload) == "192.0.2.9:6000 > 10.0.0.2:5070"


def test_a_response_takes_the_way_of_its_request_back() -> None:
    peers = Peers()
    way(peers, request())
    assert way(peers, response("Contact: <sip:10.9.9.9>")) == "10.0.0.2:5070 > 10.0.0.1:5061"


def test_a_response_alone_goes_from_its_contact_to_its_via() -> None:
    assert way(Peers(), response("Contact: <sip:10.9.9.9>", "To: <sip:b@c>")) == "10.9.9.9:5060 > 10.0.0.1:5061"
    assert way(Peers(), response("t: <sip:b@example.org>;tag=1")) == "example.org:5060 > 10.0.0.1:5061"


def test_directions_without_a_peer() -> None:
    assert way(Peers(), request(), sent=True) == "10.0.0.1:5061 > 10.0.0.2:5070"
    assert way(Peers(), request(), sent=False) == "10.0.0.1:5061 > 10.0.0.2:5070"
    assert way(Peers(), response("m: <sip:10.9.9.9>"), sent=True) == "10.9.9.9:5060 > 10.0.0.1:5061"
    assert way(Peers(), response("m: <sip:10.9.9.9>"), sent=False) == "10.9.9.9:5060 > 10.0.0.1:5061"


def test_the_peer_that_the_log_names_stands() -> None:
    assert way(Peers(), request(), sent=True, peer="192.0.2.7:7777") == "10.0.0.1:5061 > 192.0.2.7:7777"
    assert way(Peers(), request(), sent=False, peer="192.0.2.7:7777") == "192.0.2.7:7777 > 10.0.0.2:5070"
    peers = Peers()
    way(peers, request(), sent=False, peer="192.0.2.7:7777")
    assert way(peers, response(), sent=True, peer="192.0.2.7:7777") == "10.0.0.2:5070 > 192.0.2.7:7777"


def test_a_name_in_the_request_uri_is_the_own_address_once_that_is_known() -> None:
    peers = Peers()
    assert way(peers, request(uri="sip:b@pbx.example"), sent=False) == "10.0.0.1:5061 > pbx.example:5060"
    way(peers, request().replace(b"10.0.0.1", b"10.0.0.8"), sent=True)
    assert way(peers, request(uri="sip:b@pbx.example"), sent=False) == "10.0.0.1:5061 > 10.0.0.8:5061"


def test_requests_are_forgotten_at_the_limit() -> None:
    peers = Peers()
    for number in range(MAX_REQUESTS + 5):
        peers.resolve(scan(request(branch=str(number))))
    assert len(peers._requests) == MAX_REQUESTS


def test_odd_fields_are_read() -> None:
    odd = b"INVITE sip:a:b;c@h.example   :15088 SIP/2.0\r\n"
    odd += b"VIA :\r\n SIP / 2.0 / TLS\r\n\t[2001:DB8::1] ; branch = x\r\n\r\n"
    found = scan(odd)
    assert found.transport is Transport.TLS
    assert [endpoint_text(key) for key in (found.sent_by, found.target) if key] == [
        "[2001:db8::1]:5061",
        "h.example:15088",
    ]
    assert found.key[0] == b"x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"10.0.0.1:5061", "10.0.0.1:5061"),
        (b"10.0.0.1", "10.0.0.1:5060"),
        (b"[::1]:99", "[::1]:99"),
        (b"2001:db8::1", "[2001:db8::1]:5060"),
        (b"host.example", "host.example:5060"),
    ],
)
def test_addresses_of_logs(text: bytes, expected: str) -> None:
    key = parse_address(text)
    assert key is not None
    assert endpoint_text(key) == expected


def test_transports_of_logs() -> None:
    assert transport_of(b"wss") is Transport.WSS
    assert transport_of(b"UDP6") is Transport.UDP
    assert transport_of(b"pigeon") is None


@given(st.binary(max_size=400))
def test_nothing_raises(noise: bytes) -> None:
    for payload in (noise, request() + noise, b"SIP/2.0 200 OK\r\nVia: " + noise, b"A sip:" + noise):
        Peers().resolve(scan(payload))
    parse_address(noise)
