"""What is wrong with the messages of a ladder: where they leave the reference flow, and what is malformed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.model import Mark
from siptrace.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.correlate.explain import Deviation
    from siptrace.ladder.model import Arrow

__all__ = ["LEAVES", "MALFORMED", "Findings"]

LEAVES, MALFORMED = "≠", "!"
"""The signs in the margin: a message that leaves the reference flow, and one that breaks the rules by itself."""


class Findings:
    """The deviations of some calls from their flows, by message; `steps` says whether steps are those of one flow."""

    def __init__(self, deviations: Sequence[Deviation] = (), *, steps: bool = True) -> None:
        """Sort deviations by where they show: at a message, or at a step that never came."""
        self._by_message: dict[int, list[Deviation]] = {}
        self._by_step: dict[str, list[Deviation]] = {}
        for one in deviations:
            if one.message is not None:
                self._by_message.setdefault(one.message, []).append(one)
            elif steps:
                self._by_step.setdefault(f"F{one.step}", []).append(one)

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._by_message or self._by_step)

    @property
    def missing(self) -> int:
        """How many steps never came."""
        return sum(map(len, self._by_step.values()))

    def of(self, arrow: Arrow) -> list[Deviation]:
        """Return the deviations of an arrow; a step that never came is known by its number."""
        return self._by_step.get(arrow.step, []) if arrow.n is None else self._by_message.get(arrow.n, [])

    def sign(self, arrow: Arrow) -> str:
        """Return the sign of an arrow, nothing where nothing was found."""
        return LEAVES if self.of(arrow) else MALFORMED if Mark.MALFORMED in arrow.marks else ""

    def places(self, arrows: Sequence[Arrow]) -> list[int]:
        """Return the places of the arrows that have a sign."""
        return [place for place, arrow in enumerate(arrows) if self.sign(arrow)]

    def remarks(self, arrow: Arrow) -> Iterator[str]:
        """Yield what the reference flow has against an arrow, and why that matters."""
        for one in self.of(arrow):
            yield f"{visible(one.headline)}\n  {visible(one.why)}" + (f" ({visible(one.rfc)})" if one.rfc else "")
