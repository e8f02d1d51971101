"""Colours: ours can be read on their ground, and where there are none, nothing depends on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.color import Color

from siptrace.tui.themes import DARK, LIGHT, THEMES, default_theme, theme_names, without_colours

if TYPE_CHECKING:
    from textual.theme import Theme

LEAST = 4.5
"""The contrast that WCAG 2 asks of text."""


def luminance(colour: Color) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(text: str, ground: str) -> float:
    """Return how well a text stands out from its ground, 1 to 21."""
    below = Color.parse(ground)
    pair = sorted((luminance(below), luminance(below.blend(Color.parse(text), Color.parse(text).a, alpha=1.0))))
    return (pair[1] + 0.05) / (pair[0] + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read(theme: Theme) -> None:
    colours = theme.to_color_system().generate()
    names = ("primary", "secondary", "success", "warning", "error", "accent")
    texts = ("foreground", "error", "warning", "accent", *(f"text-{name}" for name in names))
    low = {
        (text, ground): contrast(colours[text], colours[ground])
        for text in texts
        for ground in ("background", "surface")
        if contrast(colours[text], colours[ground]) < LEAST
    }
    assert not low


def test_a_white_terminal_gets_the_light_theme() -> None:
    assert default_theme({"COLORFGBG": "0;15"}) == LIGHT.name
    assert default_theme({"COLORFGBG": "0;default;7"}) == LIGHT.name
    assert {default_theme({}), default_theme({"COLORFGBG": "15;0"})} == {DARK.name}


def test_every_theme_has_its_name_and_is_there() -> None:
    app = App[None]()
    for theme in THEMES:
        app.register_theme(theme)
    assert set(theme_names()) == set(app.available_themes)
    assert theme_names()[:2] == ["siptrace-dark", "siptrace-light"]


def test_nobody_wants_colours() -> None:
    assert without_colours({"NO_COLOR": "1", "TERM": "xterm-256color"})
    assert not without_colours({"NO_COLOR": "", "TEXTUAL_DRIVER": "web"})
