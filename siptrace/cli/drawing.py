"""Ladders on standard output: the options that every command with a ladder has, and the writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from siptrace.cli.output import width as terminal_width
from siptrace.cli.output import write, write_json
from siptrace.render.text import MIN_WIDTH, render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siptrace.ladder.model import Ladder

__all__ = ["drawing_options", "write_ladders"]

_PIPE_WIDTH = 100
"""Columns when standard output is no terminal: what a ticket shows without wrapping."""

_OPTIONS = (
    click.option(
        "--format", "-f", "form", type=click.Choice(["text", "ascii", "json"]), default="text", show_default=True
    ),
    click.option(
        "--width", "-w", type=click.IntRange(MIN_WIDTH), help=f"Columns, {MIN_WIDTH} or more [the terminal's]."
    ),
    click.option("--sdp/--no-sdp", default=True, help="What the session descriptions say, under their messages."),
)


def drawing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options `form`, `width` and `sdp`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def write_ladders(ladders: Iterable[Ladder], form: str, width: int | None, *, sdp: bool) -> None:
    """Write ladders as the options say: drawn, with an empty line between two, or one JSON object a line."""
    if form == "json":
        from siptrace.render.json import ladder_object  # noqa: PLC0415

        write_json(map(ladder_object, ladders))
        return
    columns = width or terminal_width() or _PIPE_WIDTH
    for index, ladder in enumerate(ladders):
        drawn = render_text(ladder, width=columns, ascii_only=form == "ascii", sdp=sdp)
        write(drawn if index == 0 else "\n" + drawn)
