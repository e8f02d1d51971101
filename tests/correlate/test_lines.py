"""The grammar of one line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.correlate.lines import EXT, WORDS, LineError, Message, read_line
from siptrace.correlate.model import FlowError, load_flow
from siptrace.correlate.step import EventRow, MediaDirection, MediaRow, Sdp, Step

SDPS = {"x": Sdp("192.0.2.1", 4000)}


def message(text: str) -> Message:
    """Return a line that is a message."""
    row = read_line(text, 5, 0, SDPS)
    assert isinstance(row, Message)
    return row


def test_every_word_sets_a_field_of_a_step() -> None:
    assert {target for target, _ in WORDS.values()} <= set(Step._fields)
    assert not set(WORDS) & set(EXT)


@pytest.mark.parametrize(("arrow", "src", "dst"), [("a -> b", "a", "b"), ("a <- b", "b", "a"), ("a<-b", "b", "a")])
def test_an_arrow_points_from_sender_to_receiver(arrow: str, src: str, dst: str) -> None:
    row = message(f"F7 {arrow} 403 Screening Failure (Originating)")
    assert (row.f, row.src, row.dst, row.line) == (7, src, dst, 5)
    assert (row.method, row.status, row.reason) == (None, 403, "Screening Failure (Originating)")


def test_words_become_fields() -> None:
    row = message(
        'F1 a -> b INVITE | copy=F4 to=- from=t1 optional route=no offer=x challenge="a b,c" event=refer also'
    )
    assert row.given == {
        "copy_of": 4,
        "to_tag": None,
        "from_tag": "t1",
        "optional": True,
        "route": False,
        "sdp": "offer",
        "sdp_info": SDPS["x"],
        "auth": "challenge",
        "auth_realms": ("a b", "c"),
        "ext": (("event", "refer"), ("also", True)),
    }


def test_a_status_needs_no_reason() -> None:
    assert [message(f"F1 a -> b 200{end}").reason for end in ("", " ", "  | optional")] == ["", "", ""]


@pytest.mark.parametrize("text", ["", "   ", "# F1 a -> b INVITE"])
def test_empty_lines_and_comments_say_nothing(text: str) -> None:
    assert read_line(text, 1, 0, {}) is None


@pytest.mark.parametrize(
    ("arrow", "direction", "sender"),
    [
        ("<=>", MediaDirection.BOTH, None),
        ("=>", MediaDirection.ONE, "a"),
        ("<=", MediaDirection.ONE, "b"),
        ("=/=", MediaDirection.NONE, None),
    ],
)
def test_media_rows(arrow: str, direction: MediaDirection, sender: str | None) -> None:
    assert read_line(f"media a {arrow} b  Two words", 3, 9, {}) == MediaRow(
        "Two words", ("a", "b"), direction, 9, sender
    )


def test_remarks() -> None:
    assert read_line("event Bob moves", 3, 9, {}) == EventRow("Bob moves", 9)
    assert read_line("margin Bob moves", 3, 9, {}) == EventRow("Bob moves", 9, margin=True)


@given(st.text(alphabet=st.sampled_from("F1a-><=|/ \"'media offer=x200OKINVITE#\\\t"), max_size=60))
def test_a_line_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(LineError):
        read_line(text, 1, 0, SDPS)


@given(st.text(max_size=80), st.text(max_size=40))
def test_a_file_is_read_or_refused(head: str, steps: str) -> None:
    with contextlib.suppress(FlowError):
        load_flow(f"{head}\nid = 'i'\ntitle = 't'\nactors.a = ['A', 'UA']\nsteps = '''\n{steps}'''", "t")
    with contextlib.suppress(FlowError):
        load_flow(head, "t")
