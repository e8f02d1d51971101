"""A message on a screen: where it stands, and its text in colours. Control characters are shown, never sent."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content, Span
from textual.widgets import Static

from siptrace.render.cells import visible
from siptrace.render.explain import meaning, raw_text, standing
from siptrace.render.times import clock
from siptrace.tui.steady import SteadyText
from siptrace.tui.text_scroll import TextScroll

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.reconstruct.model import TracedMessage

__all__ = ["MessageView", "coloured", "explained", "place_of", "remarks_on"]

_START = "bold $text-accent"
_NAME = "bold $text-primary"
_IDENTITY = "$text-warning"
_SDP_TYPE = "$text-secondary"
_SDP_MEDIA = "bold $text-success"
_FOUND = "reverse bold"
_TROUBLE = "bold $text-error"

_FIELD = re.compile(r"([^\s:]+)[ \t]*:")
_CALL_ID = re.compile(r"(?:call-id|i)[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_IDENTITIES = re.compile(r"[;?&](?:tag|branch|from-tag|to-tag)=([^;,>\s]+)", re.IGNORECASE)
_WORD = re.compile(r" +(\S+)")
_SDP_LINE = re.compile(r"[a-z]=")


def coloured(text: str, find: str = "") -> Content:
    """Return the text of a message (as `raw_text` gives it) in colours; what is looked for is reversed."""
    return Content(text, [*_spans(text, 0), *_found(text, find)])


def explained(message: TracedMessage, find: str = "") -> Content:
    """Return what a message means, as `siptrace show` says it, and then its text, in colours."""
    head, raw = "".join(f"{line}\n" for line in standing(message)), raw_text(message.raw)
    said = "".join(f"{line}\n" for line in meaning(message))
    begin = len(head) + 1 + len(said) + 1
    spans = [Span(0, len(head), "bold"), *_said_spans(said, len(head) + 1), *_spans(raw, begin)]
    text = f"{head}\n{said}\n{raw}"
    return Content(text, [*spans, *_found(text, find)])


def place_of(message: TracedMessage) -> str:
    """Return where a message was seen and what it belongs to."""
    unit = "line" if message.logged else "frame"
    belongs = f"call {message.call}, transaction {message.transaction}"
    if message.dialog is not None:
        belongs += f", dialog {message.dialog}"
    resent = ", a retransmission" if message.retransmission else ""
    when = clock(message.time_ns) or "time unknown"
    hop = f"{visible(message.src)} → {visible(message.dst)}"
    where = f"{unit} {message.frame} of {visible(PurePath(message.source).name)}"
    return f"{message.n}  {when}  {message.transport.name}  {hop}\n{belongs}, {where}{resent}"


def remarks_on(message: TracedMessage) -> Iterator[str]:
    """Yield what is wrong with a message."""
    for anomaly in message.anomalies:
        detail = f": {visible(anomaly.detail)}" if anomaly.detail else ""
        yield f"{anomaly.code}: {anomaly.code.meaning}{detail}"


class MessageView(TextScroll):
    """A message, or something else in place of one; scrolls when it has the focus. `plain` is without colours."""

    plain = False

    DEFAULT_CSS = """
    MessageView {
        scrollbar-size: 1 1;
        & > Static { width: 100%; height: auto; }
        & > .place { text-style: bold; background: $boost; }
        & > .text { text-wrap: nowrap; text-overflow: fold; }
        & > .remarks { color: $text-error; text-style: bold; display: none; }
        & > .remarks.shown { display: block; }
    }
    """

    def compose(self) -> ComposeResult:
        """Make the parts."""
        yield SteadyText(classes="place", markup=False)
        yield SteadyText(classes="remarks", markup=False)
        yield SteadyText(classes="text", markup=False)

    def show(self, message: TracedMessage, remarks: Sequence[str] = (), find: str = "") -> None:
        """Show a message, with what is wrong with it and further remarks over it."""
        text = raw_text(message.raw)
        shown = Content(text, list(_found(text, find))) if self.plain else coloured(text, find)
        self.say(place_of(message), [*remarks_on(message), *remarks], shown)

    def explain(self, message: TracedMessage, find: str = "") -> None:
        """Show a message and what it means."""
        self.say("", [], explained(message, find))

    def say(self, place: str, remarks: Sequence[str] = (), text: Content | str = "") -> None:
        """Show anything: its headline, remarks, and a text; all of it safe to print."""
        self.query_one(".place", Static).update(place)
        shown = self.query_one(".remarks", Static)
        shown.update("\n".join(f"! {remark}" for remark in remarks))
        shown.set_class(bool(remarks), "shown")
        self.query_one(".place").display = bool(place)
        self.query_one(".text", Static).update(text)
        self.scroll_home(animate=False)


def _said_spans(text: str, place: int) -> Iterator[Span]:
    """Yield the colours of an explanation: what is wrong, the heads of its parts, and names in them."""
    for line in text.splitlines(keepends=True):
        if line.startswith("  ! "):
            yield Span(place, place + len(line), _TROUBLE)
        elif line.startswith("    "):
            if name := _WORD.match(line):
                yield Span(place + name.start(1), place + name.end(1), _NAME)
        else:
            yield Span(place, place + len(line), _START)
        place += len(line)


def _spans(text: str, begin: int) -> Iterator[Span]:
    """Yield the colours of a message's text: start line, names, what identifies it, session description."""
    place, body = begin, False
    for number, line in enumerate(text.split("\n")):
        end = place + len(line)
        if number == 0:
            yield Span(place, end, _START)
        elif body:
            if _SDP_LINE.match(line):
                yield Span(place, place + 2, _SDP_TYPE)
            if line.startswith("m="):
                yield Span(place + 2, end, _SDP_MEDIA)
        elif line:
            yield from _field_spans(line, place)
        body = body or not line
        place = end + 1


def _field_spans(line: str, place: int) -> Iterator[Span]:
    """Yield the colours of a header field line: its name, and what identifies call, dialog and transaction."""
    if name := _FIELD.match(line):
        yield Span(place, place + name.end(), _NAME)
    if call := _CALL_ID.match(line):
        yield Span(place + call.start(1), place + call.end(1), _IDENTITY)
    for found in _IDENTITIES.finditer(line):
        yield Span(place + found.start(1), place + found.end(1), _IDENTITY)


def _found(text: str, find: str) -> Iterator[Span]:
    """Yield where what is looked for stands in a text."""
    if find:
        for found in re.finditer(re.escape(find), text, re.IGNORECASE):
            yield Span(found.start(), found.end(), _FOUND)
