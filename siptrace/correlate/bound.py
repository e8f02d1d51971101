"""What no match can cost less than, from counts alone: most flows are not worth a closer look.

Whatever is paired with whatever, a message that no step is like is one too many, and one that no step equals differs at
least as a failure differs from another. Order, place and evidence are left out, and so are challenge rounds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from siptrace.correlate.align import FULL, OTHER_FAILURE, SLIGHT
from siptrace.correlate.model import of_flow
from siptrace.correlate.tokens import Trait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from siptrace.correlate.model import Flow
    from siptrace.correlate.tokens import Token

__all__ = ["Profile", "least", "profile", "profile_of_flow"]

_Kind = tuple[bool, str, bool, bool]
"""What a message has in common with all that may stand for it: whence, method, response or not, provisional or not."""

_Form = tuple[_Kind, int, int]
"""What it has in common with all that equal it: the status of a failure, and whether a request is inside a dialog."""


_INSIDE = int(Trait.INSIDE)


class Profile(NamedTuple):
    """How many messages there are of each kind and form."""

    kinds: Mapping[_Kind, int]
    forms: Mapping[_Form, int]


def _profile(found: Iterable[_Form]) -> Profile:
    """Return the profile of some forms."""
    kinds: dict[_Kind, int] = {}
    forms: dict[_Form, int] = {}
    for form in found:
        forms[form] = forms.get(form, 0) + 1
        kinds[form[0]] = kinds.get(form[0], 0) + 1
    return Profile(kinds, forms)


@lru_cache(maxsize=1024)
def _form(method: str, status: int, out: bool = True, inside: int = 0) -> _Form:
    """Return the form of a message; `out` is left out of account for a BYE, which comes from either side."""
    provisional = 100 <= status < 200
    kind = (out or method == "BYE", method, status > 0, provisional)
    return kind, status if status >= 300 else 0, 0 if status else inside


def profile(tokens: Iterable[Token], first: int | None = None) -> Profile:
    """Return the profile of one hop, seen from its first party; without one, of many, whoever sends to whom."""
    if first is None:
        return _profile(_form(token.method, token.status) for token in tokens)
    return _profile(_form(t.method, t.status, out=t.src == first, inside=t.traits & _INSIDE) for t in tokens)


@of_flow
def profile_of_flow(flow: Flow) -> Profile:
    """Return the profile of all hops of a flow; who sends to whom is left out of account."""
    first = (step for step in flow.steps if step.status != 100 and step.retransmission_of is None)
    return _profile(_form(step.method, step.status or 0) for step in first)


def least(wanted: Profile, seen: Profile) -> float:
    """Return what it costs at least to hold what was seen, but for its rounds, against what a flow has."""
    total, placed = 0.0, 0
    for kind, count in seen.kinds.items():
        there = min(count, wanted.kinds.get(kind, 0))
        placed += there
        total += (count - there) * (SLIGHT if kind[3] else FULL)
    alike = 0
    for form, count in seen.forms.items():
        alike += min(count, wanted.forms.get(form, 0))
    return total + OTHER_FAILURE * (placed - alike)
