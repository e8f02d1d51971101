"""The programs that are compared: siptrace, what is installed on the system, and two packages from PyPI.

The packages get a virtual environment of their own, because their dependencies are none of ours. What is not there is
named and left out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.measure import Tool

__all__ = ["PEERS", "install_peers", "listing_tools", "siptrace"]

PEERS = ("sip-ladder", "sip-doctor")
"""Packages on PyPI that read captures in Python; each brings a command of its name."""

_SNGREP_LIMIT = 20_000
"""Dialogs that sngrep keeps when it is not told otherwise: with more it drops calls, and looks fast."""


def siptrace() -> list[str]:
    """Return the words that start the siptrace of this Python's environment, else the one on the path."""
    beside = Path(sys.executable).parent / "siptrace"
    return [str(beside) if beside.exists() else "siptrace"]


def install_peers(folder: Path) -> dict[str, str]:
    """Install what is missing of the PyPI packages; return for each why it cannot be used, empty where it can."""
    troubles = {}
    for package in PEERS:
        if (folder / "bin" / package).exists():
            troubles[package] = ""
            continue
        print(f"installing {package} into {folder}", file=sys.stderr)
        troubles[package] = _install(folder, package)
    return troubles


def _install(folder: Path, package: str) -> str:
    """Install a package; return what went wrong, empty for nothing."""
    try:
        if not (folder / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=180)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, package], check=True, capture_output=True, timeout=180)
    except (OSError, subprocess.SubprocessError):
        return "cannot be installed"
    return ""


def listing_tools(trace: Path, calls: int, peers: tuple[Path, dict[str, str]] | None) -> list[Tool]:
    """Return siptrace and its rivals, each with the command that makes it read the whole trace and list what is there.

    `peers` are the folder of the PyPI packages and their troubles, None to leave them out. A tool that is not there
    has its trouble set.
    """
    limit = ["-l", str(calls + 1)] if calls >= _SNGREP_LIMIT else []
    found = [
        Tool("siptrace", [*siptrace(), "calls", str(trace)]),
        Tool("sngrep", ["sngrep", "-N", "-q", *limit, "-I", str(trace)]),
        Tool("tshark", ["tshark", "-q", "-z", "sip,stat", "-r", str(trace)]),
    ]
    for tool in found:
        if shutil.which(tool.command[0]) is None:
            tool.trouble = "not installed"
    if peers is not None:
        folder, troubles = peers
        words = {
            "sip-ladder": ["--list", str(trace)],
            "sip-doctor": ["read", "--all", "--no-flow", "--brief", "--no-rtp", "--no-color", str(trace)],
        }
        found += [Tool(name, [str(folder / "bin" / name), *words[name]], trouble=troubles[name]) for name in PEERS]
    return found
