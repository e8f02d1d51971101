"""Calls that leave their flow in a way of the test's choosing, as real messages, and what is said of that.

    deviations(Played("rfc3665-3.1", without=(4,)))

plays a flow without some steps, with other status lines, with further messages, with steps elsewhere or later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fixtures.flows.make_flows import packets
from fixtures.flows.render import Rendered, render
from fixtures.wire import pcap
from siptrace.correlate.explain import explain
from siptrace.correlate.judge import judge
from siptrace.correlate.match import Match
from siptrace.correlate.model import Flow, flow
from siptrace.errors import AnomalyLog
from siptrace.ingest.datagram import NO_OFFSET, Datagram, Transport, endpoint_key
from siptrace.ingest.open import Source
from siptrace.table.columns import MessageTable
from siptrace.table.scan import scan
from siptrace.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from siptrace.correlate.explain import Deviation
    from siptrace.correlate.judge import Judgement
    from siptrace.reconstruct.model import TracedMessage
    from siptrace.table.scan import Memo

__all__ = ["SECOND", "Played", "deviations", "judged", "match_of", "said", "trace_of", "written"]

SECOND = 1_000_000_000
_START_LINE = re.compile(rb"\A[^\r\n]*")


@dataclass(frozen=True)
class Played:
    """One way to play a flow.

    `without` are steps left out, `says` other first lines by step, `adds` lines of header fields by step, `moved` steps
    with the seconds by which they come later, `untagged` and `tagged` those that lose or get a To tag.

    What comes on top: `again` has repeated steps with the seconds after them; `copies` answers like that of a step but
    for start line and To tag ("" the same), `late` seconds after it; `more` requests like a step but for method and
    CSeq (`{4: "INFO"}`), with a body out of `bodies`, and with an answer when `answered`; `cancels` a CANCEL after a
    step, of the INVITE of another. With `goes_on` the trace goes on for a minute with something else, so that what is
    not there never came.
    """

    flow: str | Flow
    without: Sequence[int] = ()
    says: Mapping[int, str] = field(default_factory=dict)
    adds: Mapping[int, str] = field(default_factory=dict)
    moved: Mapping[int, float] = field(default_factory=dict)
    untagged: Sequence[int] = ()
    tagged: Sequence[int] = ()
    again: Sequence[tuple[int, float]] = ()
    copies: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    late: float = 0.004
    more: Mapping[int, str] = field(default_factory=dict)
    bodies: Mapping[int, str] = field(default_factory=dict)
    answered: Sequence[int] = ()
    cancels: Mapping[int, int] = field(default_factory=dict)
    goes_on: bool = False

    @property
    def known(self) -> Flow:
        """The flow."""
        return self.flow if isinstance(self.flow, Flow) else flow(self.flow)

    @property
    def sent(self) -> dict[int, Rendered]:
        """The message of each step that is there."""
        return {f: self._changed(f, message) for f, message in self._played.items() if f not in self.without}

    @property
    def messages(self) -> list[Rendered]:
        """The messages in time order."""
        played, changed = self._played, self.sent
        extra = [_later(played[f], seconds) for f, seconds in self.again]
        extra += [_answer(played[f], line, tag, self.late) for f, (line, tag) in self.copies.items()]
        requests = {f: _request(played[f], method, self.bodies.get(f, "")) for f, method in self.more.items()}
        extra += [*requests.values(), *(_accepted(requests[f]) for f in self.answered)]
        extra += [_cancel(played[invite], played[f]) for f, invite in self.cancels.items()]
        messages = sorted([*changed.values(), *extra], key=lambda message: message.time_ns)
        return [*messages, _elsewhere(messages[-1])] if self.goes_on else messages

    @property
    def _played(self) -> dict[int, Rendered]:
        return dict(zip((step.f for step in self.known.steps), render(self.known, "UDP", 4), strict=True))

    def _changed(self, f: int, message: Rendered) -> Rendered:
        data = message.data
        if f in self.says:
            data = _START_LINE.sub(self.says[f].encode().replace(b"\\", b"\\\\"), data)
        if f in self.adds:
            data = data.replace(b"\r\n", f"\r\n{self.adds[f]}\r\n".encode(), 1)
        if f in self.untagged:
            data = re.sub(rb"(?m)^(To: [^\r;]*);tag=[^\r;]*", rb"\1", data)
        if f in self.tagged:
            data = re.sub(rb"(?m)^(To: [^\r]*)", rb"\1;tag=given", data)
        return _later(message._replace(data=data), self.moved.get(f, 0))


def _later(message: Rendered, seconds: float) -> Rendered:
    return message._replace(time_ns=message.time_ns + round(seconds * SECOND))


def _answer(message: Rendered, line: str, tag: str, seconds: float) -> Rendered:
    """Return an answer like another one, with its own start line and, unless that is empty, its own To tag."""
    data = _START_LINE.sub(line.encode(), message.data)
    data = re.sub(rb"(?m)^(To: [^\r]*;tag=)[^\r;]*", rb"\g<1>" + tag.encode(), data) if tag else data
    return _later(message._replace(data=data), seconds)


def _request(message: Rendered, method: str, body: str) -> Rendered:
    """Return a request like another one, 5 ms after it; what is given instead of a body replaces it."""
    data = _START_LINE.sub(lambda line: method.encode() + b" " + line[0].partition(b" ")[2], message.data)
    if not message.data.startswith(b"SIP/2.0"):
        number = re.findall(rb"(?m)^CSeq: (\d+)", data)[0] if method == "ACK" else b"900"
        data = re.sub(rb"(?m)^CSeq: [^\r]*", b"CSeq: " + number + b" " + method.encode(), data)
    data = data.replace(b"branch=z9hG4bK", b"branch=z9hG4bKmore", 1)
    if body:
        head = data.partition(b"\r\n\r\n")[0].replace(b"Content-Length: 0", b"Content-Length: %d" % len(body))
        data = head + b"\r\nContent-Type: application/sdp\r\n\r\n" + body.encode()
    return _later(message._replace(data=data), 0.005)


def _accepted(message: Rendered) -> Rendered:
    """Return the 200 to a request, 5 ms after it."""
    wanted = (b"Via", b"From", b"To", b"Call-ID", b"CSeq")
    lines = [
        line for line in message.data.partition(b"\r\n\r\n")[0].split(b"\r\n") if line.partition(b":")[0] in wanted
    ]
    data = b"\r\n".join([b"SIP/2.0 200 OK", *lines, b"Content-Length: 0"]) + b"\r\n\r\n"
    return Rendered(message.time_ns + SECOND // 200, message.dst, message.src, data)


def _cancel(invite: Rendered, after: Rendered) -> Rendered:
    """Return the CANCEL of an INVITE, 5 ms after another message."""
    data = invite.data.partition(b"\r\n\r\n")[0].replace(b"INVITE", b"CANCEL")
    data = re.sub(rb"(?m)^Content-(Type|Length)[^\n]*\n?", b"", data).rstrip() + b"\r\nContent-Length: 0\r\n\r\n"
    return invite._replace(time_ns=after.time_ns + SECOND // 200, data=data)


def _elsewhere(last: Rendered) -> Rendered:
    """Return a message of another call, a minute later."""
    data = (
        b"OPTIONS sip:x@192.0.2.90 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.91;branch=z9hG4bKelse\r\nMax-Forwards: 70\r\n"
        b"From: <sip:y@example.com>;tag=y\r\nTo: <sip:x@example.com>\r\nCall-ID: else@example.com\r\n"
        b"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
    return Rendered(last.time_ns + 60 * SECOND, ("192.0.2.91", 5060), ("192.0.2.90", 5060), data)


def written(path: Path, messages: Sequence[Rendered]) -> Path:
    """Write messages as a capture."""
    path.write_bytes(pcap(packets(messages, "UDP")))
    return path


def trace_of(messages: Sequence[Rendered], names: Sequence[str] = ("made.pcap",)) -> Trace:
    """Return messages as a trace, as if read from captures of these names in turn."""
    table = MessageTable()
    memo: Memo = {}
    for number, message in enumerate(messages):
        ends = endpoint_key(*message.src), endpoint_key(*message.dst)
        datagram = Datagram(message.time_ns, number + 1, Transport.UDP, *ends, message.data, NO_OFFSET)
        table.append(number % len(names), datagram, scan(message.data, memo))
    table.sort()
    sources = tuple(Source(place, name, "pcap", compressed=False) for place, name in enumerate(names))
    table.sources.extend(sources)
    return Trace(sources, table, AnomalyLog())


def judged(played: Played) -> Judgement:
    """Return the first call, held against its own flow alone."""
    return judge(trace_of(played.messages).calls[0], [played.known])


def match_of(played: Played, messages: Sequence[TracedMessage]) -> Match:
    """Return the match as it was played, whatever the correlator would make of it."""
    steps = played.known.steps
    place = {(message.time_ns, message.raw): at for at, message in reversed(list(enumerate(messages)))}
    sent = {step.f: message for step in steps if (message := played.sent.get(step.f)) is not None}
    found = {at: place[sent[step.f].time_ns, sent[step.f].data] for at, step in enumerate(steps) if step.f in sent}
    indices = {step.f: at for at, step in enumerate(steps)}
    ends = {step.src for step in steps} | {step.dst for step in steps}
    return Match(
        flow=played.known,
        score=0.9,
        distance=0.1,
        parts={number: number for number, actor in enumerate(played.known.actors) if actor.id in ends},
        steps=found,
        missing=tuple(indices[f] for f in played.without if f in indices),
        unexpected=tuple(
            at for at, message in enumerate(messages) if at not in found.values() and not message.retransmission
        ),
        different=tuple(indices[f] for f in (*played.says, *played.untagged, *played.tagged)),
        reordered=tuple(indices[f] for f in played.moved),
        absent=(),
        extra=(),
        before=(),
        after=(),
        hidden=(),
        surplus=0,
    )


def deviations(played: Played, names: Sequence[str] = ("made.pcap",)) -> tuple[Deviation, ...]:
    """Return what is said of the whole trace as one call, matched as it was played."""
    messages = list(trace_of(played.messages, names).messages)
    return explain(match_of(played, messages), messages)


def said(played: Played, step: int | None = None, names: Sequence[str] = ("made.pcap",)) -> tuple[str, str]:
    """Return why and by which section the call deviates: at a step, or first."""
    found = [d for d in deviations(played, names) if step is None or d.step == step]
    return found[0].why, found[0].rfc
