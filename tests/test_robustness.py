"""Damaged, hostile and missing input, and readers that go away: no crash, no traceback, nothing lost in silence.

The captures of `fixtures/` are cut at hundreds of places each; the command line runs in processes of its own.
"""

from __future__ import annotations

import array
import fcntl
import os
import pty
import random
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.make_trace import make
from fixtures.wire import pcap, udp_frame
from siptrace.cli.main import cli
from siptrace.errors import AnomalyCode, EmptyInput, SiptraceError, UnreadableInput
from siptrace.trace import Trace, open_trace

FIXTURES = Path(__file__).parent.parent / "fixtures"
CAPTURES = sorted(
    path
    for folder in ("flows/captures", "links", "links/captures")
    for path in (FIXTURES / folder).glob("*")
    if path.suffix in {".pcap", ".pcapng", ".cap"}
)
CUTS = 500
"""How many places a capture is cut at, at least; all places when it is shorter."""

PCAP_MAGICS = {b"\xa1\xb2\xc3\xd4": ">", b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">", b"\x4d\x3c\xb2\xa1": "<"}
SMALLEST_SECTION = 28
"""Bytes of a pcapng section header without options."""
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)

COMMAND = (sys.executable, "-c", "from siptrace.cli.main import run; run()")
"""The command line, wherever its script may be installed."""

Told = list[tuple[int | None, int, bytes]]
"""Time, frame and bytes of every message."""


def records(data: bytes) -> list[tuple[int, bool]]:
    """Return where the file header and each record (pcap) or block (pcapng) ends, and whether it holds a packet."""
    order = PCAP_MAGICS.get(data[:4])
    if order is None:
        order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
        found, end = [], 0
        while end < len(data):
            kind, length = struct.unpack_from(order + "II", data, end)
            end += length
            found.append((end, kind in {2, 3, 6}))
        return found
    found, end = [(24, False)], 24
    while end < len(data):
        end += 16 + int(struct.unpack_from(order + "I", data, end + 8)[0])
        found.append((end, True))
    return found


def places(data: bytes, ends: list[int]) -> list[int]:
    """Return where to cut, descending: all of the file header, around the end of each record, and evenly all over."""
    evenly = range(0, len(data), max(1, len(data) // CUTS))
    around = {place for end in ends for place in (end - 1, end, end + 1)}
    return sorted({*range(min(ends[0], len(data))), *around, *evenly} & set(range(len(data))), reverse=True)


def told(trace: Trace) -> Told:
    """Return every message of a trace, after its calls were put together."""
    assert sum(call.message_count for call in trace.calls) == len(trace.messages)
    table = trace.table
    return [(table.time[row], table.frame[row], table.raw(row)) for row in range(len(table))]


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_a_capture_cut_anywhere_gives_what_was_before_the_cut(capture: Path, tmp_path: Path) -> None:
    data = capture.read_bytes()
    parts = records(data)
    ends = [end for end, _ in parts]
    whole = told(open_trace(capture))
    cut_file = tmp_path / capture.name
    cut_file.write_bytes(data)
    cuts = places(data, ends)
    assert len(cuts) >= min(CUTS, len(data))
    header = 24 if data[:4] in PCAP_MAGICS else SMALLEST_SECTION
    for cut in cuts:
        os.truncate(cut_file, cut)
        if cut < header:
            with pytest.raises(UnreadableInput if cut else EmptyInput):
                open_trace(cut_file)
            continue
        trace = open_trace(cut_file)
        assert (trace.anomalies.counts[AnomalyCode.CUT_TAIL] == 1) == (cut not in ends), cut
        frames = sum(packet and end <= cut for end, packet in parts)
        assert told(trace) == [message for message in whole if message[1] <= frames], cut


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("capture", CAPTURES[:: max(1, len(CAPTURES) // 8)], ids=lambda path: path.name)
def test_a_capture_with_wrong_bytes_anywhere_is_read_without_a_crash(capture: Path, seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)  # noqa: S311 -- damage that can be made again
    for _ in range(25):
        data = bytearray(capture.read_bytes())
        for _ in range(rng.randrange(1, 12)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        damaged = tmp_path / "damaged.pcap"
        damaged.write_bytes(data)
        try:
            trace = open_trace(damaged)
        except SiptraceError as error:
            assert str(damaged) in str(error)  # noqa: PT017 -- either of both outcomes is right
        else:
            told(trace)


GARBAGE = {
    "zeros": bytes(5000),
    "ones": b"\xff" * 5000,
    "text": b"INVITE sip:bob@example.com SIP/2.0\r\n" * 200,
    **{f"random {seed}": random.Random(seed).randbytes(20_000) for seed in range(20)},  # noqa: S311 -- the same each time
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_behind_a_file_header_is_said_to_be_lost(garbage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "garbage.pcap"
    path.write_bytes(PCAP_HEADER + garbage)
    trace = open_trace(path)
    assert len(trace.messages) == 0
    if any(garbage):
        assert trace.anomalies.counts[AnomalyCode.BAD_RECORD] + trace.anomalies.counts[AnomalyCode.CUT_TAIL] > 0


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(range(64)) + b"\xff\xd9"
NO_TRACES: dict[str, bytes | None] = {
    "notes.txt": b"Dear diary,\nnobody called today.\n",
    "empty.pcap": b"",
    "photo.jpg": JPEG,
    "cut.pcap": PCAP_HEADER[:17],
    "missing.pcap": None,
    "evil\x1b[31m\u202e.pcap": None,
}
"""Names and contents of files that cannot be read as a trace; None is a file that is not there."""


@pytest.mark.parametrize("command", ["calls", "messages", "ladder"])
@pytest.mark.parametrize("name", NO_TRACES)
def test_what_is_no_trace_gives_one_sentence_and_exit_code_3(name: str, command: str, tmp_path: Path) -> None:
    content = NO_TRACES[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    check_refusal(run(command, tmp_path / name))


def test_a_directory_without_traces_gives_one_sentence_and_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(NO_TRACES["notes.txt"] or b"")
    check_refusal(run("calls", tmp_path))
    (tmp_path / "notes.txt").unlink()
    check_refusal(run("calls", tmp_path))


def check_refusal(done: subprocess.CompletedProcess[str]) -> None:
    """Hold that the input was refused in one sentence that a terminal can show."""
    assert done.returncode == 3
    assert done.stdout == ""
    assert re.fullmatch(r"siptrace: [^\n]+\n", done.stderr)
    assert "Traceback" not in done.stderr
    assert not HARMFUL.search(done.stderr)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.pcap"
    make(path, 150)
    return path


@pytest.mark.parametrize("arguments", [["messages"], ["messages", "--json"], ["calls", "--json"], ["ladder"]])
def test_a_reader_that_goes_away_ends_the_program_quietly(arguments: list[str], big: Path) -> None:
    with subprocess.Popen([*COMMAND, *arguments, big], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


def test_ctrl_c_gives_130_and_no_traceback(big: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, "calls", "-"], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(big.read_bytes()[:1000])
        process.stdin.flush()
        wait_until_read(process.stdin.fileno())
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        said = process.stderr.read().decode()
    assert said.lstrip("\n") == "siptrace: interrupted\n"  # a line end first, because terminals show ^C


def wait_until_read(pipe: int) -> None:
    """Wait until the other end has read what was written to the pipe, so that it is waiting for more."""
    unread = array.array("i", [1])
    for _ in range(3000):
        fcntl.ioctl(pipe, termios.FIONREAD, unread)
        if not unread[0]:
            return
        time.sleep(0.01)
    pytest.fail("nobody reads the pipe")


HARMFUL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\udc80-\udcff]"
)
"""What a terminal may obey, or what hides or turns the text around it; the line feed is ours."""

EVIL = {
    "colour": b"\x1b[31m",
    "title": b"\x1b]0;owned\x07",
    "8-bit CSI": "\x9b2J".encode(),
    "no UTF-8": b"\x9b\xff\xfe",
    "bidi": "\u202egnp.\u2066".encode(),
    "backspace": b"\x08\x08\x7f\x00",
    "return": b"\rroot#",
    "separators": "\u2028\u0085\ufeff".encode(),
}


HEADERS = (
    b'Via: SIP/2.0/UDP a@@.example.com;branch=z9hG4bK@@\r\nFrom: "@@" <sip:@@@example.com>;tag=@@\r\n'
    b"To: <sip:bob@@@example.com>;tag=@@\r\nCall-ID: @@.x\r\nCSeq: 1 INVITE\r\nX-@@: @@\r\nSubject: @@\r\n"
    b'WWW-Authenticate: Digest realm="@@"\r\nContent-Type: application/sdp\r\n'
)
SESSION = (
    b"v=0\r\no=@@ 1 1 IN IP4 192.0.2.1\r\ns=@@\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 @@/8000\r\na=@@:@@\r\n"
)
"""What a hostile message says; something evil takes the place of each @@."""


def hostile(evil: bytes, path: Path) -> None:
    """Write a capture of a call whose every text has something evil in it."""
    body = SESSION.replace(b"@@", evil)
    headers = HEADERS.replace(b"@@", evil) + b"Content-Length: %d\r\n\r\n" % len(body)
    starts = (b"INVITE sip:bob%b@example.com SIP/2.0", b"SIP/2.0 180 Ringing%b", b"SIP/2.0 486 Busy%b")
    ends = ("192.0.2.1", 5060), ("192.0.2.2", 5060)
    packets = []
    for number, start in enumerate(starts):
        src, dst = ends if number == 0 else ends[::-1]
        packets.append((number * 10**9, udp_frame(src, dst, start % evil + b"\r\n" + headers + body)))
    path.write_bytes(pcap(packets))


COMMANDS = (
    ["calls"],
    ["messages"],
    ["ladder"],
    ["ladder", "--format", "ascii"],
    ["show", "--message", "1"],
    ["show", "--message", "2"],
)


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL.keys())
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_hostile_text_never_reaches_the_terminal(arguments: list[str], evil: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.pcap"
    hostile(evil, path)
    done = CliRunner().invoke(cli, [*arguments, str(path)], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    assert HARMFUL.findall(done.stdout) == []
    assert HARMFUL.findall(done.stderr) == []


def test_raw_bytes_go_to_files_and_pipes_but_never_to_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "hostile.pcap"
    hostile(EVIL["colour"], path)
    arguments = [*COMMAND, "show", "--raw", "--message", "1", str(path)]
    assert EVIL["colour"] in subprocess.run(arguments, capture_output=True, check=True, timeout=60).stdout
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = read_terminal(terminal.fileno())
        assert process.wait(60) == 0
    assert b"INVITE" in shown
    assert b"\x1b" not in shown


def read_terminal(terminal: int) -> bytes:
    """Return what is written to a terminal until its last writer closes it (Linux then says EIO)."""
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass
    return shown
