"""Help and docs/filters.md say what the registries say; `pytest --update` writes the page anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siptrace.filters.operators import OPERATORS
from siptrace.filters.page import families, field_lines, operator_lines, reference
from siptrace.filters.registry import FIELDS
from siptrace.filters.select import Level
from siptrace.filters.types import LONGEST_PATTERN, MOST_SECONDS

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "filters.md"
MARK = "<!-- generated from the registry of fields -->\n"


def test_the_page_has_the_generated_tables(request: pytest.FixtureRequest) -> None:
    written, _, tables = PAGE.read_text(encoding="utf-8").partition(MARK)
    if request.config.getoption("update"):
        PAGE.write_text(f"{written}{MARK}\n{reference()}", encoding="utf-8")
    else:
        assert tables == f"\n{reference()}"


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"has at most {LONGEST_PATTERN:,} characters" in text
    assert MOST_SECONDS == 1
    assert "longer than a second" in text


def test_every_field_is_explained() -> None:
    lines = [line for level in Level for line in field_lines(level)]
    listed = {name for line in lines for name in line.names}
    assert listed | {name for _, names in families() for name in names} >= {
        name for field in FIELDS for name in field.names
    }
    assert all(line.meaning and line.example for line in lines)


def test_every_operator_is_explained() -> None:
    explained = {name for names, _ in operator_lines() for name in names}
    assert all(word in explained for entry in OPERATORS for word in (entry.symbol, *entry.words))
