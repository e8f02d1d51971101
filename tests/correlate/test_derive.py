"""What follows from RFC 3261 without being written, and that a written word wins."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from siptrace.correlate.model import DialogRole, Flow, FlowError, Scope, flow, flow_ids, load_flow

if TYPE_CHECKING:
    from collections.abc import Iterator


def written(steps: str, **keys: str) -> Flow:
    """Return a flow between Alice, a proxy and Bob with these steps."""
    head = 'id = "t"\ntitle = "t"\n' + "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    actors = 'actors.a = ["A", "UA"]\nactors.p = ["P", "proxy"]\nactors.b = ["B", "UA"]\n'
    return load_flow(f"{head}{actors}steps = '''\n{steps}'''\n", "t.toml")


CALL = """\
F1   a -> p  INVITE
F2   p -> b  INVITE       | copy=F1
F3   a <- p  100 Trying
F4   p <- b  180 Ringing
F5   a <- p  180 Ringing  | copy=F4
"""
ANSWERED = """\
F6   p <- b  200 OK
F7   a <- p  200 OK       | copy=F6
F8   a -> p  ACK
F9   p -> b  ACK          | copy=F8
"""


def column(flow: Flow, name: str) -> list[object]:
    return [getattr(step, name) for step in flow.steps]


def test_a_relayed_call_gets_tags_branches_and_vias() -> None:
    flow = written(CALL + ANSWERED)
    assert column(flow, "from_tag") == ["t1"] * 9
    assert column(flow, "to_tag") == [None, None, None, *["t2"] * 6]
    assert column(flow, "branch") == ["b1", "b2", "b1", "b2", "b1", "b2", "b1", "b3", "b4"]
    assert column(flow, "txn") == ["x1", "x2", "x1", "x2", "x1", "x2", "x1", "x3", "x4"]
    assert column(flow, "via_count") == [1, 2, 1, 2, 1, 2, 1, 1, 2]
    assert column(flow, "responds_to") == [None, None, 1, 2, 1, 2, 1, None, None]
    assert column(flow, "scope") == [Scope.HOP if f == 3 else Scope.END_TO_END for f in range(1, 10)]


def test_a_later_request_is_in_the_dialog_and_counts_for_its_own_side() -> None:
    flow = written(CALL + ANSWERED + "F10  p <- b  BYE\nF11  a <- p  BYE  | copy=F10\nF12  a -> p  INVITE\n")
    bye, copy, reinvite = flow.steps[-3:]
    assert (bye.from_tag, bye.to_tag, bye.cseq) == ("t2", "t1", 1)
    assert (copy.via_count, copy.dialog) == (2, DialogRole.ENDS)
    assert (reinvite.from_tag, reinvite.to_tag, reinvite.cseq) == ("t1", "t2", 2)
    assert reinvite.dialog is DialogRole.REINVITE


def test_a_cancel_shares_the_branch_but_not_the_transaction() -> None:
    flow = written(
        CALL + "F6  a -> p  CANCEL\nF7  a <- p  200 OK\nF8  p <- b  487 Request Terminated\nF9  p -> b  ACK\n"
    )
    cancel, ok, terminated, ack = flow.steps[-4:]
    assert (cancel.branch, cancel.txn, cancel.cseq, cancel.to_tag) == ("b1", "x3", 1, None)
    assert (ok.responds_to, ok.method, ok.scope) == (6, "CANCEL", Scope.HOP)
    assert (terminated.responds_to, terminated.dialog) == (2, DialogRole.FAILED_EARLY)
    assert (ack.branch, ack.txn, ack.scope, ack.acks) == ("b2", "x2", Scope.HOP, 8)


def test_a_retransmission_repeats_everything_on_its_hop() -> None:
    flow = written("F1  a -> p  INVITE  | offer\nF2  p -> b  INVITE  | copy=F1\nF3  p -> b  INVITE  | resend=F2\n")
    first, again = flow.steps[1:]
    assert (again.branch, again.txn, again.sdp, again.via_count) == (first.branch, first.txn, "offer", 2)
    assert (again.copy_of, again.retransmission_of, again.dialog) == (None, 2, DialogRole.RETRANSMISSION)


@pytest.mark.parametrize(
    ("status", "role"),
    [
        ("302 Moved", DialogRole.REDIRECTED),
        ("407 Proxy", DialogRole.CHALLENGED),
        ("486 Busy", DialogRole.FAILED),
        ("200 OK", DialogRole.CONFIRMS),
        ("183 Progress", DialogRole.EARLY),
    ],
)
def test_what_a_response_to_an_invite_does_to_the_dialog(status: str, role: DialogRole) -> None:
    assert written(f"F1  a -> b  INVITE\nF2  a <- b  {status}\n").steps[1].dialog is role


def test_a_word_wins_over_the_rule() -> None:
    flow = written("F1  a -> b  INVITE  | from=- branch=b9 cseq=7\nF2  a <- b  200 OK  | to=- dialog=no-dialog\n")
    invite, ok = flow.steps
    assert (invite.from_tag, invite.branch, invite.cseq) == (None, "b9", 7)
    assert (ok.to_tag, ok.dialog, ok.cseq) == (None, DialogRole.NO_DIALOG, 7)


def test_without_labels_requests_have_neither_from_tag_nor_branch() -> None:
    flow = written(CALL + ANSWERED, labels="written")
    assert set(column(flow, "branch")) == {None}
    assert set(column(flow, "from_tag")) == {None}
    assert flow.steps[-1].to_tag == "t1"
    assert column(flow, "txn")[-2:] == ["x3", "x4"]


def test_a_new_call_has_a_new_tag_and_counts_from_one() -> None:
    flow = written("F1  a -> b  INVITE\nF2  a <- b  486 Busy\nF3  a -> b  ACK\nF4  a -> b  INVITE  | call=B\n")
    assert flow.call_ids == ("A", "B")
    again = flow.steps[-1]
    assert (again.from_tag, again.cseq, again.dialog) == ("t3", 1, DialogRole.INITIAL)


def test_an_ack_follows_the_call_of_its_response() -> None:
    flow = written("F1  a -> b  INVITE  | call=X\nF2  a -> p  OPTIONS  | call=Y\nF3  a <- b  200 OK\nF4  a -> b  ACK\n")
    assert (flow.steps[3].call_id, flow.steps[3].acks) == ("X", 3)


def test_a_subscription_opens_a_dialog() -> None:
    flow = written("F1  a -> b  SUBSCRIBE\nF2  a <- b  200 OK\nF3  a <- b  NOTIFY  | event=dialog expires=5\n")
    _, ok, notify = flow.steps
    assert (ok.dialog, notify.dialog) == (DialogRole.SUBSCRIBES, DialogRole.INSIDE)
    assert (notify.from_tag, notify.to_tag) == ("t2", "t1")
    assert (notify.ext_value("event"), notify.ext_value("expires"), notify.ext_value("also")) == ("dialog", 5, None)


def rows_with_words(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Return line index, what stands in front of the bar, and the words behind it, of every row that has some."""
    for index, line in enumerate(text.split("\n")):
        head, bar, words = line.partition("|")
        if bar and re.match(r"F\d+ ", head):
            yield index, head, re.findall(r'\S+="[^"]*"|\S+', words)


@pytest.mark.parametrize("name", flow_ids())
def test_the_flows_of_the_package_have_no_word_that_follows_from_the_rules(name: str) -> None:
    text = files("siptrace.correlate").joinpath("flows", f"{name}.toml").read_text(encoding="utf-8")
    lines = text.split("\n")
    for index, head, words in rows_with_words(text):
        for left_out, word in enumerate(words):
            row = head + "| " + " ".join(words[:left_out] + words[left_out + 1 :])
            try:
                without = load_flow("\n".join([*lines[:index], row, *lines[index + 1 :]]), name)
            except FlowError:
                continue
            assert without.rows != flow(name).rows, f"line {index + 1}: {word}"
