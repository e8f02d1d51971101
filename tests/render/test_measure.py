"""Texts in points: what fits by our numbers fits when somebody draws it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.render.cells import visible
from siptrace.render.measure import Face, cut, measure, wrap

FACES = [Face(10), Face(10, mono=True), Face(14, bold=True), Face(9, italic=True)]
TEXTS = (st.text(max_size=40) | st.text("abc WMil日🎉", max_size=40)).map(visible)

# Ems of some characters in faces that are in use (from their metrics): Helvetica and Arial, and DejaVu Sans.
EMS = {"i": 0.278, "I": 0.295, "m": 0.974, "W": 0.989, "@": 1.015, "0": 0.636, "a": 0.613, " ": 0.318, "→": 0.838}


@pytest.mark.parametrize(("char", "ems"), EMS.items())
def test_no_character_is_wider_than_we_think(char: str, ems: float) -> None:
    assert measure(char, Face(1)) >= ems


@given(TEXTS, st.sampled_from(FACES), st.floats(20, 300))
def test_a_cut_text_fits_and_begins_as_before(text: str, face: Face, room: float) -> None:
    kept = cut(text, face, room)
    assert measure(kept, face) <= room + 1e-6
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1]))
    assert (kept == text) or measure(text, face) > room


@given(TEXTS, st.sampled_from(FACES), st.floats(60, 300), st.integers(1, 4))
def test_wrapped_lines_fit_and_say_the_text_in_order(text: str, face: Face, room: float, most: int) -> None:
    lines = wrap(text, face, room, most)
    assert 1 <= len(lines) <= most
    assert all(measure(line, face) <= room + 1e-6 for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == text.split()


@given(TEXTS, st.sampled_from(FACES))
def test_a_longer_text_is_wider(text: str, face: Face) -> None:
    widths = [measure(text[:size], face) for size in range(len(text) + 1)]
    assert all(less <= more for less, more in pairwise(widths))


@given(TEXTS, st.sampled_from(FACES), st.floats(0, 1000))
def test_a_text_fits_into_the_room_that_was_made_for_it(text: str, face: Face, left: float) -> None:
    right = left + measure(text, face)
    assert cut(text, face, right - left) == text
