"""One message for a person: its bytes, safe to print, and what its fields mean.

    Message 3 (frame 5 of call.pcap), call 1, transaction 1
    2026-01-05T10:00:00.020000Z  UDP  192.0.2.201:5060 → 192.0.2.101:5060

    SIP/2.0 180 Ringing
    ...

Text from the trace keeps its lines; every other control character is shown as an escape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.render.cells import cells, pad, visible
from siptrace.render.parts import proof_lines, session_lines, way_lines
from siptrace.render.times import iso
from siptrace.sip.headers import HEADERS
from siptrace.sip.methods import METHODS, status_meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.reconstruct.model import TracedMessage
    from siptrace.sip.message import Message

__all__ = ["explain", "meaning", "raw_text", "standing"]


def raw_text(raw: bytes) -> str:
    """Return a message's bytes as lines that are safe to print, ended by a newline.

    A CR alone is shown, and ends a line, as it does where messages are parsed: an empty line is the end of the header.
    """
    text = raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\\r\n")
    return "\n".join(visible(line) for line in text.rstrip("\n").split("\n")) + "\n"


def explain(message: TracedMessage) -> str:
    """Return where a message stands, its bytes, and its fields with their meanings."""
    parts = ["\n".join(standing(message)) + "\n", raw_text(message.raw), "\n".join(meaning(message)) + "\n"]
    return "\n".join(parts)


def standing(message: TracedMessage) -> Iterator[str]:
    """Yield the lines that say where the message was seen and what it belongs to."""
    unit = "line" if message.logged else "frame"
    belongs = f"call {message.call}, transaction {message.transaction}"
    if message.dialog is not None:
        belongs += f", dialog {message.dialog}"
    yield f"Message {message.n} ({unit} {message.frame} of {visible(message.source)}), {belongs}"
    when = iso(message.time_ns) or "time unknown"
    yield f"{when}  {message.transport.name}  {visible(message.src)} → {visible(message.dst)}"
    if message.retransmission:
        yield "a retransmission: the same message was sent before on this hop"


def meaning(message: TracedMessage) -> Iterator[str]:
    """Yield the explanation: start line and anomalies, then way, session description, authentication, header fields.

    A part begins with a line of two blanks, after an empty one; what belongs to it has four or more.
    """
    sip = message.sip
    yield f"  {_start(sip)}"
    for anomaly in message.anomalies:
        source = f" ({anomaly.code.rfc})" if anomaly.code.rfc else ""
        detail = f": {visible(anomaly.detail)}" if anomaly.detail else ""
        yield f"  ! {anomaly.code}: {anomaly.code.meaning}{detail}{source}"
    described = () if sip.sdp is None else session_lines(sip.sdp)
    for part in (way_lines(sip.vias), described, proof_lines(sip), _field_lines(sip)):
        for line in part:
            if not line.startswith(" "):
                yield ""
            yield f"  {line}"


def _field_lines(sip: Message) -> Iterator[str]:
    """Yield what each header field is for."""
    names = dict.fromkeys(header.name for header in sip.headers)
    width = max((cells(visible(name)) for name in names), default=0)
    if names:
        yield "header fields"
    for name in names:
        field = HEADERS.get(name)
        said = f"{field.meaning} ({field.rfc})" if field else "not a registered header field"
        yield f"  {pad(visible(name), width)}  {said}"


def _start(sip: Message) -> str:
    """Return what the start line says."""
    if sip.status is not None:
        said = status_meaning(sip.status)
        return f"{sip.status} answers {visible(sip.method) or 'a request'}" + (f": {said}" if said else "")
    known = METHODS.get(sip.method)
    return (
        f"{visible(sip.method)}: {known.meaning} ({known.rfc})" if known else f"{visible(sip.method)}: unknown method"
    )
