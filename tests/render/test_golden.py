"""Ladders as people see them: whole drawings in `tests/golden`, each at three widths, in Unicode and in ASCII.

After a change of the drawing: look at the difference that `pytest --update` makes, as somebody with a call to explain.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.model import flow
from siptrace.ladder.build import build_ladder
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.model import Mark, Note, SdpView
from siptrace.render.text import render_text
from siptrace.trace import open_trace
from tests.ladder.matches import changed, matched, play, written
from tests.render.ladders import arrow, ladder

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.ladder.model import Ladder

GOLDEN = Path(__file__).parents[1] / "golden"
WIDTHS = (60, 80, 120)

FLOWS = {
    "2.1.udp4": "a registration, challenged",
    "3.1.udp4": "a call between two phones",
    "3.2.tcp6": "a call through two proxies, challenged, over TCP and IPv6",
    "3.4.udp4": "retransmissions to a dead proxy, then a call through another one",
    "3.7.udp4": "a call that changes its session from a second address",
    "3.8.udp4": "a call cancelled behind two proxies",
}

PCMU = SdpView("offer", ("audio 192.0.2.1:4000 PCMU PCMA G729 telephone-event",))
VIDEO = SdpView("answer", ("audio 192.0.2.2:4000 sendonly PCMU", "video 192.0.2.2:4002 H264", "text rejected T140"))


def _chain(count: int) -> Ladder:
    """Return an INVITE passed on through many hosts, the last one's answer, and an ACK past all of them."""
    lanes = [(f"proxy{n}.example.com" if n % 3 else "", f"192.0.2.{n}:5060") for n in range(1, count + 1)]
    there = [arrow(n, n + 1, "INVITE", sdp=PCMU) for n in range(count - 1)]
    back = [arrow(count - 1, count - 2, "480 Temporarily Unavailable"), arrow(0, count - 1, "ACK")]
    return ladder(lanes, [*there, *back])


REFERENCES = ("rfc3665-3.2", "rfc3665-3.8", "rfc3665-3.10", "rfc5359-2.5", "service-2.10")
"""Flows that are drawn by themselves."""


class Held(NamedTuple):
    """A call to hold against its flow: a flow as it is, on one hop alone, without steps, or changed."""

    flow: str
    change: tuple[str, int, *tuple[int, ...]] | None = None
    hop: tuple[str, str] | None = None
    without: tuple[int, ...] = ()
    capture: str = ""

    def path(self, folder: Path) -> Path:
        """Return the capture."""
        if self.capture:
            return CAPTURES / f"{self.flow}.{self.capture}.pcap"
        if self.change is not None:
            return written(folder, changed(self.flow, *self.change))
        hop = set(self.hop or ())
        return written(folder, play(flow(self.flow), lambda s: not hop or {s.src, s.dst} == hop, self.without))


MATCHES = {
    "3.2-over-ipv6": Held("rfc3665-3.2", capture="tcp6"),
    "3.10-no-response": Held("rfc3665-3.10", capture="udp4"),
    "3.2-one-hop": Held("rfc3665-3.2", hop=("alice", "proxy1"), without=(15,)),
    "5359-2.5-three-call-ids": Held("rfc5359-2.5", capture="udp4"),
    "3.1-no-ack": Held("rfc3665-3.1", ("removed", 4)),
    "3.2-foreign-info": Held("rfc3665-3.2", ("foreign", 12)),
    "3.9-603-for-486": Held("rfc3665-3.9", ("replaced", 6)),
    "3.1-swapped": Held("rfc3665-3.1", ("swapped", 3, 4)),
    "3.8-no-cancel-answer": Held("rfc3665-3.8", ("removed", 14)),
    "service-2.10-no-ack": Held("service-2.10", ("removed", 13)),
}

MADE: dict[str, Ladder] = {
    "one-lane": ladder(
        [("loop", "127.0.0.1:5060")],
        [arrow(0, 0, "OPTIONS"), arrow(0, 0, "OPTIONS", Mark.RETRANSMISSION), arrow(0, 0, "200 OK (OPTIONS)")],
    ),
    "12-lanes": _chain(12),
    "40-lanes": _chain(40),
    "long-names": ladder(
        [
            ("Alice Featherstonehaugh (Reception, Building 7)", "[2001:db8:1234:5678:9abc:def0:1234:5678]:5060"),
            ("sbc-outbound-07.core.voice.atlanta.example.com", "[2001:db8:1234:5678:9abc:def0:1234:9999]:5060"),
        ],
        [arrow(0, 1, sdp=PCMU), arrow(1, 0, "503 Service Unavailable Because Of A Very Long Reason In Many Words")],
        title=f"Call 12345: {'alice.' * 8}@atlanta.example.com → {'bob.' * 9}@biloxi.example.com, failed",
        call_id="f81d4fae-7dec-11d0-a765-00a0c91e6bf6-f81d4fae-7dec@sbc-outbound-07.core.voice.atlanta.example.com",
    ),
    "wide-characters": ladder(
        [("日本 太郎", "192.0.2.1:5060"), ("Zoe\u0301 🎉", "192.0.2.2:5060"), ("\u202eevil\x1b[2J", "192.0.2.3:5060")],
        [
            arrow(0, 1, "INVITE"),
            arrow(1, 2, "INVITE"),
            arrow(2, 1, "486 話中 です お待ちください"),
            arrow(1, 0, "486 話中 です お待ちください"),
        ],
        title="Call 1: 太郎@例え.jp → zoe\u0301@例え.jp, busy",
    ),
    "everything": ladder(
        [("Alice", "192.0.2.1:5060"), ("", "192.0.2.2"), ("Bob", "192.0.2.3:5060")],
        [
            Note("the trace begins inside this call"),
            arrow(0, 1, "INVITE", sdp=PCMU),
            arrow(0, 1, "INVITE", Mark.RETRANSMISSION, sdp=PCMU),
            arrow(1, 2, "INVITE", sdp=PCMU),
            arrow(2, 1, "183 Session Progress", Mark.EARLY_MEDIA, sdp=VIDEO),
            arrow(1, 0, "183 Session Progress", Mark.EARLY_MEDIA, sdp=VIDEO),
            arrow(0, 2, "re-INVITE", Mark.REINVITE, Mark.HOLD, sdp=PCMU),
            arrow(2, 0, "re-INVITE", Mark.REINVITE, Mark.RESUME, Mark.RETRANSMISSION, sdp=PCMU),
            arrow(1, 1, "INFO"),
            Note("the trace ends inside this call"),
        ],
    ),
    "no-times": ladder(
        [("Alice", "192.0.2.1"), ("Bob", "192.0.2.2")], [arrow(0, 1), arrow(1, 0, "603 Decline")], timed=False
    ),
}


def at_all_widths(ladders: list[Ladder], *, ascii_only: bool) -> str:
    """Return the drawings of some ladders at each width, with a headline over each."""
    parts = []
    for width in WIDTHS:
        parts.append(f"{f' {width} columns ':=^{width}}\n")
        parts += [render_text(one, width=width, ascii_only=ascii_only) + "\n" for one in ladders]
    return "\n".join(parts)


@pytest.mark.parametrize("form", ["unicode", "ascii"])
@pytest.mark.parametrize("name", FLOWS)
def test_ladders_of_captures(name: str, form: str, golden: Callable[[Path, str], None]) -> None:
    calls = open_trace(CAPTURES / f"rfc3665-{name}.pcap").calls
    drawings = at_all_widths([build_ladder(call) for call in calls], ascii_only=form == "ascii")
    golden(GOLDEN / f"rfc3665-{name}.{form}.txt", drawings)


@pytest.mark.parametrize("form", ["unicode", "ascii"])
@pytest.mark.parametrize("name", MADE)
def test_made_up_ladders(name: str, form: str, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / f"made-{name}.{form}.txt", at_all_widths([MADE[name]], ascii_only=form == "ascii"))


@pytest.mark.parametrize("form", ["unicode", "ascii"])
@pytest.mark.parametrize("name", REFERENCES)
def test_reference_flows(name: str, form: str, golden: Callable[[Path, str], None]) -> None:
    drawings = at_all_widths([build_flow_ladder(flow(name))], ascii_only=form == "ascii")
    golden(GOLDEN / f"flow-{name}.{form}.txt", drawings)


@pytest.mark.parametrize("form", ["unicode", "ascii"])
@pytest.mark.parametrize("name", MATCHES)
def test_calls_held_against_their_flow(
    name: str, form: str, golden: Callable[[Path, str], None], tmp_path: Path
) -> None:
    ladder = matched(MATCHES[name].path(tmp_path))
    golden(GOLDEN / f"match-{name}.{form}.txt", at_all_widths([ladder], ascii_only=form == "ascii"))


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"rfc3665-{name}" for name in FLOWS} | {f"made-{name}" for name in MADE}
    wanted |= {f"flow-{name}" for name in REFERENCES} | {f"match-{name}" for name in MATCHES}
    assert {path.name.rsplit(".", 2)[0] for path in GOLDEN.glob("*.txt")} == wanted
