"""The flows of the standards are read once, and are then the same as if they had been read again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siptrace import kept
from siptrace.correlate import standard
from siptrace.correlate.match import best
from siptrace.correlate.model import flow, flow_ids
from siptrace.correlate.standard import standard_flows
from siptrace.correlate.tokens import flow_tokens

if TYPE_CHECKING:
    from siptrace.correlate.model import Flow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "siptrace"


def read_anew() -> tuple[Flow, ...]:
    """Return what another process would have."""
    return standard_flows.__wrapped__()


def test_they_are_all_flows_of_the_package_in_their_order() -> None:
    assert standard_flows() == tuple(map(flow, flow_ids()))
    assert standard_flows() is standard_flows()


def test_kept_flows_are_those_that_were_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_anew()
    assert [file.name.partition("-")[0] for file in cache.iterdir()] == ["flows"]
    monkeypatch.setattr(standard, "flow", None)  # nothing is read any more
    again = read_anew()
    assert again == first
    assert again[0] is not first[0]
    for one, other in zip(first, again, strict=True):
        tokens = flow_tokens(one)
        assert flow_tokens(other) == tokens
        found, same = best(tokens, first), best(tokens, again)
        assert found is not None
        assert same is not None
        assert (same.flow, same.distance, same.steps) == (found.flow, found.distance, found.steps)


@pytest.mark.usefixtures("cache")
def test_another_python_or_flow_is_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {standard._digest()}
    for version in ("3.11.0", "3.12.0"):
        monkeypatch.setattr(sys, "version", version)
        names.add(standard._digest())
    assert len(names) == 3


def test_what_is_damaged_is_read_again(cache: Path) -> None:
    first = read_anew()
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert read_anew() == first
    assert kept.read(file.name) is not None


def test_kept_flows_need_no_reader(cache: Path) -> None:
    read_anew()
    code = """
import sys
from siptrace.correlate.standard import standard_flows
print(len(standard_flows()), [name for name in sys.modules if name in {"tomllib", "siptrace.correlate.derive"}])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == f"{len(flow_ids())} []\n"
    assert len(list(cache.iterdir())) == 1
