"""The nodes of an expression: each selects calls, or messages, out of some that are still in question.

A selection is a list of numbers from 0 in the order of the trace. A node is only asked about what the nodes before it
left open, and the cheap ones are asked first, so that messages are read only where the columns do not decide.
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial, reduce
from itertools import chain, compress
from operator import and_, le, or_
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from siptrace.filters.subject import Subject
    from siptrace.filters.types import Test, Type

__all__ = ["All", "Column", "Each", "Either", "Field", "Held", "Level", "Node", "Not", "Same"]


_WORTH_NUMPY = 50_000
"""Messages from which numpy is there anyway, because the table was sorted with it."""


class Level(StrEnum):
    """What a field belongs to."""

    MESSAGE = "message"
    CALL = "call"


class Column(NamedTuple):
    """A field that the columns have: numbers, one a message, each of which stands for the same values wherever it is.

    `columns` returns one column or several, `values` what a number of them stands for. With `where` (a column and the
    numbers in it) other messages do not have the field. With `least` the numbers of the only column are the values
    themselves, and what is smaller is none: so it is with times, of which hardly two are the same.
    """

    columns: Callable[[Subject], Sequence[Sequence[int]]]
    values: Callable[[Subject], Callable[[int], Iterable[Any]]] = lambda _: lambda number: (number,)
    where: tuple[str, frozenset[int]] | None = None
    least: int | None = None

    @property
    def cost(self) -> int:
        """Return how dear it is to ask for it, in comparison with others."""
        return 2

    def having(self, subject: Subject, rows: Sequence[int], test: Test) -> list[int]:
        """Return the messages that have a value which passes."""
        rows = self._there(subject, rows)
        return list(compress(rows, self._verdicts(subject, rows, test)))

    def calls_having(self, subject: Subject, rows: Sequence[int], test: Test) -> set[int]:
        """Return the calls with such a message: the same, without a list of perhaps a million messages between."""
        rows = self._there(subject, rows)
        return set(compress(_entries(subject.overview.calls.of_row, rows), self._verdicts(subject, rows, test)))

    def _there(self, subject: Subject, rows: Sequence[int]) -> Sequence[int]:
        """Return the messages that can have the field."""
        name, good = self.where or ("", frozenset())
        if not name or good.issuperset(_entries(column := getattr(subject.table, name), rows)):
            return rows
        return _picked(rows, column, good)

    def _verdicts(self, subject: Subject, rows: Sequence[int], test: Test) -> Iterable[int]:
        """Return of each message whether it has a value which passes; nothing a message is slower than C."""
        columns = self.columns(subject)
        if self.least is not None:
            entries = partial(_entries, columns[0], rows)
            return map(and_, map(partial(le, self.least), entries()), map(test, entries()))
        values = self.values(subject)
        passes = partial(_any_passes, test, values)
        if len(rows) >= _WORTH_NUMPY and all(len(column) == len(rows) for column in columns):
            from siptrace.filters.bulk import verdicts  # noqa: PLC0415  (small traces are done before numpy is there)

            return verdicts(columns, passes)
        good = set(filter(passes, set(chain.from_iterable(_entries(column, rows) for column in columns))))
        return reduce(partial(map, or_), (map(good.__contains__, _entries(column, rows)) for column in columns))


class Each(NamedTuple):
    """A field whose values are made call by call, or message by message."""

    values: Callable[[Subject], Callable[[int], Iterable[Any]]]
    cost: int = 1

    def having(self, subject: Subject, items: Sequence[int], test: Test) -> list[int]:
        """Return the calls or messages that have a value which passes."""
        values = self.values(subject)
        return [item for item in items if any(map(test, values(item)))]


class Field(NamedTuple):
    """Something that an expression may ask about; the registry holds all of them.

    `wireshark` is its name there, "" where Wireshark has none; `family` the group that help lists it in, "" where it is
    listed itself.
    """

    name: str
    type: Type
    level: Level
    meaning: str
    source: Column | Each
    example: str = ""
    aliases: tuple[str, ...] = ()
    wireshark: str = ""
    family: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that stands for it, the one that people read first."""
        return tuple(dict.fromkeys(filter(None, (self.name, *self.aliases, self.wireshark))))


class Node(Protocol):
    """A part of an expression."""

    @property
    def cost(self) -> int:
        """Return how dear it is to ask it, in comparison with others."""
        ...

    @property
    def depth(self) -> int:
        """Return how many nodes stand in each other."""
        ...

    def select(self, subject: Subject, level: Level, items: Sequence[int]) -> Sequence[int]:
        """Return those of some calls or messages for which it is true, in their order."""
        ...


class Held(NamedTuple):
    """A field held against values: a comparison, or whether the field is there."""

    field: Field
    test: Callable[[Subject], Test]
    every: bool = False
    """All values must pass, and there must be some."""

    @property
    def cost(self) -> int:
        """Return the cost of the field."""
        return self.field.source.cost

    @property
    def depth(self) -> int:
        """Return 1."""
        return 1

    def select(self, subject: Subject, level: Level, items: Sequence[int]) -> Sequence[int]:
        """Return those for which the comparison holds."""
        test = self.test(subject)
        if not self.every:
            return self._having(subject, level, items, test)
        failing = set(self._having(subject, level, items, lambda value: not test(value)))
        left = [item for item in items if item not in failing]
        return self._having(subject, level, left, lambda _: True)

    def _having(self, subject: Subject, level: Level, items: Sequence[int], test: Test) -> Sequence[int]:
        """Return those that have a value which passes; calls have the values of their messages and vice versa."""
        source, of_row = self.field.source, subject.overview.calls.of_row
        if self.field.level is level:
            return source.having(subject, items, test)
        if level is Level.MESSAGE:
            calls = set(source.having(subject, sorted(subject.calls_of(items)), test))
            return _picked(items, of_row, calls)
        if isinstance(source, Column):
            return _kept(items, source.calls_having(subject, subject.rows_of(items), test))
        values, rows_of = source.values(subject), subject.overview.rows_of
        return [item for item in items if any(test(value) for row in rows_of(item) for value in values(row))]


class All(NamedTuple):
    """Nodes that must all be true."""

    nodes: tuple[Node, ...]

    @property
    def cost(self) -> int:
        """Return the cost of the dearest."""
        return max(node.cost for node in self.nodes)

    @property
    def depth(self) -> int:
        """Return one more than the deepest."""
        return 1 + max(node.depth for node in self.nodes)

    def select(self, subject: Subject, level: Level, items: Sequence[int]) -> Sequence[int]:
        """Return what every node leaves."""
        for node in sorted(self.nodes, key=_cost):
            items = node.select(subject, level, items) if items else items
        return items


class Either(NamedTuple):
    """Nodes of which one must be true."""

    nodes: tuple[Node, ...]

    @property
    def cost(self) -> int:
        """Return the cost of the dearest."""
        return max(node.cost for node in self.nodes)

    @property
    def depth(self) -> int:
        """Return one more than the deepest."""
        return 1 + max(node.depth for node in self.nodes)

    def select(self, subject: Subject, level: Level, items: Sequence[int]) -> Sequence[int]:
        """Return what some node takes; each is only asked about what is not yet taken."""
        found: set[int] = set()
        left = items
        for node in sorted(self.nodes, key=_cost):
            if left:
                found.update(node.select(subject, level, left))
                left = [item for item in left if item not in found]
        return _kept(items, found)


class Not(NamedTuple):
    """A node that must be false."""

    node: Node

    @property
    def cost(self) -> int:
        """Return the cost of the node."""
        return self.node.cost

    @property
    def depth(self) -> int:
        """Return one more than the node's."""
        return 1 + self.node.depth

    def select(self, subject: Subject, level: Level, items: Sequence[int]) -> Sequence[int]:
        """Return what the node does not take."""
        taken = set(self.node.select(subject, level, items))
        return [item for item in items if item not in taken]


class Same(NamedTuple):
    """A node that must be true of one and the same message of a call."""

    node: Node

    @property
    def cost(self) -> int:
        """Return the cost of the node."""
        return self.node.cost

    @property
    def depth(self) -> int:
        """Return one more than the node's."""
        return 1 + self.node.depth

    def select(self, subject: Subject, level: Level, items: Sequence[int]) -> Sequence[int]:
        """Return the calls with a message, or the messages, that the node takes."""
        if level is Level.MESSAGE:
            return self.node.select(subject, level, items)
        return _kept(items, subject.calls_of(self.node.select(subject, Level.MESSAGE, subject.rows_of(items))))


def _cost(node: Node) -> int:
    """Return the cost of a node."""
    return node.cost


def _any_passes(test: Test, values: Callable[[int], Iterable[Any]], number: int) -> bool:
    """Return whether one of the values that a number stands for passes."""
    return any(map(test, values(number)))


def _entries(column: Sequence[int], items: Sequence[int]) -> Iterator[int]:
    """Return the entries of some messages in a column, quickly where it is all of them."""
    return iter(column) if len(items) == len(column) else map(column.__getitem__, items)


def _picked(items: Sequence[int], column: Sequence[int], good: frozenset[int] | set[int]) -> list[int]:
    """Return the messages whose entry in a column is a good one."""
    return list(compress(items, map(good.__contains__, _entries(column, items))))


def _kept(items: Sequence[int], found: set[int]) -> list[int]:
    """Return the items that were found, in their order."""
    return list(compress(items, map(found.__contains__, items)))
