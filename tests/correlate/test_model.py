"""The flows of the package, and one's own."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siptrace.correlate.model import Flow, FlowError, flow, flow_ids, load_flow, of_flow
from siptrace.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from pathlib import Path

RFC3665 = [*(f"rfc3665-2.{n}" for n in range(1, 6)), *(f"rfc3665-3.{n}" for n in range(1, 12))]


def test_the_flows_of_rfc_3665_come_in_order_of_their_sections() -> None:
    assert [name for name in flow_ids() if name.startswith("rfc3665-")] == RFC3665


@pytest.mark.parametrize("name", flow_ids())
def test_every_flow_of_the_package_is_what_its_file_name_says(name: str) -> None:
    loaded = flow(name)
    assert loaded.id == name
    assert loaded.title
    assert loaded.id.endswith(f"-{loaded.section}")
    assert [step.f for step in loaded.steps] == list(range(1, len(loaded.steps) + 1))
    assert flow(name) is loaded


def test_an_unknown_flow_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"'rfc3665-9\.9'") as caught:
        flow("rfc3665-9.9")
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_flow_survives_pickling_and_hashing() -> None:
    loaded = flow("rfc3665-2.4")
    assert pickle.loads(pickle.dumps(loaded)) == loaded  # noqa: S301 our own bytes
    assert len(set(loaded.steps)) == len(loaded.steps)


def test_a_flow_is_read_from_a_path(tmp_path: Path) -> None:
    text = 'id = "mine"\ntitle = "Mine"\nactors.a = ["A", "UA"]\nactors.b = ["B", "UA"]\nsteps = "F1 a -> b OPTIONS"\n'
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert load_flow(path) == load_flow(text, "other")
    assert [step.method for step in load_flow(path).steps] == ["OPTIONS"]


def test_what_is_made_of_a_flow_is_made_once_and_goes_with_it() -> None:
    asked = []

    @of_flow
    def title_of(one: Flow) -> str:
        asked.append(one)
        return one.title.upper()

    @of_flow
    def nothing_of(one: Flow) -> None:
        asked.append(one)

    mine = replace(flow("rfc3665-2.4"), title="mine")
    assert [title_of(mine), title_of(mine), nothing_of(mine), nothing_of(mine)] == ["MINE", "MINE", None, None]
    assert asked == [mine, mine]
    assert title_of(pickle.loads(pickle.dumps(mine))) == "MINE"  # noqa: S301 our own bytes
    assert asked == [mine, mine]
    assert title_of(replace(mine, title="other")) == "OTHER"


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"gone\.toml: No such file"):
        load_flow(tmp_path / "gone.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FlowError, match=r"binary\.toml: is not UTF-8"):
        load_flow(tmp_path / "binary.toml")
