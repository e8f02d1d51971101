"""A message in colours: nothing of it is lost, and nothing of it reaches the terminal as a command."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from siptrace.render.explain import explain, raw_text
from siptrace.tui.message_view import MessageView, coloured, explained, place_of, remarks_on
from tests.messages import SDP, invite, response_to, trace_of
from tests.tui.showing import flow

if TYPE_CHECKING:
    from textual.content import Content

    from siptrace.reconstruct.model import TracedMessage

CALL = invite(body=SDP)


def message(*raws: bytes) -> TracedMessage:
    """Return the first message of a trace."""
    return trace_of(raws or [CALL]).message(1)


def styled(content: Content, word: str) -> list[str]:
    """Return the styles of the first place where a word stands."""
    at = content.plain.index(word)
    return [str(span.style) for span in content.spans if span.start <= at and at + len(word) <= span.end]


PARTS = {
    "start line": ("INVITE sip", "bold $text-accent"),
    "name": ("Call-ID:", "bold $text-primary"),
    "Call-ID": ("one@example.com", "$text-warning"),
    "tag": ("a1", "$text-warning"),
    "session": ("o=", "$text-secondary"),
    "media": ("audio 4000", "bold $text-success"),
}


@pytest.mark.parametrize(("word", "style"), PARTS.values(), ids=PARTS)
def test_colours(word: str, style: str) -> None:
    assert style in styled(coloured(raw_text(message().raw)), word)


def test_what_is_looked_for_is_reversed() -> None:
    assert styled(coloured("A\nb: xyZ", "XYz"), "xyZ") == ["reverse bold"]
    assert "reverse bold" not in {str(span.style) for span in coloured("A\nb: xyZ", "").spans}


def test_an_explanation_is_that_of_the_command_line_with_the_meaning_first() -> None:
    found = explained(message(), "INVITE")
    place, text, said = explain(message()).partition(raw_text(message().raw))
    assert found.plain == place + said.removeprefix("\n") + "\n" + text
    assert styled(found, "CSeq:") == ["bold $text-primary"]
    assert "reverse bold" in styled(found, "INVITE")


def test_the_parts_of_an_explanation_have_their_colours() -> None:
    found = explained(message(b"INVITE sip:b@b SIP/2.0\r\nTo: <sip:b@b>\r\nContent-Length: 99\r\n\r\n"))
    assert styled(found, "header fields") == ["bold $text-accent"]
    assert styled(found, "    To") == []
    assert styled(found, "To  ") == []
    assert "bold $text-error" in styled(found, "! missing-header")
    assert [str(span.style) for span in found.spans if found.plain[span.start : span.end] == "To"] == [
        "bold $text-primary"
    ]


def test_what_is_wrong_is_named() -> None:
    broken = message(b"INVITE sip:b@b SIP/2.0\r\nContent-Length: 99\r\n\r\n")
    said = list(remarks_on(broken))
    assert said
    assert all(str(anomaly.code) in " ".join(said) for anomaly in broken.anomalies)
    assert list(remarks_on(flow("rfc3665-3.1").message(1))) == []


def test_where_a_message_stands() -> None:
    trace = trace_of([CALL, CALL, response_to(CALL, 200)])
    hop = "192.0.2.97:5060 → 192.0.2.98:5060"
    assert (
        place_of(trace.message(2))
        == f"2  22:13:20.200  UDP  {hop}\ncall 1, transaction 1, frame 2 of made.pcap, a retransmission"
    )
    assert place_of(trace.message(3)).endswith("call 1, transaction 1, dialog 1, frame 3 of made.pcap")


@given(st.binary(max_size=300))
def test_no_byte_reaches_the_terminal_as_a_command(raw: bytes) -> None:
    one = message(b"INVITE sip:b@b SIP/2.0\r\nX: " + raw)
    for content in (coloured(raw_text(one.raw), "\x1b"), explained(one)):
        assert all(line.isprintable() for line in content.plain.split("\n"))


class Viewer(App[None]):
    """A view alone."""

    def compose(self) -> ComposeResult:
        yield MessageView()


def seen(one: TracedMessage, *remarks: str, size: tuple[int, int]) -> list[str]:
    """Return what a view of a message shows."""
    app, found = Viewer(), list[str]()

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            app.query_one(MessageView).show(one, remarks)
            await pilot.pause()
            found.extend(strip.text.rstrip(" ▁▂▃▄▅▆▇█") for strip in app.screen._compositor.render_strips())

    asyncio.run(run())
    return found


def test_the_place_the_remarks_and_the_message() -> None:
    found = seen(flow("rfc3665-3.1").message(1), "the first\n  because", size=(80, 40))
    assert [found[0].split()[0], found[2], found[3]] == ["1", "! the first", "  because"]
    assert found[4].startswith("INVITE sip:bob@")
    assert any(line.startswith("m=audio ") for line in found)


def test_long_lines_go_on_below() -> None:
    long = message(b"INVITE sip:b@b SIP/2.0\r\nX: " + b"0123456789" * 5 + b" abc\r\n\r\n")
    found = seen(long, size=(21, 60))
    start = next(n for n, line in enumerate(found) if line.startswith("X: "))
    assert "".join(found[start : start + 3]).replace(" ", "") == "X:" + "0123456789" * 5 + "abc"


def test_markup_in_a_message_is_text() -> None:
    found = seen(message(b"INVITE sip:b@b SIP/2.0\r\nSubject: [bold]x[/] [@click=quit]y[/]\r\n\r\n"), size=(80, 24))
    assert any("[bold]x[/] [@click=quit]y[/]" in line for line in found)
