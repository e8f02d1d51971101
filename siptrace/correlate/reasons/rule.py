"""One reason: what it is about, its sentence, its section."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from siptrace.correlate.case import Case

__all__ = ["ANY", "CHALLENGE", "FAILURE", "FINAL", "PROVISIONAL", "REDIRECT", "REQUEST", "SUCCESS", "Rule", "follows"]

Statuses = range | tuple[int, ...]

ANY = range(700)
REQUEST = range(1)
"""A request has no status, which counts as 0."""
PROVISIONAL = range(100, 200)
SUCCESS = range(200, 300)
REDIRECT = range(300, 400)
FAILURE = range(300, 700)
FINAL = range(200, 700)
CHALLENGE = (401, 407)


def _always(_: Case) -> bool:
    """Say yes."""
    return True


def _nothing(_: Case) -> str:
    """Say nothing."""
    return ""


def follows(case: Case) -> bool:
    """Return whether a deviation only follows from another."""
    return case.cause is not None


class Rule(NamedTuple):
    """A reason.

    It is for a `method` ("" any, or several with blanks between) with a status out of `status` (of the step, or of the
    message where there is no step), and for a message with a status out of `seen`, when `when` says so. `why` and `rfc`
    name properties of the case in braces; `evidence` adds what the call itself shows.
    """

    method: str
    status: Statuses
    why: str
    rfc: str
    when: Callable[[Case], bool] = _always
    seen: Statuses = ANY
    evidence: Callable[[Case], str] = _nothing

    def fits(self, case: Case) -> bool:
        """Return whether it is the reason of a case, given that none before it is."""
        number = case.wanted if case.step else case.seen
        if self.method and case.method not in self.method.split():
            return False
        return number in self.status and case.seen in self.seen and self.when(case)

    def fill(self, case: Case) -> tuple[str, str]:
        """Return sentence and section for a case."""
        evidence = self.evidence(case)
        words = _Words(case)
        why = self.why.format_map(words) + (f" {evidence}" if evidence else "")
        return why, _sections(self.rfc.format_map(words))


def _sections(text: str) -> str:
    """Return sections with each document named once in a row: `RFC 3261 10.3, 21.4.4`."""
    document, named = "", []
    for part in text.split(", "):
        before, _, section = part.rpartition(" ")
        named.append(section if before in ("", document) else part)
        document = before or document
    return ", ".join(named)


class _Words(dict[str, str]):
    """The properties of a case as the words that a sentence asks for."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def __missing__(self, name: str) -> str:
        return str(getattr(self._case, name))
