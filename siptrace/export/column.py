"""What a column of a table is: its name, its type, its unit, its meaning, and where its values come from.

A column's values are numbers in arrays that the trace already has, and a rule how to read them. `plain` reads some of
them as Python values, which is what CSV and JSON need, without numpy; `siptrace.export.tables` reads all of them at
once for pandas.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.ingest.datagram import NO_TIME
from siptrace.render.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from siptrace.table.columns import Texts
    from siptrace.trace import Trace

__all__ = ["Column", "Flags", "Lists", "Moments", "Numbers", "Reals", "Table", "Type", "Values", "Words", "text_of"]


class Type(StrEnum):
    """The types of columns; the value is the dtype that pandas shows."""

    NUMBER = "int64"
    MAYBE_NUMBER = "Int64"
    REAL = "float64"
    FLAG = "bool"
    TIME = "datetime64[ns, UTC]"
    TEXT = "string"
    REPEATED = "category"
    """A text that many rows share."""
    LIST = "object"
    """A list of texts."""


class Numbers(NamedTuple):
    """Whole numbers, each with `plus` added; `missing` stands for none."""

    values: Sequence[int]
    plus: int = 0
    missing: int | None = None

    def plain(self, rows: Sequence[int]) -> list[int | None]:
        """Return the numbers of some rows."""
        found = [self.values[row] for row in rows]
        return [None if value == self.missing else value + self.plus for value in found]


class Reals(NamedTuple):
    """Numbers with a fraction; None for none."""

    values: Sequence[float | None]

    def plain(self, rows: Sequence[int]) -> list[float | None]:
        """Return the numbers of some rows."""
        return [self.values[row] for row in rows]


class Flags(NamedTuple):
    """Yes where a number has one of the bits of `mask`."""

    values: Sequence[int]
    mask: int = 1

    def plain(self, rows: Sequence[int]) -> list[bool]:
        """Return the flags of some rows."""
        return [bool(self.values[row] & self.mask) for row in rows]


class Moments(NamedTuple):
    """Times in nanoseconds since 1970 in UTC, NO_TIME for none."""

    values: Sequence[int]

    def plain(self, rows: Sequence[int]) -> list[str | None]:
        """Return the times of some rows as in JSON: ISO 8601, with as many digits as they need."""
        return [None if (time := self.values[row]) == NO_TIME else iso(time) for row in rows]


class Words(NamedTuple):
    """Texts by number: equal number, equal text; None for none."""

    numbers: Sequence[int]
    text: Callable[[int], str | None]

    def plain(self, rows: Sequence[int]) -> list[str | None]:
        """Return the texts of some rows."""
        numbers = [self.numbers[row] for row in rows]
        texts = {number: self.text(number) for number in set(numbers)}
        return [texts[number] for number in numbers]


class Lists(NamedTuple):
    """Some texts a row, made when they are asked for."""

    make: Callable[[int], list[str]]

    def plain(self, rows: Sequence[int]) -> list[list[str]]:
        """Return the lists of some rows."""
        return [self.make(row) for row in rows]


Values = Numbers | Reals | Flags | Moments | Words | Lists


class Column(NamedTuple):
    """One column: `read` returns its values in a trace, one a row of the table."""

    name: str
    type: Type
    meaning: str
    read: Callable[[Trace], Values]
    unit: str = ""


class Table(NamedTuple):
    """One table: `count` returns its number of rows in a trace."""

    name: str
    meaning: str
    count: Callable[[Trace], int]
    columns: tuple[Column, ...]

    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [column.name for column in self.columns]

    def blocks(
        self, trace: Trace, chosen: Sequence[int] | None = None, *, at_once: int = 5000
    ) -> Iterator[list[list[Any]]]:
        """Yield the plain values of all columns, for some rows at a time; `chosen` are indices from 0."""
        values = [column.read(trace) for column in self.columns]
        indices: Sequence[int] = range(self.count(trace)) if chosen is None else chosen
        for start in range(0, len(indices), at_once):
            some = indices[start : start + at_once]
            yield [column.plain(some) for column in values]

    def rows(self, trace: Trace, chosen: Sequence[int] | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield rows as plain values; `chosen` are indices from 0."""
        for block in self.blocks(trace, chosen):
            yield from zip(*block, strict=True)


def text_of(texts: Texts, *, none: bool = False) -> Callable[[int], str | None]:
    """Return what reads the numbers of a table's texts; with `none`, an empty text is none at all."""
    return (lambda number: texts.text(number) or None) if none else texts.text
