"""`siptrace completion`: the script that teaches a shell to complete our words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from siptrace.cli.output import write
from siptrace.errors import UsageError

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    For bash: `siptrace completion bash > ~/.local/share/bash-completion/completions/siptrace`.
    """
    from siptrace.cli.main import cli  # noqa: PLC0415  (main imports this module when the command runs)

    maker = get_completion_class(shell)
    if maker is None:
        raise UsageError(f"There is no completion for {shell}.")
    write(maker(cli, {}, "siptrace", "_SIPTRACE_COMPLETE").source() + "\n")
