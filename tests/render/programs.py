"""The real Mermaid and PlantUML: many diagrams in one run, each back as the SVG that they drew. Not for the product.

Mermaid runs in Chromium on one page that draws all diagrams, with the library that belongs to `mmdc`: its own command
opens a page for each, which takes minutes. A diagram that a program refuses raises, with what it says.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SVG", "by_mermaid", "by_mmdc", "by_plantuml", "needs_mermaid", "needs_plantuml", "tags_of"]

SVG = "{http://www.w3.org/2000/svg}"
PLANTUML, MMDC, CHROMIUM = (shutil.which(name) for name in ("plantuml", "mmdc", "chromium"))
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
UNICODE = {**os.environ, "LC_ALL": "C.UTF-8"}

needs_plantuml = pytest.mark.skipif(PLANTUML is None, reason="plantuml is not installed")
needs_mermaid = pytest.mark.skipif(MMDC is None or CHROMIUM is None, reason="mmdc or chromium is not installed")

PAGE = """<!doctype html><meta charset="utf-8"><body><script src="{library}"></script>
<script type="application/json" id="texts">{texts}</script><script>
(async () => {{
  mermaid.initialize({{startOnLoad: false}});
  const drawn = [];
  for (const text of JSON.parse(document.getElementById("texts").textContent))
    drawn.push(await mermaid.render("d" + drawn.length, text).then(d => d.svg, e => "refused: " + e.message));
  document.body.textContent = JSON.stringify(drawn);
}})()
</script>
"""


def by_plantuml(texts: Sequence[str], folder: Path) -> list[ET.Element]:
    """Return what PlantUML draws of each text."""
    for index, text in enumerate(texts):
        (folder / f"{index:04}.puml").write_text(text, encoding="utf-8")
    words = ["-headless", "-nbthread", "2", "-nometadata", "-charset", "UTF-8", "-tsvg", str(folder / "*.puml")]
    done = subprocess.run([str(PLANTUML), *words], capture_output=True, text=True, env=UNICODE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [ET.parse(folder / f"{index:04}.svg").getroot() for index in range(len(texts))]  # noqa: S314


def by_mermaid(texts: Sequence[str], folder: Path) -> list[ET.Element]:
    """Return what Mermaid draws of each text."""
    homes = (up / "node_modules/mermaid/dist/mermaid.min.js" for up in Path(str(MMDC)).resolve().parents)
    library = next(home for home in homes if home.exists())
    page = folder / "page.html"
    data = json.dumps(list(texts)).replace("<", "\\u003c")
    page.write_text(PAGE.format(library=library.as_uri(), texts=data), encoding="utf-8")
    words = ["--headless", "--dump-dom", "--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}"]
    words += ["--virtual-time-budget=1000000", *QUIET, page.as_uri()]
    done = subprocess.run([str(CHROMIUM), *words], capture_output=True, text=True, env=UNICODE, check=True)
    drawn = json.loads(html.unescape(done.stdout.partition("<body>")[2].rpartition("</body>")[0]))
    refused = [(text, svg) for text, svg in zip(texts, drawn, strict=True) if svg.startswith("refused: ")]
    assert not refused, refused[0]
    return [ET.fromstring(svg) for svg in drawn]  # noqa: S314


def by_mmdc(text: str, folder: Path) -> ET.Element:
    """Return what the command of Mermaid draws of a text."""
    (folder / "browser.json").write_text(json.dumps({"executablePath": CHROMIUM, "args": QUIET}), encoding="utf-8")
    (folder / "one.mmd").write_text(text, encoding="utf-8")
    words = [str(MMDC), "-q", "-p", "browser.json", "-i", "one.mmd", "-o", "one.svg"]
    done = subprocess.run(words, capture_output=True, text=True, env=UNICODE, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return ET.parse(folder / "one.svg").getroot()  # noqa: S314


def tags_of(svg: ET.Element) -> set[str]:
    """Return the names of all elements of a picture."""
    return {str(element.tag).rpartition("}")[2] for element in svg.iter()}
