"""What every screen of the application stands in: its settings, colours, keys and command palette."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import App
from textual.binding import Binding

from siptrace.errors import OutputError
from siptrace.render.cells import visible
from siptrace.tui.actions import bindings
from siptrace.tui.kept import show_kept
from siptrace.tui.keymap import keymap
from siptrace.tui.keys import shown_key
from siptrace.tui.settings import Settings
from siptrace.tui.themes import NO_COLOUR_CSS, THEMES, default_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType
    from textual.command import Provider

    from siptrace.tui.columns_screen import ColumnsScreen
    from siptrace.tui.settings_file import SettingsFile

__all__ = ["SettledApp"]

R = TypeVar("R")

_MOST_TOLD = 3
"""Problems of the settings file that are told one by one at the start."""

_READING = 8
"""Seconds that they stay on the screen."""


def _actions() -> type[Provider]:
    """Return what the command palette offers; it is imported when it is opened."""
    from siptrace.tui.palette import ActionProvider  # noqa: PLC0415

    return ActionProvider


class SettledApp(App[R], inherit_bindings=False):
    """An application with settings; what is wrong with their file is shown, and never stops it."""

    CSS = NO_COLOUR_CSS
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_actions}
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("app"),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(self, file: SettingsFile | None = None) -> None:
        """Take the settings of a file, or those of nobody."""
        # Textual's NO_COLOR alone leaves greys; with the terminal's own colours it leaves none.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.settings_file = file
        self.settings = file.settings if file is not None else Settings()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme or default_theme()
        self.set_keymap(keymap(self.settings.keys))

    def on_mount(self) -> None:
        """Say what is wrong in the settings."""
        problems = self.settings_file.problems if self.settings_file is not None else []
        for problem in problems[:_MOST_TOLD]:
            self.notify(problem, severity="warning", timeout=_READING, markup=False)
        if len(problems) > _MOST_TOLD:
            more = f"{len(problems) - _MOST_TOLD} more problems in the settings: F8 in the list shows them."
            self.notify(more, severity="warning", timeout=_READING, markup=False)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as people call it; the first one of an action stands for all that it has at first."""
        return binding.key_display or shown_key(binding.key)

    def action_keys(self, place: str) -> None:
        """Show the keys of a place."""
        from siptrace.tui.help_screen import HelpScreen  # noqa: PLC0415

        show_kept(self, HelpScreen, place)

    def action_settings(self) -> None:
        """Show the settings."""
        from siptrace.tui.settings_screen import SettingsScreen  # noqa: PLC0415

        show_kept(self, SettingsScreen, self.settings_file, self.settings, self.theme)

    def action_keep_theme(self) -> None:
        """Write the theme to the settings file."""
        self._keep("theme", self.theme, f"The theme {self.theme}")

    def on_columns_screen_kept(self, message: ColumnsScreen.Kept) -> None:
        """Write the columns to the settings file."""
        self._keep("list.columns", message.columns, f"{len(message.columns)} columns")

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Save a picture of the screen in this folder; in a browser it is a download."""
        self.deliver_screenshot(filename, path or ".")

    def _keep(self, name: str, value: str | list[str], what: str) -> None:
        """Write a value to the settings file, and say so, or why not."""
        if self.settings_file is None:
            return
        try:
            self.settings_file.change({name: value})
        except OutputError as error:
            self.notify(visible(str(error)), severity="error", markup=False)
        else:
            self.notify(visible(f"{what}: written to {self.settings_file.path}."), markup=False)
