"""Reference flows as ladders: every row of the file, in its order, with what each step is called and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.correlate.model import flow, flow_ids, load_flow
from siptrace.correlate.step import EventRow, MediaRow, Step
from siptrace.ladder.flow import build_flow_ladder
from siptrace.ladder.model import Arrow, Lane, Mark, Media, Note, Remarks, SdpView

if TYPE_CHECKING:
    from siptrace.correlate.model import Flow

FLOWS = flow_ids()


def labels(flow_id: str) -> dict[str, str]:
    """Return the label of each step."""
    return {arrow.step: arrow.label for arrow in build_flow_ladder(flow(flow_id)).arrows}


def marks(flow_id: str) -> dict[str, tuple[Mark, ...]]:
    """Return the marks of the steps that have any."""
    return {arrow.step: arrow.marks for arrow in build_flow_ladder(flow(flow_id)).arrows if arrow.marks}


def small(*steps: str) -> Flow:
    """Return a flow of two phones."""
    head = "id = 'x'\ntitle = 'x'\nactors.a = ['A', 'UA']\nactors.b = ['B', 'UA']\n"
    return load_flow("\n".join([f"{head}steps = '''", *steps, "'''"]), "x")


@pytest.mark.parametrize("flow_id", FLOWS)
def test_every_row_is_there_in_its_order(flow_id: str) -> None:
    one = flow(flow_id)
    ladder = build_flow_ladder(one)
    places = {actor.id: index for index, actor in enumerate(one.actors)}
    remarks = {f"F{step.f}: {step.note}" for step in one.steps if step.note}
    rows = [row for row in ladder.rows if not (isinstance(row, Note) and row.text in remarks)]
    assert len(ladder.rows) - len(rows) == len(remarks)
    for row, drawn in zip(one.rows, rows, strict=True):
        if isinstance(row, Step):
            assert isinstance(drawn, Arrow)
            assert (drawn.step, drawn.source, drawn.target) == (f"F{row.f}", places[row.src], places[row.dst])
            assert (drawn.method, drawn.status, drawn.cseq) == (row.method, row.status, row.cseq)
            assert (drawn.n, drawn.time_ns, drawn.delta_ns, drawn.dialog, drawn.call) == (None,) * 5
        elif isinstance(row, MediaRow):
            assert isinstance(drawn, Media)
            assert (drawn.label, {drawn.left, drawn.right}) == (row.label, {places[end] for end in row.between})
        else:
            assert isinstance(row, EventRow)
            assert drawn == Note(row.label)
    assert ladder.is_flow


@pytest.mark.parametrize("flow_id", FLOWS)
def test_transactions_are_numbered_and_retransmissions_are_marked(flow_id: str) -> None:
    arrows = build_flow_ladder(flow(flow_id)).arrows
    pairs = {(step.txn, arrow.transaction) for step, arrow in zip(flow(flow_id).steps, arrows, strict=True)}
    assert sorted(number or 0 for _, number in pairs) == list(range(1, len(pairs) + 1))
    resent = [step.retransmission_of is not None for step in flow(flow_id).steps]
    assert [Mark.RETRANSMISSION in arrow.marks for arrow in arrows] == resent


def test_what_a_flow_is() -> None:
    ladder = build_flow_ladder(flow("rfc3665-3.2"))
    assert ladder.title == "rfc3665-3.2: Session Establishment Through Two Proxies"
    assert ladder.lanes[:2] == (Lane("Alice", "", "UA"), Lane("Proxy 1", "", "proxy"))
    assert ladder.reference is not None
    assert (ladder.reference.source, ladder.reference.actors, ladder.reference.score) == (
        "RFC 3665 section 3.2",
        4,
        None,
    )
    assert [remarks.title for remarks in ladder.remarks] == ["Readings", "Oddities of the text"]
    assert ladder.remarks[0] == Remarks("Readings", flow("rfc3665-3.2").readings)


def test_answers_say_what_they_answer_and_an_invite_that_it_is_another_one() -> None:
    found = labels("rfc5359-2.5")
    assert (found["F3"], found["F18"], found["F27"]) == ("200 OK", "200 OK (NOTIFY)", "200 OK (BYE)")
    assert (found["F1"], found["F5"], found["F8"], found["F12"]) == ("INVITE", "re-INVITE", "INVITE", "re-INVITE")


def test_hold_is_told_of_who_is_put_on_it_and_only_there() -> None:
    assert marks("rfc5359-2.5") == {"F5": (Mark.REINVITE, Mark.HOLD), "F12": (Mark.REINVITE, Mark.HOLD)}
    changes = [mark for found in marks("rfc5359-2.1").values() for mark in found if mark in (Mark.HOLD, Mark.RESUME)]
    assert changes == [Mark.HOLD, Mark.HOLD, Mark.RESUME, Mark.RESUME], "each at the phone and at the proxy"


def test_optional_steps_and_early_media_are_marked() -> None:
    assert marks("service-2.10")["F3"] == (Mark.OPTIONAL,)
    ladder = build_flow_ladder(small("F1 a -> b INVITE | offer", "F2 a <- b 183 Go | answer"))
    assert [arrow.marks for arrow in ladder.arrows] == [(), (Mark.EARLY_MEDIA,)]
    assert [arrow.sdp for arrow in ladder.arrows] == [SdpView("offer", ()), SdpView("answer", ())]


def test_a_session_description_is_told_as_the_flow_has_it() -> None:
    arrow = build_flow_ladder(flow("rfc5359-2.5")).arrows[4]
    assert arrow.sdp == SdpView("offer", ("client.biloxi.example.com:3456 sendonly",))


MEDIA = {"<=>": (0, 1), "=>": (0,), "<=": (1,), "=/=": ()}


@pytest.mark.parametrize(("sign", "senders"), MEDIA.items())
def test_media_have_their_senders_whichever_end_is_named_first(sign: str, senders: tuple[int, ...]) -> None:
    mirrored = {"=>": "<=", "<=": "=>"}.get(sign, sign)
    ladder = build_flow_ladder(small(f"media a {sign} b RTP", f"media b {mirrored} a RTP"))
    assert ladder.rows == (Media("RTP", 0, 1, senders),) * 2
    assert (ladder.title, ladder.remarks) == ("x: x", ())
    assert ladder.reference is not None
    assert ladder.reference.source == ""
