"""The numbers that docs/matching.md gives are those in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from siptrace.correlate import align, assign, match
from siptrace.correlate.tokens import Trait
from siptrace.reconstruct.transaction import TIMEOUT

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")
ROWS = [(float(value), name) for value, name in re.findall(r"\| ([\d.]+) \| `(\w+)` \|", PAGE)]
OUTSIDE_OF_TABLES = {"_MOST_TRIES", "_ROUND", "_NEVER", "_CLOSE", "_INSIDE"}
"""Numbers that are in a sentence, or that are means of the search and no cost."""


def constant(name: str) -> float:
    """Return a number of the code by its name."""
    if name in Trait.__members__:
        return align.TRAIT_COST[Trait[name]]
    value = getattr(align, name, None)
    return float(value if value is not None else getattr(match, name))


@pytest.mark.parametrize(("value", "name"), ROWS)
def test_a_number_of_the_page_is_that_of_the_code(value: float, name: str) -> None:
    assert constant(name) == value


def test_every_number_of_the_code_is_on_the_page() -> None:
    numbers = {
        name
        for module in (align, match)
        for name, value in vars(module).items()
        if name.strip("_").replace("_", "").isupper() and isinstance(value, int | float) and not isinstance(value, bool)
    }
    traits = {trait.name for trait in align.TRAIT_COST}
    assert {name for _, name in ROWS} == (numbers - OUTSIDE_OF_TABLES) | traits


def test_numbers_in_sentences_are_right() -> None:
    assert f"gives up after {assign._MOST_TRIES:,} choices" in PAGE
    assert f"less than {TIMEOUT // 1_000_000_000} seconds later" in PAGE
    first = re.search(r"begins with a response, with ([\w, ]+), or with", PAGE)
    assert first is not None
    assert re.split(r", | or ", first[1]) == list(match._OUT_OF_THE_BLUE)
    aside = re.search(r"what consists of ([\w, ]+) alone", PAGE)
    assert aside is not None
    assert re.split(r", | and ", aside[1]) == list(match._ASIDE)


def test_a_sign_of_a_service_outweighs_the_doubt_in_it() -> None:
    signs = (Trait.HOLD, Trait.REPLACES, Trait.REFERENCE)
    assert all(align.TRAIT_COST[sign] > match._SERVICE for sign in signs)
    assert all(align.TRAIT_COST[sign] - match._SERVICE >= match._TIED - match._SAME for sign in signs)
