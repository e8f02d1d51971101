"""What every test can rely on: a pinned environment, and golden files that `pytest --update` writes anew."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PINNED = {
    "TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C", "COLUMNS": "80", "LINES": "24", "TERM": "xterm",
    "XDG_CONFIG_HOME": "/nonexistent",
}  # fmt: skip
"""A time zone off by odd minutes and a locale without UTF-8: neither may show in what is printed. Nobody's settings."""

DROPPED = ("PYTHONUTF8", "NO_COLOR", "COLORTERM", "COLORFGBG")
"""What a developer's terminal says of itself."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`."""
    parser.addoption("--update", action="store_true", help="write golden files anew instead of comparing with them")


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001  (pytest's signature)
    """Pin locale, time zone, terminal and settings, for the tests and for the processes they start."""
    settings.register_profile("ours", deadline=None)  # how fast the machine is is no property of the program
    settings.load_profile("ours")
    os.environ.update(PINNED)
    for name in DROPPED:
        os.environ.pop(name, None)
    time.tzset()
    # A script's background jobs ignore Ctrl-C, and so would all that they start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return a function that compares a text with a golden file, or writes the file with `--update`."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no golden file {path.name}: look at the output, then run pytest --update"
        assert text == path.read_text(encoding="utf-8")

    return compare
