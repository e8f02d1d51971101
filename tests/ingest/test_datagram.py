from __future__ import annotations

import pytest

from siptrace.ingest.datagram import endpoint_key, endpoint_text, host_of


@pytest.mark.parametrize(
    ("host", "port", "text"),
    [
        ("192.0.2.1", 5060, "192.0.2.1:5060"),
        ("2001:db8::1", 5060, "[2001:db8::1]:5060"),
        ("[2001:DB8::1]", 5061, "[2001:db8::1]:5061"),
        ("pbx", 5060, "pbx:5060"),
        ("pbx", 0, "pbx"),
        ("192.0.2.1", 70000, "192.0.2.1:0"),
    ],
)
def test_endpoints_go_from_text_to_keys_and_back(host: str, port: int, text: str) -> None:
    assert endpoint_text(endpoint_key(host, port)) == text


def test_addresses_are_packed() -> None:
    assert endpoint_key("192.0.2.1", 5060) == bytes([192, 0, 2, 1, 0x13, 0xC4])


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("192.0.2.1:5060", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]:5060", "[2001:db8::1]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("pbx:5060", "pbx"),
        ("pbx", "pbx"),
        ("", ""),
    ],
)
def test_a_host_is_an_endpoint_without_its_port(endpoint: str, host: str) -> None:
    assert host_of(endpoint) == host
