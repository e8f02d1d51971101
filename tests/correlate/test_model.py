"""Reading flow files: the registry, the values, and errors that say where."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from siptrace.correlate.lines import EXT, WORDS
from siptrace.correlate.model import DialogRole, FlowError, MediaDirection, flow, flow_ids, load_flow
from siptrace.errors import ExitCode, UsageError

MANUAL = Path(__file__).parents[2] / "docs" / "flows-format.md"
RFC3665 = [*(f"rfc3665-2.{n}" for n in range(1, 6)), *(f"rfc3665-3.{n}" for n in range(1, 12))]

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


def test_the_flows_of_rfc_3665_come_in_order_of_their_sections() -> None:
    assert [name for name in flow_ids() if name.startswith("rfc3665-")] == RFC3665


@pytest.mark.parametrize("name", flow_ids())
def test_every_flow_of_the_package_is_what_its_file_name_says(name: str) -> None:
    loaded = flow(name)
    assert loaded.id == name
    assert loaded.title
    assert loaded.id.endswith(f"-{loaded.section}")
    assert [step.f for step in loaded.steps] == list(range(1, len(loaded.steps) + 1))
    assert flow(name) is loaded


def test_an_unknown_flow_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"'rfc3665-9\.9'") as caught:
        flow("rfc3665-9.9")
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_small_flow_becomes_values() -> None:
    loaded = load_flow(SMALL, "small.toml")
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


def test_a_flow_survives_pickling_and_hashing() -> None:
    loaded = flow("rfc3665-2.4")
    assert pickle.loads(pickle.dumps(loaded)) == loaded  # noqa: S301 our own bytes
    assert len(set(loaded.steps)) == len(loaded.steps)


def test_a_flow_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_flow(path) == load_flow(SMALL, "other")


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
        load_flow(SMALL.replace(old, new), "small.toml")
    found = re.fullmatch(r"small\.toml:(\d+): (.+)", str(caught.value))
    assert found is not None
    assert int(found[1]) == line
    assert words in found[2]


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"gone\.toml: No such file"):
        load_flow(tmp_path / "gone.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FlowError, match=r"binary\.toml: is not UTF-8"):
        load_flow(tmp_path / "binary.toml")


def test_the_manual_names_every_word_and_its_example_works() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    words = {*WORDS, *EXT, "offer", "answer", "sdp", "challenge", "credentials", "auth"}
    table = text[text.index("## Words") : text.index("## Errors")]
    documented = {re.split("=", name)[0] for row in re.findall(r"(?m)^\| (`.+?) \|", table) for name in _code(row)}
    assert documented == words
    roles = {name for name in _code(text[text.index("`dialog=` takes") : text.index("## Errors")]) if "=" not in name}
    assert roles == {role.name.lower().replace("_", "-") for role in DialogRole}
    example = text.split("```toml\n")[1].split("```")[0]
    assert [step.via_count for step in load_flow(example, "example").steps] == [1, 2, 1, 2, 1, 2, 1, 1, 2, 1, 2, 2, 1]


def _code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)
