"""What `siptrace messages --json` counts in real captures is what tshark counts; README.md argues each difference."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from siptrace.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Difference:
    """What we count more (or, negative, less) than tshark in one file, and why we are right."""

    reason: str
    sip_messages: int = 0
    call_ids: int = 0
    methods: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)


DIFFERENCES = {
    "captures/plivo--plivo.pcap": Difference(
        "INVITE, ACK and BYE have blanks inside the Request-URI; tshark takes them for plain UDP",
        sip_messages=3,
        methods={"INVITE": 1, "ACK": 1, "BYE": 1},
    ),
}
"""By file. A file that is not here gives exactly tshark's numbers."""


def printed(path: Path, *arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, [*arguments, str(path), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_numbers_are_those_of_tshark(capture: dict[str, Any], corpus: Path) -> None:
    messages = printed(corpus / capture["file"], "messages")
    difference = DIFFERENCES.get(capture["file"], Difference(""))

    assert len(messages) == capture["sip_messages"] + difference.sip_messages
    methods = Counter(message["method"] for message in messages if message["status"] is None)
    assert methods == Counter(capture["methods"]) + Counter(difference.methods)
    statuses = Counter(str(message["status"]) for message in messages if message["status"] is not None)
    assert statuses == Counter(capture["statuses"]) + Counter(difference.statuses)
    call_ids = {message["call_id"] for message in messages} - {""}
    assert len(call_ids) == capture["call_ids"] + difference.call_ids
    transports = Counter(message["transport"].lower() for message in messages)
    if not difference.sip_messages:
        assert transports == Counter(capture["transports"])


def test_messages_are_numbered_in_time_order(capture: dict[str, Any], corpus: Path) -> None:
    messages = printed(corpus / capture["file"], "messages")
    assert [message["n"] for message in messages] == list(range(1, len(messages) + 1))
    times = [message["time"] for message in messages]
    assert times == sorted(times)


def test_every_message_belongs_to_one_call(capture: dict[str, Any], corpus: Path) -> None:
    messages, calls = printed(corpus / capture["file"], "messages"), printed(corpus / capture["file"], "calls")
    assert Counter(message["call"] for message in messages) == {call["call"]: call["messages"] for call in calls}
    by_call = {call["call"]: call for call in calls}
    assert all(m["call_id"] in by_call[m["call"]]["call_ids"] for m in messages)
    resent = Counter(message["call"] for message in messages if message["retransmission"])
    assert resent == Counter({call["call"]: call["retransmissions"] for call in calls if call["retransmissions"]})


def test_a_difference_is_about_a_file_that_is_there(corpus: Path) -> None:
    assert [name for name in DIFFERENCES if not (corpus / name).exists()] == []
