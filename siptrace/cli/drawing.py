"""Ladders as the command line writes them: the options that every command with a ladder has, and the writing."""

from __future__ import annotations

from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from siptrace.cli.files import output_file, output_options
from siptrace.cli.output import page_width
from siptrace.errors import UsageError
from siptrace.render.colours import COLOURS
from siptrace.render.formats import FORMATS, Many, Style, drawn, format_of
from siptrace.render.text import MIN_WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from siptrace.ladder.model import Ladder

__all__ = ["Drawing", "drawing_options", "write_ladders"]


class Drawing(NamedTuple):
    """What was asked for: a format, how to draw, the file to write (None: standard output) and whether over another."""

    form: str | None = None
    width: int | None = None
    sdp: bool = True
    colours: str = "class"
    output: str | None = None
    force: bool = False

    @property
    def format_name(self) -> str:
        """The format that was named, or that the file's name stands for, or text; raises UsageError for no format."""
        if self.form is not None:
            return self.form
        if self.output in (None, "-"):
            return "text"
        found = format_of(str(self.output))
        if found is None:
            ends = ", ".join(one.suffix for one in FORMATS.values())
            raise UsageError(f"{self.output}: the end of the name says no format (--format does, or one of {ends}).")
        return found.name


_OPTIONS = (
    click.option(
        "--format", "-f", "form", type=click.Choice(list(FORMATS)), help="What to draw [as FILE is named, or text]."
    ),
    click.option(
        "--width", "-w", type=click.IntRange(MIN_WIDTH), help=f"Columns, {MIN_WIDTH} or more [the terminal's]."
    ),
    click.option("--sdp/--no-sdp", default=True, help="What the session descriptions say, under their messages."),
    click.option(
        "--colors", "colours", type=click.Choice(COLOURS), default=COLOURS[0], show_default=True,
        help="What the colours of pictures stand for.",
    ),
)  # fmt: skip


def drawing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command options that say how to draw, as one parameter `drawing`."""

    @wraps(command)
    def called(**given: Any) -> Any:
        drawing = Drawing(**{name: given.pop(name) for name in Drawing._fields})
        return command(**given, drawing=drawing)

    made: Callable[..., Any] = output_options(called)
    for option in reversed(_OPTIONS):
        made = option(made)
    return made


def write_ladders(ladders: Iterable[Ladder], drawing: Drawing, inputs: Sequence[str] = ()) -> None:
    """Write ladders as asked for; `inputs` are files that must not be written over."""
    name = drawing.format_name
    columns = drawing.width or (page_width() if drawing.output in (None, "-") else Style().columns)
    style = Style(columns, drawing.sdp, drawing.colours)
    if FORMATS[name].many is Many.NEVER:
        ladders = _the_only(ladders, name)
    binary = not FORMATS[name].is_text
    with output_file(drawing.output or "-", inputs=inputs, force=drawing.force, binary=binary) as file:
        for piece in drawn(ladders, name, style):
            file.write(piece)
            file.flush()


def _the_only(ladders: Iterable[Ladder], name: str) -> Iterator[Ladder]:
    """Return the only ladder there is; raises UsageError for more."""
    found = list(islice(ladders, 2))
    if len(found) > 1:
        raise UsageError(f"One {name} file shows one call: choose it with --call N.")
    return iter(found)
