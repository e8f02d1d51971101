"""What a flow's author need not write because RFC 3261 fixes it: words to steps, in the order of the file.

For each message, first everything follows from the rules as if nothing were given, then the given words replace it. So
a word behind the bar always marks a choice of the flow, or a place where the text departs from the rules. Labels that
are new are numbered by first appearance: `t1`, `b1`, `x1`.

Weak spot: "the latest message of that kind" decides which request a response answers and which final response an ACK
is for; where a flow interleaves calls on one hop, its author must say `re=` or `acks=`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.correlate.lines import LineError, Message
from siptrace.correlate.step import Auth, DialogRole, Scope, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["derive"]

NEW = "?"
"""Stands for a label that is not numbered yet."""

LABELS = {"from_tag": "t", "to_tag": "t", "branch": "b", "txn": "x"}


class _Ends(NamedTuple):
    """A dialog: its Call-ID label, and each end's actor and tag."""

    call_id: str
    tags: dict[str, str | None]


def derive(messages: Iterable[Message], transport: str, *, labelled: bool = True) -> list[Step]:
    """Return the steps that the lines stand for; `transport` is the flow's own.

    Without `labelled` a request gets no From tag and no branch of its own unless the line gives one (RFC 2543 knows no
    magic cookie and hardly any From tag). Raises LineError.
    """
    flow = _Flow(transport, NEW if labelled else None)
    for message in messages:
        flow.add(message)
    return list(flow.steps.values())


class _Flow:
    """The steps so far, and what the rules need to know of them."""

    def __init__(self, transport: str, new: str | None) -> None:
        self.transport = transport
        self.new = new
        self.steps: dict[int, Step] = {}
        self.dialogs: list[_Ends] = []
        self.labels: dict[str, set[str]] = {"t": set(), "b": set(), "x": set()}

    def add(self, message: Message) -> None:
        """Complete the message and remember it."""
        if message.f in self.steps:
            raise LineError(message.line, f"F{message.f} is there twice")
        given: dict[str, Any] = dict(message.given)
        step = self._by_rule(message)._replace(**given)
        step = self._number(step)
        if "dialog" not in given:
            step = step._replace(dialog=self._role(step))
        self.steps[step.f] = step
        self._remember_dialog(step)

    def _by_rule(self, message: Message) -> Step:
        """Return the message as the rules alone would have it."""
        if (number := message.number("retransmission_of")) is not None:
            return self._resend(message, self._earlier(message, number))
        if (number := message.number("copy_of")) is not None:
            return self._copy(message, self._earlier(message, number))
        if message.status is not None:
            return self._response(message, self._answered(message))
        if message.method == "ACK":
            return self._ack(message, self._acknowledged(message))
        if message.method == "CANCEL":
            return self._cancel(message, self._cancelled(message))
        return self._request(message)

    def _resend(self, message: Message, first: Step) -> Step:
        return first._replace(f=message.f, line=message.line, copy_of=None, note=None, text_status=None)

    def _copy(self, message: Message, original: Step) -> Step:
        """Return the message one hop further: same dialog, same body, but this hop's transaction."""
        step = original._replace(
            f=message.f,
            src=message.src,
            dst=message.dst,
            line=message.line,
            route=False,
            note=None,
            text_status=None,
            acks=None,
        )
        if original.is_request:
            step = step._replace(via_count=original.via_count + 1, branch=self.new, txn=NEW)
            return step._replace(auth=Auth.NONE, auth_realms=()) if message.status is None else step
        request = self._answered(message)
        return step._replace(responds_to=request.f, **_this_hop(request))

    def _response(self, message: Message, request: Step) -> Step:
        """Return a response made here (RFC 3261 8.2.6): Via, Call-ID, CSeq and tags from the request."""
        is_cancel = request.method == "CANCEL"
        status = message.status or 0
        return Step(
            f=message.f,
            src=message.src,
            dst=message.dst,
            line=message.line,
            method=request.method,
            status=status,
            reason=message.reason,
            call_id=request.call_id,
            cseq=request.cseq,
            from_tag=request.from_tag,
            to_tag=self._own_tag(message, request, status),
            responds_to=request.f,
            scope=Scope.HOP if is_cancel or status == 100 else Scope.END_TO_END,
            record_route=request.record_route and 100 < status < 300,
            **_this_hop(request),
            transport=request.transport,
        )

    def _own_tag(self, message: Message, request: Step, status: int) -> str | None:
        """Return the To tag: the request's, else none in a 100, else this side's own (RFC 3261 8.2.6.2)."""
        if request.to_tag is not None or status == 100:
            return request.to_tag
        for step in reversed(self.steps.values()):
            if step.responds_to == request.f and step.src == message.src and step.to_tag:
                return step.to_tag
        return NEW

    def _ack(self, message: Message, final: Step) -> Step:
        """Return an ACK: part of the INVITE's transaction for a failure (17.1.1.3), its own for a 2xx (13.2.2.4)."""
        success = (final.status or 0) < 300
        step = Step(
            f=message.f,
            src=message.src,
            dst=message.dst,
            line=message.line,
            method="ACK",
            transport=final.transport,
            call_id=final.call_id,
            cseq=final.cseq,
            from_tag=final.from_tag,
            to_tag=final.to_tag,
            acks=final.f,
        )
        if success:
            return step._replace(branch=self.new, txn=NEW)
        return step._replace(branch=final.branch, txn=final.txn, scope=Scope.HOP)

    def _cancel(self, message: Message, invite: Step) -> Step:
        """Return a CANCEL: everything from the INVITE but a transaction of its own (RFC 3261 9.1)."""
        return Step(
            f=message.f,
            src=message.src,
            dst=message.dst,
            line=message.line,
            method="CANCEL",
            transport=invite.transport,
            call_id=invite.call_id,
            cseq=invite.cseq,
            from_tag=invite.from_tag,
            to_tag=invite.to_tag,
            branch=invite.branch,
            txn=NEW,
            scope=Scope.HOP,
        )

    def _request(self, message: Message) -> Step:
        """Return a request that starts here: inside the sender's latest dialog of the call, if there is one."""
        call_id = message.text("call_id") or self._latest_call(message.src)
        mine = [s for s in self.steps.values() if s.call_id == call_id and s.is_request and s.src == message.src]
        mine = [s for s in mine if s.copy_of is None and s.method not in {"ACK", "CANCEL"}]
        dialog = next((d for d in reversed(self.dialogs) if d.call_id == call_id and message.src in d.tags), None)
        if dialog is not None:
            from_tag = dialog.tags[message.src]
            to_tag = next((tag for actor, tag in dialog.tags.items() if actor != message.src), None)
        else:
            from_tag, to_tag = (mine[-1].from_tag if mine else self.new), None
        return Step(
            f=message.f,
            src=message.src,
            dst=message.dst,
            line=message.line,
            method=message.method or "",
            transport=self.transport,
            call_id=call_id,
            cseq=mine[-1].cseq + 1 if mine else 1,
            from_tag=from_tag,
            to_tag=to_tag,
            branch=self.new,
            txn=NEW,
        )

    def _latest_call(self, actor: str) -> str:
        """Return the call that the actor took part in last."""
        return next((s.call_id for s in reversed(self.steps.values()) if actor in {s.src, s.dst}), "A")

    def _earlier(self, message: Message, number: int) -> Step:
        if number not in self.steps:
            raise LineError(message.line, f"there is no F{number} above")
        return self.steps[number]

    def _answered(self, message: Message) -> Step:
        """Return the request that a response answers: the latest one still open on this hop, unless given."""
        if (number := message.number("responds_to")) is not None:
            return self._earlier(message, number)
        call = message.text("call_id")
        closed = {s.responds_to for s in self.steps.values() if (s.status or 0) >= 200}
        for step in reversed(self.steps.values()):
            fits = step.is_request and (step.src, step.dst) == (message.dst, message.src) and step.method != "ACK"
            if fits and step.retransmission_of is None and step.f not in closed and call in {None, step.call_id}:
                return step
        raise LineError(message.line, f"no open request from {message.dst} to {message.src} that F{message.f} answers")

    def _acknowledged(self, message: Message) -> Step:
        """Return the final response that an ACK is for: the latest one its sender received, unless given."""
        if (number := message.number("acks")) is not None:
            return self._earlier(message, number)
        call = message.text("call_id")
        for step in reversed(self.steps.values()):
            is_final = (step.status or 0) >= 200 and step.method == "INVITE" and step.dst == message.src
            if is_final and call in {None, step.call_id}:
                return step
        raise LineError(message.line, f"{message.src} has no final response to acknowledge")

    def _cancelled(self, message: Message) -> Step:
        for step in reversed(self.steps.values()):
            if step.method == "INVITE" and step.is_request and (step.src, step.dst) == (message.src, message.dst):
                return step
        raise LineError(message.line, f"{message.src} has sent no INVITE to {message.dst} to cancel")

    def _number(self, step: Step) -> Step:
        """Give new labels their numbers, and keep count of all that are used."""
        for name, letter in LABELS.items():
            label = getattr(step, name)
            if label == NEW:
                label = f"{letter}{len(self.labels[letter]) + 1}"
                changed: dict[str, Any] = {name: label}
                step = step._replace(**changed)
            if label:
                self.labels[letter].add(label)
        return step

    def _remember_dialog(self, step: Step) -> None:
        """Note the dialog that a 2xx opens between those who sent request and response first (RFC 3261 12.1)."""
        if step.copy_of or step.method not in {"INVITE", "SUBSCRIBE", "REFER"} or not 200 <= (step.status or 0) < 300:
            return
        request = self.steps[step.responds_to or 0]
        if request.to_tag is None:
            caller = self._origin(request).src
            self.dialogs.append(_Ends(step.call_id, {caller: step.from_tag, step.src: step.to_tag}))

    def _origin(self, step: Step) -> Step:
        while step.copy_of is not None:
            step = self.steps[step.copy_of]
        return step

    def _role(self, step: Step) -> DialogRole:
        if step.retransmission_of is not None:
            return DialogRole.RETRANSMISSION
        if step.copy_of is not None:
            return self.steps[step.copy_of].dialog
        return self._request_role(step) if step.is_request else self._response_role(step)

    def _request_role(self, step: Step) -> DialogRole:
        if step.method == "ACK":
            return DialogRole.ACK_FAILURE if step.scope is Scope.HOP else DialogRole.ACK_2XX
        inside = step.to_tag is not None
        fixed = {
            "CANCEL": DialogRole.CANCEL,
            "BYE": DialogRole.ENDS,
            "REGISTER": DialogRole.REGISTRATION,
            "INVITE": DialogRole.REINVITE if inside else DialogRole.INITIAL,
        }
        return fixed.get(step.method, DialogRole.INSIDE if inside else DialogRole.OUTSIDE)

    def _response_role(self, step: Step) -> DialogRole:
        status = step.status or 0
        if step.method == "INVITE":
            return self._invite_response_role(step, status)
        request = self.steps[step.responds_to or 0]
        fixed = {
            "CANCEL": DialogRole.CANCEL_ANSWER,
            "BYE": DialogRole.ENDED,
            "REGISTER": DialogRole.REGISTRATION,
        }
        if 200 <= status < 300 and request.to_tag is None and step.method in {"SUBSCRIBE", "REFER"}:
            return DialogRole.SUBSCRIBES
        if 200 <= status < 300 and step.method == "REFER":
            return DialogRole.ADDS_SUBSCRIPTION
        return fixed.get(step.method, request.dialog)

    def _invite_response_role(self, step: Step, status: int) -> DialogRole:
        if status < 200:
            return DialogRole.NO_DIALOG if status == 100 else DialogRole.EARLY
        reinvite = self.steps[step.responds_to or 0].dialog is not DialogRole.INITIAL
        if status < 300:
            return DialogRole.REINVITE_2XX if reinvite else DialogRole.CONFIRMS
        if status < 400:
            return DialogRole.REDIRECTED
        if status in {401, 407}:
            return DialogRole.CHALLENGED
        early = any(s.responds_to == step.responds_to and s.dialog is DialogRole.EARLY for s in self.steps.values())
        return DialogRole.FAILED_EARLY if early else DialogRole.FAILED


def _this_hop(request: Step) -> dict[str, Any]:
    """Return what every response has from the request of its own hop."""
    return {"branch": request.branch, "txn": request.txn, "via_count": request.via_count}
