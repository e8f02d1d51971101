"""The text of a flow into values, and errors that say where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from siptrace.correlate.flow_file import read_flow
from siptrace.correlate.lines import EXT, WORDS
from siptrace.correlate.model import DialogRole, FlowError, MediaDirection

MANUAL = Path(__file__).parents[2] / "docs" / "flows-format.md"

SMALL = """\
id = "small"
title = "A small flow"
actors.a = ["A", "UA"]
actors.b = ["B", "UA"]
sdp.a = { conn = "192.0.2.1", port = 4000, o_session = "7" }
steps = '''
# a comment

F1  a -> b  INVITE   | offer=a
F2  a <- b  200 OK   | answer
F3  a -> b  ACK
media  a => b  Music
margin  b listens
'''
readings = ["short"]
"""


def test_a_small_flow_becomes_values() -> None:
    loaded = read_flow(SMALL, "small.toml")
    invite, ok, ack = loaded.steps
    assert (invite.name, ok.name, ack.name) == ("INVITE", "200 OK", "ACK")
    assert (invite.src, ok.src) == ("a", "b")
    assert invite.sdp_info is not None
    assert invite.sdp_info.o_version == "7"
    assert (ok.sdp, ok.sdp_info) == ("answer", None)
    assert (ok.responds_to, ack.acks, invite.line) == (1, 2, 9)
    assert loaded.step(2) is ok
    assert loaded.actor("b").label == "B"
    assert loaded.call_ids == ("A",)
    (media,) = loaded.media
    assert (media.direction, media.sender, media.after_f) == (MediaDirection.ONE, "a", 3)
    (event,) = loaded.events
    assert (event.label, event.margin) == ("b listens", True)
    assert loaded.rows == (invite, ok, ack, media, event)
    assert loaded.readings == ("short",)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("offer=a", "offer=z", 9, "no sdp.z"),
        ("offer=a", "offers=a", 9, "'offers': is not a word"),
        ("offer=a", "copy=9", 9, "written like F12"),
        ("offer=a", "copy=F9", 9, "no F9 above"),
        ("offer=a", 'note="x', 9, "quotation mark"),
        ("offer=a", "cseq=one", 9, "'one' is not a number"),
        ("offer=a", "optional=maybe", 9, "=yes or =no"),
        ("offer=a", "dialog=gone", 9, "'gone' is none of initial"),
        ("offer=a", "scope=world", 9, "neither hop nor end-to-end"),
        ("offer=a", "transport=IPX", 9, "'IPX' is none of UDP"),
        ("offer=a", "call=", 9, "needs a value"),
        ("offer=a", "route route", 9, "stands twice"),
        ("F2  a <- b", "F1  a <- b", 10, "F1 is there twice"),
        ("F2  a <- b", "F2  a <- c", 10, "'c' is not one of the actors"),
        ("F2  a <- b", "F2  a -> b", 10, "no open request from b to a that F2 answers"),
        ("F2  a <- b", "F2  a -- b", 10, "neither a message, nor media"),
        ("F3  a -> b  ACK", "F3  b -> a  ACK", 11, "b has no final response"),
        ("F3  a -> b  ACK", "F3  b -> a  CANCEL", 11, "b has sent no INVITE to a"),
        ("a => b  Music", "a => c  Music", 12, "'c' is not one of the actors"),
        ('["A", "UA"]', '"A"', 3, "actors.a = ["),
        ("port = 4000, ", "", 5, "needs conn and port"),
        ("port = 4000", 'port = "x"', 5, "port is not a number"),
        ('title = "A small flow"', "title = 4", 2, "'title' is not text"),
        ('title = "A small flow"\n', "", 1, "'title' is missing"),
        ('readings = ["short"]', 'readings = "short"', 15, "not a list of texts"),
        ('readings = ["short"]', 'colour = "red"', 15, "'colour' is not a key"),
        ('readings = ["short"]', 'labels = "some"', 15, "all or written"),
        ('readings = ["short"]', 'transport = "IPX"', 15, "'IPX' is none of"),
        ('readings = ["short"]', 'readings = ["short"', 16, ""),
        ('title = "A small flow"', "title = A", 2, ""),
    ],
)
def test_an_error_names_file_and_line(old: str, new: str, line: int, words: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(FlowError) as caught:
        read_flow(SMALL.replace(old, new), "small.toml")
    found = re.fullmatch(r"small\.toml:(\d+): (.+)", str(caught.value))
    assert found is not None
    assert int(found[1]) == line
    assert words in found[2]


def test_the_manual_names_every_word_and_its_example_works() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    words = {*WORDS, *EXT, "offer", "answer", "sdp", "challenge", "credentials", "auth"}
    table = text[text.index("## Words") : text.index("## Errors")]
    documented = {re.split("=", name)[0] for row in re.findall(r"(?m)^\| (`.+?) \|", table) for name in _code(row)}
    assert documented == words
    roles = {name for name in _code(text[text.index("`dialog=` takes") : text.index("## Errors")]) if "=" not in name}
    assert roles == {role.name.lower().replace("_", "-") for role in DialogRole}
    example = text.split("```toml\n")[1].split("```")[0]
    assert [step.via_count for step in read_flow(example, "example").steps] == [1, 2, 1, 2, 1, 2, 1, 1, 2, 1, 2, 2, 1]


def _code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)
