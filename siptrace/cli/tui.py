"""`siptrace tui`: the terminal application."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from siptrace.cli.diagnostics import say
from siptrace.cli.options import traces
from siptrace.errors import MissingInput, UsageError

__all__ = ["tui"]


@click.command()
@traces
@click.option("--settings", type=click.Path(), metavar="FILE", help="Settings [~/.config/siptrace/settings.toml].")
@click.option("--serve", metavar="[HOST:]PORT", help="Offer it in a browser; without HOST to this machine alone.")
def tui(traces: tuple[str, ...], settings: str | None, serve: str | None) -> None:
    """Look at the calls in the terminal: a list to filter and sort, ladders, messages.

    The keys are those of sngrep; F1 lists them, Ctrl-P finds an action by its name. This is what `siptrace TRACE...`
    does on a terminal.

    The settings file has columns, keys, colours and names of addresses; F8 shows what holds. NO_COLOR is heeded.

    With --serve everybody who reaches the port sees the traces and can save files as you: there is no password.
    """
    if "-" in traces:
        raise UsageError(
            "The terminal application reads its keys from standard input, so no trace can come from there."
        )
    if serve is not None:
        _serve(traces, settings, serve)
    else:
        _run(traces, settings)


def _run(traces: tuple[str, ...], settings: str | None) -> None:
    """Run the application on this terminal, or in the browser that asked for it; raises what ended it."""
    if "TEXTUAL_DRIVER" not in os.environ and not _is_terminal():
        raise UsageError("The terminal application needs a terminal; `siptrace calls` lists the calls anywhere.")
    from siptrace.tui.app import SiptraceApp  # noqa: PLC0415  (the other commands must not pay for Textual)
    from siptrace.tui.settings_file import SettingsFile, settings_path  # noqa: PLC0415
    from siptrace.tui.themes import without_colours  # noqa: PLC0415

    # Textual heeds the variable even where it is empty, and knows nothing of terminals without colours.
    wanted = without_colours()
    os.environ.pop("NO_COLOR", None)
    if wanted:
        os.environ["NO_COLOR"] = "1"
    file = SettingsFile(settings_path()) if settings is None else SettingsFile(Path(settings), must_be=True)
    problem = SiptraceApp(traces, file=file).run()
    if problem is not None:
        raise problem


def _is_terminal() -> bool:
    """Return whether keys come from a terminal, and the screen (on standard error) is one that can be written to."""
    return sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")


def _serve(traces: tuple[str, ...], settings: str | None, serve: str) -> None:
    """Offer the application in a browser."""
    from siptrace.tui import serve as server  # noqa: PLC0415  (brings a server along)

    at = server.where(serve)
    for path in traces:
        if not Path(path).exists():  # else every window would say it
            raise MissingInput(f"{path}: there is no such file")
    chosen = () if settings is None else (f"--settings={settings}",)
    server.serve(at, ("tui", *chosen, "--", *traces), say)
