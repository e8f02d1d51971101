"""PlantUML: its text as a golden file, no text of a trace as markup, and all of it drawn by the real program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from siptrace.ladder.model import Mark, Media, Note, SdpView
from siptrace.render.diagram import PAUSE, arrow_text
from siptrace.render.plantuml import render_plantuml
from siptrace.render.sheet import INKS
from tests.render.hostile import TEXTS, hostile_ladder
from tests.render.ladders import arrow, ladder
from tests.render.programs import SVG, by_plantuml, needs_plantuml, tags_of
from tests.render.samples import GOLDEN_NAMES, every_ladder, ladder_to_keep
from tests.render.test_text import ladders

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree import ElementTree as ET

    from siptrace.ladder.model import Ladder, Row

GOLDEN = Path(__file__).parents[1] / "golden" / "diagrams"
LANES = [("Alice", "192.0.2.1:5060"), ("", "192.0.2.2"), ("Bob", "192.0.2.3:5060")]

TEXT = r"(?:[^<>&~\\*\"=#|\[\]{}%$!'^`«»‐-‟\x00-\x1f\x7f]|<U\+[0-9A-F]{4,}>|\\n)*"
INKED = rf"<color:#\w{{6}}>{TEXT}</color>"
STATEMENTS = re.compile(
    rf"hide footbox|title {TEXT}|participant \"{TEXT}\" as P\d+|autonumber (?:\d+|stop)|\.\.\.|== {TEXT} =="
    rf"|P\d+ -\[#\w{{6}}(?:,dashed)?\]-?>x? P\d+ : (?:{TEXT}|<back:#\w{{6}}>{TEXT}</back>)"
    rf"|note right of P\d+ : {TEXT}|hnote over P\d+(?:, P\d+)? : {INKED}"
)
IN_LEGEND = re.compile(rf"{TEXT}|(?:{INKED} {TEXT})*")


def statements(value: Ladder) -> list[str]:
    """Return the statements of a ladder's diagram between the lanes and the legend."""
    lines = render_plantuml(value).split("\n")
    last = max(index for index, line in enumerate(lines) if line.startswith("participant"))
    return lines[last + 1 : lines.index("legend left")]


@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_golden(name: str, golden: Callable[[Path, str], None], tmp_path: Path) -> None:
    golden(GOLDEN / f"{name}.puml", render_plantuml(ladder_to_keep(name, tmp_path)))


def test_lanes_have_plain_names_and_say_who_they_are() -> None:
    text = render_plantuml(ladder(LANES, [arrow(0, 2)]))
    assert re.findall("^(?:title|participant) .*", text, re.MULTILINE) == [
        "title Call 1: alice@a.example → bob@b.example, completed",
        r'participant "Alice\n192.0.2.1:5060" as P1',
        'participant "192.0.2.2" as P2',
        r'participant "Bob\n192.0.2.3:5060" as P3',
    ]


def test_arrows_say_what_they_are() -> None:
    rows: list[Row] = [
        Note("the trace begins inside this call"),
        arrow(0, 2, "INVITE", sdp=SdpView("offer", ("audio 192.0.2.1:4000 PCMU", "video rejected H264"))),
        arrow(0, 2, "INVITE", Mark.RETRANSMISSION),
        arrow(2, 0, "180 Ringing", Mark.EARLY_MEDIA),
        arrow(1, 1, "INFO"),
        arrow(2, 0, "404 Not Found", Mark.OPTIONAL),
        Media("RTP", 0, 2, (0,)),
    ]
    assert statements(ladder(LANES, rows)) == [
        "== the trace begins inside this call ==",
        "autonumber 1",
        "P1 -[#0b57a4]> P3 : INVITE (SDP) · 09:00:00.012",
        r"note right of P1 : offer: audio 192.0.2.1:4000 PCMU\n  video rejected H264",
        "P1 -[#0b57a4]> P3 : ↺ INVITE · +0.012 s",
        "P3 -[#8a6100]-> P1 : 180 Ringing early media · +0.012 s",
        "P2 -[#0b57a4]> P2 : INFO · +0.012 s",
        "P3 -[#c62828,dashed]> P1 : 404 Not Found optional · +0.012 s",
        f"hnote over P1, P3 : <color:{INKS['media'].light}>═ RTP ═▶</color>",
    ]


def test_what_a_match_says_is_seen() -> None:
    value = ladder(LANES, [arrow(0, 1), arrow(1, 0, "603 Decline", Mark.DIFFERENT), arrow(0, 1, "ACK")])
    ghost = arrow(1, 0, "100 Trying", Mark.MISSING)._replace(n=None, step="F2")
    invite, decline, ack = value.arrows
    rows = (invite._replace(step="F1"), ghost, decline._replace(step="F3", expected="486 Busy Here"), ack)
    assert statements(value._replace(rows=rows)) == [
        "autonumber 1",
        "P1 -[#0b57a4]> P2 : F1 INVITE · 09:00:00.012",
        "autonumber stop",
        f"P2 -[{INKS['ghost'].light},dashed]>x P1 : F2 100 Trying missing",
        "autonumber 2",
        "P2 -[#c62828]-> P1 : <back:#fff1c2>F3 603 Decline different · +0.012 s</back>",
        "note right of P1 : instead of 486 Busy Here",
        "P1 -[#0b57a4]> P2 : ACK · +0.012 s",
    ]


def test_a_long_pause_is_a_gap() -> None:
    value = ladder(LANES, [arrow(0, 1), arrow(1, 0, "200 OK"), arrow(0, 1, "BYE")])
    invite, ok, bye = value.arrows
    rows = (invite, ok._replace(delta_ns=PAUSE), bye._replace(delta_ns=PAUSE + 1))
    assert [line for line in statements(value._replace(rows=rows)) if line != "autonumber 1"] == [
        "P1 -[#0b57a4]> P2 : INVITE · 09:00:00.012",
        "P2 -[#1a7f37]-> P1 : 200 OK · +4.000 s",
        "...",
        "P1 -[#0b57a4]> P2 : BYE · 09:00:00.036 (+4.000 s)",
    ]


def test_colours_are_what_was_asked_for() -> None:
    value = ladder(LANES, [arrow(0, 1), arrow(1, 0, "200 OK")])
    colours = [
        set(re.findall(r"-\[(#\w+)\]", render_plantuml(value, colours=colours))) for colours in ("class", "cseq")
    ]
    assert colours == [{INKS["request"].light, INKS["success"].light}, {INKS["series1"].light}]


def test_long_ladders_have_their_heads_below_too() -> None:
    short, long = (render_plantuml(ladder(LANES, [arrow(0, 1)] * count)) for count in (2, 60))
    assert "hide footbox" in short
    assert "hide footbox" not in long


def test_without_session_descriptions() -> None:
    value = ladder(LANES, [arrow(0, 1, sdp=SdpView("offer", ("audio",)))])
    assert "note right" in render_plantuml(value)
    assert "note right" not in render_plantuml(value, sdp=False)


def test_a_ladder_of_nothing_has_somebody() -> None:
    assert 'participant "nobody" as P1' in render_plantuml(ladder([], []))


@given(ladders())
def test_every_line_is_a_statement_of_ours(value: Ladder) -> None:
    lines = render_plantuml(value).split("\n")
    assert (lines[0], lines[-3:]) == ("@startuml", ["end legend", "@enduml", ""])
    begin = next(index for index, line in enumerate(lines) if line.startswith(("hide footbox", "title")))
    end = lines.index("legend left")
    assert [line for line in lines[begin:end] if not STATEMENTS.fullmatch(line)] == []
    assert [line for line in lines[end + 1 : -3] if not IN_LEGEND.fullmatch(line)] == []
    assert sum(re.match(r"P\d", line) is not None for line in lines[begin:end]) == len(value.arrows)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_markup(text: str) -> None:
    for line in statements(ladder([(text, text)], [arrow(0, 0, text, sdp=SdpView("offer", (text,)))])):
        assert STATEMENTS.fullmatch(line)
        written = line.partition(" : ")[2]
        assert not re.search(r"--|__|//|\.\.|\+\+|~@|\bend", written, re.IGNORECASE)
        assert "@start" not in written, "PlantUML takes what follows for the name of a file"
        assert not re.search("<U[+]005C>t", written), "PlantUML makes a tab of it after everything else"


HEADS = {INKS[ink].light for ink in INKS} - {INKS["paper"].light}


def shown(svg: ET.Element, wanted: set[str]) -> list[str]:
    """Return the labels of arrows that were drawn, in their order."""
    texts = (_even("".join(text.itertext())) for text in svg.iter(f"{SVG}text"))
    return [text for text in texts if text in wanted]


def heads(svg: ET.Element) -> int:
    """Return how many arrows were drawn: those with a head, and those that end in a cross of two strokes."""
    points = [one for one in svg.iter(f"{SVG}polygon") if str(one.get("fill")).lower() in HEADS]
    crosses = [
        one
        for one in svg.iter(f"{SVG}line")
        if f"stroke: {INKS['ghost'].light}; stroke-width: 2" in str(one.get("style")).lower()
    ]
    return len(points) + len(crosses) // 2


def _even(text: str) -> str:
    """Return a text with one blank for several, as an SVG has them, and without spaces of no width."""
    return " ".join(text.replace("\u200b", "").split())


def check(one: Ladder, svg: ET.Element) -> None:
    """Assert that a picture has the arrows of a ladder, and their labels in order."""
    labels = [_even(arrow_text(arrow)) for arrow in one.arrows]
    assert heads(svg) == len(labels)
    assert shown(svg, set(labels)) == labels


@needs_plantuml
def test_plantuml_draws_every_ladder(tmp_path: Path) -> None:
    by_text = {render_plantuml(one): one for one in every_ladder()}
    for one, svg in zip(by_text.values(), by_plantuml(list(by_text), tmp_path), strict=True):
        check(one, svg)


@needs_plantuml
def test_plantuml_draws_hostile_texts_as_they_are(tmp_path: Path) -> None:
    many = [hostile_ladder(seed) for seed in range(6)]
    for one, svg in zip(many, by_plantuml([render_plantuml(one) for one in many], tmp_path), strict=True):
        check(one, svg)
        assert not tags_of(svg) & {"a", "image", "script", "foreignObject"}
