"""What expressions select."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.errors import UsageError
from siptrace.filters.filter import parse
from siptrace.filters.operators import OPERATORS
from siptrace.filters.page import EXAMPLES
from siptrace.filters.problem import FilterError
from siptrace.filters.registry import FIELDS
from siptrace.filters.select import Level
from siptrace.trace import Trace, open_trace
from tests.filters.expressions import SELECTED, numbers, paths

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.filters.select import Field


@cache
def trace_of(name: str) -> Trace:
    return open_trace(*paths(name))


@pytest.mark.parametrize(("trace", "expression", "calls", "messages"), SELECTED)
def test_what_is_selected(trace: str, expression: str, calls: str, messages: str) -> None:
    subject, wanted = trace_of(trace).subject, parse(expression)
    assert [call + 1 for call in wanted.calls(subject)] == numbers(calls)
    assert [message + 1 for message in wanted.messages(subject)] == numbers(messages)


def test_the_table_selects_something_as_often_as_nothing() -> None:
    assert len(SELECTED) >= 80
    assert sum(bool(messages) for *_, messages in SELECTED) > len(SELECTED) / 2


@pytest.mark.parametrize("expression", [expression for _, expression, *_ in SELECTED])
def test_negation_selects_the_rest(expression: str) -> None:
    subject = trace_of("all").subject
    for level, count in (("calls", len(subject.overview.calls)), ("messages", len(subject.table))):
        taken = getattr(parse(expression), level)(subject)
        left = getattr(parse(f"not ({expression})"), level)(subject)
        assert sorted([*taken, *left]) == list(range(count))


@pytest.mark.parametrize("expression", [expression for _, expression, *_ in SELECTED])
def test_a_part_is_asked_as_the_whole_is(expression: str) -> None:
    """After a term that leaves little open the others see lists of numbers and not the whole trace."""
    subject, small = trace_of("all").subject, "call in {2, 4, 6}"
    for level in ("calls", "messages"):
        both = getattr(parse(f"{small} and ({expression})"), level)(subject)
        one, other = getattr(parse(small), level)(subject), getattr(parse(expression), level)(subject)
        assert both == [number for number in one if number in set(other)]


@pytest.mark.parametrize("expression", [expression for expression, _ in EXAMPLES])
def test_the_examples_of_help_are_expressions(expression: str) -> None:
    parse(expression).calls(trace_of("two").subject)


@pytest.mark.parametrize("field", [field for field in FIELDS if field.example], ids=lambda field: field.name)
def test_the_examples_of_fields_are_expressions_about_them(field: Field) -> None:
    example = field.example
    parse(example).messages(trace_of("two").subject)
    assert any(name in example for name in field.names)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_can_be_asked_for_in_every_way(field: Field) -> None:
    name, kind = field.name, field.type
    subject, value = trace_of("register").subject, kind.example.strip('"')
    for operator in OPERATORS:
        expression = f'{name} {operator.symbol} "{value}"'
        if operator.test in kind.tests:
            assert parse(expression).messages(subject) is not None
        else:
            with pytest.raises(FilterError, match=r"looks into texts|asks for an order"):
                parse(expression)
    parse(f'{name} in {{"{value}"}} or not {name}').calls(subject)


def test_a_field_of_calls_is_that_of_the_call_of_a_message() -> None:
    trace = trace_of("all")
    fields = [field for field in FIELDS if field.level is Level.CALL]
    for field in fields:
        calls = {call + 1 for call in parse(field.name).calls(trace.subject)}
        messages = parse(field.name).messages(trace.subject)
        assert messages == [row for row in range(len(trace.table)) if trace.overview.calls.of_row[row] + 1 in calls]


def test_an_empty_trace_has_nothing_to_select(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
    subject = open_trace(empty).subject
    for expression in (
        "sip",
        "not sip",
        "last 5m",
        "after 10:00",
        "flow",
        "same(sip)",
        "text contains x",
        "setup > 1s",
    ):
        assert parse(expression).calls(subject) == parse(expression).messages(subject) == []


def test_an_expression_that_takes_forever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siptrace.filters.types.MOST_SECONDS", 0.05)
    slow = parse('text matches "(.|.|[^x])*(.|.|[^x])*yz{9}$"')
    with pytest.raises(UsageError, match="took more than"):
        slow.messages(trace_of("basic").subject)


WORDS = st.sampled_from(
    ["method", "status", "sip.Method", "ip.addr", "time", "setup", "state", "score", "text", "==", "!=", "<", "in", "{",
     "}", ",", "..", "(", ")", "and", "or", "not", "!", "&&", "||", "same", "(", "after", "last", '"', "'", '"x"',
     "4xx", "5s", "10.0.0.0/8", "10:00", "header", "[", "]", "contains", "matches",
     "\\", "~", "0x1f", "1e9", "é", " ", "\t"]
)  # fmt: skip


@given(st.text(max_size=60) | st.lists(WORDS, max_size=25).map(" ".join) | st.lists(WORDS, max_size=25).map("".join))
@settings(max_examples=600, deadline=None)
def test_reading_ends_in_a_filter_or_in_its_own_error(expression: str) -> None:
    subject = trace_of("register").subject
    try:
        wanted = parse(expression)
    except FilterError as error:
        error_of = error
    else:
        assert wanted.calls(subject) in ([], [0])
        assert set(wanted.messages(subject)) <= {0, 1, 2, 3}
        return
    assert str(error_of)
    assert 0 <= error_of.start < error_of.end
    assert len(error_of.__notes__) == 2


@given(st.recursive(st.sampled_from([e for _, e, *_ in SELECTED]), lambda inner: st.one_of(
    inner.map("not ({})".format), inner.map("same({})".format),
    st.tuples(inner, inner).map(lambda pair: "({}) and ({})".format(*pair)),
    st.tuples(inner, inner).map(lambda pair: "({}) or ({})".format(*pair))), max_leaves=6))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_what_nodes_select_is_what_each_item_alone_would_be(expression: str) -> None:
    subject, node = trace_of("two").subject, parse(expression).node
    for level, count in ((Level.CALL, len(subject.overview.calls)), (Level.MESSAGE, len(subject.table))):
        whole = list(node.select(subject, level, range(count)))
        assert whole == [item for item in range(count) if node.select(subject, level, [item])]
