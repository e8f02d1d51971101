"""A trace: files merged by time, objects made when asked for, and the errors of asking for what is not there."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import siptrace
from fixtures.flows.make_flows import CAPTURES, packets
from fixtures.flows.render import render
from fixtures.logs.make_logs import CALLEE, CALLER, START_NS, call
from fixtures.wire import pcap, udp_frame
from siptrace.correlate.model import flow
from siptrace.errors import AnomalyCode, EmptyInput, MissingInput, UnrecognisedInput, UsageError
from siptrace.ingest.datagram import Transport
from siptrace.sip.parse import parse
from siptrace.trace import Lazy, beginning_of, open_trace
from tests.long import IN_A_MEGABYTE, long_capture
from tests.messages import START, ack_2xx, in_dialog, invite, response_to, trace_of

if TYPE_CHECKING:
    from types import FrameType

    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace

LOGS = Path(__file__).parents[1] / "fixtures" / "logs"
TWO_CALLS = CAPTURES / "service-2.8.udp4.pcap"
ONE_CALL = CAPTURES / "rfc3665-3.2.udp4.pcap"


@pytest.fixture
def halves(tmp_path: Path) -> list[Path]:
    """Two captures of flow 3.2: every other message in each, as two taps would share them."""
    frames = packets(render(flow("rfc3665-3.2"), "UDP", 4), "UDP")
    paths = [tmp_path / "b.pcap", tmp_path / "a.pcap"]
    for number, path in enumerate(paths):
        path.write_bytes(pcap(frames[number::2]))
    return paths


def test_files_are_merged_by_time(halves: list[Path]) -> None:
    trace, whole = open_trace(*halves), open_trace(ONE_CALL)
    assert [m.raw for m in trace.messages] == [m.raw for m in whole.messages]
    assert [m.n for m in trace.messages] == list(range(1, 24))
    assert [m.frame for m in trace.messages] == [n // 2 + 1 for n in range(23)]
    assert [m.source_index for m in trace.messages] == [n % 2 for n in range(23)]
    assert [m.source for m in trace.messages[:2]] == [str(path) for path in halves]
    groups = [[(m.transaction, m.dialog, m.call, m.retransmission) for m in t.messages] for t in (trace, whole)]
    assert groups[0] == groups[1]


def test_a_hop_captured_by_two_taps_has_no_retransmissions(tmp_path: Path) -> None:
    frames = packets(render(flow("rfc3665-3.1"), "UDP", 4), "UDP")
    for name, later_ns in (("near.pcap", 0), ("far.pcap", 200_000)):
        (tmp_path / name).write_bytes(pcap([(time_ns + later_ns, frame) for time_ns, frame in frames]))
    (found,) = open_trace(tmp_path / "near.pcap", tmp_path / "far.pcap").calls
    assert (found.transaction_count, found.dialog_count) == (3, 1)
    assert found.retransmissions == 0


def test_a_directory_and_its_files_are_the_same_trace(halves: list[Path]) -> None:
    one, other = open_trace(halves[0].parent), open_trace(*halves)
    assert [m.raw for m in one.messages] == [m.raw for m in other.messages]
    assert [source.path for source in one.sources] == sorted(str(path) for path in halves)


def test_a_message_in_its_trace() -> None:
    message = open_trace(ONE_CALL).messages[1]
    assert (message.n, message.frame, message.method, message.status) == (2, 2, "INVITE", 407)
    assert (message.src, message.dst, message.transport) == ("192.0.2.111:5060", "192.0.2.101:5060", Transport.UDP)
    assert (message.source, message.logged, message.is_request) == (str(ONE_CALL), False, False)
    assert (message.transaction, message.dialog, message.call) == (1, None, 1)
    assert message.time is not None
    assert message.time.isoformat() == "2026-01-05T10:00:00.012000+00:00"
    assert message.sip.status == 407
    assert message.sip is message.sip


@pytest.mark.parametrize("name", ["messages", "calls", "transactions", "dialogs"])
def test_sequences(name: str) -> None:
    items = getattr(open_trace(TWO_CALLS), name)
    count = {"messages": 26, "calls": 2, "transactions": 12, "dialogs": 2}[name]
    assert len(items) == count
    assert [item.n for item in items] == list(range(1, count + 1))
    assert items[-1].n == count
    assert items[-count].n == 1
    assert [item.n for item in items[::-1]] == list(range(count, 0, -1))
    assert [item.n for item in items[1:100]] == list(range(2, count + 1))
    for outside in (count, -count - 1):
        with pytest.raises(IndexError):
            items[outside]


def test_flows_are_found_once_and_beside_other_work() -> None:
    trace = open_trace(ONE_CALL)
    begun = trace.begun_survey
    assert "overview" in vars(trace), "whoever has a survey in the making may use the overview"
    assert trace.begun_survey is begun
    assert trace.survey is begun() is trace.survey


def test_a_lazy_sequence_makes_only_what_is_asked_for() -> None:
    made: list[int] = []

    def make(index: int) -> int:
        made.append(index)
        return index * 10

    numbers = Lazy(1000, make)
    assert (numbers[7], numbers[-1], next(iter(numbers)), list(numbers[2:4])) == (70, 9990, 0, [20, 30])
    assert made == [7, 999, 0, 2, 3]
    assert len(Lazy(0, make)) == 0
    with pytest.raises(IndexError):
        Lazy(0, make)[0]


def test_calls_and_messages_by_number_and_call_id() -> None:
    trace = open_trace(TWO_CALLS)
    second = trace.call(2)
    assert (second.n, second.message_count) == (2, 13)
    assert trace.call_of(second.call_ids[0]).n == 2
    assert (trace.message(1).n, trace.message(26).n) == (1, 26)


@pytest.mark.parametrize("number", [0, -1, 3])
def test_no_such_number(number: int) -> None:
    trace = open_trace(TWO_CALLS)
    with pytest.raises(UsageError, match=rf"^There is no call {number}: the trace has 2 calls\.$"):
        trace.call(number)
    with pytest.raises(UsageError, match=r"^There is no message 27: the trace has 26 messages\.$"):
        trace.message(27)


@pytest.mark.parametrize("call_id", ["", "nobody@example.com", "ONE@EXAMPLE.COM", "\udcff"])
def test_no_such_call_id(call_id: str) -> None:
    with pytest.raises(UsageError, match="No message has the Call-ID"):
        trace_of([invite()]).call_of(call_id)


def test_a_trace_without_sip(tmp_path: Path) -> None:
    path = tmp_path / "other.pcap"
    path.write_bytes(pcap([(0, udp_frame(("192.0.2.1", 53), ("192.0.2.2", 53), b"no SIP in here"))]))
    trace = open_trace(path)
    assert [len(items) for items in (trace.messages, trace.calls, trace.transactions, trace.dialogs)] == [0, 0, 0, 0]
    with pytest.raises(UsageError, match=r"^There is no call 1: the trace has no calls\.$"):
        trace.call(1)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(MissingInput):
        open_trace(tmp_path / "nothing")
    with pytest.raises(EmptyInput):
        open_trace(tmp_path)
    (tmp_path / "notes.txt").write_text("shopping list\n")
    with pytest.raises(UnrecognisedInput):
        open_trace(ONE_CALL, tmp_path / "notes.txt")


def test_what_is_wrong_with_a_file_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(ONE_CALL.read_bytes()[:-10])
    trace = open_trace(ONE_CALL, path)
    assert trace.anomalies.counts == {AnomalyCode.CUT_TAIL: 1}
    assert trace.anomalies.kept[0].source == 1
    assert len(trace.messages) == 23 + 22


def parsed_while(work: Any) -> int:
    """Return how often the parser is entered while a function runs."""
    entered: Counter[Any] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            entered[frame.f_code] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return entered[parse.__code__]


def test_opening_and_listing_parses_no_message() -> None:
    opened: list[Trace] = []

    def list_calls() -> None:
        opened.append(open_trace(*sorted(CAPTURES.glob("rfc3665-*.udp4.pcap"))))
        assert len([call.state for call in opened[0].calls]) > 10
        assert len([message.method for message in opened[0].messages]) > 100

    assert parsed_while(list_calls) == 0
    found = opened[0].calls[-1]
    assert parsed_while(lambda: found.detail) == found.message_count
    assert parsed_while(lambda: found.transactions) == 0


def modules_after(code: str) -> set[str]:
    """Return the modules that are loaded after some code in a new process."""
    code += "\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_a_small_job_loads_little() -> None:
    assert not {name for name in modules_after("import siptrace") if name.startswith("siptrace.")}
    listed = modules_after(f"import siptrace; [c.state for c in siptrace.open_trace({str(ONE_CALL)!r}).calls]")
    assert "siptrace.trace" in listed
    heavy = {"numpy", "pandas", "numba", "click", "pyshark", "textual", "siptrace.cli", "siptrace.ingest.logs"}
    assert not heavy & listed


def summary(found: Call) -> tuple[object, ...]:
    """Return what the log and the capture of one run must agree on."""
    counts = (found.message_count, found.retransmissions, found.transaction_count, found.dialog_count)
    return found.kind, found.state, found.call_ids, found.from_uri, found.to_uri, found.final_status, counts


def test_the_logs_and_the_capture_of_one_run_give_the_same_calls(tmp_path: Path) -> None:
    ends = {True: (CALLER, CALLEE), False: (CALLEE, CALLER)}
    frames = []
    for step in call():
        src, dst = ((host, int(port)) for host, _, port in (end.partition(":") for end in ends[step.sent]))
        frames.append((START_NS + step.after_ns, udp_frame(src, dst, step.data)))
    path = tmp_path / "run.pcap"
    path.write_bytes(pcap(frames))
    (captured,) = open_trace(path).calls
    assert summary(captured)[-1] == (9, 0, 4, 1)
    logs = ["sipp.log", "asterisk-pjsip.log", "asterisk-chan_sip.log", "freeswitch.log", "plain.txt", "plain-fenced.md"]
    for name in logs:
        (logged,) = open_trace(LOGS / name).calls
        assert summary(logged) == summary(captured), name
    (logged,) = open_trace(LOGS / "sipp.log").calls
    assert (logged.start_ns, logged.end_ns, logged.endpoints) == (
        captured.start_ns,
        captured.end_ns,
        captured.endpoints,
    )


def test_a_log_without_times() -> None:
    trace = open_trace(LOGS / "plain.txt")
    assert {message.time for message in trace.messages} == {None}
    (found,) = trace.calls
    assert (found.start_ns, found.answered_ns, found.end_ns) == (None, None, None)
    assert all(message.logged for message in trace.messages)


def test_what_a_call_says() -> None:
    first = invite()
    bye = in_dialog(first, "BYE", from_callee=True, at=20)
    trace = trace_of([first, first, response_to(first, 180), response_to(first, 200, at=5), ack_2xx(first), bye])
    (found,) = trace.calls
    assert (found.start_ns, found.answered_ns, found.end_ns) == (START + 10**8, START + 5 * 10**9, START + 20 * 10**9)
    assert (found.message_count, found.retransmissions, found.method, found.late_start) == (6, 1, "INVITE", False)
    assert (found.final_status, found.open_end) == (200, False)
    assert found.endpoints == ("192.0.2.97:5060", "192.0.2.98:5060")
    open_call = trace_of([first, response_to(first, 180)]).calls[0]
    assert (open_call.open_end, open_call.answered_ns, open_call.end_ns) == (True, None, None)


def test_the_library_offers_what_it_names() -> None:
    for name in siptrace.__all__:
        assert getattr(siptrace, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = siptrace.nothing


@pytest.mark.parametrize("compressed", [False, True])
def test_the_beginning_of_a_long_trace_stays_readable(compressed: bool, tmp_path: Path) -> None:
    path = long_capture(tmp_path / "long.pcap")
    if compressed:
        path.write_bytes(gzip.compress(path.read_bytes(), 0))
    found = beginning_of(path)
    assert found is not None
    path.unlink()
    assert [call.n for call in found.calls] == list(range(1, len(found.calls) + 1))
    assert IN_A_MEGABYTE - 1 <= len(found.calls) <= IN_A_MEGABYTE
    assert found.messages[-1].raw.endswith(b"---")


def test_a_short_trace_and_a_pipe_have_no_beginning(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert beginning_of(pipe) is None
    assert beginning_of(ONE_CALL) is None
    with pytest.raises(MissingInput):
        beginning_of(tmp_path / "nothing")
