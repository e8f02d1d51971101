"""The traces that every table is tried on: captures of all flows, logs, links, odd messages, and real ones."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fixtures.flows.make_flows import CAPTURES
from siptrace.ingest.datagram import NO_TIME
from siptrace.trace import Trace, open_trace
from tests.messages import invite, request, response_to, trace_of
from tests.table.accidents import TORTURE

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NAMES", "opened"]

ROOT = Path(__file__).parents[2]
CORPUS = os.environ.get("SIPTRACE_CORPUS")
REAL = (
    "captures/plivo--plivo.pcap",
    "captures/sipnab--b2bua-asterisk.pcapng",
    "captures/suricata-verify--2-sip-tcp.pcap",
    "captures/heplify--ipip0.pcap",
    "captures/sipnab--SIP_CALL_RTP_G711",
    "logs/gb28181-restreamer--pjsua.log",
    "logs/transcribed--acme-oracle-sipmsg-tail.log",
)
NAMES = [
    *("nothing", "torture", "odd texts", "no times", "all flows", "all logs"),
    *("fixtures/links/every-link.pcapng", "fixtures/links/stream.pcap"),
    *(REAL if CORPUS else ()),
]


def odd_texts() -> Trace:
    """Return a trace of texts that are no UTF-8, that only look the same, and that mean something in CSV."""
    plain = invite(call_id="=1+1", from_tag="+a", headers=("X: 1",)).raw
    return trace_of(
        [
            plain.replace(b"=1+1", b"\xff"),
            plain.replace(b"=1+1", rb"\xff"),
            plain.replace(b"INVITE", b"\xfe"),
            plain.replace(b"INVITE", rb"\xfe"),
            plain.replace(b"alice", "ålice 日本".encode()).replace(b"one", b'"@";=2'),
            response_to(invite(), 200).raw.replace(b"Because", b'\t=1,"2";\'3\x1b[0m'),
            response_to(invite(), 200).raw.replace(b"200", b"4294967301"),
            response_to(invite(), 200).raw.replace(b"200 Because", b"abc"),
            plain.replace(b"CSeq: 1 ", b"CSeq: 4294967296 "),
            b"",
            b"\0\xff\r\n\r\n",
        ]
    )


def no_times() -> Trace:
    """Return a trace as of a log that gives no times."""
    trace = trace_of([invite(), response_to(invite(), 486), request("OPTIONS", call_id="x")])
    for row in range(len(trace.table)):
        trace.table.time[row] = NO_TIME
    return trace


@cache
def opened(name: str) -> Trace:
    """Open a trace of `NAMES`."""
    made: dict[str, Callable[[], Trace]] = {
        "nothing": lambda: trace_of([]),
        "torture": lambda: trace_of([*TORTURE.values(), *TORTURE.values()]),
        "odd texts": odd_texts,
        "no times": no_times,
        "all flows": lambda: open_trace(*sorted(CAPTURES.glob("*.pcap"))),
        "all logs": lambda: open_trace(ROOT / "fixtures" / "logs"),
    }
    make = made.get(name)
    if make is not None:
        return make()
    return open_trace(ROOT / name if name.startswith("fixtures") else Path(str(CORPUS)) / name)
