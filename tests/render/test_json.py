"""The JSON contracts: which keys, of which types, and that any reader takes what hostile bytes become."""

from __future__ import annotations

import json
from types import NoneType
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.judge import judge
from siptrace.correlate.model import flow
from siptrace.ladder.build import build_ladder
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.matched import build_match_ladder
from siptrace.ladder.model import Note
from siptrace.render.json import call_object, clean, ladder_object, message_object
from siptrace.trace import open_trace
from tests.messages import SDP, ack_2xx, in_dialog, invite, request, response_to, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siptrace.trace import Trace

Types = tuple[type, ...]
TEXT, NUMBER, FLAG, LIST = (str,), (int,), (bool,), (list,)
MAYBE_TEXT, MAYBE_NUMBER = (str, NoneType), (int, NoneType)

MESSAGE: dict[str, Types] = {
    "n": NUMBER,
    "time": MAYBE_TEXT,
    "frame": NUMBER,
    "source": TEXT,
    "transport": TEXT,
    "src": TEXT,
    "dst": TEXT,
    "method": TEXT,
    "status": MAYBE_NUMBER,
    "reason": MAYBE_TEXT,
    "call_id": TEXT,
    "cseq": MAYBE_NUMBER,
    "from_tag": MAYBE_TEXT,
    "to_tag": MAYBE_TEXT,
    "branch": MAYBE_TEXT,
    "retransmission": FLAG,
    "transaction": NUMBER,
    "dialog": MAYBE_NUMBER,
    "call": NUMBER,
    "anomalies": LIST,
}
CALL: dict[str, Types] = {
    "call": NUMBER,
    "kind": TEXT,
    "state": TEXT,
    "phase": TEXT,
    "call_ids": LIST,
    "from": TEXT,
    "to": TEXT,
    "start": MAYBE_TEXT,
    "answered": MAYBE_TEXT,
    "end": MAYBE_TEXT,
    "messages": NUMBER,
    "retransmissions": NUMBER,
    "transactions": NUMBER,
    "dialogs": NUMBER,
    "endpoints": LIST,
    "final_status": MAYBE_NUMBER,
    "flow": MAYBE_TEXT,
    "score": (float, NoneType),
}
LADDER: dict[str, Types] = {
    "title": TEXT,
    "call_ids": LIST,
    "start": MAYBE_TEXT,
    "lanes": LIST,
    "arrows": LIST,
    "notes": LIST,
}
OF_FLOW: dict[str, Types] = {
    "flow": MAYBE_TEXT,
    "flow_title": MAYBE_TEXT,
    "source": MAYBE_TEXT,
    "score": (float, NoneType),
    "vantage": LIST,
    "surplus": NUMBER,
    "ties": LIST,
    "alternatives": LIST,
    "media": LIST,
    "remarks": LIST,
}
ARROW: dict[str, Types] = {
    "n": NUMBER,
    "time": MAYBE_TEXT,
    "delta": (float, NoneType),
    "from": NUMBER,
    "to": NUMBER,
    "src": TEXT,
    "dst": TEXT,
    "label": TEXT,
    "method": TEXT,
    "status": MAYBE_NUMBER,
    "cseq": MAYBE_NUMBER,
    "transport": TEXT,
    "transaction": NUMBER,
    "dialog": MAYBE_NUMBER,
    "call": NUMBER,
    "sdp": (dict, NoneType),
    "marks": LIST,
}


def whole_call() -> Trace:
    """Return a call with everything in it."""
    call = invite(body=SDP)
    answer = response_to(call, 200, body=SDP)
    bye = in_dialog(call, "BYE")
    return trace_of([call, response_to(call, 180), answer, ack_2xx(call), bye, response_to(bye, 200)])


def check(found: Iterable[dict[str, Any]], contract: dict[str, Types]) -> None:
    """Assert that objects have exactly the keys of a contract, in its order, with values of its types."""
    for item in found:
        assert list(item) == list(contract)
        wrong = {key: item[key] for key, types in contract.items() if type(item[key]) not in types}
        assert not wrong


def objects(trace: Trace) -> list[dict[str, Any]]:
    """Return everything that a trace becomes, after a turn through JSON."""
    calls = list(trace.calls)
    made = [
        *map(message_object, trace.messages),
        *(call_object(call, trace.survey.match(call.n - 1)) for call in calls),
    ]
    made += [ladder_object(build_ladder(call)) for call in calls]
    return [json.loads(json.dumps(item, ensure_ascii=False).encode()) for item in made]


def test_message_keys_and_values() -> None:
    trace = whole_call()
    check(map(message_object, trace.messages), MESSAGE)
    first, second = (message_object(message) for message in trace.messages[:2])
    assert first["time"] == "2023-11-14T22:13:20.100000Z"
    assert (first["method"], first["status"], first["reason"], first["to_tag"]) == ("INVITE", None, None, None)
    assert (second["method"], second["status"], second["reason"], second["to_tag"]) == ("INVITE", 180, "Because", "b1")
    assert (first["src"], first["dst"], first["transport"]) == ("192.0.2.97:5060", "192.0.2.98:5060", "UDP")


def test_call_keys_and_values() -> None:
    trace = whole_call()
    check((call_object(call, trace.survey.match(call.n - 1)) for call in trace.calls), CALL)
    found = call_object(trace.calls[0], trace.survey.match(0))
    assert (found["kind"], found["state"], found["final_status"]) == ("call", "completed", 200)
    assert (found["messages"], found["transactions"], found["dialogs"]) == (6, 3, 1)
    assert found["endpoints"] == ["192.0.2.97:5060", "192.0.2.98:5060"]


def test_ladder_keys_and_values() -> None:
    found = ladder_object(build_ladder(whole_call().calls[0]))
    check([found], LADDER)
    check(found["arrows"], ARROW)
    assert [list(lane) for lane in found["lanes"]] == [["alias", "address"]] * 2
    assert found["arrows"][1]["delta"] == 0.1
    assert found["arrows"][0]["sdp"] == {"role": "offer", "media": ["audio 192.0.2.1:4000 PCMU"]}


def test_a_ladder_with_its_flow_has_more_keys() -> None:
    (call,) = open_trace(CAPTURES / "rfc3665-3.1.udp4.pcap").calls
    ladder = build_match_ladder(judge(call, [flow("rfc3665-3.1")]))
    plain, found = ladder_object(build_ladder(call)), ladder_object(ladder)
    check([found], LADDER | OF_FLOW)
    check(found["arrows"], ARROW | {"step": MAYBE_TEXT, "expected": MAYBE_TEXT})
    check(found["lanes"], {"alias": TEXT, "address": TEXT, "part": MAYBE_TEXT})
    assert [arrow["step"] for arrow in found["arrows"]] == ["F1", "F2", "F3", "F4", "F5", "F6"]
    assert [lane["part"] for lane in found["lanes"]] == ["Alice", "Bob"]
    assert (found["flow"], found["score"], found["vantage"]) == ("rfc3665-3.1", 1.0, ["alice", "bob"])
    assert found["media"] == [
        {"after": 3, "between": [0, 1], "senders": [0, 1], "label": "expected: Both Way RTP Media"}
    ]
    for new, old in zip(found["arrows"], plain["arrows"], strict=True):
        assert {key: new[key] for key in ARROW} == old
    assert {key: found[key] for key in ("title", "call_ids", "start", "notes")} == {
        key: plain[key] for key in ("title", "call_ids", "start", "notes")
    }


def test_a_flow_keeps_the_contract_and_has_no_message_numbers() -> None:
    found = ladder_object(build_flow_ladder(flow("rfc3665-3.1")))
    check([found], LADDER | OF_FLOW)
    without = {key: (*types, NoneType) for key, types in ARROW.items()}
    check(found["arrows"], without | {"step": MAYBE_TEXT, "expected": MAYBE_TEXT})
    assert {(arrow["n"], arrow["time"], arrow["call"]) for arrow in found["arrows"]} == {(None, None, None)}
    assert (found["arrows"][0]["src"], found["arrows"][0]["dst"]) == ("Alice", "Bob")
    assert (found["flow"], found["score"], found["source"]) == ("rfc3665-3.1", None, "RFC 3665 section 3.1")


def test_a_remark_stands_behind_its_arrow() -> None:
    ladder = build_ladder(whole_call().calls[0])
    rows = (Note("first"), ladder.rows[0], Note("then"), Note("more"), *ladder.rows[1:])
    assert ladder_object(ladder._replace(rows=rows))["notes"] == [
        {"after": -1, "text": "first"},
        {"after": 0, "text": "then"},
        {"after": 0, "text": "more"},
    ]


def test_a_message_of_which_nothing_is_known_keeps_the_contract() -> None:
    trace = trace_of([b"INVITE sip:a SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"])
    check(map(message_object, trace.messages), MESSAGE)
    check((call_object(call, trace.survey.match(call.n - 1)) for call in trace.calls), CALL)


def test_bytes_that_are_no_text_are_shown() -> None:
    assert clean(b"caf\xe9 \xc3\xa9".decode("utf-8", "surrogateescape")) == "caf\\xe9 é"
    assert clean("plain") == "plain"


@given(st.binary(max_size=60), st.binary(max_size=20), st.binary(max_size=20))
def test_hostile_bytes_become_valid_json(header: bytes, call_id: bytes, reason: bytes) -> None:
    lines = [b"SIP/2.0 200 " + reason, b"From: " + header, b"To: " + header, b"Via: " + header, b"Call-ID: " + call_id]
    one = b"\r\n".join([*lines, b"CSeq: 1 INVITE", b"", b""])
    two = b"\r\n".join(
        [b"INVITE " + header + b" SIP/2.0", *lines[1:], b"CSeq: 1 INVITE", b"Contact: " + header, b"", b""]
    )
    assert len(objects(trace_of([two, one]))) >= 4


def test_numbers_survive_any_reader() -> None:
    trace = trace_of([request("OPTIONS", cseq=2**31 - 1)])
    assert message_object(trace.messages[0])["cseq"] == 2**31 - 1
    json.dumps(objects(trace), allow_nan=False)
