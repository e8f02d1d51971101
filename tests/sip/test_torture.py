"""The parser against the 49 messages of RFC 4475 section 3; fixtures/torture/ makes them and says what they mean."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.torture.compose import Cases, fold
from fixtures.torture.expectations import Expectation, expectations
from fixtures.torture.make_torture import all_cases, main, sums
from siptrace.errors import AnomalyCode
from siptrace.sip.parse import parse

if TYPE_CHECKING:
    from siptrace.sip.message import Message

ROOT = Path(__file__).parents[2]
CASES = all_cases()
EXPECTED = expectations()
ABSENT = object()
"""What stands for a key that is not there, which is something else than a key without a value."""

each_message = pytest.mark.parametrize("name", CASES)


@cache
def parsed(name: str) -> Message:
    return parse(CASES[name].make())


def look_up(value: Any, key: str) -> Any:
    """Return one step of a dotted path, as fixtures/torture/expectations.py describes them."""
    if key in ("count", "size"):
        return len(value)
    if key.isdigit():
        return value[int(key)] if int(key) < len(value) else ABSENT
    if isinstance(value, Mapping):
        return value.get(key, ABSENT)
    return getattr(value, key)


def field_value(message: Message, name: str) -> str | None:
    """Return a header field value with every run of blanks as one, since a fold may become any of them."""
    value = message.get(name)
    return None if value is None else re.sub(r"[ \t]+", " ", value)


def differences(expected: Any, value: Any, path: str = "") -> list[str]:
    """Return a line for everything that `value` is and `expected` says it is not."""
    if isinstance(expected, dict) and expected and value is not None and value is not ABSENT:
        if path == ".get":
            pairs = {key: field_value(value, key) for key in expected}
        elif path == ".get_all":
            pairs = {key: value.get_all(key) for key in expected}
        else:
            pairs = {key: value if key in ("get", "get_all") else look_up(value, key) for key in expected}
        return [line for key in expected for line in differences(expected[key], pairs[key], f"{path}.{key}")]
    wanted = None if expected == "<none>" else expected
    same = value is not None and not value if wanted == {} else value == wanted
    if isinstance(wanted, list):
        same = list(value) == wanted
    return [] if same else [f"{path[1:]} is {'absent' if value is ABSENT else repr(value)}, not {wanted!r}"]


def unmet(expectation: Expectation, codes: set[str]) -> list[str]:
    """Return a line for every code that is missing and for every one that nothing allows."""
    wanted = [set(codes_.split("|")) for codes_ in expectation.must]
    missing = [f"no {' or '.join(sorted(some))}" for some in wanted if not some & codes]
    return missing + [f"{code} for no reason" for code in sorted(codes.difference(*wanted, expectation.may))]


def test_all_messages_of_section_3_are_there_and_none_twice() -> None:
    assert len(CASES) == 49
    chapters = Counter(re.sub(r"\.\d+$", "", case.section) for case in CASES.values())
    assert chapters == {"3.1.1": 13, "3.1.2": 19, "3.2": 1, "3.3": 15, "3.4": 1}
    assert len({case.section for case in CASES.values()}) == 49
    assert len({case.make() for case in CASES.values()}) == 49


def test_every_message_has_its_expectation_and_its_description() -> None:
    assert {name: case.section for name, case in CASES.items()} == {
        name: expectation.section for name, expectation in EXPECTED.items()
    }
    assert all(case.make.__doc__ for case in CASES.values())


@each_message
def test_every_expected_code_exists_and_has_its_reason(name: str) -> None:
    expectation = EXPECTED[name]
    reasons = expectation.must | expectation.may
    assert {code for codes in reasons for code in codes.split("|")} <= {code.value for code in AnomalyCode}
    assert all(reasons.values())
    assert expectation.must or expectation.valid


@each_message
def test_the_parser_reads_what_the_rfc_says_the_message_means(name: str) -> None:
    assert differences(EXPECTED[name].means, parsed(name)) == []


@each_message
def test_the_parser_names_what_is_wrong_and_nothing_else(name: str) -> None:
    assert unmet(EXPECTED[name], {anomaly.code.value for anomaly in parsed(name).anomalies}) == []


@each_message
def test_a_message_keeps_its_bytes(name: str) -> None:
    data = CASES[name].make()
    assert parsed(name).raw == data
    assert parsed(name).body in data


@each_message
def test_no_cut_makes_the_parser_raise(name: str) -> None:
    data = CASES[name].make()
    for end in range(len(data)):
        cut = parse(data[:end])
        assert len(cut.body) <= end


def test_a_wrong_meaning_is_told() -> None:
    means = {"method": "BYE", "vias": {"count": 1, "7": {"host": "x"}}, "to": {"params": {}, "tag": "<none>"}}
    assert [line.split()[0] for line in differences(means, parsed("wsinv"))] == [
        "method",
        "vias.count",
        "vias.7",
        "to.params",
        "to.tag",
    ]


def test_a_code_too_few_and_a_code_too_many_are_told() -> None:
    one_of_two = EXPECTED["badaspec"]
    assert unmet(one_of_two, {"bad-uri"}) == []
    assert unmet(one_of_two, {"bad-via"}) == ["no bad-address or bad-uri", "bad-via for no reason"]


def test_every_octet_of_the_messages_is_pinned() -> None:
    assert sums() == (ROOT / "fixtures/torture/SHA256SUMS").read_text(encoding="ascii")


@pytest.mark.parametrize("seed", ["0", "4475"])
def test_another_process_makes_the_same_files(tmp_path: Path, seed: str) -> None:
    command = [sys.executable, "-m", "fixtures.torture.make_torture", str(tmp_path)]
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    made = {path.stem: path.read_bytes() for path in tmp_path.glob("*.dat")}
    assert made == {name: case.make() for name, case in CASES.items()}
    assert (tmp_path / "SHA256SUMS").read_text(encoding="ascii") == sums()


def test_the_script_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "DIRECTORY" in capsys.readouterr().err


def test_a_fold_without_a_blank_and_a_name_taken_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="does not continue"):
        fold("Subject: a", "b")
    cases = Cases()
    add = cases.section("3.1.1.1")
    add(CASES["wsinv"].make)
    with pytest.raises(ValueError, match="two cases named wsinv"):
        add(CASES["wsinv"].make)


def test_the_messages_equal_those_that_other_projects_test_with() -> None:
    corpus = os.environ.get("SIPTRACE_CORPUS")
    if not corpus:
        pytest.skip("SIPTRACE_CORPUS does not name the corpus")
    paths = sorted((Path(corpus) / "torture").glob("resiprocate--*.dat"))
    assert len(paths) == 20
    for path in paths:
        assert CASES[path.stem.removeprefix("resiprocate--")].make() == path.read_bytes(), path.name
