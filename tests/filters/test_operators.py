"""Operators by their spellings."""

from __future__ import annotations

from siptrace.filters.operators import OPERATORS, operator
from siptrace.filters.types import LOOK, ORDER


def test_every_spelling_finds_its_operator() -> None:
    for entry in OPERATORS:
        assert {operator(spelling) for spelling in (entry.symbol, *entry.words)} == {entry}
    assert operator("~").symbol == "matches"
    assert operator("EQ").symbol == "=="


def test_spellings_are_used_once() -> None:
    spellings = [spelling for entry in OPERATORS for spelling in (entry.symbol, *entry.words)]
    assert len(spellings) == len(set(spellings))


def test_their_tests_are_those_of_the_types() -> None:
    assert {entry.test for entry in OPERATORS} == {*ORDER, *LOOK}
