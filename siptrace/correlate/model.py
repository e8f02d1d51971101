"""Reference flows: the call flows of the standards, read from one TOML file each in `flows/`.

`flow_ids()` and `flow(id)` are the registry of those that come with the package, `load_flow()` reads anyone's own; all
of the package, ready to be matched, are in `standard.py`. A `Flow` is a value: actors (the lanes, left to right) and
rows (messages, media, remarks, top to bottom). Its text is described in docs/flows-format.md; an error in it is a
`FlowError` that names file and line.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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

if TYPE_CHECKING:
    from collections.abc import Callable

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
    "of_flow",
]

Row = Step | MediaRow | EventRow

T = TypeVar("T")


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
    def made(self) -> dict[str, Any]:
        """What functions made of the flow (see `of_flow`), by their names."""
        return {}

    @cached_property
    def _by_number(self) -> dict[int, Step]:
        return {step.f: step for step in self.steps}


def of_flow(make: Callable[[Flow], T]) -> Callable[[Flow], T]:
    """Return a function that makes something of a flow once and leaves it there, for as long as the flow is kept."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def made(flow: Flow) -> T:
        if name not in flow.made:
            flow.made[name] = make(flow)
        found: T = flow.made[name]
        return found

    return made


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


def load_flow(source: str | os.PathLike[str], name: str | None = None) -> Flow:
    """Return the flow that a file holds.

    `source` is a path; or, when `name` is given, the text itself, and `name` is what errors call it. Raises FlowError.
    """
    from siptrace.correlate.flow_file import read_flow  # noqa: PLC0415  (flows that are kept need no reading)

    if name is not None:
        return read_flow(os.fspath(source), name)
    try:
        text = Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise FlowError(f"{os.fspath(source)}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FlowError(f"{os.fspath(source)}: is not UTF-8 text") from None
    return read_flow(text, os.fspath(source))


def _by_section(flow_id: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key under which rfc3665-3.10 follows rfc3665-3.9."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", flow_id))
