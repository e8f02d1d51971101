"""Values as people write them, and what passes."""

from __future__ import annotations

from typing import Any

import pytest

from siptrace.filters.types import LONGEST_PATTERN, Number, Share, Status, Text, Truth, Type, Word

PASSES: tuple[tuple[Type, str, str, list[Any], list[Any]], ...] = (
    (Number(), "eq", "5", [5], [4, 6]),
    (Number(), "ne", "5", [4, 6], [5]),
    (Number(), "eq", "0x1F", [31], [1]),
    (Number(), "lt", "5", [4], [5, 6]),
    (Number(), "le", "5", [4, 5], [6]),
    (Number(), "gt", "5", [6], [5, 4]),
    (Number(), "ge", "5", [5, 6], [4]),
    (Status(), "eq", "4xx", [400, 499], [399, 500]),
    (Status(), "ne", "4XX", [399, 500], [400, 499]),
    (Status(), "lt", "4xx", [399], [400]),
    (Status(), "le", "4xx", [499], [500]),
    (Status(), "gt", "4xx", [500], [499]),
    (Status(), "ge", "4xx", [400], [399]),
    (Share(), "ge", "95%", [0.95, 1.0], [0.94]),
    (Share(), "lt", "0.5", [0.49], [0.5]),
    (Share(), "eq", "1", [1.0], [0.99]),
    (Text(), "eq", "a", ["a"], ["A", "ab"]),
    (Text(), "lt", "b", ["a", "B"], ["b", "c"]),
    (Text(), "contains", "b", ["abc"], ["aBc"]),
    (Text(), "matches", "^B", ["bc", "BC"], ["ab"]),
    (Text(), "matches", r"\d{3}", ["x123"], ["12"]),
    (Word(), "eq", "in-call", ["in call", "In_Call"], ["call"]),
    (Word(), "ne", "INVITE", ["BYE"], ["invite"]),
    (Word(), "contains", "Call", ["IN CALL"], ["trying"]),
    (Word(), "matches", "^in", ["IN CALL"], ["trying"]),
    (Truth(), "eq", "true", [True], [False]),
    (Truth(), "ne", "TRUE", [False], [True]),
    (Truth(), "eq", "no", [False], [True]),
)


@pytest.mark.parametrize(("kind", "name", "text", "passing", "failing"), PASSES)
def test_what_passes(kind: Type, name: str, text: str, passing: list[Any], failing: list[Any]) -> None:
    test = kind.test(name, kind.operand(name, text))
    assert [bool(test(value)) for value in passing] == [True] * len(passing)
    assert [bool(test(value)) for value in failing] == [False] * len(failing)


REFUSED: tuple[tuple[Type, str, str], ...] = (
    (Number(), "eq", "five"),
    (Number(), "eq", "-5"),
    (Number(), "eq", "1" * 21),
    (Number(), "eq", "٣"),
    (Status(), "eq", "7xx"),
    (Share(), "eq", "1.01"),
    (Share(), "eq", "101%"),
    (Text(), "matches", "("),
    (Text(), "matches", "a" * (LONGEST_PATTERN + 1)),
    (Text(), "matches", "a{99999999999999999999}{2}"),
    (Word("busy", "failed"), "eq", "bsy"),
    (Truth(), "eq", "maybe"),
)


@pytest.mark.parametrize(("kind", "name", "text"), REFUSED)
def test_what_is_refused(kind: Type, name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$|\?$"):
        kind.operand(name, text)


def test_ranges_hold_both_ends() -> None:
    kind = Number()
    wanted = kind.between(kind.read("3"), kind.read("5"))
    assert [number for number in range(8) if kind.test("eq", wanted)(number)] == [3, 4, 5]

    assert Text().test("eq", Text().between("b", "d"))("c")


@pytest.mark.parametrize("kind", [Word(), Truth()])
def test_what_has_no_order_has_no_ranges(kind: Type) -> None:
    with pytest.raises(ValueError, match="have ranges"):
        kind.between("a", "b")


def test_one_of_texts_and_ranges() -> None:
    kind = Text()
    test = kind.one_of(["x", "y", kind.between("a", "c")])
    assert [text for text in "abcdxyz" if test(text)] == ["a", "b", "c", "x", "y"]


def test_words_of_a_few() -> None:
    with pytest.raises(ValueError, match="did you mean busy"):
        Word("busy", "failed").read("bussy")
    with pytest.raises(ValueError, match="there are: busy, failed"):
        Word("busy", "failed").read("x")
    assert Word("in call").read("In-Call") == "in call"


def test_only_yes_is_present() -> None:
    assert Truth().present(True)
    assert not Truth().present(False)
    assert Number().present(0)
