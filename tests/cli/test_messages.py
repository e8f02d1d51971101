"""`siptrace messages`, to the byte."""

from __future__ import annotations

import json

from tests.cli.running import CALL, RESENT, siptrace
from tests.render.test_json import MESSAGE

TABLE = """\
#  time          from              to                via  message      cseq      call
1  10:00:00.000  192.0.2.101:5060  192.0.2.201:5060  UDP  INVITE       1 INVITE     1
2  10:00:00.060  192.0.2.201:5060  192.0.2.101:5060  UDP  180 Ringing  1 INVITE     1
3  10:00:02.060  192.0.2.201:5060  192.0.2.101:5060  UDP  200 OK       1 INVITE     1
4  10:00:02.072  192.0.2.101:5060  192.0.2.201:5060  UDP  ACK          1 ACK        1
5  10:00:10.072  192.0.2.201:5060  192.0.2.101:5060  UDP  BYE          1 BYE        1
6  10:00:10.084  192.0.2.101:5060  192.0.2.201:5060  UDP  200 OK       1 BYE        1
"""


def test_the_table() -> None:
    assert siptrace("messages", CALL) == (0, TABLE, "")


def test_retransmissions_are_marked() -> None:
    assert siptrace("messages", RESENT).out.count("  ↺ INVITE  ") == 6


def test_json_is_one_object_a_line_with_the_keys_of_the_contract() -> None:
    code, out, err = siptrace("messages", CALL, "--json")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [list(message) for message in found] == [list(MESSAGE)] * 6
    assert [message["n"] for message in found] == [1, 2, 3, 4, 5, 6]
    assert [message["frame"] for message in found] == [1, 2, 3, 4, 5, 6]
    assert [message["status"] for message in found] == [None, 180, 200, None, None, 200]
    assert {message["source"] for message in found} == {CALL}
