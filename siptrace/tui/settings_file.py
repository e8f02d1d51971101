"""The settings file: where it is, reading it, and changing a value in it. The only door to tomlkit.

Reading never raises. What a user wrote beside a value that is changed, comments and order included, stays as it is.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siptrace.errors import OutputError
from siptrace.export.files import file_at
from siptrace.render.cells import visible
from siptrace.tui.settings import Settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tomlkit import TOMLDocument

__all__ = ["SettingsFile", "settings_path"]


def settings_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the settings are: `siptrace/settings.toml` in the folder for configuration (XDG)."""
    folder = Path(environment.get("XDG_CONFIG_HOME", ""))
    # The XDG specification has relative folders ignored.
    base = folder if folder.is_absolute() else Path("~/.config").expanduser()
    return base / "siptrace" / "settings.toml"


class SettingsFile:
    """A file with settings: `settings` are those that make sense, `problems` a sentence for each that does not."""

    def __init__(self, path: Path, *, must_be: bool = False) -> None:
        """Read a file; that it is not there is a problem only where it `must_be`."""
        self.path = path
        self.settings, self.problems = Settings(), list[str]()
        named = visible(str(path))
        try:
            table = tomllib.loads(path.read_bytes().decode())
        except FileNotFoundError:
            self.problems += [f"{named}: there is no such file."] if must_be else []
        except (OSError, ValueError, RecursionError) as error:
            self.problems.append(f"{named}: {_reason(error)}.")
        else:
            self.settings, problems = settings_of(table)
            self.problems += [f"{named}: {problem}" for problem in problems]

    def change(self, values: Mapping[str, str | Sequence[str]]) -> None:
        """Write values under their paths (`list.columns`); the file is made where there is none.

        Raises OutputError when it cannot be written, and for a file that is no TOML: nothing of it is to be lost.
        """
        document = self._document()
        for name, value in values.items():
            *tables, key = name.split(".")
            self._table(document, tables)[key] = value if isinstance(value, str) else list(value)
        self.write(document.as_string())

    def write(self, text: str) -> None:
        """Write the whole file, and make its folder; raises OutputError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.path.parent}: cannot be made: {error.strerror or error}") from error
        with file_at(str(self.path), inputs=(), force=True) as file:
            file.write(text.encode())

    def _document(self) -> TOMLDocument:
        """Return what is in the file, with everything that has no meaning in TOML."""
        import tomlkit  # noqa: PLC0415  (only who keeps a setting needs it)
        from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

        try:
            text = self.path.read_bytes().decode()
            tomllib.loads(text)
            return tomlkit.parse(text)
        except FileNotFoundError:
            return tomlkit.document()
        except (OSError, ValueError, RecursionError, TOMLKitError) as error:
            raise OutputError(f"{self.path}: {_reason(error)}, so nothing was written to it.") from error

    def _table(self, document: TOMLDocument, names: Sequence[str]) -> Any:
        """Return a table of a document, made where it is missing; raises OutputError where something else is."""
        table: Any = document
        for name in names:
            table = table.setdefault(name, {})
            if not hasattr(table, "setdefault"):
                raise OutputError(f"{self.path}: {name} is to be a table, so nothing was written to it.")
        return table


def _reason(error: Exception) -> str:
    """Return what is wrong with a file, in words."""
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text"
    if isinstance(error, RecursionError):
        return "has brackets in brackets without end"
    return f"is no TOML: {str(error)[:1].lower()}{str(error)[1:].rstrip('.')}"
