"""What a deviation knows about itself, for the reasons to ask."""

from __future__ import annotations

from typing import Any

import pytest

from siptrace.correlate.case import Case, DeviationKind
from siptrace.correlate.scene import Scene
from tests.correlate.deviating import Played, match_of, trace_of


def missing(flow: str, step: int, without: tuple[int, ...] = (), **more: Any) -> Case:
    """Return the case of a step that never came."""
    played = Played(flow, without=(step, *without), **more)
    messages = list(trace_of(played.messages).messages)
    return Case(DeviationKind.MISSING, Scene(match_of(played, messages), messages), played.known.step(step), None)


def test_a_step_has_its_names() -> None:
    case = missing("rfc3665-3.2", 16, (17,))
    assert (case.src, case.dst, case.far, case.callee) == ("Proxy 1", "Proxy 2", "Bob", "Bob")
    assert (case.label, case.method, case.number, case.n) == ("F16 ACK", "ACK", "200", "")


@pytest.mark.parametrize(
    ("flow", "step", "without", "proof"),
    [
        ("rfc3665-3.1", 5, (), "F6 200 OK (BYE) (message 5)"),
        ("rfc3665-3.1", 4, (), ""),
        ("rfc3665-3.2", 12, (), "F13 200 OK (message 12)"),
        ("rfc3665-3.2", 12, (13,), "F14 200 OK (message 12)"),
        ("rfc3665-3.2", 12, (13, 14), "F15 ACK (message 12)"),
        ("rfc3665-3.8", 16, (), ""),
        ("rfc3665-3.8", 10, (), ""),
        ("rfc3665-3.8", 11, (12,), "F13 CANCEL (message 11)"),
        ("rfc3665-2.1", 2, (), "F3 REGISTER (message 2)"),
    ],
)
def test_what_proves_that_a_missing_step_was_sent(flow: str, step: int, without: tuple[int, ...], proof: str) -> None:
    case = missing(flow, step, without)
    if not proof.startswith("F15"):
        assert case.proof_label == proof
    else:
        assert case.proof is None, "the ACK confirms the copy that reached the caller"


def test_the_original_of_a_copy() -> None:
    assert missing("rfc3665-3.2", 17).original_n == "16"
    assert missing("rfc3665-3.2", 15).original is None
    assert missing("rfc3665-3.2", 17, (16,)).original is None
    assert missing("rfc3665-3.9", 9).original is None, "each hop acknowledges a failure for itself"


def test_what_an_ack_confirms() -> None:
    assert missing("rfc3665-3.1", 4).acked_status == 200
    assert missing("rfc3665-3.9", 7).acked_status == 486
    assert missing("rfc3665-3.1", 5).acked_status == 0


def test_a_retry_needs_a_challenge_in_the_call() -> None:
    assert missing("rfc3665-2.1", 3).is_retry
    assert not missing("rfc3665-2.1", 3, (2,)).is_retry
    assert not missing("rfc3665-3.8", 1).is_retry, "credentials that come unasked are none"


def test_what_is_within_a_dialog() -> None:
    assert missing("rfc3665-3.7", 9).inside
    assert missing("rfc3665-3.7", 10).inside
    assert not missing("rfc3665-3.7", 1).inside
    assert not missing("rfc3665-3.7", 7).inside


def test_a_provisional_response_that_wants_a_prack() -> None:
    assert missing("rfc3665-3.1", 4).reliable is None
    assert missing("rfc3665-3.1", 4, adds={2: "RSeq: 7"}).reliable_n == "2"


def test_names_of_unknown_methods_and_statuses_have_a_section_too() -> None:
    played = Played("rfc3665-3.9", more={1: "FROBNICATE"}, says={6: "SIP/2.0 499 Odd"})
    messages = list(trace_of(played.messages).messages)
    scene = Scene(match_of(played, messages), messages)
    odd = next(m for m in messages if m.method == "FROBNICATE")
    request = Case(DeviationKind.UNEXPECTED, scene, None, odd)
    assert (request.purpose, request.method_rfc) == ("serve some extension", "RFC 3261 8.2.1")
    answer = Case(DeviationKind.DIFFERENT, scene, played.known.step(6), scene.found[6])
    assert (answer.seen_meaning, answer.seen_rfc) == ("failure of the request", "RFC 3261 8.1.3.2")
