"""`siptrace match`: the flow of each call, as text, as data, counted, and as an expectation with an exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siptrace.cli import match as command
from siptrace.correlate.expect import MIN_SCORE
from siptrace.correlate.judge import judge
from siptrace.render.matching import match_text
from siptrace.trace import open_trace
from tests.cli.running import BUSY, CALL, CAPTURES, on_terminal, siptrace
from tests.correlate.deviating import Played, written

if TYPE_CHECKING:
    from pathlib import Path

REGISTRATION = str(CAPTURES / "rfc3665-2.1.udp4.pcap")
KEYS = [
    *("call", "flow", "title", "vantage", "score", "deviations", "ties", "alternatives"),
    *("steps", "incomplete", "free", "relays"),
]
DEVIATION_KEYS = ["step", "kind", "expected", "observed", "message", "why", "rfc", "follows"]
OWN = """id = "own-office"
title = "Call in our office"
actors.desk = ["Desk", "UA"]
actors.lab = ["Lab", "UA"]
steps = '''
F1 desk -> lab INVITE      | offer
F2 desk <- lab 486 Busy Here
F3 desk -> lab ACK
'''
"""


@pytest.fixture
def without_ack(tmp_path: Path) -> str:
    """Return a capture of a call without its ACK."""
    return str(written(tmp_path / "call.pcap", Played("rfc3665-3.1", (4,)).messages))


def test_every_call_with_an_empty_line_between() -> None:
    texts = [match_text(judge(call), 100) for call in open_trace(BUSY, REGISTRATION).calls]
    assert len(texts) == 2
    assert siptrace("match", BUSY, REGISTRATION) == (0, "\n".join(texts), "")


def test_one_call() -> None:
    call = open_trace(BUSY, REGISTRATION).calls[1]
    text = match_text(judge(call), 100)
    assert siptrace("match", BUSY, REGISTRATION, "-n", "2") == (0, text, "")
    assert siptrace("match", BUSY, REGISTRATION, "--call-id", call.call_ids[0]) == (0, text, "")


def test_lines_fit_the_terminal(without_ack: str) -> None:
    code, lines = on_terminal("match", without_ack, columns=64)
    assert code == 0
    assert 50 < max(map(len, lines)) <= 64


def test_json_has_the_keys_that_others_rely_on(without_ack: str) -> None:
    code, out, err = siptrace("match", without_ack, "--json")
    assert (code, err) == (0, "")
    (found,) = map(json.loads, out.splitlines())
    assert list(found) == KEYS
    assert (found["call"], found["flow"], found["vantage"]) == (1, "rfc3665-3.1", ["alice", "bob"])
    assert 0.75 < found["score"] < 0.85
    (deviation,) = found["deviations"]
    assert list(deviation) == DEVIATION_KEYS
    assert (deviation["step"], deviation["kind"], deviation["message"], deviation["follows"]) == (
        4,
        "missing",
        None,
        None,
    )
    assert found["steps"] == [{"step": step, "message": n} for step, n in ((1, 1), (2, 2), (3, 3), (5, 4), (6, 5))]
    assert "rfc3665-3.2" in found["ties"]
    assert all(set(other) == {"flow", "score"} for other in found["alternatives"])


def test_json_of_a_call_that_follows_no_flow(tmp_path: Path) -> None:
    played = Played("rfc3665-3.1", (2, 3, 4), more={1: "PUBLISH", 5: "PUBLISH"})
    path = written(tmp_path / "odd.pcap", played.messages[:4])
    (found,) = map(json.loads, siptrace("match", str(path), "--json").out.splitlines())
    assert list(found) == KEYS
    assert (found["flow"], found["score"], found["vantage"], found["deviations"]) == (None, None, [], [])


def test_a_summary_counts_flows_and_deviations(without_ack: str) -> None:
    code, out, err = siptrace("match", BUSY, without_ack, REGISTRATION, "--summary")
    assert (code, err) == (0, "")
    flows, deviations, total = (part.splitlines() for part in out.split("\n\n"))
    assert total == ["3 calls with 3 distinct signatures"]
    assert {tuple(line.split()[:2]) for line in flows[1:]} == {
        ("1", "rfc3665-2.1"),
        ("1", "rfc3665-3.1"),
        ("1", "rfc3665-3.9"),
    }
    assert deviations[1].split(maxsplit=3) == ["1", "rfc3665-3.1", "missing", "F4 ACK from Alice to Bob"]


def test_a_summary_as_data(without_ack: str) -> None:
    (found,) = map(json.loads, siptrace("match", without_ack, without_ack, "--summary", "--json").out.splitlines())
    assert (found["calls"], found["none"], found["signatures"]) == (1, 0, 1)
    assert found["flows"] == [{"flow": "rfc3665-3.1", "title": "Successful Session Establishment", "calls": 1}]
    assert [(d["kind"], d["step"], d["calls"]) for d in found["deviations"]] == [("missing", 4, 1)]


def test_a_summary_of_one_call(without_ack: str) -> None:
    both, one = (siptrace("match", without_ack, BUSY, "--summary", *words).out for words in ((), ("-n", "1")))
    assert both.count("rfc3665-3.") == 3
    assert one.count("rfc3665-3.") < 3


def test_an_expectation_that_holds_is_one_line() -> None:
    assert siptrace("match", CALL, "--expect", "rfc3665-3.1") == (0, "1 call follows rfc3665-3.1, 100 %\n", "")


def test_a_tie_is_as_good_as_the_first() -> None:
    (first, *_) = json.loads(siptrace("match", CALL, "--json").out)["ties"]
    assert siptrace("match", CALL, "--expect", first).code == 0


def test_an_expectation_that_fails_names_the_deviations(without_ack: str) -> None:
    code, out, err = siptrace("match", without_ack, "--expect", "rfc3665-3.1")
    assert (code, err) == (1, "")
    assert "does not follow rfc3665-3.1: 80 %" in out
    assert "1. missing: F4 ACK from Alice to Bob" in out


def test_the_least_score_is_a_choice(without_ack: str) -> None:
    assert siptrace("match", without_ack, "--expect", "rfc3665-3.1", "--min-score", "0.8").code == 0
    assert siptrace("match", without_ack, "--expect", "rfc3665-3.1", "--min-score", "0.81").code == 1
    assert siptrace("match", without_ack, "--expect", "rfc3665-3.1", "--min-score", "1.1").code == 2


def test_an_expectation_as_data(without_ack: str) -> None:
    code, out, _ = siptrace("match", without_ack, "--expect", "rfc3665-3.1", "--json")
    (found,) = map(json.loads, out.splitlines())
    assert code == 1
    assert (found["call"], found["expected"], found["follows"], found["flow"]) == (
        1,
        "rfc3665-3.1",
        False,
        "rfc3665-3.1",
    )
    assert [deviation["step"] for deviation in found["deviations"]] == [4]


def test_only_calls_of_the_flows_kind_count() -> None:
    words = ("match", REGISTRATION, BUSY, "--expect")
    assert siptrace(*words, "rfc3665-3.9") == (0, "1 call follows rfc3665-3.9, 100 %\n", "")
    assert siptrace(*words, "rfc3665-2.1").code == 0
    numbers = {call.kind: call.n for call in open_trace(REGISTRATION, BUSY).calls}
    registration = next(n for kind, n in numbers.items() if kind == "registration")
    assert siptrace(*words, "rfc3665-3.9", "-n", str(registration)).code == 1


def test_a_trace_without_such_a_call_fails() -> None:
    code, out, err = siptrace("match", REGISTRATION, "--expect", "rfc3665-3.1")
    assert (code, out, err) == (1, "no call in this trace follows rfc3665-3.1: there is none\n", "")


def test_flows_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    code, out, err = siptrace("match", BUSY, "--flows", str(tmp_path), "--expect", "own-office", "--min-score", "0")
    assert code == 1, out + err
    assert "does not follow own-office" in out
    assert siptrace("match", BUSY, "--expect", "own-office").code == 2


def test_a_bad_file_of_ones_own_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("desk -> lab ACK", "desk -> roof ACK"))
    assert siptrace("match", BUSY, "--flows", str(tmp_path)) == (
        2,
        "",
        f"siptrace: {path}:8: 'roof' is not one of the actors\n",
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--expect", "rfc3665-9.9"], "There is no reference flow 'rfc3665-9.9'; `siptrace flows` lists them."),
        (["--expect", "rfc3665-3.1", "--summary"], "Give either --summary or --expect, not both."),
        (["--call", "1", "--call-id", "x"], "Give either --call or --call-id, not both."),
        (["--call", "7"], "There is no call 7: the trace has 1 call."),
    ],
)
def test_what_is_refused(words: list[str], line: str) -> None:
    assert siptrace("match", CALL, *words) == (2, "", f"siptrace: {line}\n")


def test_the_score_in_the_help_is_that_of_the_library() -> None:
    assert command._MIN_SCORE == MIN_SCORE
