"""The registry as a whole: every rule says something that can be said, and everything that deviates has a reason."""

from __future__ import annotations

import re

import pytest

from fixtures.flows.changes import changes
from siptrace.correlate.case import Case, DeviationKind
from siptrace.correlate.judge import judge
from siptrace.correlate.model import flow
from siptrace.correlate.reasons import REASONS
from siptrace.correlate.reasons.rule import ANY, Rule
from tests.correlate.deviating import trace_of

RULES = [(kind, rule) for kind, rules in REASONS.items() for rule in rules]
WORD = re.compile(r"\{(\w+)\}")
SECTIONS = re.compile(r"(RFC \d+( [\d.]+(, [\d.]+)*)?)(, RFC \d+( [\d.]+(, [\d.]+)*)?)*")


def test_every_kind_has_rules_and_the_last_one_holds_for_anything() -> None:
    assert set(REASONS) == set(DeviationKind)
    for kind, rules in REASONS.items():
        last = rules[-1]
        assert not last.method
        assert last.status in (ANY, range(1)), kind


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_a_rule_names_only_what_a_case_knows(kind: DeviationKind, rule: Rule) -> None:
    assert kind in REASONS
    for word in WORD.findall(rule.why + rule.rfc):
        assert isinstance(getattr(Case, word), property), word


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_a_rule_is_a_sentence_with_its_section(kind: DeviationKind, rule: Rule) -> None:
    assert kind in REASONS
    assert rule.why.endswith(".")
    assert "  " not in rule.why
    assert SECTIONS.fullmatch(WORD.sub("RFC 3261 21.4.1", rule.rfc)), rule.rfc


def test_no_sentence_is_there_twice_in_a_kind() -> None:
    for rules in REASONS.values():
        sentences = [(rule.why, rule.method, rule.status) for rule in rules]
        assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("flow_id", ["rfc3665-2.1", "rfc3665-3.1", "rfc3665-3.7", "rfc3665-3.8", "rfc3665-3.10"])
def test_whatever_goes_wrong_is_explained(flow_id: str) -> None:
    known = [flow(flow_id)]
    count = 0
    for change in changes(known[0]):
        for deviation in judge(trace_of(change.messages).calls[0], known).deviations:
            count += 1
            assert deviation.why.endswith("."), deviation
            assert not re.search(
                r"[{}]|  |None| \.(?!\.)|\(\)", deviation.why + deviation.expected + deviation.observed
            )
            assert SECTIONS.fullmatch(deviation.rfc), deviation.rfc
            assert deviation.follows is None or deviation.follows > 0
    assert count > 5
