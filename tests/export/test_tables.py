"""Frames of pandas: the documented types, the values of the plain rows, and copies of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import siptrace
from siptrace.export.registry import TABLES
from siptrace.export.tables import frame
from siptrace.render.times import iso
from tests.export.traces import NAMES, opened
from tests.messages import invite, trace_of
from tests.table.accidents import mutated, noise

if TYPE_CHECKING:
    from siptrace.trace import Trace

ROOT = Path(__file__).parents[2]
CAPTURE = ROOT / "fixtures" / "flows" / "captures" / "rfc3665-3.9.udp4.pcap"

each_table = pytest.mark.parametrize("table", TABLES)


def plain(value: Any) -> Any:
    """Return a value of a frame as a plain one."""
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    return iso(value.value) if isinstance(value, pd.Timestamp) else value


def plain_rows(found: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows of a frame as plain values."""
    columns = [[plain(value) for value in found[name].tolist()] for name in found.columns]
    return list(zip(*columns, strict=True))


def check(trace: Trace, table: str) -> None:
    found = frame(trace, table)
    assert plain_rows(found) == list(TABLES[table].rows(trace))
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == {
        column.name: column.type.value for column in TABLES[table].columns
    }


@each_table
@pytest.mark.parametrize("name", NAMES)
def test_a_frame_has_the_documented_types_and_the_values_of_the_rows(name: str, table: str) -> None:
    check(opened(name), table)


@each_table
@given(messages=st.lists(mutated() | noise, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_so_it_has_of_damaged_messages(table: str, messages: list[bytes]) -> None:
    check(trace_of(messages), table)


@each_table
def test_rows_can_be_chosen(table: str) -> None:
    trace = opened("all flows")
    rows = list(TABLES[table].rows(trace))
    assert plain_rows(frame(trace, table, [3, 1, 1])) == [rows[3], rows[1], rows[1]]
    assert len(frame(trace, table, [])) == 0


@each_table
def test_the_library_hands_out_frames(table: str) -> None:
    trace = siptrace.open_trace(CAPTURE)
    found = getattr(trace, table).to_pandas()
    pd.testing.assert_frame_equal(found, frame(trace, table))
    assert len(found) == len(getattr(trace, table))


def test_missing_texts_are_missing() -> None:
    messages = opened("odd texts").messages
    found = messages.to_pandas()
    assert found["to_tag"].isna().tolist() == [message.sip.to is None or not message.sip.to.tag for message in messages]
    assert found["to_tag"].isna().sum() not in (0, len(found))


def test_texts_that_read_the_same_are_one_category() -> None:
    found = opened("odd texts").messages.to_pandas()
    assert found["method"].value_counts()[r"\xfe"] == 2


def test_a_frame_is_a_copy() -> None:
    trace = trace_of([invite(), invite(call_id="two")])
    found = trace.messages.to_pandas()
    trace.table.time[0] = 0
    trace.table.flags.append(0)  # an array that somebody looks at could not grow
    found.loc[0, "frame"] = 99
    assert trace.table.frame[0] == 1
    assert found["time"].dt.year.tolist() == [2023, 2023]


@pytest.mark.parametrize("missing", ["pandas", "pyarrow"])
def test_without_the_libraries_there_is_one_sentence(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\nimport siptrace\n"
        f"try: siptrace.open_trace({str(CAPTURE)!r}).calls.to_pandas()\n"
        "except siptrace.SiptraceError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    sentence = f"Frames and Parquet need pandas and pyarrow ({missing} is missing): pip install 'siptrace[data]'\n"
    assert done.stdout == sentence
