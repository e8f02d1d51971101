"""Percentages, counts, lists that end early, and lines of a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.cells import cells
from siptrace.render.words import INDENT, count_of, first_of, hundredths, percent, wrapped

SCORES = {1.0: "100 %", 0.9999: "99 %", 0.804: "80 %", 0.29: "29 %", 0.0: "0 %"}


@pytest.mark.parametrize(("score", "text"), SCORES.items())
def test_only_what_is_perfect_is_a_hundred(score: float, text: str) -> None:
    assert percent(score) == text


def test_only_what_is_perfect_is_100_percent() -> None:
    assert [percent(score) for score in (1.0, 0.99999, 0.95, 0.5, 0.0)] == ["100 %", "99 %", "95 %", "50 %", "0 %"]


@pytest.mark.parametrize("whole", range(101))
def test_whole_percents_stay_what_they_are(whole: int) -> None:
    assert hundredths(whole / 100) == whole


def test_counts_have_their_plural() -> None:
    assert [count_of(number, "message") for number in (0, 1, 2000)] == ["0 messages", "1 message", "2,000 messages"]


def test_a_list_ends_early() -> None:
    assert first_of("ab", 3) == "a, b"
    assert first_of("abc", 3) == "a, b, c"
    assert first_of("abcde", 3) == "a, b, c and 2 more"


LINES = {
    "one line": (["one two three", 13], ["one two three"]),
    "later lines are indented": (["one two three", 12], ["one two", "  three"]),
    "a word too long for any line": (["a incomprehensible b", 8], ["a", "  incomprehensible", "  b"]),
    "marked": (["one two three", 9, " 1. ", "    "], [" 1. one", "    two", "    three"]),
    "wide characters": (["日本 日本", 8], ["日本", "  日本"]),
    "made visible": (["a\tb\x1b", 80], ["a\\tb\\x1b"]),
    "nothing": (["", 80, "- "], ["- "]),
}


@pytest.mark.parametrize(("given", "lines"), LINES.values(), ids=LINES)
def test_words_go_on_lines(given: list[str | int], lines: list[str]) -> None:
    assert list(wrapped(*given)) == lines  # type: ignore[arg-type]


def test_the_last_of_so_many_lines_has_all_that_is_left() -> None:
    assert list(wrapped("one two three four", 5, most=2)) == ["one", "  two three four"]
    assert list(wrapped("one two three four", 5, most=1)) == ["one two three four"]


@given(st.lists(st.text("ab日", min_size=1, max_size=9)), st.integers(11, 40), st.none() | st.integers(1, 9))
def test_no_word_is_lost(words: list[str], width: int, most: int | None) -> None:
    lines = list(wrapped(" ".join(words), width, most=most))
    assert " ".join(lines).split() == words
    assert all(line.startswith(INDENT) for line in lines[1:])
    assert most is None or len(lines) <= most
    for line in lines if most is None else lines[: most - 1]:
        assert cells(line) <= width or len(line.split()) == 1
