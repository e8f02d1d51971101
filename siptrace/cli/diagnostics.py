"""All of standard error, and how the process ends: one sentence a problem, no traceback for what is no bug."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from siptrace.errors import ExitCode, SiptraceError
from siptrace.render.anomalies import anomaly_lines
from siptrace.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.errors import AnomalyLog

__all__ = ["guarded", "report", "say"]


def say(text: str, *below: str) -> None:
    """Write one line to standard error, and lines that belong to it below."""
    sys.stderr.write(f"siptrace: {visible(text)}\n" + "".join(f"{visible(line)}\n" for line in below))


def report(anomalies: AnomalyLog, paths: Sequence[str] = ()) -> None:
    """Say what was wrong with the files that were read: one line a kind, with how often and where first.

    With several `paths` the place names the file as well.
    """
    for line in anomaly_lines(anomalies, paths):
        say(line)


def _refuse(error: click.UsageError) -> None:
    """Say what is wrong with the words of the call, in one line."""
    text = error.format_message()
    if "\n" in text:  # click's answer to no words at all: the whole help
        sys.stderr.write(f"{text}\n")
    else:
        say(f"{text} See `{error.ctx.command_path if error.ctx else 'siptrace'} -h`.")


@contextmanager
def guarded() -> Iterator[None]:
    """Turn errors raised on purpose into one sentence and their exit code, and Ctrl-C into 130.

    The words of the call that click refuses are told in the same way; only `siptrace` alone prints the whole help.
    """
    try:
        yield
    except SiptraceError as error:
        say(str(error), *getattr(error, "__notes__", ()))
        raise SystemExit(error.exit_code) from None
    except click.UsageError as error:
        _refuse(error)
        raise SystemExit(ExitCode.USAGE) from None
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        raise SystemExit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        raise SystemExit(ExitCode.DONE) from None
