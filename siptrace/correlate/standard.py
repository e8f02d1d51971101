"""The flows of the standards, ready to be matched.

Reading and preparing them takes longer than reading a small trace, so what comes of it is kept for later runs.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from siptrace import kept
from siptrace.correlate.match import make_ready
from siptrace.correlate.model import flow, flow_ids

if TYPE_CHECKING:
    from siptrace.correlate.model import Flow

__all__ = ["standard_flows"]


@lru_cache(maxsize=1)
def standard_flows() -> tuple[Flow, ...]:
    """Return all flows of the package, in the order of `flow_ids`."""
    name = f"flows-{_digest()}.bin"
    data = kept.read(name)
    if data is not None:
        known: tuple[Flow, ...] = pickle.loads(data)  # noqa: S301  (our own file, as it was written)
        return known
    flows = tuple(map(flow, flow_ids()))
    for one in flows:
        make_ready(one)
    kept.write(name, pickle.dumps(flows, pickle.HIGHEST_PROTOCOL))
    return flows


def _digest() -> str:
    """Return what tells this Python, these flows and the modules that read and prepare them from all others."""
    digest = hashlib.sha256(sys.version.encode())
    room = files("siptrace.correlate")
    for folder in (room, room.joinpath("flows")):
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".toml")):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()[:24]
