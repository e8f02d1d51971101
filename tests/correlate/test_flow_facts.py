"""The flows of the package against the facts verified from the texts, every field of every step."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from siptrace.correlate.model import EventRow, Flow, MediaRow, Step, flow, flow_ids

CORPUS = os.environ.get("SIPTRACE_CORPUS")
pytestmark = pytest.mark.skipif(
    not CORPUS, reason="SIPTRACE_CORPUS names no directory with the verified facts beside it"
)

PLAIN = (
    *("f", "method", "status", "reason", "transport", "optional", "call_id", "cseq", "from_tag", "to_tag", "branch"),
    *("via_count", "txn", "responds_to", "copy_of", "retransmission_of", "scope", "dialog", "sdp", "auth", "route"),
    *("record_route", "body", "sipfrag", "text_status"),
)
RENAMED = {"from": "src", "to": "dst"}
COMPARED = {*PLAIN, *RENAMED, "kind", "sdp_info", "auth_realms", "ext", "note"}
COMPOSED = {"service-2.4", "service-2.8", "service-2.9"}
"""Flows whose texts are prose: the facts have no messages of theirs."""


def facts() -> dict[str, Any]:
    """Return the verified facts by flow id."""
    path = Path(CORPUS or "").parent / "reference" / "flows.json"
    return {entry["id"]: entry for entry in json.loads(path.read_text(encoding="utf-8"))}


def observed(row: Step | MediaRow | EventRow) -> dict[str, Any]:
    """Return a row in the shape of the facts, absent values left out."""
    if isinstance(row, EventRow):
        plain: dict[str, Any] = {"kind": "event", "label": row.label, "after_f": row.after_f}
        return plain | ({"margin_comment": True} if row.margin else {})
    if isinstance(row, MediaRow):
        plain = {"kind": "media", "label": row.label, "between": list(row.between), "direction": str(row.direction)}
        return plain | {"after_f": row.after_f} | ({"sender": row.sender} if row.sender else {})
    step: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    step |= {name: getattr(row, ours) for name, ours in RENAMED.items()}
    step["kind"] = "request" if row.is_request else "response"
    info = row.sdp_info
    names = ("conn", "port", "direction", "o_session", "o_version")
    step["sdp_info"] = {name: getattr(info, name) for name in names} if info else None
    step["auth_realms"] = list(row.auth_realms) or None
    step["ext"] = dict(row.ext) or None
    step["note"] = True if row.note else None
    return {name: value for name, value in step.items() if value is not None}


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the facts, absent values left out; fails on a field that is not compared.

    Of a note only that it is there: its words are ours.
    """
    if row["kind"] in {"request", "response"}:
        assert set(row) <= COMPARED, set(row) - COMPARED
        row = row | {"note": True if row.get("note") else None}
    return {name: value for name, value in row.items() if value is not None}


@pytest.mark.parametrize("name", flow_ids())
def test_a_flow_says_what_its_text_says(name: str) -> None:
    fact, ours = facts()[name], flow(name)
    assert (ours.title, ours.document, ours.section) == (fact["title"], fact["document"], fact["section"])
    assert (fact["messages"] == 0) == (name in COMPOSED)
    if name in COMPOSED:
        assert "composed" in ours.readings[0]
        return
    actors = [{"id": actor.id, "label": actor.label, "role": actor.role} for actor in ours.actors]
    assert actors == fact["actors"]
    assert [observed(row) for row in ours.rows] == [expected(row) for row in fact["steps"]]
    assert len(ours.steps) == fact["messages"]
    assert list(ours.call_ids) == fact.get("call_ids", [])


def test_all_flows_of_the_texts_are_here() -> None:
    assert set(flow_ids()) == set(facts())


def test_remarks_are_in_our_own_words() -> None:
    for name in flow_ids():
        ours: Flow = flow(name)
        fact = facts()[name]
        theirs = {note.partition(": ")[2] for note in fact["notes"]}
        theirs |= {step["note"] for step in fact["steps"] if step.get("note")}
        assert theirs.isdisjoint(ours.readings + ours.oddities)
        assert theirs.isdisjoint(step.note for step in ours.steps)
