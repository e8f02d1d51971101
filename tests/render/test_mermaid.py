"""Mermaid: its text as a golden file, no text of a trace as markup, and all of it drawn by the real program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from siptrace.ladder.model import Mark, Media, SdpView
from siptrace.render.diagram import arrow_text
from siptrace.render.mermaid import render_mermaid
from tests.render.hostile import TEXTS, hostile_ladder
from tests.render.ladders import arrow, ladder
from tests.render.programs import SVG, by_mermaid, by_mmdc, needs_mermaid, tags_of
from tests.render.samples import GOLDEN_NAMES, every_ladder, ladder_to_keep
from tests.render.test_text import ladders

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree import ElementTree as ET

    from siptrace.ladder.model import Arrow, Ladder, Row

GOLDEN = Path(__file__).parents[1] / "golden" / "diagrams"
LANES = [("Alice", "192.0.2.1:5060"), ("", "192.0.2.2"), ("Bob", "192.0.2.3:5060")]

TEXT = r"(?:[^#;%&<>$\\`ﬂ¶\x00-\x1f\x7f]|#\d+;|<br/>)*"
STATEMENTS = re.compile(
    rf"box transparent {TEXT}|participant P\d+ as {TEXT}|end|rect rgba\([\d., ]+\)|autonumber (?:\d+|off)"
    rf"|P\d+(?:->>|-->>|-x|--x)P\d+: {TEXT}|Note (?:over P\d+(?:,P\d+)?|right of P\d+): {TEXT}"
)


def statements(value: Ladder) -> list[str]:
    """Return the statements of a ladder's diagram without the lanes."""
    lines = [line.removeprefix("    ") for line in render_mermaid(value).split("\n")[:-1]]
    return lines[lines.index("end") + 1 :]


@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_golden(name: str, golden: Callable[[Path, str], None], tmp_path: Path) -> None:
    golden(GOLDEN / f"{name}.mmd", render_mermaid(ladder_to_keep(name, tmp_path)))


def test_lanes_have_plain_names_and_say_who_they_are() -> None:
    lines = render_mermaid(ladder(LANES, [arrow(0, 2)])).splitlines()
    said = "Call 1: alice@a.example → bob@b.example, completed<br/>"
    said += "2026-01-05 09:00:00.012 UTC, Call-ID 6ead5bd74424ac68@a.example"
    assert lines[1:7] == [
        "sequenceDiagram",
        f"    box transparent {said}",
        "    participant P1 as Alice<br/>192.0.2.1:5060",
        "    participant P2 as 192.0.2.2",
        "    participant P3 as Bob<br/>192.0.2.3:5060",
        "    end",
    ]


def test_arrows_say_what_they_are() -> None:
    rows: list[Row] = [
        arrow(0, 2, "INVITE", sdp=SdpView("offer", ("audio 192.0.2.1:4000 PCMU", "video rejected H264"))),
        arrow(0, 2, "INVITE", Mark.RETRANSMISSION),
        arrow(2, 0, "180 Ringing", Mark.EARLY_MEDIA),
        arrow(1, 1, "INFO"),
        Media("RTP", 0, 2, (0,)),
    ]
    assert statements(ladder(LANES, rows)) == [
        "autonumber 1",
        "P1->>P3: INVITE (SDP) · 09:00:00.012",
        "Note right of P1: offer: audio 192.0.2.1:4000 PCMU<br/>  video rejected H264",
        "P1->>P3: ↺ INVITE · +0.012 s",
        "P3-->>P1: 180 Ringing early media · +0.012 s",
        "P2->>P2: INFO · +0.012 s",
        "Note over P1,P3: ═ RTP ═▶",
        "Note over P1,P3: ↺ 1 retransmission",
    ]


def test_what_a_match_says_stands_in_a_box() -> None:
    value = ladder(LANES, [arrow(0, 1), arrow(1, 0, "603 Decline", Mark.DIFFERENT), arrow(0, 1, "ACK")])
    ghost = arrow(1, 0, "100 Trying", Mark.MISSING)._replace(n=None, step="F2")
    invite, decline, ack = value.arrows
    rows = (invite._replace(step="F1"), ghost, decline._replace(step="F3", expected="486 Busy Here"), ack)
    assert statements(value._replace(rows=rows)) == [
        "autonumber 1",
        "P1->>P2: F1 INVITE · 09:00:00.012",
        "autonumber off",
        "rect rgba(128, 128, 128, 0.15)",
        "P2--xP1: F2 100 Trying missing",
        "end",
        "autonumber 2",
        "rect rgba(220, 60, 40, 0.15)",
        "P2-->>P1: F3 603 Decline different · +0.012 s",
        "Note right of P1: instead of 486 Busy Here",
        "end",
        "P1->>P2: ACK · +0.012 s",
    ]


def test_without_session_descriptions() -> None:
    value = ladder(LANES, [arrow(0, 1, sdp=SdpView("offer", ("audio",)))])
    assert "Note" in render_mermaid(value)
    assert "Note" not in render_mermaid(value, sdp=False)


def test_a_ladder_of_nothing_has_somebody() -> None:
    assert "participant P1 as nobody" in render_mermaid(ladder([], []))


@given(ladders())
def test_every_line_is_a_statement_of_ours(value: Ladder) -> None:
    first, second, *lines = render_mermaid(value).removesuffix("\n").split("\n")
    assert (first[:9], second) == ("%%{init: ", "sequenceDiagram")
    assert [line for line in lines if not STATEMENTS.fullmatch(line[4:])] == []
    assert sum(re.match(r" *P\d", line) is not None for line in lines) == len(value.arrows)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_markup(text: str) -> None:
    for line in statements(ladder([(text, text)], [arrow(0, 0, text, sdp=SdpView("offer", (text,)))])):
        assert STATEMENTS.fullmatch(line)
        assert not re.search(r"\bend\b.", line, re.IGNORECASE)
        assert not re.search("style|classDef|wrap:", line)


def shown(svg: ET.Element) -> list[tuple[str, str, str]]:
    """Return the arrows that were drawn: their lanes and labels."""
    lines = [one for one in svg.iter() if (one.get("class") or "").startswith("messageLine")]
    labels = [one for one in svg.iter(f"{SVG}text") if one.get("class") == "messageText"]
    return [
        (str(line.get("data-from")), str(line.get("data-to")), _even("".join(label.itertext())))
        for line, label in zip(lines, labels, strict=True)
    ]


def drawn(one: Arrow) -> tuple[str, str, str]:
    """Return what the drawing of an arrow must show."""
    return f"P{one.source + 1}", f"P{one.target + 1}", _even(arrow_text(one))


def _even(text: str) -> str:
    """Return a text as a browser shows it, with one blank for several."""
    return " ".join(text.split())


@needs_mermaid
def test_mermaid_draws_every_ladder(tmp_path: Path) -> None:
    by_text = {render_mermaid(one): one for one in every_ladder()}
    for one, svg in zip(by_text.values(), by_mermaid(list(by_text), tmp_path), strict=True):
        assert shown(svg) == [drawn(arrow) for arrow in one.arrows]


@needs_mermaid
def test_mermaid_draws_hostile_texts_as_they_are(tmp_path: Path) -> None:
    many = [hostile_ladder(seed) for seed in range(6)]
    for one, svg in zip(many, by_mermaid([render_mermaid(one) for one in many], tmp_path), strict=True):
        assert shown(svg) == [drawn(arrow) for arrow in one.arrows]
        assert not tags_of(svg) & {"a", "image", "script", "foreignObject", "b", "math", "use"}


@needs_mermaid
def test_the_command_of_mermaid_takes_it(tmp_path: Path) -> None:
    one = hostile_ladder(0)
    assert shown(by_mmdc(render_mermaid(one), tmp_path)) == [drawn(arrow) for arrow in one.arrows]
