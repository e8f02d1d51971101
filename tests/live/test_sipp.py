"""Calls made just now: SIPp calls SIPp on loopback, dumpcap watches, and siptrace tells what happened.

Skipped, with the reason, where a tool is missing or the system does not let us capture.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from siptrace.errors import SiptraceError
from siptrace.trace import Trace, open_trace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = 3
MESSAGES = Counter({"INVITE": 1, "180": 1, "200": 2, "ACK": 1, "BYE": 1})
"""What SIPp's built-in scenarios `uac` and `uas` send in one call, by method or status."""
PATIENCE = 10.0
"""Seconds until something that takes a fraction of one is given up."""

MISSING = [tool for tool in ("sipp", "dumpcap") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {' '.join(MISSING)}")


@dataclass(frozen=True)
class Run:
    """What one run left behind."""

    capture: Path
    caller_log: Path
    callee_log: Path


def free_port(kind: socket.SocketKind) -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def background(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside the test, and end it in any case."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def captured(path: Path, ports: tuple[int, int]) -> Iterator[None]:
    """Capture what is sent to or from two ports on loopback; skips where that is not permitted.

    Knocks until the first packets are in the file, because dumpcap says that it captures before it does; and at the end
    until the file stops growing, because it writes a moment later.
    """
    pattern = " or ".join(f"port {port}" for port in ports)
    command = ["dumpcap", "-q", "-P", "-i", "lo", "-f", pattern, "-w", str(path)]
    with background(command, path.parent) as dumpcap:
        if not grows(path, 24, ports[0], dumpcap):
            said = (
                dumpcap.stderr.read().decode() if dumpcap.poll() is not None and dumpcap.stderr else "no packets came"
            )
            pytest.skip(f"capturing is not permitted here: {said.strip().splitlines()[-1:]}")
        yield
        size = path.stat().st_size
        assert grows(path, size, ports[0], dumpcap)


def grows(path: Path, size: int, port: int, dumpcap: subprocess.Popen[bytes]) -> bool:
    """Knock until the file is larger than `size`; False when it never is, or dumpcap ended."""
    end = time.monotonic() + PATIENCE
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knocker:
        while time.monotonic() < end and dumpcap.poll() is None:
            if path.exists() and path.stat().st_size > size:
                return True
            knocker.sendto(b"knock", ("127.0.0.1", port))
            time.sleep(0.05)
    return False


def one(folder: Path, pattern: str) -> Path:
    """Return the only file of that name."""
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="module", params=["u1", "t1"], ids=["UDP", "TCP"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp(request.param)
    kind = socket.SOCK_DGRAM if request.param == "u1" else socket.SOCK_STREAM
    here, there = free_port(kind), free_port(kind)
    shared = ["-t", request.param, "-i", "127.0.0.1", "-m", str(CALLS), "-trace_msg", "-nostdin", "-timeout", "15s"]
    callee = ["sipp", "-sn", "uas", "-p", str(there), *shared]
    caller = ["sipp", "-sn", "uac", "-p", str(here), "-r", "3", "-d", "100", *shared, f"127.0.0.1:{there}"]
    for name in ("uac", "uas"):
        (folder / name).mkdir()
    capture = folder / "run.pcap"
    with captured(capture, (here, there)), background(callee, folder / "uas") as answering:
        wait_for_listener(there, kind, answering)
        done = subprocess.run(caller, cwd=folder / "uac", capture_output=True, check=False, timeout=2 * PATIENCE)
        assert done.returncode == 0, done.stderr.decode()
        answering.communicate(timeout=PATIENCE)
    return Run(capture, one(folder / "uac", "*_messages.log"), one(folder / "uas", "*_messages.log"))


def wait_for_listener(port: int, kind: socket.SocketKind, process: subprocess.Popen[bytes]) -> None:
    """Wait until the port is taken."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return
        time.sleep(0.02)
    pytest.fail("SIPp does not listen")


def messages_of_calls(trace: Trace) -> dict[tuple[str, ...], Counter[str]]:
    """Return what was sent in each call, by method or status."""
    sent: dict[tuple[str, ...], Counter[str]] = {call.call_ids: Counter() for call in trace.calls}
    for message in trace.messages:
        call = trace.calls[message.call - 1]
        sent[call.call_ids][message.method if message.is_request else str(message.status)] += 1
    return sent


def test_the_calls_that_were_made_are_told(run: Run, request: pytest.FixtureRequest) -> None:
    trace = open_trace(run.capture)
    assert [call.state.value for call in trace.calls] == ["completed"] * CALLS
    assert [call.kind.value for call in trace.calls] == ["call"] * CALLS
    assert [call.retransmissions for call in trace.calls] == [0] * CALLS
    assert all(sent == MESSAGES for sent in messages_of_calls(trace).values())
    assert {message.transport.name for message in trace.messages} == {request.node.callspec.id}
    assert {call.final_status for call in trace.calls} == {200}


def test_talk_time_and_order_are_those_of_the_scenario(run: Run) -> None:
    for call in open_trace(run.capture).calls:
        assert call.start_ns is not None
        assert call.answered_ns is not None
        assert call.end_ns is not None
        # SIPp was told to talk for 100 ms; it rounds to its own clock.
        assert call.start_ns < call.answered_ns < call.end_ns
        assert call.end_ns - call.answered_ns > 90_000_000


@pytest.mark.parametrize("side", ["caller_log", "callee_log"])
def test_the_logs_of_both_ends_tell_the_same_calls(run: Run, side: str) -> None:
    capture = open_trace(run.capture)
    try:
        log = open_trace(getattr(run, side))
    except SiptraceError as error:
        pytest.fail(str(error))
    assert log.sources[0].kind == "log:sipp"
    assert messages_of_calls(log) == messages_of_calls(capture)
    assert {call.call_ids: call.state for call in log.calls} == {call.call_ids: call.state for call in capture.calls}
    assert Counter(m.raw.rstrip() for m in log.messages) == Counter(m.raw.rstrip() for m in capture.messages)
