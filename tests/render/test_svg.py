"""Pictures: an SVG is well-formed text that says what it is, a PNG and a PDF open, and nothing is there twice."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
from io import BytesIO
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from fixtures.flows.make_flows import CAPTURES
from siptrace.errors import MissingTool
from siptrace.ladder.build import build_ladder
from siptrace.render.labels import label_of
from siptrace.render.place import sheet_of
from siptrace.render.svg import render_pdf, render_png, render_svg
from siptrace.trace import open_trace
from tests.ladder.matches import matched
from tests.render.ladders import arrow, ladder
from tests.render.test_golden import MADE, MATCHES

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.ladder.model import Ladder

needs_dot = pytest.mark.skipif(shutil.which("neato") is None, reason="graphviz is not installed")
CHROMIUM = shutil.which("chromium")
SVG = "{http://www.w3.org/2000/svg}"
TWO = [("Alice", "192.0.2.1:5060"), ("Bob", "192.0.2.2:5060")]


def call() -> Ladder:
    """Return a call through two proxies."""
    return build_ladder(open_trace(CAPTURES / "rfc3665-3.2.udp4.pcap").calls[0])


def texts(root: ET.Element) -> list[str]:
    """Return all text that is shown."""
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


@needs_dot
@pytest.mark.parametrize("name", MADE)
def test_an_svg_shows_every_arrow_with_its_label_in_order(name: str) -> None:
    value = MADE[name]
    root = ET.fromstring(render_svg(value))  # noqa: S314  (our own)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    names = [one for one in groups if one is not None and re.fullmatch(r"arrow-\d+", one)]
    assert names == [f"arrow-{index}" for index in range(len(value.arrows))]
    for found, one in zip(names, value.arrows, strict=True):
        (shown,) = texts(groups[f"{found}-label"])
        whole = label_of(one)
        assert shown.split() == whole.split() or whole.startswith(shown.removesuffix("…"))
        says = groups[found].find(f"{SVG}title")
        assert says is not None
        assert whole in (says.text or "")


@needs_dot
def test_an_svg_says_what_it_is() -> None:
    root = ET.fromstring(render_svg(call()))  # noqa: S314  (our own)
    assert root.get("role") == "img"
    first, second = root[0], root[1]
    assert (first.tag, second.tag) == (f"{SVG}title", f"{SVG}desc")
    assert first.text == call().title
    assert "Call-ID" in (second.text or "")
    assert root.get("aria-labelledby") == f"{first.get('id')} {second.get('id')}"
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    style = root.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme: dark" in (style.text or "")


@needs_dot
def test_hostile_texts_stay_text() -> None:
    evil = '<script>alert(1)</script> &lt; "quoted" \\N ]]> <!--'
    value = ladder([(evil, "192.0.2.1:5060"), ("Bob", "")], [arrow(0, 1, f"400 {evil}")], title=evil, call_id=evil)
    svg = render_svg(value)
    root = ET.fromstring(svg)  # noqa: S314  (our own)
    assert not [one for one in root.iter() if one.tag == f"{SVG}script"]
    assert any("<script>alert(1)</script>" in text for text in texts(root))
    assert "<!--" not in svg


@needs_dot
def test_a_png_is_twice_as_many_pixels_as_the_sheet_has_points() -> None:
    png = render_png(call())
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    sheet = sheet_of(call())
    assert (width, height) == (pytest.approx(2 * sheet.width, abs=3), pytest.approx(2 * sheet.height, abs=3))


@needs_dot
def test_a_pdf_has_a4_pages_with_all_arrows_and_heads_on_each() -> None:
    rows = [arrow(n % 2, 1 - n % 2, f"OPTIONS{n}") for n in range(130)]
    long = ladder(TWO, rows)
    pages = PdfReader(BytesIO(render_pdf([long, call()]))).pages
    assert len(pages) >= 4
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pages}
    assert sizes <= {(595, 842), (842, 595)}
    found = [page.extract_text() for page in pages]
    for n in range(130):
        assert sum(bool(re.search(rf"OPTIONS{n}\b", text)) for text in found) == 1
    assert sum("Alice" in text for text in found) >= len(pages) - 1


@needs_dot
def test_no_ladder_is_a_pdf_without_pages() -> None:
    assert not PdfReader(BytesIO(render_pdf([]))).pages


def test_without_graphviz_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="graphviz, whose command `dot` is not installed"):
        render_svg(call())


BOXES = """
<script>
const found = [...document.querySelectorAll("svg")].map(svg => [...svg.querySelectorAll("text")].map(text => {
  const box = text.getBBox(), size = parseFloat(text.getAttribute("font-size"));
  // The box is as high as the highest font that lends a letter; letters are not.
  return [text.textContent, box.x, parseFloat(text.getAttribute("y")) - 0.75 * size, box.width, size];
}));
document.body.textContent = "BOXES" + JSON.stringify(found) + "END";
</script>
"""


@needs_dot
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_no_texts_overlap_in_a_browser(tmp_path: Path) -> None:
    values = [*MADE.values(), call()]
    for name, held in MATCHES.items():
        (tmp_path / name).mkdir()
        values.append(matched(held.path(tmp_path / name)))
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><meta charset=utf-8><style>svg { max-width: none !important }</style>"
        + "".join(map(render_svg, values))
        + BOXES,
        "utf-8",
    )
    words = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    shown = re.search(r"BOXES(.*)END", done.stdout, re.DOTALL)
    assert shown is not None
    drawings = json.loads(shown[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    assert len(drawings) == len(values)
    for boxes in drawings:
        for (one, x, y, width, height), (other, left, top, wide, tall) in combinations(boxes, 2):
            beside = x + width <= left + 0.5 or left + wide <= x + 0.5
            over = y + height <= top + 0.5 or top + tall <= y + 0.5
            assert beside or over, (one, x, width, other, left, wide)
