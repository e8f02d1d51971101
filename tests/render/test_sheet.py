"""Inks: readable on their paper, in the light and in the dark."""

from __future__ import annotations

import pytest

from siptrace.render.measure import Face
from siptrace.render.sheet import INKS, Label

READ = [name for name in INKS if name not in ("paper", "head", "lane", "ghost")]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", READ)
def test_what_is_read_stands_out_from_its_paper(name: str) -> None:
    ink, paper = INKS[name], INKS["paper"]
    assert contrast(ink.light, paper.light) >= 4.5
    assert contrast(ink.dark, paper.dark) >= 4.5


@pytest.mark.parametrize("name", ["text", "faint"])
def test_heads_of_lanes_can_be_read(name: str) -> None:
    assert contrast(INKS[name].light, INKS["head"].light) >= 4.5
    assert contrast(INKS[name].dark, INKS["head"].dark) >= 4.5


def test_a_ghost_is_seen() -> None:
    assert contrast(INKS["ghost"].light, INKS["paper"].light) >= 3
    assert contrast(INKS["ghost"].dark, INKS["paper"].dark) >= 3


@pytest.mark.parametrize(("anchor", "left"), [("start", 100.0), ("middle", 100 - 6.1), ("end", 100 - 12.2)])
def test_a_label_knows_its_left_end(anchor: str, left: float) -> None:
    label = Label(100, 0, "ab", anchor, Face(10, mono=True), "text")
    assert label.width == pytest.approx(12.2)
    assert label.left == pytest.approx(left)
