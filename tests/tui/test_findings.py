"""What is wrong with the messages of a ladder, found at its arrows."""

from __future__ import annotations

from siptrace.correlate.explain import DeviationKind
from siptrace.ladder.model import Mark
from siptrace.tui.findings import LEAVES, MALFORMED, Findings
from siptrace.tui.ladder_subject import Subject, Wanted
from tests.messages import in_dialog, invite, response_to, trace_of

WELL = ("Max-Forwards: 70", "Contact: <sip:a@192.0.2.97>")
"""What a message must have besides, so that nothing is wrong with it by itself."""
CALL = invite(headers=WELL)
BROKEN = [CALL, response_to(CALL, 180), response_to(CALL, 200, headers=WELL), in_dialog(CALL, "BYE", headers=WELL)]
"""A call without ACK, whose BYE nobody answered."""
NO_CSEQ = CALL.raw.replace(b"CSeq: 1 INVITE", b"CSeq: x")


def judged(*calls: int) -> Subject:
    """Return the judged calls of a trace with that call and a malformed message."""
    subject = Subject(trace_of([*BROKEN, NO_CSEQ.replace(b"one@", b"two@")]), calls)
    subject.judge()
    return subject


def test_a_step_that_never_came_is_found_at_its_ghost() -> None:
    subject = judged(1)
    arrows = subject.ladder(Wanted(flow=True)).arrows
    ghost = next(one for one in arrows if Mark.MISSING in one.marks)
    assert ghost.label == "ACK"
    assert [one.kind for one in subject.findings.of(ghost)] == [DeviationKind.MISSING]
    assert subject.findings.sign(ghost) == LEAVES
    (remark,) = subject.findings.remarks(ghost)
    assert remark.startswith("missing: F")
    assert "RFC 3261" in remark
    assert subject.findings.places(arrows) == [place for place, one in enumerate(arrows) if one.n is None]
    assert subject.findings.missing == len(subject.findings.places(arrows)) == 1


def test_a_malformed_message_has_its_own_sign() -> None:
    subject = judged(2)
    assert [subject.findings.sign(one) for one in subject.ladder(Wanted()).arrows] == [MALFORMED]
    assert list(subject.findings.remarks(subject.ladder(Wanted()).arrows[0])) == []


def test_several_calls_have_no_steps_of_one_flow() -> None:
    subject = judged(1, 2)
    assert subject.judged
    assert subject.findings.missing == 0
    assert [subject.findings.sign(one) for one in subject.ladder(Wanted()).arrows] == ["", "", "", "", MALFORMED]


def test_nothing_is_found_before_anybody_looked() -> None:
    arrows = Subject(trace_of(BROKEN), [1]).ladder(Wanted()).arrows
    assert Findings().places(arrows) == []
