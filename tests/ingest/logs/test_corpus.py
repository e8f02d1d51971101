"""Logs that real programs wrote, outside of this repository: SIPTRACE_CORPUS names the directory that holds them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from siptrace.errors import AnomalyCode, AnomalyLog
from siptrace.ingest.datagram import Datagram, endpoint_text
from siptrace.ingest.logs import HEAD_SIZE, recognise
from siptrace.ingest.logs.peers import scan

CORPUS = Path(os.environ.get("SIPTRACE_CORPUS", ""))
pytestmark = pytest.mark.skipif(not os.environ.get("SIPTRACE_CORPUS"), reason="SIPTRACE_CORPUS is not set")

NAMES = {
    "sipp-messages": "sipp",
    "asterisk-pjsip": "asterisk",
    "asterisk-chan_sip": "asterisk",
    "freeswitch-siptrace": "freeswitch",
    "raw-sip-text": "plain",
}


def entries() -> list[Any]:
    if not os.environ.get("SIPTRACE_CORPUS"):
        return []
    manifest = json.loads((CORPUS / "manifest.json").read_text())
    return [entry for entry in manifest if entry.get("format") in NAMES]


def read(path: Path) -> tuple[str, list[Datagram], AnomalyLog]:
    with path.open("rb") as file:
        dialect = recognise(file.read(HEAD_SIZE))
        assert dialect is not None, path.name
        file.seek(0)
        anomalies = AnomalyLog()
        return dialect.name, list(dialect.read(file, anomalies, 0)), anomalies


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["file"])
def test_each_log_is_recognised_and_gives_its_messages(entry: Any) -> None:
    name, found, _ = read(CORPUS / entry["file"])
    assert name == NAMES[entry["format"]]
    # The count of the manifest is one pattern's; it misses start lines without a scheme.
    assert len(found) >= entry["startlines"]
    if entry["record_headers"] is not None:
        assert len(found) == entry["record_headers"]


def test_single_messages_are_plain_text_byte_for_byte() -> None:
    for path in sorted((CORPUS / "torture").iterdir()):
        name, found, _ = read(path)
        assert name == "plain", path.name
        data = path.read_bytes()
        if len(found) == 1 and data.count(b"\n") == data.count(b"\r\n") and data.endswith(b"\r\n\r\n"):
            assert found[0].payload == data, path.name


def captured(path: Path) -> Counter[tuple[str, ...]]:
    fields = ["ip.src", "udp.srcport", "tcp.srcport", "ip.dst", "udp.dstport", "tcp.dstport", "sip.Call-ID", "sip.CSeq"]
    columns = [word for field in [*fields, "sip.msg_hdr", "sip.Status-Code"] for word in ("-e", field)]
    command = ["tshark", "-r", str(path), "-Y", "sip", "-T", "fields", *columns]
    rows = Counter[tuple[str, ...]]()
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        row = line.split("\t")
        rows[f"{row[0]}:{row[1] or row[2]}", f"{row[3]}:{row[4] or row[5]}", row[6], row[7], row[-1]] += 1
    return rows


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
@pytest.mark.parametrize("log", ["udp4.uac", "udp4.uas"])
def test_a_trace_of_sipp_gives_what_was_on_the_wire(log: str) -> None:
    _, found, anomalies = read(CORPUS / "logs" / f"loopback--{log}_messages.log")
    rows = Counter[tuple[str, ...]]()
    for datagram in found:
        key = scan(datagram.payload).key
        start = datagram.payload.partition(b"\r\n")[0].split(b" ")
        status = start[1].decode() if start[0] == b"SIP/2.0" else ""
        ends = (endpoint_text(datagram.src), endpoint_text(datagram.dst))
        rows[(*ends, key[2].decode(), key[1].decode(), status)] += 1
    assert rows == captured(CORPUS / "captures" / f"loopback--{log.partition('.')[0]}.pcap")
    assert AnomalyCode.LOG_CUT not in anomalies.counts


@pytest.mark.parametrize("side", ["uac", "uas"])
def test_the_tcp_trace_holds_each_message_whole(side: str) -> None:
    _, found, anomalies = read(CORPUS / "logs" / f"loopback--tcp2.{side}_messages.log")
    capture = (CORPUS / "captures" / "loopback--tcp2.pcap").read_bytes()
    assert len(anomalies) == 0
    # Each message lies in one segment, so its bytes must stand in the capture as they are.
    assert all(datagram.payload in capture for datagram in found)
    assert {endpoint_text(datagram.src) for datagram in found} == {"127.0.0.1:15270", "127.0.0.1:15272"}
