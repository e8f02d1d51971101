"""Nodes: cheap ones first, dear ones only for what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from siptrace.filters.grammar import tree
from siptrace.filters.select import All, Each, Either, Field, Held, Level, Node, Not, Same
from siptrace.filters.types import Number
from siptrace.trace import Trace, open_trace
from tests.cli.running import TWO_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def trace() -> Trace:
    return open_trace(TWO_CALLS)


class Asked(NamedTuple):
    """A dear node that remembers which messages it was asked about."""

    node: Held
    rows: list[int]


def asked(passes: Callable[[int], bool] = lambda _: True) -> Asked:
    rows: list[int] = []

    def values(row: int) -> tuple[int]:
        rows.append(row)
        return (row,)

    field = Field("dear", Number(), Level.MESSAGE, "", Each(lambda _: values, 50))
    return Asked(Held(field, lambda _: passes), rows)


def test_the_dear_node_is_asked_last_and_only_about_what_is_left(trace: Trace) -> None:
    for nodes in (lambda dear: (dear, tree("n <= 3")), lambda dear: (tree("n <= 3"), dear)):
        dear = asked()
        assert list(All(nodes(dear.node)).select(trace.subject, Level.MESSAGE, range(26))) == [0, 1, 2]
        assert dear.rows == [0, 1, 2]
        dear = asked()
        assert len(Either(nodes(dear.node)).select(trace.subject, Level.MESSAGE, range(26))) == 26
        assert dear.rows == list(range(3, 26))


def test_nobody_is_asked_when_nothing_is_left(trace: Trace) -> None:
    dear = asked()
    assert list(All((tree("n > 99"), dear.node)).select(trace.subject, Level.MESSAGE, range(26))) == []
    assert list(Either((tree("sip"), dear.node)).select(trace.subject, Level.CALL, range(2))) == [0, 1]
    assert dear.rows == []


def test_a_call_is_decided_by_its_first_message_that_passes(trace: Trace) -> None:
    dear = asked(lambda row: row in (3, 9))
    assert list(dear.node.select(trace.subject, Level.CALL, range(2))) == [0, 1]
    assert dear.rows == [0, 1, 2, 3, 9]


def test_costs_and_depths() -> None:
    cheap, dear = tree("n == 1"), asked().node
    nodes: list[Node] = [All((cheap, dear)), Either((cheap, dear)), Not(dear), Same(dear)]
    assert {node.cost for node in nodes} == {50}
    assert {node.depth for node in nodes} == {2}
    assert cheap.cost < tree("text contains x").cost < tree("ua").cost
    assert tree("state == busy").cost < tree("status == 486").cost < tree("flow").cost < tree("text contains x").cost
