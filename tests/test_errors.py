"""Errors, exit codes and anomalies: named once, frozen, and bounded in number."""

from __future__ import annotations

import re

from siptrace import errors
from siptrace.errors import (
    KEPT_PER_CODE,
    Anomaly,
    AnomalyCode,
    AnomalyLog,
    ExitCode,
    InputError,
    SiptraceError,
    UsageError,
)

EXCEPTIONS = [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, SiptraceError)]


def drawn() -> dict[str, tuple[str, int]]:
    """Return the tree in the module's docstring: name, parent and exit code."""
    tree: dict[str, tuple[str, int]] = {}
    branch: list[tuple[int, str, int]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([ │├└─]+)(\w+) {2,}(?:exit code (\d))?", line)
        if not found:
            continue
        depth = len(found[1])
        branch = [entry for entry in branch if entry[0] < depth]
        _, parent, inherited = branch[-1] if branch else (0, "Exception", -1)
        code = int(found[3]) if found[3] else inherited
        tree[found[2]] = (parent, code)
        branch.append((depth, found[2], code))
    return tree


def test_the_docstring_draws_the_tree_as_it_is() -> None:
    assert drawn() == {item.__name__: (item.__base__.__name__, item.exit_code) for item in EXCEPTIONS if item.__base__}


def test_exit_codes_are_those_of_the_command_line() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "UNREADABLE": 3,
        "INTERRUPTED": 130,
    }
    assert UsageError("x").exit_code is ExitCode.USAGE
    assert {item.exit_code for item in EXCEPTIONS if issubclass(item, InputError)} == {ExitCode.UNREADABLE}


def test_every_name_is_exported() -> None:
    assert {item.__name__ for item in EXCEPTIONS} <= set(errors.__all__)


def test_an_anomaly_code_explains_itself() -> None:
    for code in AnomalyCode:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert code.name == code.upper().replace("-", "_")
        assert code.meaning.strip(" .") == code.meaning != ""
        assert re.fullmatch(r"(RFC \d{3,4}( \d+(\.\d+)*)?)?", code.rfc), code
    assert len({code.meaning for code in AnomalyCode}) == len(AnomalyCode)


def test_a_log_counts_all_and_keeps_some() -> None:
    log = AnomalyLog()
    for number in range(KEPT_PER_CODE + 5):
        log.add(Anomaly(AnomalyCode.BAD_PACKET, number))
    log.add(Anomaly(AnomalyCode.CUT_TAIL))
    assert len(log) == KEPT_PER_CODE + 6
    assert log.counts == {AnomalyCode.BAD_PACKET: KEPT_PER_CODE + 5, AnomalyCode.CUT_TAIL: 1}
    assert [anomaly.frame for anomaly in log.kept] == [*range(KEPT_PER_CODE), 0]
