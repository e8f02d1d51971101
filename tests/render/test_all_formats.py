"""A ladder is a value: every format shows the same arrows in the same order, read back from what it wrote.

A format is a line of FORMATS. What sets an arrow apart and has no room inside it is left out of a label by the rules of
`short_label`, so a label counts as shown when it is what that makes of it in some room.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest

from siptrace.render.cells import to_ascii, visible
from siptrace.render.json import clean, ladder_object
from siptrace.render.labels import label_of, short_label
from siptrace.render.mermaid import render_mermaid
from siptrace.render.plantuml import render_plantuml
from siptrace.render.svg import render_svg
from siptrace.render.text import render_text
from tests.render.readers import Shown, read_ascii, read_json, read_mermaid, read_plantuml, read_svg, read_text
from tests.render.samples import CORPUS, MOST, NAMES, TRACES, ladders_named, matched_named, real_ladders

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.ladder.model import Arrow, Ladder


class Form(NamedTuple):
    """A format: what draws a ladder, what reads that back, and what the label of an arrow may be."""

    draw: Callable[[Ladder], str]
    read: Callable[[str], list[Shown]]
    labels: Callable[[Arrow], set[str]]


def _wide(ladder: Ladder, *, ascii_only: bool = False) -> str:
    """Return a drawing wide enough for labels inside the arrows."""
    return render_text(ladder, width=70 + 46 * len(ladder.lanes), ascii_only=ascii_only)


def _in_ascii(arrow: Arrow) -> set[str]:
    """Return what the label of an arrow may be in ASCII."""
    plain = arrow._replace(label=to_ascii(visible(arrow.label)))
    return set(map(to_ascii, _in_some_room(plain)))


def _in_some_room(arrow: Arrow) -> set[str]:
    """Return what the label of an arrow may be: all of it, or cut."""
    return {short_label(arrow, room).strip() for room in range(36, 65)} | {label_of(arrow).strip()}


def _cut_somewhere(arrow: Arrow) -> set[str]:
    """Return what a label may be in a picture: whole, or cut where there is no more room."""
    whole = label_of(arrow)
    cuts = (whole[:size].rstrip() + "…" for size in range(len(whole)))
    return {" ".join(text.split()) for text in (whole, *cuts)}


FORMATS = {
    "text": Form(_wide, read_text, _in_some_room),
    "ascii": Form(lambda ladder: _wide(ladder, ascii_only=True), read_ascii, _in_ascii),
    "json": Form(lambda ladder: json.dumps(ladder_object(ladder)), read_json, lambda arrow: {clean(arrow.label)}),
    "mermaid": Form(render_mermaid, read_mermaid, _in_some_room),
    "plantuml": Form(render_plantuml, read_plantuml, _in_some_room),
    "svg": Form(render_svg, read_svg, _cut_somewhere),
}


def check(ladder: Ladder, form: Form) -> None:
    """Assert that a format shows the arrows of a ladder in their order."""
    if form.draw is render_svg and shutil.which("neato") is None:
        pytest.skip("graphviz is not installed")
    shown = form.read(form.draw(ladder))
    assert [one[:4] for one in shown] == [(arrow.n, arrow.step, arrow.source, arrow.target) for arrow in ladder.arrows]
    for one, arrow in zip(shown, ladder.arrows, strict=True):
        assert " ".join(one.label.split()) in {" ".join(label.split()) for label in form.labels(arrow)}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_ladders_of_fixtures(name: str, form: str) -> None:
    ladders = ladders_named(name)
    assert ladders
    for ladder in ladders:
        check(ladder, FORMATS[form])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", [name for name in TRACES if ".udp4." in name])
def test_calls_held_against_their_flow(name: str, form: str) -> None:
    for ladder in matched_named(name):
        check(ladder, FORMATS[form])


@pytest.mark.skipif(CORPUS is None, reason="SIPTRACE_CORPUS is not set")
@pytest.mark.parametrize("form", FORMATS)
def test_ladders_of_real_calls(form: str) -> None:
    ladders = real_ladders()
    assert len(ladders) == MOST
    for ladder in ladders:
        check(ladder, FORMATS[form])
