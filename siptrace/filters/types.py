"""How values are written in an expression, and how the values of a field are held against them.

A type reads the text of a value (`read`, which raises ValueError with a sentence), and makes of an operator's test
and some values a function that says yes or no to one value of the field (`test`). Values of a field are plain: int
(numbers, nanoseconds for times and durations), float, str, bool, and the key of an endpoint (bytes or str).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from siptrace.filters.problem import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.filters.subject import Subject

__all__ = [
    "LOOK",
    "ORDER",
    "Interval",
    "Number",
    "Ordered",
    "Searched",
    "Share",
    "Status",
    "Test",
    "Text",
    "Truth",
    "Type",
    "Word",
]

Test = Callable[[Any], bool]
"""Whether one value of a field is what was asked for."""

ORDER: tuple[str, ...] = ("eq", "ne", "lt", "le", "gt", "ge")
LOOK: tuple[str, ...] = ("contains", "matches")


class Interval(NamedTuple):
    """A written number: from `low` to `high`, which are the same unless it is a class (4xx) or a range."""

    low: Any
    high: Any


def _equal(wanted: Interval) -> Test:
    """Return the test for being in an interval."""
    if wanted.low == wanted.high:
        return partial(operator.eq, wanted.low)
    return lambda value: bool(wanted.low <= value <= wanted.high)


def _different(wanted: Interval) -> Test:
    """Return the test for being outside an interval."""
    equal = _equal(wanted)
    return lambda value: not equal(value)


# Where nearly every value is another one the test is asked as often as there are messages, so these are C functions.
_INTERVAL_TESTS: dict[str, Callable[[Interval], Test]] = {
    "eq": _equal,
    "ne": _different,
    "lt": lambda wanted: partial(operator.gt, wanted.low),
    "le": lambda wanted: partial(operator.ge, wanted.high),
    "gt": lambda wanted: partial(operator.lt, wanted.high),
    "ge": lambda wanted: partial(operator.le, wanted.low),
}


class Type:
    """What the types have in common; `tests` are those of the operators that make sense, `example` a written value."""

    name = ""
    tests: tuple[str, ...] = ORDER
    example = ""
    choices: tuple[str, ...] = ()
    """The only words there are, where there are few."""

    def read(self, text: str) -> Any:
        """Return what a written value means; raises ValueError with a sentence that says what is wanted."""
        raise NotImplementedError

    def operand(self, name: str, text: str) -> Any:  # noqa: ARG002  (only what has a text is looked into)
        """Return what an operator's test makes of a written value; raises ValueError with a sentence."""
        return self.read(text)

    def between(self, low: Any, high: Any) -> Any:  # noqa: ARG002  (few types have ranges)
        """Return the range from one read value to another; raises ValueError when there are no ranges."""
        raise ValueError("Only numbers, times and texts have ranges.")

    def settle(self, wanted: Any, subject: Subject) -> Any:  # noqa: ARG002  (times depend on the trace)
        """Return a read value as it is in a trace."""
        return wanted

    def test(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator with one read value."""
        raise NotImplementedError

    def one_of(self, wanted: Sequence[Any]) -> Test:
        """Return the test for being equal to one of some read values."""
        tests = [self.test("eq", one) for one in wanted]
        return lambda value: any(test(value) for test in tests)

    def present(self, value: Any) -> bool:  # noqa: ARG002
        """Return whether a value counts when the field stands alone."""
        return True


class Ordered(Type):
    """Values on a line: numbers, times, durations."""

    def between(self, low: Any, high: Any) -> Any:
        """Return the range from one to the other, both included."""
        if low.low > high.high:
            raise ValueError("The range ends before it begins.")
        return Interval(low.low, high.high)

    def test(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator with a number, class or range."""
        return _INTERVAL_TESTS[name](wanted)


class Number(Ordered):
    """A whole number, also in hexadecimal with 0x, as Wireshark writes them."""

    name, example = "number", "5"

    def read(self, text: str) -> Interval:
        """Return the number."""
        if not re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}", text):
            raise ValueError(f'"{text}" is no whole number.')
        number = int(text, 16) if text[:2].lower() == "0x" else int(text)
        return Interval(number, number)


class Status(Number):
    """A status code, or a class of them such as 4xx."""

    name, example = "status code", "4xx"

    def read(self, text: str) -> Interval:
        """Return the code or the class."""
        if re.fullmatch(r"[1-6][xX]{2}", text):
            return Interval(100 * int(text[0]), 100 * int(text[0]) + 99)
        try:
            return super().read(text)
        except ValueError:
            raise ValueError(f'"{text}" is neither a status code nor a class such as 4xx.') from None


class Share(Ordered):
    """A share from 0 to 1, also in percent."""

    name, example = "share", "0.9"

    def read(self, text: str) -> Interval:
        """Return the share."""
        found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,20})?)(%?)", text)
        share = float(found[1]) / (100 if found[2] else 1) if found else 2
        if share > 1:
            raise ValueError(f'"{text}" is no share: write a number from 0 to 1, or 0% to 100%.')
        return Interval(share, share)


MOST_SECONDS = 1.0
"""How long a regular expression may look at one value: most take microseconds, a few would take years."""

LONGEST_PATTERN = 1000
"""Characters of a regular expression: more is no expression that somebody wrote."""


def _compiled(pattern: str) -> Any:
    """Return a regular expression that is found in any case of letters; raises ValueError when it makes no sense."""
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"A regular expression may have {LONGEST_PATTERN} characters.")
    import regex  # noqa: PLC0415  (only for those who look with one)

    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except (regex.error, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(f"The regular expression makes no sense: {error}.") from None


def _found(pattern: Any) -> Test:
    """Return the test for a regular expression; it raises TimeoutError when a value takes too long."""
    search = pattern.search
    return lambda value: search(value, timeout=MOST_SECONDS) is not None


class Searched(Type):
    """What can be looked into: it has a text."""

    tests: tuple[str, ...] = (*ORDER, *LOOK)

    def shown(self, value: Any) -> str:
        """Return the text of a value of the field."""
        raise NotImplementedError

    def sought(self, text: str) -> str:
        """Return a written text as it is looked for."""
        return text

    def operand(self, name: str, text: str) -> Any:
        """Return what an operator makes of a written value; raises ValueError."""
        if name == "matches":
            return _compiled(text)
        return self.sought(text) if name == "contains" else self.read(text)

    def test(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator."""
        if name == "matches":
            found = _found(wanted)
            return lambda value: found(self.shown(value))
        if name == "contains":
            return lambda value: wanted in self.shown(value)
        return self.compare(name, wanted)

    def compare(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator that takes the value as a whole."""
        raise NotImplementedError


class Text(Searched):
    """A text, compared as it is."""

    name, example = "text", '"some text"'

    def shown(self, value: Any) -> str:
        """Return a text as it is compared."""
        return str(value)

    def read(self, text: str) -> Any:
        """Return the text."""
        return self.shown(text)

    def between(self, low: Any, high: Any) -> Any:
        """Return the range in the order of characters."""
        if low > high:
            raise ValueError("The range ends before it begins.")
        return Interval(low, high)

    def compare(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator with a text or a range."""
        held = _INTERVAL_TESTS[name](wanted if isinstance(wanted, Interval) else Interval(wanted, wanted))
        return lambda value: held(self.shown(value))

    def one_of(self, wanted: Sequence[Any]) -> Test:
        """Return the test for being one of some texts: somebody may give a thousand Call-IDs."""
        texts = frozenset(one for one in wanted if isinstance(one, str))
        rest = super().one_of([one for one in wanted if not isinstance(one, str)])
        return lambda value: (text := self.shown(value)) in texts or rest(text)


class Word(Text):
    """A word whose case does not matter; `-` and `_` stand for a blank, so that `in-call` needs no quotes."""

    name, example = "word", "invite"
    tests = ("eq", "ne", *LOOK)

    def __init__(self, *choices: str) -> None:
        """Take the words there are, none where there may be others."""
        self.choices = choices
        self.example = choices[0] if choices else "invite"
        self._known = frozenset(map(self.sought, choices))

    def sought(self, text: str) -> str:
        """Return a word in lower case with blanks."""
        return text.lower().replace("-", " ").replace("_", " ")

    def shown(self, value: Any) -> str:
        """Return a word of the trace in the same way."""
        return self.sought(str(value))

    def read(self, text: str) -> Any:
        """Return the word; raises ValueError for one that never is."""
        word = self.sought(text)
        if self._known and word not in self._known:
            hint = (
                suggestion(word, {self.sought(one): one for one in self.choices})
                or f"; there are: {', '.join(self.choices)}."
            )
            raise ValueError(f'There is no "{text}" here{hint}')
        return word

    def between(self, low: Any, high: Any) -> Any:
        """Refuse: words have no order."""
        return Type.between(self, low, high)


class Truth(Type):
    """Yes or no; standing alone it means yes."""

    name, example = "yes or no", "true"
    tests = ("eq", "ne")

    def read(self, text: str) -> bool:
        """Return what a word means."""
        meanings = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        try:
            return meanings[text.lower()]
        except KeyError:
            raise ValueError(f'"{text}" is neither true nor false.') from None

    def test(self, name: str, wanted: Any) -> Test:
        """Return the test of an operator with yes or no."""
        return lambda value: (value is wanted) == (name == "eq")

    def present(self, value: Any) -> bool:
        """Return whether it is so."""
        return value is True
