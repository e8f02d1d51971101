"""One message for a person: where it stands, its bytes made safe, and what its fields mean."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.explain import explain, raw_text
from tests.messages import SDP, ack_2xx, invite, relayed, response_to, trace_of


def test_everything_that_is_known_of_a_message() -> None:
    call = invite(body=SDP)
    lines = explain(trace_of([call]).messages[0]).splitlines()
    assert lines[0] == "Message 1 (frame 1 of made.pcap), call 1, transaction 1"
    assert lines[1] == "2023-11-14T22:13:20.100000Z  UDP  192.0.2.97:5060 → 192.0.2.98:5060"
    assert call.raw.decode().splitlines()[0] == lines[3]
    meaning = "\n".join(lines[lines.index("") + 1 :])
    assert "INVITE: start a call, or change one that runs (RFC 3261 13)" in meaning
    assert "\n    audio  192.0.2.1:4000  RTP/AVP  sendrecv\n      0  PCMU/8000\n" in meaning
    assert "! missing-header: " in meaning


def test_a_response_a_dialog_and_a_path() -> None:
    call = invite("ap")
    on = relayed(call, "pb")
    answer = replace(response_to(on, 200), vias=on.vias)
    shown = explain(trace_of([call, on, answer, ack_2xx(call)]).messages[2])
    assert ", dialog 1\n" in shown
    assert "  200 answers INVITE" in shown
    assert "\n    1  UDP  a.example.com  " in shown
    assert "\n    2  UDP  p.example.com  " in shown


def test_a_retransmission_and_a_missing_time_are_said() -> None:
    call = invite()
    again = trace_of([call, call]).messages[1]
    assert "a retransmission: " in explain(again)
    assert "\ntime unknown  UDP" in explain(replace(again, time_ns=None))
    assert "(line 2 of " in explain(replace(again, logged=True))


def test_unknown_methods_and_fields_are_named_so() -> None:
    shown = explain(trace_of([invite(headers=("X-Nobody: 1",))]).messages[0])
    assert "not a registered header field" in shown
    assert "FROB: unknown method" in explain(trace_of([b"FROB sip:a SIP/2.0\r\n\r\n"]).messages[0])


def test_the_parts_of_an_explanation_are_set_apart() -> None:
    said = explain(trace_of([invite(body=SDP, headers=('Authorization: Digest realm="r", nonce="n"',))]).messages[0])
    begun = [after for before, after in pairwise(said.split("\n")) if not before and after.startswith("  ")]
    heads = ["INVITE: ", "Via: ", "session description ", "Digest credentials ", "header fields"]
    assert [line[2:].startswith(head) for line, head in zip(begun, heads, strict=True)] == [True] * len(heads)


@given(st.binary(max_size=80))
def test_no_byte_reaches_a_terminal_as_a_control(data: bytes) -> None:
    for text in (raw_text(data), explain(trace_of([b"INVITE sip:a SIP/2.0\r\nSubject: " + data]).messages[0])):
        assert all(line.isprintable() for line in text.split("\n"))
        text.encode()


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"A: b\r\nC: d\r\n\r\n", ["A: b", "C: d"]),
        (b"A: b\nC: d\n\nv=0", ["A: b", "C: d", "", "v=0"]),
        (b"A: b\r\r\nC: d\r\n", ["A: b\\r", "", "C: d"]),
        (b"A: b\rC: d\r", ["A: b\\r", "C: d\\r"]),
    ],
)
def test_lines_end_where_those_of_a_parsed_message_do(raw: bytes, lines: list[str]) -> None:
    assert raw_text(raw).removesuffix("\n").split("\n") == lines
