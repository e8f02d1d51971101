"""Reference flows: the call flows of the standards, read from one TOML file each in `flows/`.

`flow_ids()` and `flow(id)` are the registry of those that come with the package, `load_flow()` reads anyone's own. A
`Flow` is a value: actors (the lanes, left to right) and rows (messages, media, remarks, top to bottom). Its text is
described in docs/flows-format.md; an error in it is a `FlowError` that names file and line.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from siptrace.correlate.derive import derive
from siptrace.correlate.lines import LineError, Message, Sdps, read_line, transport
from siptrace.correlate.step import (
    Actor,
    Auth,
    DialogRole,
    EventRow,
    MediaDirection,
    MediaRow,
    Scope,
    Sdp,
    SdpRole,
    Step,
)
from siptrace.errors import UsageError

__all__ = [
    "Actor",
    "Auth",
    "DialogRole",
    "EventRow",
    "Flow",
    "FlowError",
    "MediaDirection",
    "MediaRow",
    "Scope",
    "Sdp",
    "SdpRole",
    "Step",
    "flow",
    "flow_ids",
    "load_flow",
    "standard_flows",
]

Row = Step | MediaRow | EventRow


class FlowError(UsageError):
    """A flow file cannot be used, or there is no flow of that name; the text names file, line and reason."""


@dataclass(frozen=True)
class Flow:
    """One reference flow.

    `rows` holds steps, media and events from top to bottom. `readings` are remarks on what the flow means,
    `oddities` on where its text departs from the rules: a real call that does not share them is no deviation.
    """

    id: str
    title: str
    document: str
    section: str
    actors: tuple[Actor, ...]
    rows: tuple[Row, ...]
    readings: tuple[str, ...] = ()
    oddities: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Return a hash that does not look at every step: what is made of a flow is kept by it."""
        return hash((self.id, len(self.rows)))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The messages, in order."""
        return tuple(row for row in self.rows if isinstance(row, Step))

    @cached_property
    def media(self) -> tuple[MediaRow, ...]:
        """The rows that show media, in order."""
        return tuple(row for row in self.rows if isinstance(row, MediaRow))

    @cached_property
    def events(self) -> tuple[EventRow, ...]:
        """The remarks between steps, in order."""
        return tuple(row for row in self.rows if isinstance(row, EventRow))

    @cached_property
    def call_ids(self) -> tuple[str, ...]:
        """The labels of all Call-IDs, in order of appearance."""
        return tuple(dict.fromkeys(step.call_id for step in self.steps))

    def step(self, f: int) -> Step:
        """Return the step of that number; raises KeyError."""
        return self._by_number[f]

    def actor(self, actor_id: str) -> Actor:
        """Return the actor of that id; raises KeyError."""
        return {actor.id: actor for actor in self.actors}[actor_id]

    @cached_property
    def _by_number(self) -> dict[int, Step]:
        return {step.f: step for step in self.steps}


@lru_cache(maxsize=1)
def flow_ids() -> tuple[str, ...]:
    """Return the ids of the flows in the package, by document and section number."""
    names = (entry.name for entry in files("siptrace.correlate").joinpath("flows").iterdir())
    return tuple(sorted((name.removesuffix(".toml") for name in names if name.endswith(".toml")), key=_by_section))


@lru_cache(maxsize=256)
def flow(flow_id: str) -> Flow:
    """Return the flow of that id from the package; raises FlowError when there is none."""
    if flow_id not in flow_ids():
        raise FlowError(f"no reference flow is called {flow_id!r}; `siptrace flows` lists them")
    name = f"{flow_id}.toml"
    return load_flow(files("siptrace.correlate").joinpath("flows", name).read_text(encoding="utf-8"), name)


def standard_flows() -> tuple[Flow, ...]:
    """Return all flows of the package, in the order of `flow_ids`."""
    return tuple(map(flow, flow_ids()))


def load_flow(source: str | os.PathLike[str], name: str | None = None) -> Flow:
    """Return the flow that a file holds.

    `source` is a path; or, when `name` is given, the text itself, and `name` is what errors call it. Raises FlowError.
    """
    if name is not None:
        return _read(os.fspath(source), name)
    try:
        text = Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise FlowError(f"{os.fspath(source)}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FlowError(f"{os.fspath(source)}: is not UTF-8 text") from None
    return _read(text, os.fspath(source))


def _by_section(flow_id: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key under which rfc3665-3.10 follows rfc3665-3.9."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", flow_id))


def _read(text: str, name: str) -> Flow:
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
