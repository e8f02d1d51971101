"""From a reference flow to its ladder: the steps are the arrows, its media and events the rows between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.step import DialogRole, EventRow, MediaDirection, MediaRow, SdpRole
from siptrace.ladder.build import label_of
from siptrace.ladder.model import Arrow, Ladder, Lane, Mark, Media, Note, Reference, Remarks, SdpView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siptrace.correlate.model import Flow
    from siptrace.correlate.step import Sdp, Step

__all__ = ["build_flow_ladder", "media_of", "reference_of", "step_arrow", "step_label", "step_name"]

_REINVITES = (DialogRole.REINVITE, DialogRole.REINVITE_UNTAGGED)


def build_flow_ladder(flow: Flow) -> Ladder:
    """Return the ladder of a flow: every row of it, in order, with its readings and oddities under it."""
    lanes = {actor.id: index for index, actor in enumerate(flow.actors)}
    remarks = (Remarks("Readings", flow.readings), Remarks("Oddities of the text", flow.oddities))
    return Ladder(
        f"{flow.id}: {flow.title}",
        (),
        None,
        tuple(Lane(actor.label, "", actor.role) for actor in flow.actors),
        tuple(_rows(flow, lanes)),
        reference_of(flow),
        tuple(remark for remark in remarks if remark.texts),
    )


def reference_of(flow: Flow) -> Reference:
    """Return what a ladder says of a flow: names and where it comes from."""
    source = f"{flow.document} section {flow.section}" if flow.document and flow.section else flow.document
    return Reference(flow.id, flow.title, source, len(flow.actors))


def step_name(step: Step) -> str:
    """Return a step's number as people write it: `F12`."""
    return f"F{step.f}"


def step_label(step: Step) -> str:
    """Return what the arrow of a step is called."""
    return label_of(step.method, step.status, step.reason or "", inside=_is_reinvite(step))


def step_arrow(step: Step, source: int, target: int) -> Arrow:
    """Return the arrow of a step between two lanes, with what the step alone says."""
    return Arrow(
        n=None,
        time_ns=None,
        delta_ns=None,
        source=source,
        target=target,
        label=step_label(step),
        method=step.method,
        status=step.status,
        cseq=step.cseq,
        transport=step.transport,
        transaction=None,
        dialog=None,
        call=None,
        sdp=None if step.sdp is SdpRole.NONE else SdpView(step.sdp.value, _streams(step.sdp_info)),
        marks=(),
        step=step_name(step),
    )


def media_of(row: MediaRow, lane: Callable[[str], int]) -> Media:
    """Return the row of media; `lane` gives an actor's lane."""
    senders = {MediaDirection.BOTH: row.between, MediaDirection.NONE: ()}.get(row.direction, (row.sender or "",))
    left, right = sorted(map(lane, row.between))
    return Media(row.label, left, right, tuple(sorted(map(lane, senders))))


def _rows(flow: Flow, lanes: dict[str, int]) -> Iterator[Arrow | Media | Note]:
    """Yield the flow's rows as a ladder's; a note on a step follows it."""
    transactions: dict[str, int] = {}
    holding: dict[tuple[str, str], bool] = {}
    for row in flow.rows:
        if isinstance(row, EventRow):
            yield Note(row.label)
        elif isinstance(row, MediaRow):
            yield media_of(row, lanes.__getitem__)
        else:
            arrow = step_arrow(row, lanes[row.src], lanes[row.dst])
            transaction = transactions.setdefault(row.txn, len(transactions) + 1)
            yield arrow._replace(transaction=transaction, marks=tuple(_marks(row, holding)))
            if row.note:
                yield Note(f"{step_name(row)}: {row.note}")


def _is_reinvite(step: Step) -> bool:
    """Return whether a step is an INVITE inside a dialog (RFC 3261 14)."""
    return step.is_request and step.method == "INVITE" and (step.to_tag is not None or step.dialog in _REINVITES)


def _streams(sdp: Sdp | None) -> tuple[str, ...]:
    """Return what a flow says of a description's only stream."""
    return () if sdp is None else (" ".join(filter(None, (f"{sdp.conn}:{sdp.port}", sdp.direction))),)


def _marks(step: Step, holding: dict[tuple[str, str], bool]) -> Iterator[Mark]:
    """Yield what sets a step apart; `holding` says who put the other side on hold before, and is kept up to date."""
    if step.retransmission_of is not None:
        yield Mark.RETRANSMISSION
    if step.optional:
        yield Mark.OPTIONAL
    if _is_reinvite(step):
        yield Mark.REINVITE
    if step.sdp is SdpRole.NONE or step.retransmission_of is not None:
        return
    end = step.call_id, step.src
    before, holding[end] = holding.get(end, False), step.hold
    if step.hold != before:
        yield Mark.HOLD if step.hold else Mark.RESUME
    if 100 < (step.status or 0) < 200:
        yield Mark.EARLY_MEDIA
