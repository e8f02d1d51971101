"""The fields that messages are read for."""

from __future__ import annotations

import pytest

from siptrace.filters.header_fields import HEADER_FIELDS
from siptrace.sip.headers import HEADERS, canonical_name
from siptrace.trace import Trace, open_trace
from tests.cli.running import CAPTURES, ROOT
from tests.messages import SDP, invite, response_to, trace_of

FULL = invite(
    headers=(
        "User-Agent: Softphone 1.2",
        'm: "Al" <sip:alice@192.0.2.97:5070>;expires=60, <sip:alice@[2001:db8::1]>',
        "X-Foo: one",
        "x-foo: two",
        "Via: SIP/2.0/TLS p.example.com:5061;branch=z9hG4bK-p;received=192.0.2.9;rport",
        "Max-Forwards: 70",
        "Expires: soon",
        "P-Asserted-Identity: <sip:boss@example.com>",
        "Subject: a",
        " folded line",
    ),
    body=SDP,
)  # fmt: skip
PLAIN = response_to(invite(), 200, headers=("Server: PBX",))
BROKEN = b"OPTIONS sip:x SIP/2.0\r\nnonsense\r\nServer : \xff\r\n\r\n"

SELECTED = {
    "ua": [1, 2, 3],
    "ua == PBX": [2],
    "ua contains Softphone": [1],
    "ua contains softphone": [],
    "ua matches softphone": [1],
    'ua matches r"\\\\xff"': [3],
    "ua != PBX": [1, 3],
    "sip.User-Agent": [1],
    "sip.Server": [2, 3],
    'header["X-Foo"]': [1],
    'header["x-FOO"] == two': [1],
    'header["X-Foo"] === two': [],
    'header["X-Foo"] != three': [1],
    'header["X-Foo"] != two': [],
    'header["Contact"] contains expires': [1],
    'header["m"]': [1],
    "sip.Contact": [1],
    "sip.contact.host == 192.0.2.97": [1],
    'sip.contact.host == "[2001:db8::1]"': [1],
    "sip.contact.port == 5070": [1],
    'sip.contact.uri == "sip:alice@[2001:db8::1]"': [1],
    'sip.contact.display.info == "Al"': [1],
    "sip.pai.user == boss": [1],
    "sip.Subject == 'a folded line'": [1],
    "sip.Max-Forwards == 70": [1],
    "sip.Expires": [],
    'header["Expires"] == soon': [1],
    "sip.Via.transport == TLS": [1],
    "sip.Via.transport === UDP": [2],
    "sip.Via.branch == z9hG4bK-p": [1],
    "sip.Via.sent-by.address == p.example.com": [1],
    "sip.Via.sent-by.port == 5061": [1],
    "sip.Via.received": [1],
    "sip.Via.rport": [1],
    'sip.Via.rport == ""': [1],
    'sip.CSeq == "1 INVITE"': [1, 2],
    'body contains "m=audio"': [1],
    "body": [1],
    'text contains "X-Foo: one"': [1],
    "text matches '^options sip:x'": [3],
    "head contains CSeq": [1, 2],
    'head contains "m=audio"': [],
    "anomaly": [1, 2, 3],
    "not anomaly == not-text": [1, 2],
    "anomaly == bad-header-line": [3],
    "anomaly == not-text and anomaly contains missing": [3],
}


@pytest.mark.parametrize(("expression", "messages"), SELECTED.items())
def test_what_messages_say(expression: str, messages: list[int]) -> None:
    trace = trace_of([FULL, PLAIN, BROKEN])
    assert [message.n for message in trace.select_messages(expression)] == messages


TRACES = ([CAPTURES / "rfc5359-2.4.udp4.pcap"], [ROOT / "fixtures" / "logs" / "asterisk-pjsip.log"])


@pytest.fixture(params=TRACES, ids=lambda paths: paths[0].name)
def trace(request: pytest.FixtureRequest) -> Trace:
    return open_trace(*request.param)


def test_header_fields_are_found_as_the_parser_finds_them(trace: Trace) -> None:
    spelled = {"ETag": "SIP-ETag", "If_Match": "SIP-If-Match", "uui": "User-to-User"}
    found = 0
    for field in HEADER_FIELDS:
        if field.family != "headers":
            continue
        name = field.name.removeprefix("sip.")
        read = field.source.values(trace.subject)
        for message in trace.messages:
            values = [str(value) for value in read(message.n - 1)]
            assert values == list(message.sip.values(spelled.get(name, name))), field.name
            found += len(values)
    assert found > 3 * len(trace.messages)


def test_compact_names_are_known() -> None:
    for known in HEADERS.values():
        if not known.compact:
            continue
        trace = trace_of([f"OPTIONS sip:x SIP/2.0\r\n{known.compact} : 7\r\n\r\n".encode()])
        for name in (known.name, known.compact.upper()):
            assert canonical_name(name) == known.name
            assert len(trace.select_messages(f'header["{name}"] == 7')) == 1, known.name
