"""Where tshark knows a field, a filter selects the frames that it selects in real captures."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from siptrace.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not (shutil.which("tshark") and shutil.which("mergecap")), reason="tshark and mergecap are not installed"
)

LARGEST = 200
"""Messages of a capture: with the few larger ones this takes minutes."""

EXPRESSIONS = (
    "sip",
    "sip.Method",
    'sip.Method == "INVITE"',
    'sip.Method != "REGISTER"',
    'sip.Method not in {"INVITE", "ACK"}',
    "sip.Status-Code >= 400",
    "sip.Status-Code in {180..183, 486}",
    "sip.Status-Code != 200",
    "!(sip.Status-Code == 200)",
    'sip.Call-ID contains "@"',
    'sip.Call-ID matches "^[A-F]"',
    "sip.CSeq.seq > 1",
    'sip.CSeq.method in {"BYE", "ACK"}',
    "sip.from.user",
    'sip.from.user matches "^1"',
    'sip.from.host matches "^1"',
    'sip.from.addr matches "5060$"',
    'sip.to.port == "5060"',
    "not sip.to.tag",
    'sip.tag matches "^[0-9a-f]+$"',
    'sip.to.user < "2"',
    'sip.r-uri contains "transport"',
    'sip.r-uri.user matches "^[0-9]+$"',
    'sip.Request-Line contains "sip:"',
    'sip.Status-Line contains "OK"',
    'sip.User-Agent contains "Asterisk"',
    'sip.User-Agent matches "asterisk"',
    "sip.Server",
    'sip.Via.branch matches "[A-Z]$"',
    "sip.Via.received",
    "sip.Via.rport",
    "sip.Contact",
    'sip.contact.host matches "^1"',
    "sip.contact.user",
    "sip.Expires >= 3600",
    "sip.Max-Forwards < 70",
    "sip.Content-Length > 0",
    'sip.Content-Type == "application/sdp"',
    'sip.Allow contains "REFER"',
    "sip.WWW-Authenticate or sip.Authorization",
    "sip.Warning or sip.Reason or sip.Event",
    "sip.Route.host or sip.Record-Route.uri",
    "sip.from.display.info",
    "ip.addr == 10.0.0.0/8",
    "ip.src == 192.168.0.0/16",
    "ip.dst != 10.0.0.0/8",
    "udp.port == 5060",
    "udp.srcport != 5060",
    "udp.dstport in {5060, 5080..5090}",
    "tcp",
    "frame.number in {1..50}",
    "frame.time_epoch in {1328589362.251758..1400000000}",
    'sip.Method == "INVITE" && ip.src == 10.0.0.0/8 || sip.Status-Code == 200 && sip.CSeq.method == "BYE"',
    'sip.CSeq.method eq "INVITE" and not sip.Status-Code lt 200',
    "sip.Status-Code === 200",
    'sip.Via.transport !== "TCP"',
)

DIFFERENCES = {
    "sip.from.port": "an IPv6 address without brackets: its last colon ends the host here, its first one in tshark",
    "sip.to.user": "tshark does not see a user of one letter without angle brackets",
    "frame.time_epoch < 1500000000.5": "tshark takes times beyond 2038, which one capture has, for early ones",
    "sip.Reason-Phrase": "tshark lists the field and never fills it",
}
"""Expressions that select other frames, and why."""


@cache
def merged(corpus: Path, folder: Path) -> tuple[Path, int]:
    """Return one capture with the SIP of all that are beyond dispute and have it over UDP, and how many these are."""
    manifest: list[dict[str, Any]] = json.loads((corpus / "manifest.json").read_text("utf-8"))
    files = [
        str(corpus / entry["file"])
        for entry in manifest
        if entry["kind"] == "capture"
        and entry["exact"]
        and not entry["needs"]
        and set(entry["transports"]) == {"udp"}
        and entry["sip_messages"] <= LARGEST
    ]
    whole, path = folder / "merged.pcapng", folder / "sip.pcapng"
    subprocess.run(["mergecap", "-w", str(whole), *files], check=True, capture_output=True)
    subprocess.run(["tshark", "-r", str(whole), "-Y", "sip", "-w", str(path)], check=True, capture_output=True)
    return path, len(files)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merged")


def of_tshark(path: Path, expression: str) -> set[int]:
    """Return the frames with SIP that tshark selects."""
    words = ["tshark", "-r", str(path), "-Y", f"sip && ({expression})", "-T", "fields", "-e", "frame.number"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return set(map(int, done.stdout.split()))


def ours(path: Path, expression: str) -> set[int]:
    """Return the frames that we select."""
    words = ["messages", str(path), "--filter", expression, "--json"]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return {json.loads(line)["frame"] for line in result.stdout.splitlines()}


def test_there_are_enough_captures(corpus: Path, folder: Path) -> None:
    path, files = merged(corpus, folder)
    assert files >= 15
    assert len(ours(path, "sip")) > 300


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_frames_are_those_of_tshark(expression: str, corpus: Path, folder: Path) -> None:
    path, _ = merged(corpus, folder)
    assert ours(path, expression) == of_tshark(path, expression)


@pytest.mark.parametrize("expression", DIFFERENCES)
def test_a_difference_is_still_there(expression: str, corpus: Path, folder: Path) -> None:
    path, _ = merged(corpus, folder)
    assert ours(path, expression) != of_tshark(path, expression)
