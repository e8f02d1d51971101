"""A call's ladder with its flow over it: numbers, ghosts, marks and media, each where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.correlate.model import flow, load_flow
from siptrace.ladder.build import build_ladder
from siptrace.ladder.model import Arrow, Mark, Media
from siptrace.trace import open_trace
from tests.ladder.matches import changed, matched, play, written

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.ladder.model import Ladder

FLAWS = (Mark.MISSING, Mark.UNEXPECTED, Mark.DIFFERENT, Mark.REORDERED)


def flaws(ladder: Ladder) -> list[tuple[str, str, str]]:
    """Return step, label and mark of each arrow that is not as the flow has it."""
    return [(one.step, one.label, mark) for one in ladder.arrows for mark in one.marks if mark in FLAWS]


def texts(ladder: Ladder) -> list[str]:
    """Return the steps of the arrows and the labels of the media, in drawing order."""
    return [row.step if isinstance(row, Arrow) else row.label for row in ladder.rows if isinstance(row, Arrow | Media)]


def ghost(ladder: Ladder) -> Arrow:
    """Return the only step that never came."""
    (one,) = (arrow for arrow in ladder.arrows if Mark.MISSING in arrow.marks)
    return one


@pytest.mark.parametrize("flow_id", ["rfc3665-2.1", "rfc3665-3.2", "rfc3665-3.8", "service-2.10"])
def test_a_call_as_the_flow_has_it_gets_every_number_and_every_media_row(flow_id: str) -> None:
    ladder = matched(CAPTURES / f"{flow_id}.udp4.pcap", [flow(flow_id)])
    assert [arrow.step for arrow in ladder.arrows] == [f"F{step.f}" for step in flow(flow_id).steps]
    assert [row.label for row in ladder.rows if isinstance(row, Media)] == [
        f"expected: {row.label}" for row in flow(flow_id).media
    ]
    assert flaws(ladder) == []
    assert [lane.part for lane in ladder.lanes] == [actor.label for actor in flow(flow_id).actors]


def test_the_arrows_of_the_call_stay_as_they_are() -> None:
    path = CAPTURES / "rfc3665-3.2.tcp6.pcap"
    (call,) = open_trace(path).calls
    plain, ladder = build_ladder(call), matched(path)
    assert tuple(arrow._replace(step="") for arrow in ladder.arrows) == plain.arrows
    assert (ladder.title, ladder.call_ids, ladder.start_ns) == (plain.title, plain.call_ids, plain.start_ns)
    assert tuple(lane._replace(part="") for lane in ladder.lanes) == plain.lanes


def test_the_reference_says_how_well_the_call_fits_and_what_was_seen(tmp_path: Path) -> None:
    one = flow("rfc3665-3.2")
    messages = play(one, lambda step: {step.src, step.dst} == {"alice", "proxy1"}, without=[15])
    reference = matched(written(tmp_path, messages)).reference
    assert reference is not None
    assert (reference.flow, reference.title, reference.source) == (one.id, one.title, "RFC 3665 section 3.2")
    assert (reference.actors, reference.vantage, reference.surplus) == (4, ("alice", "proxy1"), 0)
    assert reference.score is not None
    assert 0.8 < reference.score < 1


def test_a_call_that_follows_no_flow_stays_as_it_is() -> None:
    path = CAPTURES / "rfc3665-3.1.udp4.pcap"
    (call,) = open_trace(path).calls
    ladder = matched(path, [flow("rfc3665-2.1")])
    assert ladder.reference is not None
    assert (ladder.reference.flow, ladder.reference.score) == ("", None)
    assert ladder._replace(reference=None) == build_ladder(call)


GHOSTS = {
    "the ACK of a 200": ("rfc3665-3.1", 4, "ACK", (0, 1), ("F3", "F5")),
    "the ACK on the last hop": ("rfc3665-3.2", 17, "ACK", (2, 3), ("F16", "F18")),
    "an answer": ("rfc3665-3.8", 14, "200 OK (CANCEL)", (3, 2), ("F13", "F15")),
    "what a call begins with": ("rfc3665-3.9", 1, "INVITE", (2, 0), ("", "F2")),
}


@pytest.mark.parametrize(("flow_id", "f", "label", "ends", "around"), GHOSTS.values(), ids=GHOSTS)
def test_a_step_that_never_came_is_a_ghost_in_its_place(
    tmp_path: Path, flow_id: str, f: int, label: str, ends: tuple[int, int], around: tuple[str, str]
) -> None:
    ladder = matched(written(tmp_path, changed(flow_id, "removed", f)), [flow(flow_id)])
    one = ghost(ladder)
    assert (one.step, one.label, one.source, one.target) == (f"F{f}", label, *ends)
    assert (one.n, one.time_ns, one.delta_ns, one.dialog, one.call, one.sdp) == (None, None, None, None, None, None)
    steps = ["", *(arrow.step for arrow in ladder.arrows)]
    at = steps.index(one.step)
    assert (steps[at - 1], steps[at + 1]) == around
    assert flaws(ladder) == [(one.step, label, "missing")]


def test_media_need_the_step_before_them(tmp_path: Path) -> None:
    ladder = matched(written(tmp_path, changed("rfc3665-3.1", "removed", 4)), [flow("rfc3665-3.1")])
    assert texts(ladder) == ["F1", "F2", "F3", "F4", "F5", "F6"]


def test_media_need_both_of_their_ends(tmp_path: Path) -> None:
    one = flow("rfc3665-3.2")
    messages = play(one, lambda step: {step.src, step.dst} == {"proxy2", "bob"})
    assert [row for row in matched(written(tmp_path, messages), [one]).rows if isinstance(row, Media)] == []


CHANGED = {
    "a foreign message": (("rfc3665-3.2", "foreign", 12), ("", "INFO", "unexpected"), ""),
    "another failure": (("rfc3665-3.9", "replaced", 6), ("F6", "603 Decline", "different"), "486 Busy Here"),
    "the ACK before the 200": (("rfc3665-3.1", "swapped", 3, 4), ("F4", "ACK", "reordered"), ""),
}


@pytest.mark.parametrize(("change", "flaw", "expected"), CHANGED.values(), ids=CHANGED)
def test_what_is_otherwise_is_marked(
    tmp_path: Path, change: tuple[str, str, int], flaw: tuple[str, str, str], expected: str
) -> None:
    ladder = matched(written(tmp_path, changed(*change)), [flow(change[0])])
    assert flaws(ladder) == [flaw]
    (one,) = (arrow for arrow in ladder.arrows if set(arrow.marks) & set(FLAWS))
    assert one.expected == expected
    assert len(ladder.arrows) == len(changed(*change))


ONE_PROXY = """
id = "one-proxy"
title = "Call through our proxy"
actors.alice = ["Alice", "UA"]
actors.proxy = ["PBX", "proxy"]
actors.bob = ["Bob", "UA"]
steps = '''
F1   alice -> proxy  INVITE       | offer
F2   proxy -> bob    INVITE       | copy=F1 record-route
F3   proxy <- bob    180 Ringing
F4   alice <- proxy  180 Ringing  | copy=F3
F5   proxy <- bob    200 OK       | answer
F6   alice <- proxy  200 OK       | copy=F5
F7   alice -> proxy  ACK          | route
F8   proxy -> bob    ACK          | copy=F7
F9   proxy <- bob    BYE          | route
F10  alice <- proxy  BYE          | copy=F9
F11  alice -> proxy  200 OK
F12  proxy -> bob    200 OK       | copy=F11
'''
"""


def test_a_relay_more_than_the_flow_has_leaves_the_copies_without_number(tmp_path: Path) -> None:
    messages = play(load_flow(ONE_PROXY, "one-proxy"))
    ladder = matched(written(tmp_path, messages), [flow("rfc3665-3.1")])
    media = "expected: Both Way RTP Media"
    assert texts(ladder) == ["F1", "", "F2", "", "F3", "", "F4", "", media, "F5", "", "F6", ""]
    assert [lane.part for lane in ladder.lanes] == ["Alice", "", "Bob"]
    assert ladder.reference is not None
    assert ladder.reference.surplus == 1


def test_a_ghost_goes_past_the_relays_that_are_left_out_of_account(tmp_path: Path) -> None:
    messages = play(load_flow(ONE_PROXY, "one-proxy"), without=[7, 8])
    ladder = matched(written(tmp_path, messages), [flow("rfc3665-3.1")])
    assert texts(ladder) == ["F1", "", "F2", "", "F3", "", "F4", "F5", "", "F6", ""]
    assert (ghost(ladder).source, ghost(ladder).target) == (0, 2)


def test_who_moves_to_another_address_is_followed_there(tmp_path: Path) -> None:
    one = flow("rfc3665-3.7")
    whole = matched(CAPTURES / "rfc3665-3.7.udp4.pcap", [one])
    assert [lane.part for lane in whole.lanes] == ["Alice", "Proxy 2", "Bob", "Bob"]
    assert [(row.left, row.right) for row in whole.rows if isinstance(row, Media)] == [(0, 2), (0, 3)]
    found = ghost(matched(written(tmp_path, play(one, without=[11])), [one]))
    assert (found.step, found.source, found.target) == ("F11", 3, 0)


def test_retransmissions_that_are_missing_are_no_messages(tmp_path: Path) -> None:
    one = flow("rfc3665-3.10")
    resent = [step.f for step in one.steps if step.retransmission_of is not None]
    ladder = matched(written(tmp_path, play(one, without=resent[-1:])), [one])
    found = ghost(ladder)
    assert (found.step, found.marks) == (f"F{resent[-1]}", (Mark.RETRANSMISSION, Mark.MISSING))
