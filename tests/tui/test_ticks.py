"""Ticks: a cross where something is ticked, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from siptrace.tui.ticks import Ticks
from tests.tui.showing import see

if TYPE_CHECKING:
    from textual.app import ComposeResult


class _Some(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Ticks(("a", "a"), ("b", "b"), ("c", "c"))


def test_a_cross_only_where_something_is_ticked() -> None:
    shown = [line.strip("▊▎ ").split() for line in see(_Some(), "down", "space")[1:4]]
    assert shown == [["▐", "▌", "a"], ["▐X▌", "b"], ["▐", "▌", "c"]]
