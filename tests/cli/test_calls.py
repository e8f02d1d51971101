"""`siptrace calls`, to the byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fixtures.wire import pcap, udp_frame
from tests.cli.running import CALL, RESENT, TWO_CALLS, siptrace
from tests.messages import SDP, SECOND, START, ack_2xx, in_dialog, invite, response_to
from tests.render.test_json import CALL as CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
#  method  state      start     talk  from                 to                      code  msgs  ↺  flow
1  INVITE  completed  10:00:00  0:10  UserA@here.example   UserB@there.example      200    13     rfc3665-3.2
2  INVITE  completed  10:00:06  0:12  UserB@there.example  UserC@anywhere.example   200    13     rfc3665-3.2
"""


def test_the_table() -> None:
    assert siptrace("calls", TWO_CALLS) == (0, TABLE, "")


def test_json_is_one_object_a_line_with_the_keys_of_the_contract() -> None:
    code, out, err = siptrace("calls", TWO_CALLS, "--json")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [list(call) for call in found] == [list(CONTRACT)] * 2
    assert [(call["call"], call["state"], call["flow"], call["score"]) for call in found] == [
        (1, "completed", "rfc3665-3.2", 1.0),
        (2, "completed", "rfc3665-3.2", 1.0),
    ]
    assert found[1]["start"] == "2026-01-05T10:00:06.132000Z"


def test_a_call_that_leaves_its_flow_says_how_much_of_it_agrees(tmp_path: Path) -> None:
    call = invite(body=SDP)
    bye = in_dialog(call, "BYE")
    sent = [call, response_to(call, 180), response_to(call, 200), bye, response_to(bye, 200)]
    ends = ("192.0.2.1", 5060), ("192.0.2.2", 5060)
    path = tmp_path / "no_ack.pcap"
    path.write_bytes(
        pcap(
            [
                (START + n * SECOND, udp_frame(*(ends if m.status is None else ends[::-1]), m.raw))
                for n, m in enumerate(sent)
            ]
        )
    )
    assert siptrace("calls", str(path)).out.splitlines()[1].endswith("  rfc3665-3.1 80%")


def test_a_call_of_several_call_ids_is_one_line() -> None:
    code, out, _ = siptrace("calls", RESENT, "--json")
    (call,) = map(json.loads, out.splitlines())
    assert (code, call["flow"], len(call["call_ids"]), call["messages"]) == (0, "rfc3665-3.4", 2, 23)


def test_an_incomplete_call_says_how_far_it_came(tmp_path: Path) -> None:
    call = invite(body=SDP)
    late = in_dialog(invite(call_id="two@example.com"), "BYE")
    sent = [call, response_to(call, 200), ack_2xx(call), late]
    ends = ("192.0.2.1", 5060), ("192.0.2.2", 5060)
    path = tmp_path / "part.pcap"
    path.write_bytes(pcap([(START + n * SECOND, udp_frame(*ends, message.raw)) for n, message in enumerate(sent)]))
    lines = siptrace("calls", str(path)).out.splitlines()
    assert "incomplete: in call" in lines[1]
    assert "incomplete: incomplete" not in lines[2]


def test_registrations_are_listed_like_calls() -> None:
    assert siptrace("calls", CALL.replace("3.1", "2.5")).out.splitlines()[1].split()[1:3] == ["REGISTER", "rejected"]
