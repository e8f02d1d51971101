"""Completion: what is offered is what the grammar takes, and what is accepted can be read."""

from __future__ import annotations

import pytest

from fixtures.flows.make_flows import CAPTURES
from siptrace.filters.completion import complete
from siptrace.filters.filter import parse
from siptrace.filters.page import EXAMPLES
from siptrace.filters.problem import FilterError
from siptrace.filters.registry import FIELDS
from siptrace.trace import Trace, open_trace


@pytest.fixture(scope="module")
def trace() -> Trace:
    return open_trace(CAPTURES / "rfc3665-3.8.udp4.pcap", CAPTURES / "rfc3665-2.1.udp4.pcap")


def offered(expression: str, trace: Trace | None = None) -> list[str]:
    return [one.text for one in complete(expression, trace.subject if trace else None).candidates]


CASES = {
    "": ["call", "kind", "state"],
    "meth": ["method"],
    "METH": ["method"],
    "final_s": ["final-status"],
    "sip.CSeq.m": ["sip.CSeq.method"],
    "state == busy and ret": ["retransmissions", "retransmission"],
    "method ": ["==", "!="],
    "method con": ["contains"],
    "score ": ["==", "!=", "<"],
    "state == ": ["trying", "ringing", "in-call"],
    "state == in": ["in-call", "incomplete"],
    "not state in {busy, can": ["cancelled"],
    "kind != reg": ["registration"],
    "sdp == ": ["true", "false"],
    "status == 4": ["4xx"],
    "status == 404 ": ["and", "or"],
    "(status == 404 a": ["and"],
    "method not ": ["in {"],
    "flow == rfc3665-3.8": [],
    "transport == ": ["udp"],
    "last ": [],
    "after ": [],
    'header["': [],
    "call == ": [],
    "nothing of the kind ": [],
    "state === ": ["trying"],
    ") ": [],
}
"""Expressions, and what is offered first."""


@pytest.mark.parametrize("expression", CASES)
def test_what_is_offered_first(expression: str) -> None:
    wanted = CASES[expression]
    found = offered(expression)
    assert found[: len(wanted)] == wanted
    assert wanted or not found


def test_values_are_those_of_the_trace(trace: Trace) -> None:
    assert offered("method == ", trace) == ["ACK", "CANCEL", "INVITE", "REGISTER"]
    assert offered("method == inv", trace) == ["INVITE"]
    assert {"200", "487"} <= set(offered("final == ", trace))
    ends = {message.src for message in trace.messages} | {message.dst for message in trace.messages}
    assert set(offered("addr == ", trace)) == ends
    assert "rfc3665-3.8" in offered("flow == 3.8", trace)


def test_fields_that_help_hides_are_offered_by_their_names_alone() -> None:
    hidden = {field.name for field in FIELDS if field.family}
    assert not hidden & set(offered(""))
    assert "sip.from.user" in offered("sip.fr")


def test_what_means_something_says_so() -> None:
    assert all(one.meaning for text in ("", "method ", "status == ") for one in complete(text).candidates)


@pytest.mark.parametrize("expression", [example for example, _ in EXAMPLES])
def test_every_beginning_of_an_expression_goes_on_to_something_that_is_read(expression: str, trace: Trace) -> None:
    for length in range(len(expression) + 1):
        begun = expression[:length]
        found = complete(begun, trace.subject)
        for index, candidate in enumerate(found.candidates[:5]):
            accepted = found.accepted(begun, index)
            assert accepted.startswith(begun[: found.start])
            assert _wrong_at(accepted) >= len(accepted.rstrip()), (accepted, candidate)


def _wrong_at(expression: str) -> int:
    """Return the place from which an expression makes no sense, its length where all of it does."""
    try:
        parse(expression)
    except FilterError as error:
        return error.start
    return len(expression)
