"""All of standard error, and how the process ends: one sentence a problem, no traceback for what is no bug."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from siptrace.errors import ExitCode, SiptraceError
from siptrace.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog

__all__ = ["guarded", "report", "say"]


def say(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"siptrace: {visible(text)}\n")


def report(anomalies: AnomalyLog) -> None:
    """Say what was wrong with the files that were read: one line a kind, with how often and where first."""
    first: dict[AnomalyCode, Anomaly] = {}
    for anomaly in anomalies.kept:
        first.setdefault(anomaly.code, anomaly)
    for code, times in sorted(anomalies.counts.items()):
        anomaly = first[code]
        place = f" (frame {anomaly.frame})" if anomaly.frame else ""
        often = "" if times == 1 else f", {times} times; first"
        detail = f": {anomaly.detail}" if anomaly.detail else ""
        say(f"{code.meaning}{often}{place}{detail}")


@contextmanager
def guarded() -> Iterator[None]:
    """Turn errors raised on purpose into one sentence and their exit code, and Ctrl-C into 130."""
    try:
        yield
    except SiptraceError as error:
        say(str(error))
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        say("interrupted")
        raise SystemExit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        raise SystemExit(ExitCode.DONE) from None
