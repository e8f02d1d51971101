"""The text of a reference flow, as docs/flows-format.md describes it, into a `Flow`."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from siptrace.correlate.derive import derive
from siptrace.correlate.lines import LineError, Message, Sdps, read_line, transport
from siptrace.correlate.model import Flow, FlowError
from siptrace.correlate.step import Actor, EventRow, MediaRow, Sdp

if TYPE_CHECKING:
    from siptrace.correlate.model import Row

__all__ = ["read_flow"]


def read_flow(text: str, name: str) -> Flow:
    """Return the flow that a text says; `name` is what errors call it. Raises FlowError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Python 3.11 says where only in its text: "... (at line 3, column 1)"
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = found[1] if found and found[1] else text.count("\n") + 1
        raise FlowError(f"{name}:{line}: {str(error).partition(' (at ')[0]}") from None
    file = _File(text, name, table)
    try:
        return file.flow()
    except LineError as error:
        raise FlowError(f"{name}:{error.line}: {error}") from None


class _File:
    """One file while it is read: the text is kept to find the lines that errors are about."""

    KEYS = frozenset(
        ("id", "title", "document", "section", "transport", "labels", "actors", "sdp", "steps", "readings", "oddities")
    )

    def __init__(self, text: str, name: str, table: dict[str, Any]) -> None:
        self.lines = text.split("\n")
        self.name = name
        self.table = table

    def flow(self) -> Flow:
        """Return the flow; raises LineError or FlowError."""
        for key in self.table:
            if key not in self.KEYS:
                raise LineError(self._line_of(key), f"{key!r} is not a key of the format")
        actors = self._actors()
        return Flow(
            id=self._text("id"),
            title=self._text("title"),
            document=self._text("document", ""),
            section=self._text("section", ""),
            actors=actors,
            rows=self._rows({actor.id for actor in actors}),
            readings=self._texts("readings"),
            oddities=self._texts("oddities"),
        )

    def _line_of(self, key: str, table: str = "") -> int:
        """Return the number of the first line that begins with the key, or 1."""
        path = rf"(?:{table}\s*\.\s*)?" if table else r"(?:\[+\s*)?"
        pattern = re.compile(rf"\s*{path}{re.escape(key)}\s*[=\].]")
        found = [number for number, line in enumerate(self.lines, 1) if pattern.match(line)]
        dotted = [number for number in found if table and self.lines[number - 1].lstrip().startswith(table)]
        return (dotted or found or [1])[0]

    def _text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str):
            problem = f"{key!r} is missing" if value is None else f"{key!r} is not text"
            raise LineError(self._line_of(key), problem)
        return value

    def _transport(self) -> str:
        value = self._text("transport", "UDP")
        try:
            return transport(value)
        except ValueError as error:
            raise LineError(self._line_of("transport"), f"'transport': {error}") from None

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise LineError(self._line_of(key), f"{key!r} is not a list of texts")
        return tuple(value)

    def _actors(self) -> tuple[Actor, ...]:
        entries = self.table.get("actors", {})
        if not isinstance(entries, dict):
            raise LineError(self._line_of("actors"), "'actors' is not a table with a line for each lane")
        actors = []
        for actor_id, entry in entries.items():
            if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(item, str) for item in entry):
                raise LineError(
                    self._line_of(actor_id, "actors"), f'an actor is written actors.{actor_id} = ["Label", "role"]'
                )
            actors.append(Actor(actor_id, *entry))
        return tuple(actors)

    def _sdps(self) -> Sdps:
        entries = self.table.get("sdp", {})
        if not isinstance(entries, dict):
            raise LineError(self._line_of("sdp"), "'sdp' is not a table")
        return {key: self._sdp(key, entry) for key, entry in entries.items()}

    def _sdp(self, key: str, entry: object) -> Sdp:
        if not isinstance(entry, dict) or not {"conn", "port"} <= entry.keys() <= set(Sdp.__dataclass_fields__):
            raise LineError(
                self._line_of(key, "sdp"), f"{key!r} in sdp needs conn and port, and may have direction, o_*"
            )
        if not isinstance(entry["port"], int):
            raise LineError(self._line_of(key, "sdp"), f"{key!r} in sdp: port is not a number")
        session = entry.get("o_session")
        return Sdp(entry["conn"], entry["port"], entry.get("direction"), session, entry.get("o_version", session))

    def _rows(self, actor_ids: set[str]) -> tuple[Row, ...]:
        sdps = self._sdps()
        first = self._line_of("steps")
        text = self._text("steps", "")
        # TOML drops a line end right behind the opening quotes, so that the text begins one line further down
        begins_below = self.lines[first - 1].rstrip().endswith(("'''", '"""')) if text else False
        rows: list[Message | MediaRow | EventRow] = []
        after_f = 0
        for number, line in enumerate(text.split("\n"), first + begins_below):
            row = read_line(line, number, after_f, sdps)
            if row is None:
                continue
            _check_actors(row, actor_ids)
            rows.append(row)
            after_f = row.f if isinstance(row, Message) else after_f
        labels = self._text("labels", "all")
        if labels not in {"all", "written"}:
            raise LineError(self._line_of("labels"), f"'labels' is all or written, not {labels!r}")
        messages = [row for row in rows if isinstance(row, Message)]
        steps = {step.f: step for step in derive(messages, self._transport(), labelled=labels == "all")}
        return tuple(steps[row.f] if isinstance(row, Message) else row for row in rows)


def _check_actors(row: Message | MediaRow | EventRow, actor_ids: set[str]) -> None:
    named = (row.src, row.dst) if isinstance(row, Message) else row.between if isinstance(row, MediaRow) else ()
    for actor in named:
        if actor not in actor_ids:
            raise LineError(row.line, f"{actor!r} is not one of the actors")
