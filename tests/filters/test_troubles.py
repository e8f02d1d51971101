"""What is said of expressions that make no sense, and where it points."""

from __future__ import annotations

import pytest

from siptrace.filters.filter import parse
from siptrace.filters.problem import FilterError

WRONG = (
    ("", 0, 1, "The expression is empty."),
    ("metod == INVITE", 0, 5, 'There is no field "metod"; did you mean method?'),
    ("stat == 2", 0, 4, 'There is no field "stat"; did you mean state or start or status?'),
    ('sip.Methd == "INVITE"', 0, 9, 'There is no field "sip.Methd"; did you mean sip.Method or sip.CSeq.method?'),
    ("sip.X-Foo == 1", 0, 9, 'There is no field "sip.X-Foo"; any header field is header["X-Foo"].'),
    ("call-di == x", 0, 7, 'There is no field "call-di"; did you mean call-id?'),
    ("status = 200", 7, 8, "Equality is written `==`."),
    ("status ==", 9, 10, "The expression ends where a value should follow."),
    ("status == and method == bye", 14, 20, "`method` stands where `and` or `or` should."),
    ("method == invite and", 20, 21, "The expression ends where a field should follow."),
    ("and method == invite", 4, 10, "`method` stands where an operator, or `and` or `or`, should."),
    ("method == invite method == bye", 17, 23, "`method` stands where `and` or `or` should."),
    ("(method == invite", 17, 18, "The expression ends where a `)`, or `and` or `or`, should follow."),
    ("method == invite)", 16, 17, "This `)` closes nothing."),
    ("status & 200", 7, 8, "`&&` is written twice, or as `and`."),
    ("status == 200 | method == bye", 14, 15, "`||` is written twice, or as `or`."),
    ('text contains "abc', 14, 15, "This text has no closing quotation mark."),
    ("from == 'alice", 8, 9, "This text has no closing quotation mark."),
    ("status == abc", 10, 13, '"abc" is neither a status code nor a class such as 4xx.'),
    ("status contains 4", 7, 15, "`contains` looks into texts, which status (status code) is not."),
    ("method < invite", 7, 8, "`<` asks for an order, which method (word) does not have."),
    ("retransmission >= true", 15, 17, "`>=` asks for an order, which retransmission (yes or no) does not have."),
    ("retransmission == perhaps", 18, 25, '"perhaps" is neither true nor false.'),
    ("state == complete", 9, 17, 'There is no "complete" here; did you mean completed or incomplete?'),
    ("state == x", 9, 10, ('There is no "x" here; there are: trying, ringing, in call, completed, cancelled, '
     "busy, rejected, redirected, unanswered, failed, incomplete.")),
    ("kind in {call, regstration}", 15, 26, 'There is no "regstration" here; did you mean registration?'),
    ("status in {}", 11, 12, "`}` stands where a value should."),
    ("status in {1 2}", 13, 14, "`2` stands where a `,` or a `}` should."),
    ("status in {200, }", 16, 17, "`}` stands where a value should."),
    ("status in {200..}", 16, 17, "`}` stands where a value should."),
    ("status in {300..200}", 11, 14, "The range ends before it begins."),
    ("status in 200", 10, 13, "`200` stands where a `{` should."),
    ("method in {a..b}", 11, 12, "Only numbers, times and texts have ranges."),
    ("src in {10.0.0.1..10.0.0.9}", 8, 16, "Only numbers, times and texts have ranges."),
    ("ip.addr == alice", 11, 16, '"alice" is neither an IP address nor a network such as 10.0.0.0/8.'),
    ("ip.addr == 10.0.0.1:5060", 11, 24, '"10.0.0.1:5060" is neither an IP address nor a network such as 10.0.0.0/8.'),
    ("ip.addr == 10.0.0.0/33", 11, 22, '"10.0.0.0/33" is neither an IP address nor a network such as 10.0.0.0/8.'),
    ('ip.addr contains "10"', 8, 16, "`contains` looks into texts, which ip.addr (IP address) is not."),
    ("duration > soon", 11, 15, '"soon" is no duration such as 5s, 200ms or 1m30s.'),
    ("setup > 5 parsecs", 10, 17, "`parsecs` stands where `and` or `or` should."),
    ("setup > 5parsecs", 8, 16, '"5parsecs" is no duration such as 5s, 200ms or 1m30s.'),
    ("talk > -1", 7, 9, '"-1" is no duration such as 5s, 200ms or 1m30s.'),
    ("score > 2", 8, 9, '"2" is no share: write a number from 0 to 1, or 0% to 100%.'),
    ("cseq == -1", 8, 10, '"-1" is no whole number.'),
    ("n == 1.5", 5, 8, '"1.5" is no whole number.'),
    ("after yesterday", 6, 15, '"yesterday" is no time such as "2026-01-05 10:00", 10:00:05 or 1767607200.5.'),
    ("after 2026-13-01", 6, 16, '"2026-13-01" is no time such as "2026-01-05 10:00", 10:00:05 or 1767607200.5.'),
    ("before 25:00", 7, 12, '"25:00" is no time such as "2026-01-05 10:00", 10:00:05 or 1767607200.5.'),
    ("last week", 5, 9, '"week" is no duration such as 5s, 200ms or 1m30s.'),
    ("time >= 10:00:99", 8, 16, '"10:00:99" is no time such as "2026-01-05 10:00", 10:00:05 or 1767607200.5.'),
    ('text matches "("', 13, 16, "The regular expression makes no sense: missing ) at position 1."),
    ('text matches "a{2,1}"', 13, 21, ("The regular expression makes no sense: "
      "min repeat greater than max repeat at position 2.")),
    ("uri == sip.from.user", 7, 20, ('"sip.from.user" is a field, '
      "and fields are held against values; quote it if it is a text.")),
    ("header == 1", 0, 6, 'The field for any header field is written header["NAME"].'),
    ("header[] == 1", 7, 8, "`]` stands where a value should."),
    ('header["a:b"] == 1', 7, 12, '"a:b" is no name of a header field.'),
    ('header["X-Foo" == 1', 15, 17, "`==` stands where a `]` should."),
    ("text[0] == 1", 4, 7, "Only `header` is followed by brackets."),
    ("not", 3, 4, "The expression ends where a field should follow."),
    ("same method == bye", 5, 11, "`method` stands where an operator, or `and` or `or`, should."),
    ("same()", 5, 6, "`)` stands where a field should."),
    ('method == "invite" "bye"', 19, 24, '`"bye"` stands where `and` or `or` should.'),
    ("method == invite, bye", 16, 17, "`,` stands where `and` or `or` should."),
    ("[", 0, 1, "`[` stands where a field should."),
    ("status > 100 < 200", 13, 14, "`<` stands where `and` or `or` should."),
    ("漢 == 1", 0, 1, 'There is no field "漢"; `siptrace filters` lists them.'),
    ("uri contains user=phone", 17, 18, "`=` makes no sense here; a value that has it in it needs quotation marks."),
    ("status == 200; method == bye", 15, 21, "`method` stands where `and` or `or` should."),
    ("to == <sip:x>", 6, 7, "`<` stands where a value should."),
)  # fmt: skip
"""Expression, the characters that it is about, what is said."""


@pytest.mark.parametrize(("expression", "start", "end", "problem"), WRONG)
def test_what_is_said(expression: str, start: int, end: int, problem: str) -> None:
    with pytest.raises(FilterError) as found:
        parse(expression)
    assert (str(found.value), found.value.start, found.value.end) == (problem, start, end)


def test_there_are_enough_of_them() -> None:
    assert len(WRONG) >= 30


def test_a_deep_expression_is_refused_and_a_long_one_is_not() -> None:
    with pytest.raises(FilterError, match="stand in each other"):
        parse("not (sip and " * 60 + "sip" + ")" * 60)
    with pytest.raises(FilterError, match="at most 100,000 characters"):
        parse("sip" + " or sip" * 15_000)
    assert parse(" or ".join(["sip"] * 5_000)).expression
    assert parse("(" * 20_000 + "sip" + ")" * 20_000).node.depth == 1
    assert parse("!" * 20_001 + "(status == 200)").node.depth == 2


def test_many_texts_are_one_comparison() -> None:
    ids = ", ".join(f'"{number}@host"' for number in range(2_000))
    assert parse(f"call-id in {{{ids}}}").node.depth == 1
