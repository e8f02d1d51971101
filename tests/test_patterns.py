from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import siptrace
from siptrace.patterns import _Pattern, pattern

POSSESSIVE = re.compile(r"(?m)^[^#\n]*(?<!\\)\)[*+?]\+(?!\+).*$")
"""A line with a group that is repeated possessively; the second + is no part of a longer row of them."""


def lazy() -> dict[str, _Pattern]:
    """Return every pattern in the project that is compiled on first use, by module and name."""
    names = [module.name for module in pkgutil.walk_packages(siptrace.__path__, "siptrace.")]
    everything = ((f"{name}.{key}", value) for name in names for key, value in vars(import_module(name)).items())
    return {name: value for name, value in everything if isinstance(value, _Pattern)}


def test_every_pattern_of_the_project_compiles() -> None:
    found = lazy()
    assert len(found) > 20
    for name, one in found.items():
        assert re.compile(one.pattern, one._flags), name


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5 reads too far where one fails half-way; `(?>(?:...)*)` says the same."""
    sources = {path: path.read_text(encoding="utf-8") for path in Path(siptrace.__path__[0]).rglob("*.py")}
    assert len(sources) > 200
    found = {f"{path.name}: {one[0]}" for path, text in sources.items() for one in POSSESSIVE.finditer(text)}
    assert not found


def test_a_pattern_matches_as_a_compiled_one() -> None:
    one, same = pattern("(a+)B", re.IGNORECASE), re.compile("(a+)B", re.IGNORECASE)
    for text in ("aab", "AB", "ba", ""):
        found, wanted = one.fullmatch(text), same.fullmatch(text)
        assert (found and found.groups()) == (wanted and wanted.groups())
    assert one.sub("-", "xaabx") == "x-x"
    assert (one.pattern, one.flags) == (same.pattern, same.flags)
    assert pattern(rb"\d").findall(b"1a2") == [b"1", b"2"]


def test_a_pattern_is_compiled_once_and_only_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, really = [], re.compile

    def noted(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return really(source, flags)

    monkeypatch.setattr(re, "compile", noted)
    one = pattern("x")
    assert not compiled
    assert one.match("x")
    assert one.match("x")
    assert compiled == ["x"]


def test_a_pattern_that_makes_no_sense_is_told_when_it_is_used() -> None:
    one = pattern("(")
    with pytest.raises(re.error):
        one.match("")
