"""The `siptrace` command: its subcommands, each in a module of its own that is imported when it is used."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from siptrace import __version__
from siptrace.cli.diagnostics import guarded

__all__ = ["COMMANDS", "main", "run"]

COMMANDS: dict[str, str] = {
    "calls": "List the calls: who, when, how they ended.",
    "messages": "List the messages.",
    "ladder": "Draw the ladder diagram of a call.",
    "show": "Show one message, raw and explained.",
    "match": "Name the reference flow of each call, explain what differs.",
    "filters": "Explain the expressions of --filter.",
    "flows": "List the reference flows, or draw one.",
    "export": "Write the calls or messages to a file: JSON, CSV, Parquet.",
    "tui": "Look at the calls in the terminal: what a TRACE alone does.",
    "completion": "Print the completion script for a shell.",
}
"""Every subcommand with its line of help; the module `siptrace.cli.NAME` holds the command `NAME`."""


def _is_path(word: str) -> bool:
    """Return whether a word is a path: something is there, or it has a directory or a suffix and is no option."""
    from pathlib import Path  # noqa: PLC0415  (not needed where a command is named)

    path = Path(word)
    return path.exists() or (not word.startswith("-") and (path.parent != Path() or bool(path.suffix)))


def _is_looked_at() -> bool:
    """Return whether somebody sits at a terminal that can show more than lines."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _Commands(click.Group):
    """Subcommands that are imported when they are called; their help lines are known without."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `siptrace call.pcap`, what everybody types first, as `tui` on a terminal and else as `calls`.

        So is what looks like a path to nothing, to say that it is missing and not that it is no command.
        """
        if args and args[0] not in COMMANDS and (args[0] == "-" or _is_path(args[0])):
            args.insert(0, "tui" if _is_looked_at() and not any(arg.startswith("-") for arg in args) else "calls")
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a subcommand, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"siptrace.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of subcommands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="A TRACE is a capture (pcap, pcapng, also gzipped), a text log, a directory of them, "
    "or - for standard input. Exit codes: 0 done, 1 findings, 2 usage, 3 input unreadable, 130 interrupted.",
)
@click.version_option(__version__, "-V", "--version", prog_name="siptrace", message="%(prog)s %(version)s")
def cli() -> None:
    """Read SIP traces: find the calls in them and draw what happened."""


def main() -> NoReturn:
    """Run the command line; ends the process with one of the exit codes of `siptrace.errors.ExitCode`."""
    # At its start numpy makes a thread a processor for linear algebra, which nobody does here, and they spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with guarded():
        raise SystemExit(cli(prog_name="siptrace", standalone_mode=False))


def run() -> NoReturn:
    """Do what `main` does in a process that has nothing else to do, and end it at once.

    Freeing a large trace takes a while and helps nobody.
    """
    try:
        main()
    except SystemExit as end:
        if not (end.code is None or isinstance(end.code, int)):
            raise
        with suppress(OSError, ValueError):  # whoever read it went away; data was flushed when it was written
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(end.code or 0)
