"""Colours: our own themes beside Textual's, and what is shown where there are none.

No colour says anything alone: what it says stands there as a word or a sign too, and the cursor is reversed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.theme import BUILTIN_THEMES, Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NO_COLOUR_CSS", "THEMES", "default_theme", "theme_names", "without_colours"]

DARK = Theme(
    name="siptrace-dark",
    primary="#5aa9e6",
    secondary="#9bb8d8",
    accent="#f0b35a",
    warning="#e5c07b",
    error="#ff7b72",
    success="#7fd18b",
    foreground="#d8dee6",
    background="#11161c",
    surface="#1a2129",
    panel="#242d37",
    dark=True,
)

LIGHT = Theme(
    name="siptrace-light",
    primary="#0b5cad",
    secondary="#3b5f8a",
    accent="#8a4b00",
    warning="#805300",
    error="#b3001b",
    success="#1a6b2d",
    foreground="#1c1f23",
    background="#fbfbf8",
    surface="#f1f1ec",
    panel="#e4e4dd",
    dark=False,
)

THEMES = (DARK, LIGHT)
"""Our own themes."""

NO_COLOUR_CSS = """
OptionList:nocolor > .option-list--option-highlighted { text-style: bold underline; }
Input:nocolor > .input--cursor { text-style: reverse; }
Input:nocolor > .input--selection { text-style: reverse; }
"""
"""What stands in for colours where Textual's widgets have nothing else. (It forgets to reverse options.)"""

_LIGHT_BACKGROUNDS = ("7", "15")
"""White among the sixteen colours, as COLORFGBG counts them."""


def theme_names() -> list[str]:
    """Return the names of all themes, our own first."""
    return [*(theme.name for theme in THEMES), *BUILTIN_THEMES]


def default_theme(environment: Mapping[str, str] = os.environ) -> str:
    """Return the theme for a terminal: light where it says that its background is white (COLORFGBG), else dark."""
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return (LIGHT if background in _LIGHT_BACKGROUNDS else DARK).name


def without_colours(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether there are to be no colours: NO_COLOR is set (no-color.org), or the terminal has none.

    What the terminal has is asked once; in a browser (TEXTUAL_DRIVER) it is not asked.
    """
    if environment.get("NO_COLOR"):
        return True
    return "TEXTUAL_DRIVER" not in environment and _colours_of(environment.get("TERM", "")) < _FEWEST


_FEWEST = 8
"""Colours below which a terminal has none worth the name."""


def _colours_of(term: str) -> int:
    """Return how many colours a kind of terminal has; enough where the system does not know it."""
    try:
        import curses  # noqa: PLC0415  (asked once, and not everywhere there)
    except ImportError:
        return _FEWEST
    try:
        curses.setupterm(term, 1)
    except (curses.error, OSError):
        return _FEWEST
    return curses.tigetnum("colors")
