"""Real captures and logs, found through the environment variable SIPTRACE_CORPUS; without it its tests are skipped.

The directory holds `manifest.json`, a list of objects with `file` (relative), `kind` (`capture` or `log`) and the
numbers that another tool or a person counted. A test that takes `capture` or `log` runs once for each such file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "SIPTRACE_CORPUS"


def _entries(kind: str) -> list[dict[str, Any]]:
    """Return the manifest's entries of a kind."""
    manifest = json.loads((Path(os.environ[VARIABLE]) / "manifest.json").read_text("utf-8"))
    return [entry for entry in manifest if entry["kind"] == kind]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for kind in ("capture", "log"):
        if kind not in metafunc.fixturenames:
            continue
        if VARIABLE in os.environ:
            entries = _entries(kind)
            metafunc.parametrize(kind, entries, ids=[entry["file"] for entry in entries])
        else:
            reason = pytest.mark.skip(reason=f"{VARIABLE} is not set")
            metafunc.parametrize(kind, [pytest.param({}, marks=reason, id=f"no {VARIABLE}")])


@pytest.fixture
def corpus() -> Path:
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set")
    return Path(os.environ[VARIABLE])
