"""Words that are no expression are looked for in what a row says; what is meant as an expression stays one."""

from __future__ import annotations

import pytest

from siptrace.filters.filter import parse
from siptrace.tui.selection import select
from siptrace.tui.words import is_words, meant
from tests.tui.driving import trace


@pytest.mark.parametrize(
    "text", ["alice", "Bob@biloxi", "192.0.2.101", "busy", " a b ", "+1-201", "*", "\\d", "metod", "sip:"]
)
def test_words(text: str) -> None:
    assert is_words(text)
    parse(meant(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "method",
        "setup",
        "method == INVITE",
        "metod == INVITE",
        "not answered",
        "alice and",
        "in {1}",
        "(alice",
        '"a"',
    ],
)
def test_expressions_finished_or_not(text: str) -> None:
    assert not text or not is_words(text)
    assert meant(text) == text


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("ALICE", [1, 2, 3, 4, 5]),
        ("regist", [0]),
        ("busy", [5]),
        ("192.0.2.111", [2, 3, 4, 5]),
        ("192x0", []),
        ("487", [4]),
        ("iloxi.example", [0, 1, 2, 3, 4, 5]),
        ("bob alice busy", [5]),
        ("bob 487", [4]),
        ("101", []),
    ],
)
def test_what_is_found(text: str, calls: list[int]) -> None:
    assert list(select(trace(), meant(text), None).calls) == calls
