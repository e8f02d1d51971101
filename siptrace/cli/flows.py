"""`siptrace flows`: the reference flows, as a list or one of them as a ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from siptrace.cli.drawing import Drawing, drawing_options, write_ladders
from siptrace.cli.options import as_json, flows_dir, known_flows
from siptrace.cli.output import table, width, write, write_json
from siptrace.errors import UsageError
from siptrace.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.model import Flow

__all__ = ["flows"]

_RIGHT = (4,)
_ELASTIC = (1, 2, 3)
_HEADS = ("flow", "title", "where", "actors", "messages")


def _row(flow: Flow) -> tuple[str, ...]:
    """Return one line's cells."""
    where = f"{flow.document} {flow.section}".strip()
    actors = ", ".join(actor.label for actor in flow.actors)
    return tuple(visible(text) for text in (flow.id, flow.title, where, actors, str(len(flow.steps))))


def _object(flow: Flow) -> dict[str, Any]:
    """Return a flow as `siptrace flows --json` prints it."""
    return {
        "flow": flow.id,
        "title": flow.title,
        "document": flow.document or None,
        "section": flow.section or None,
        "actors": [{"id": actor.id, "label": actor.label, "role": actor.role} for actor in flow.actors],
        "messages": len(flow.steps),
    }


def _named(known: Sequence[Flow], flow_id: str) -> Flow:
    """Return the flow of that id; raises UsageError with the ids that are near it."""
    by_id = {flow.id: flow for flow in known}
    if flow_id in by_id:
        return by_id[flow_id]
    from difflib import get_close_matches  # noqa: PLC0415  (only for those who mistype)

    near = [name for name in by_id if flow_id and name.endswith(f"-{flow_id}")]
    near += [name for name in get_close_matches(flow_id, by_id, n=4, cutoff=0.7) if name not in near]
    hint = f"the nearest: {', '.join(near)}." if near else "`siptrace flows` lists them."
    raise UsageError(f"There is no reference flow {flow_id!r}; {hint}")


@click.command()
@click.argument("flow_id", metavar="[ID]", required=False)
@as_json
@drawing_options
@flows_dir
def flows(flow_id: str | None, as_json: bool, drawing: Drawing, flows_dir: str | None) -> None:
    """List the reference flows, or draw the one called ID.

    They are those of RFC 3665, of RFC 5359, and of the service examples of 1999. A ladder is drawn with the number of
    each step, media, what the flow means, and where its text breaks the rules.
    """
    known = known_flows(flows_dir)
    if flow_id is not None:
        from siptrace.ladder.flow import build_flow_ladder  # noqa: PLC0415  (no list needs it)

        asked = drawing._replace(form="json") if as_json else drawing
        write_ladders([build_flow_ladder(_named(known, flow_id))], asked)
    elif as_json or drawing.form == "json":
        write_json(map(_object, known))
    else:
        write(table(_HEADS, map(_row, known), right=_RIGHT, elastic=_ELASTIC, limit=drawing.width or width()))
