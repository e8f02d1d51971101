"""Why a deviation matters: the registry of reasons, and the one place for their sentences.

Each kind of deviation has a table, from what is special to what holds for anything; the first rule that fits gives the
sentence and the section that says so. What a sentence names stands in braces and is asked of the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.correlate.case import DeviationKind
from siptrace.correlate.reasons.different import DIFFERENT
from siptrace.correlate.reasons.missing import MISSING
from siptrace.correlate.reasons.reordered import REORDERED
from siptrace.correlate.reasons.unexpected import UNEXPECTED

if TYPE_CHECKING:
    from siptrace.correlate.case import Case
    from siptrace.correlate.reasons.rule import Rule

__all__ = ["REASONS", "reason"]

REASONS: dict[DeviationKind, tuple[Rule, ...]] = {
    DeviationKind.MISSING: MISSING,
    DeviationKind.UNEXPECTED: UNEXPECTED,
    DeviationKind.DIFFERENT: DIFFERENT,
    DeviationKind.REORDERED: REORDERED,
}
"""Every rule, by kind."""


def reason(case: Case) -> tuple[str, str]:
    """Return why a deviation matters, and the section that says so; every case has a reason."""
    rule = next(rule for rule in REASONS[case.kind] if rule.fits(case))
    return rule.fill(case)
