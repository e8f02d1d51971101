"""What a column says as plain values."""

from __future__ import annotations

from array import array

from siptrace.export.column import Column, Flags, Lists, Moments, Numbers, Reals, Table, Type, Words, text_of
from siptrace.ingest.datagram import NO_TIME
from siptrace.table.columns import Texts
from tests.messages import trace_of


def test_plain_values() -> None:
    assert Numbers(array("h", (4, -1, 6)), plus=1, missing=-1).plain((2, 1, 0)) == [7, None, 5]
    assert Numbers(array("h", (-1,))).plain((0,)) == [-1]
    assert Reals([0.5, None]).plain((1, 0)) == [None, 0.5]
    assert Flags(bytearray((0, 3, 4)), mask=2).plain(range(3)) == [False, True, False]
    assert Moments((NO_TIME, -1, 10**9)).plain(range(3)) == [
        None, "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:01.000000Z",
    ]  # fmt: skip
    assert Lists(lambda row: ["x"] * row).plain((2, 0)) == [["x", "x"], []]


def test_a_text_is_read_once_for_all_rows_that_have_it() -> None:
    read: list[int] = []

    def text(number: int) -> str:
        read.append(number)
        return str(number)

    assert Words(array("i", (7, 8, 7, 7)), text).plain(range(4)) == ["7", "8", "7", "7"]
    assert sorted(read) == [7, 8]


def test_an_empty_text_may_be_none() -> None:
    texts = Texts((b"a",))
    assert [text_of(texts)(number) for number in (0, 1)] == ["", "a"]
    assert [text_of(texts, none=True)(number) for number in (0, 1)] == [None, "a"]


def test_rows_are_the_same_however_many_are_made_at_once() -> None:
    columns = (
        Column("n", Type.NUMBER, "", lambda _: Numbers(range(10))),
        Column("odd", Type.FLAG, "", lambda _: Flags(range(10))),
    )
    table, trace = Table("numbers", "", lambda _: 10, columns), trace_of([])
    for at_once in (1, 3, 10, 11):
        blocks = list(table.blocks(trace, at_once=at_once))
        assert max(len(column) for block in blocks for column in block) <= at_once
        assert [row for block in blocks for row in zip(*block, strict=True)] == list(table.rows(trace))
    assert list(table.rows(trace)) == [(n, n % 2 == 1) for n in range(10)]
    assert list(table.rows(trace, [9, 0])) == [(9, True), (0, False)]
