"""Sheets in graphviz' language: golden files hold the look of pictures, and no text from a trace means anything."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.model import flow
from siptrace.ladder.build import build_ladder
from siptrace.ladder.flow import build_flow_ladder
from siptrace.render.dot import dot_of
from siptrace.render.measure import Face
from siptrace.render.place import sheet_of
from siptrace.render.sheet import Label, Sheet
from siptrace.trace import open_trace
from tests.ladder.matches import matched
from tests.render.test_golden import GOLDEN, MADE, MATCHES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MATCHED = ["3.1-no-ack", "3.9-603-for-486"]


@pytest.mark.parametrize("name", ["12-lanes", "everything", "wide-characters", "one-lane"])
def test_made_up_ladders(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "dot" / f"made-{name}.dot", dot_of(sheet_of(MADE[name])))


def test_a_call(golden: Callable[[Path, str], None]) -> None:
    ladder = build_ladder(open_trace(CAPTURES / "rfc3665-3.2.udp4.pcap").calls[0])
    golden(GOLDEN / "dot" / "rfc3665-3.2.dot", dot_of(sheet_of(ladder, colours="cseq", sdp=False)))


def test_a_flow(golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "dot" / "flow-rfc5359-2.5.dot", dot_of(sheet_of(build_flow_ladder(flow("rfc5359-2.5")))))


@pytest.mark.parametrize("name", MATCHED)
def test_a_call_with_its_flow(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "dot" / f"match-{name}.dot", dot_of(sheet_of(matched(MATCHES[name].path(tmp_path)))))


HOSTILE = [
    r"\N \G \L \T \n \l \r \\ \"",
    '"; node [shape=box]; x -> y; "',
    "&lt;b&gt; &#65; &amp; &",
    "<b>bold</b> <TABLE><TR>",
    "a \\",
    "${IFS} $(id) `id` %s {{x}}",
    "// # /* */ --> ]]> <!-- ",
    "]> <!ENTITY x SYSTEM 'file:///etc/passwd'>",
]


@pytest.mark.skipif(shutil.which("neato") is None, reason="graphviz is not installed")
def test_every_character_stands_for_itself() -> None:
    labels = tuple(
        Label(10, 20.0 * (n + 1), text, "start", Face(9, mono=True), "text") for n, text in enumerate(HOSTILE)
    )
    sheet = Sheet(900, 400, "", "", (), (), labels)
    drawn = subprocess.run(["neato", "-n2", "-Tsvg"], input=dot_of(sheet).encode(), capture_output=True, check=True)
    root = ET.fromstring(drawn.stdout)  # noqa: S314  (of our own DOT)
    texts = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [text.replace("\u00a0", " ").split() for text in texts] == [text.split() for text in HOSTILE]
