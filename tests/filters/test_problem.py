"""Where an error points."""

from __future__ import annotations

from siptrace.filters.problem import FilterError, suggestion


def test_the_place_is_below_the_expression() -> None:
    error = FilterError("Wrong.", "sip and metod", 8, 13)
    assert error.__notes__ == ["  sip and metod", "          ^^^^^"]


def test_the_place_may_be_the_end() -> None:
    assert FilterError("Wrong.", "sip and", 7).__notes__ == ["  sip and", "         ^"]


def test_wide_characters_take_two_columns() -> None:
    above, below = FilterError("Wrong.", "漢字 x", 3, 4).__notes__
    assert (above, below) == ("  漢字 x", "  \u3000\u3000 ^")


def test_of_a_long_expression_what_is_around_the_place_is_shown() -> None:
    expression = "a" * 500 + "BAD" + "c" * 500
    above, below = FilterError("Wrong.", expression, 500, 503).__notes__
    assert len(above) < 80
    assert above.startswith("  … aaa")
    assert above.endswith("ccc …")
    assert above[below.index("^") : below.rindex("^") + 1] == "BAD"


def test_the_end_of_a_long_expression() -> None:
    above, below = FilterError("Wrong.", "a" * 500, 500).__notes__
    assert below.index("^") == len(above)


def test_signs_that_a_terminal_obeys_are_replaced() -> None:
    above, _ = FilterError("Wrong.", "a\x1b\nb", 0).__notes__
    assert above == "  a\ufffd\ufffdb"


def test_near_words() -> None:
    known = {"method": "method", "sip.method": "sip.Method"}
    assert suggestion("Methd", known) == "; did you mean method?"
    assert suggestion("sip.methd", known) == "; did you mean sip.Method?"
    assert suggestion("zebra", known) == ""
