"""The settings that hold, as the file has them, where it is, what is wrong in it, and the names that keys go by."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from siptrace.errors import OutputError
from siptrace.render.cells import visible
from siptrace.tui.actions import ACTIONS, bindings
from siptrace.tui.keymap import bound
from siptrace.tui.keys import shown_keys
from siptrace.tui.text_scroll import TextScroll

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.binding import BindingType

    from siptrace.tui.settings import Settings
    from siptrace.tui.settings_file import SettingsFile

__all__ = ["SettingsScreen", "as_toml"]


def as_toml(settings: Settings, theme: str) -> str:
    """Return settings as a file that means them; `theme` is the one that is shown."""
    return "\n".join(_lines(settings, theme)) + "\n"


def _lines(settings: Settings, theme: str) -> Iterator[str]:
    """Yield the lines of such a file."""
    name, down = settings.sort
    yield from (f"theme = {_text(theme)}", "", "[list]", f"columns = {_texts(settings.columns)}")
    yield from (f"sort = {_text('-' * down + name)}", f"sparkline = {_flag(settings.sparkline)}", "", "[ladder]")
    yield from (f"colors = {_text(settings.colours)}", f"clock = {_text(settings.times.name.lower())}")
    if settings.preview is not None:
        yield f"preview = {_flag(settings.preview)}"
    yield from ("", "[keys]", *(f"{_text(action)} = {_texts(keys)}" for action, keys in settings.keys.items()))
    yield from ("", "[aliases]", *(f"{_text(who)} = {_text(name)}" for who, name in settings.aliases.names.items()))


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _text(value: str) -> str:
    """Return a text as TOML writes it: what JSON escapes, it escapes alike, and the control character DEL."""
    return dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Iterable[str]) -> str:
    """Return texts as a list."""
    return f"[{', '.join(map(_text, values))}]"


class SettingsScreen(ModalScreen[None]):
    """The settings, to read; `w` writes them to the file where there is none yet."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("settings"))

    CSS = """
    SettingsScreen { align: center middle; }
    SettingsScreen TextScroll { width: 78; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
                                    background: $surface; padding: 0 1; }
    """

    def __init__(self, file: SettingsFile | None, settings: Settings, theme: str) -> None:
        """Take the file, None where there is none to look at, the settings that hold, and the theme that is shown."""
        super().__init__()
        self._file, self._settings, self._theme = file, settings, theme

    def compose(self) -> ComposeResult:
        """Make the text."""
        with TextScroll():
            yield Static(self._told())

    def open(self, file: SettingsFile | None, settings: Settings, theme: str) -> None:
        """Show other settings, as if the screen was new."""
        self._file, self._settings, self._theme = file, settings, theme
        self.query_one(TextScroll).scroll_home(animate=False)
        self.query_one(Static).update(self._told())

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def action_write(self) -> None:
        """Write the settings to the file, where there is none yet."""
        if self._file is None or self._file.path.exists():
            return
        try:
            self._file.write(as_toml(self._settings, self._theme))
        except OutputError as error:
            self.notify(visible(str(error)), severity="error", markup=False)
        self.query_one(Static).update(self._told())

    def _told(self) -> Text:
        """Return the text: where the file is, what is wrong in it, and what holds."""
        text = Text()
        if self._file is not None:
            there = self._file.path.exists()
            text.append(visible(str(self._file.path)), "bold")
            text.append("\n" if there else "\nThere is no such file yet: w writes one with what holds now.\n")
            for problem in self._file.problems:
                text.append(f"! {visible(problem)}\n", "bold")
            text.append("\n")
        text.append(as_toml(self._settings, self._theme))
        text.append("\nWhat can be under [keys]; any.NAME means it on every screen:\n", "bold")
        has = bound(self._settings.keys)
        for action in ACTIONS:
            name = f"{action.place}.{action.name}"
            text.append(f"{name:<24} {shown_keys(has[name])}\n")
        return text
