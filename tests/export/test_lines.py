"""JSON of tables: the objects of the command line, as lines or as one array."""

from __future__ import annotations

import json

import pytest

from siptrace.export.lines import json_array, json_lines, objects
from siptrace.export.registry import TABLES
from siptrace.render.json import call_object, message_object
from tests.export.traces import NAMES, opened

each_table = pytest.mark.parametrize("table", TABLES)


@pytest.mark.parametrize("name", NAMES)
def test_messages_and_calls_are_those_of_the_command_line(name: str) -> None:
    trace = opened(name)
    assert list(objects(trace, "messages")) == list(map(message_object, trace.messages))
    assert list(objects(trace, "calls")) == [call_object(c, trace.survey.match(c.n - 1)) for c in trace.calls]


@pytest.mark.parametrize("table", ["transactions", "dialogs"])
def test_the_others_have_their_columns(table: str) -> None:
    trace = opened("all flows")
    found = list(objects(trace, table))
    assert [tuple(item.values()) for item in found] == list(TABLES[table].rows(trace))
    assert {tuple(item) for item in found} == {tuple(TABLES[table].names())}


@each_table
@pytest.mark.parametrize("name", ["nothing", "odd texts", "all logs"])
def test_lines_and_array_hold_the_same_objects_one_a_line(name: str, table: str) -> None:
    trace = opened(name)
    found = list(objects(trace, table))
    lines = "".join(json_lines(trace, table))
    assert [json.loads(line) for line in lines.splitlines()] == found
    array = "".join(json_array(trace, table))
    assert json.loads(array) == found
    assert array.count("\n") == (len(found) + 2 if found else 1)


@each_table
def test_rows_can_be_chosen(table: str) -> None:
    trace = opened("all flows")
    every = list(objects(trace, table))
    assert list(objects(trace, table, [2, 0])) == [every[2], every[0]]
    assert json.loads("".join(json_array(trace, table, []))) == []
