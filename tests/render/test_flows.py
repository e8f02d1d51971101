"""Every reference flow, and every call that is one, at every width: nothing sticks out, and nothing is lost."""

from __future__ import annotations

import re

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.judge import judge
from siptrace.correlate.model import flow, flow_ids
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.matched import build_match_ladder
from siptrace.ladder.model import Media
from siptrace.render.cells import cells
from siptrace.render.json import ladder_object
from siptrace.render.text import render_text
from siptrace.trace import open_trace

FLOWS = flow_ids()
WIDTHS = (60, 80, 100, 160)


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("flow_id", FLOWS)
def test_a_flow_is_drawn_whole(flow_id: str, width: int, ascii_only: bool) -> None:
    ladder = build_flow_ladder(flow(flow_id))
    drawing = render_text(ladder, width=width, ascii_only=ascii_only)
    assert drawing.isascii() or not ascii_only
    lines = drawing.split("\n")
    assert [line for line in lines if cells(line) > width] == []
    assert re.findall(r"^(F\d+) ", drawing, re.MULTILINE) == [arrow.step for arrow in ladder.arrows]
    assert len([line for line in lines if re.search("◀═|═▶|<=|=>|│·|[|][.]| [·.]{3} ", line)]) == len(
        flow(flow_id).media
    )
    words = " ".join(drawing.split())
    for text in (*flow(flow_id).readings, *flow(flow_id).oddities):
        assert text.translate(str.maketrans("→", ">" if ascii_only else "→")) in words


@pytest.mark.parametrize("flow_id", FLOWS)
def test_a_call_with_its_flow_fits_every_width(flow_id: str) -> None:
    for call in open_trace(CAPTURES / f"{flow_id}.tcp4.pcap").calls:
        ladder = build_match_ladder(judge(call))
        for width in (60, 77, 100, 200):
            drawing = render_text(ladder, width=width)
            assert [line for line in drawing.split("\n") if cells(line) > width] == []
            steps = re.findall(r"^ *\d+  (F\d+)", drawing, re.MULTILINE)
            assert steps == [arrow.step for arrow in ladder.arrows if arrow.step]


@pytest.mark.parametrize("flow_id", FLOWS)
def test_json_has_the_same_arrows_in_the_same_order(flow_id: str) -> None:
    one, ladder = flow(flow_id), build_flow_ladder(flow(flow_id))
    found = ladder_object(ladder)
    drawn = [(arrow["step"], arrow["from"], arrow["to"], arrow["label"]) for arrow in found["arrows"]]
    assert drawn == [(arrow.step, arrow.source, arrow.target, arrow.label) for arrow in ladder.arrows]
    after = [next((n for n, step in enumerate(one.steps) if step.f == row.after_f), -1) for row in one.media]
    assert [media["after"] for media in found["media"]] == after
    assert [media["label"] for media in found["media"]] == [row.label for row in ladder.rows if isinstance(row, Media)]
    assert found["remarks"] == [{"title": title, "texts": list(texts)} for title, texts in ladder.remarks]
